/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of charts, and what several of them need. */
#include "nas/report/charts.h"

#include <math.h>

const struct report_budget report_budgets[] = {
	{ USED_SRAM, "SRAM", "B" },
	{ RES_FLASH, "Flash", "B" },
	{ RES_SIZE, "Weights without classifier", "B" },
	{ RES_BITOPS, "BitOps", "" },
	{ RES_FLOPS, "Bit-weighted flops", "" },
	{ RES_MACS, "MACs", "" },
	{ RES_PARAMS, "Parameters", "" },
	{ RES_LAYERS, "Layers", "" },
	{ 0 },
};

const struct report_budget *budget_row(int budget)
{
	const struct report_budget *b = report_budgets;

	while (b->label && b->budget != budget)
		b++;
	NAS_BUG_IF(!b->label);
	return b;
}

double report_figure(const struct network *net, const struct report_budget *b)
{
	double figure[RESOURCES];

	if (b->budget == USED_SRAM)
		return net->cost.peak_memory_bytes;
	cost_resources(&net->cost, figure);
	return figure[b->budget];
}

const struct certificate_record *bound_of(const struct report_run *run)
{
	const struct certificate_slot *c = &run->result->certificate;

	return c->present && c->record.status == CERTIFY_BOUND ? &c->record
							       : NULL;
}

const char *run_score(const struct report_run *run)
{
	return run->config->score_def->title;
}

const char *comparison_score(const struct comparison *c)
{
	return c->space[0].job_config.score_def->title;
}

double space_evolved(const struct compare_space *s)
{
	return number_slot_value(&s->evolved);
}

double space_bound(const struct compare_space *s)
{
	const struct certificate_slot *c = &s->certificate;

	return c->present && c->record.bounded ? c->record.upper_bound
					       : UNKNOWN;
}

const struct report_network *shown_network(const struct report *r)
{
	return &r->run[0].best[0];
}

enum nas_status report_count(struct report_network *net,
			     const struct memory_model *model,
			     struct arena *arena, struct nas_err *err)
{
	const struct arch *arch = &net->of->arch;
	struct cost counted;

	net->nsteps = cost_steps(arch);
	net->step = NAS_NEW(arena, struct step, (size_t)net->nsteps);
	if (!net->step)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the layers");
	cost_of(&counted, net->step, arch, model);
	if (arch->head.classes > 0)
		net->head_bytes = cost_of_head(
			&arch->head, arch->block[arch->nblocks - 1].out).bytes;
	return NAS_OK;
}

static const struct chart *const of_one[] = {
	&chart_budgets, &chart_certificate, &chart_chain,  &chart_bits,
	&chart_memory,  &chart_flash,       &chart_convergence,
	&chart_tradeoff, &chart_cost,
};

static const struct chart *const of_several[] = {
	&chart_runs_convergence, &chart_runs_scores, &chart_runs_time,
	&chart_runs_budgets,     &chart_runs_sram,   &chart_runs_flash,
	&chart_runs_bitops,
};

static const struct chart *const of_spaces[] = {
	&chart_spaces_edf, &chart_spaces_best_of, &chart_spaces_boxes,
};

const struct chart *const *report_charts(const struct report *r, int *n)
{
	if (r->comparison) {
		*n = (int)(sizeof(of_spaces) / sizeof(*of_spaces));
		return of_spaces;
	}
	*n = r->nruns > 1 ? (int)(sizeof(of_several) / sizeof(*of_several))
			  : (int)(sizeof(of_one) / sizeof(*of_one));
	return r->nruns > 1 ? of_several : of_one;
}
