/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures and titles that several charts need. */
#include "nas/report/charts.h"

#include <math.h>
#include <string.h>

double report_figure(const struct nas_network *net,
		     const struct nas_budget_kind *b)
{
	double figure[BUDGET_KINDS];

	budget_figures(net, figure);
	return figure[budget_index(b)];
}

struct number budget_number(double x, const struct nas_budget_kind *b)
{
	if (strcmp(b->unit, "bytes") == 0)
		return number_si(x, "B");
	if (*b->unit)
		return number_with_unit(x, b->unit);
	return x < 100 ? number_short(x) : number_si(x, "");
}

const struct nas_certificate_record *bound_of(const struct report_run *run)
{
	const struct nas_certificate_slot *c = &run->result->certificate;

	return c->present && c->record.status == CERTIFY_BOUND ? &c->record
							       : NULL;
}

const char *run_score(const struct report_run *run)
{
	return run->config->score_def->title;
}

const char *comparison_score(const struct nas_comparison *c)
{
	for (int i = 1; i < c->nspaces; i++)
		if (c->space[i].job_config.score_def !=
		    c->space[0].job_config.score_def)
			return "score";
	return c->space[0].job_config.score_def->title;
}

double space_evolved(const struct nas_compare_space *s)
{
	return number_slot_value(&s->evolved);
}

double space_bound(const struct nas_compare_space *s)
{
	const struct nas_certificate_slot *c = &s->certificate;

	return c->present && c->record.bounded ? c->record.upper_bound
					       : UNKNOWN;
}

const struct report_network *shown_network(const struct report *r)
{
	return &r->run[0].best[0];
}

enum nas_status report_count(struct report_network *net,
			     const struct nas_memory_model *model,
			     struct nas_arena *arena, struct nas_err *err)
{
	const struct nas_arch *arch = &net->of->arch;
	struct nas_cost counted;

	net->nsteps = cost_steps(arch);
	net->step = NAS_NEW(arena, struct nas_step, (size_t)net->nsteps);
	if (!net->step)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the layers");
	cost_of(&counted, net->step, arch, model);
	if (arch->head.classes > 0)
		net->head_bytes = cost_of_head(
			&arch->head, arch->block[arch->nblocks - 1].out).bytes;
	return NAS_OK;
}
