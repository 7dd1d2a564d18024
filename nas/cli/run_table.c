/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What standard output says of a run. */
#include <math.h>

#include "nas/cli/print.h"
#include "nas/run/run.h"

/* "sram %" above a column: the budget's name without its unit. */
static void add_budget_head(struct text *t, const char *name)
{
	size_t n = 0;

	while (name[n] && name[n] != '_')
		n++;
	text_addf(t, "\t%.*s %%", (int)n, name);
}

static void add_network(struct text *t, const struct network *net,
			const double *limit)
{
	text_addf(t, "%d\t%.4f", net->rank, net->score);
	for (int i = 0; i < USED_BUDGETS; i++)
		if (isfinite(limit[i]))
			text_addf(t, "\t%.2f", 100 * net->used[i]);
	text_add(t, "\t");
	text_add_structure(t, &net->arch);
	text_add(t, "\n");
}

static void print_best(const struct run *run)
{
	double limit[USED_BUDGETS];
	struct text t = {0};

	budget_limits(&run->problem.budgets, limit);
	text_add(&t, "rank\tscore");
	for (int i = 0; i < USED_BUDGETS; i++)
		if (isfinite(limit[i]))
			add_budget_head(&t, used_names[i]);
	text_add(&t, "\tstructure: width, k kernel, x depth\n");
	for (int i = 0; i < run->result.nbest; i++)
		add_network(&t, &run->result.best[i], limit);
	print_table(&t);
	text_free(&t);
}

static void print_bits(const struct run *run)
{
	struct text t = {0};

	text_add_bits(&t, &run->result.best[0].arch);
	if (t.length)
		printf("bits of rank 1, activations/weights a block: %s\n",
		       t.data);
	text_free(&t);
}

static void print_bound(const struct certificate_record *c)
{
	if (!c->known)
		printf("certificate: no network scores above %.4f\n",
		       c->upper_bound);
	else if (c->optimal)
		printf("certificate: optimal; no network of the space inside "
		       "the budgets scores above %.4f\n", c->upper_bound);
	else
		printf("certificate: no network of the space inside the "
		       "budgets scores above %.4f; gap %.4f %%\n",
		       c->upper_bound, 100 * c->gap);
}

static void print_certificate(const struct run *run)
{
	const struct certificate_slot *slot = &run->result.certificate;

	if (!slot->present)
		return;
	switch ((enum certify_status)slot->record.status) {
	case CERTIFY_BOUND:
		print_bound(&slot->record);
		break;
	case CERTIFY_INFEASIBLE:
		printf("certificate: proven that no network of the space "
		       "meets the budgets\n");
		break;
	case CERTIFY_NOT_APPLICABLE:
		printf("certificate: does not apply, the score is not "
		       "additive\n");
		break;
	}
	if (slot->record.improved && isfinite(run->evolved_score))
		printf("the certificate found a better network than the "
		       "search (%.4f), which is adopted\n",
		       run->evolved_score);
	else if (slot->record.improved)
		printf("the certificate found a network where the search had "
		       "found none\n");
}

static void print_infeasible(const struct infeasible *why)
{
	char text[256];

	infeasible_text(text, sizeof(text), why);
	printf("no network meets the budgets%s\n"
	       "least violating: %s\n  ",
	       why->proven ? " (proven)" : " (none found)", text);
}

static void print_least(const struct run *run)
{
	struct text t = {0};

	text_add_structure(&t, &run->result.infeasible.least.arch);
	printf("%s\n", t.data ? t.data : "");
	text_free(&t);
}

void run_print_table(const struct run *run)
{
	const struct result *r = &run->result;
	char count[80];

	printf("%s: %s networks evaluated, %.1f %% inside the budgets\n",
	       r->name,
	       with_commas(count, sizeof(count), (double)r->evaluations),
	       r->evaluations ? 100.0 * (double)r->feasible /
					(double)r->evaluations
			      : 0.0);
	if (r->nbest) {
		print_best(run);
		print_bits(run);
	} else {
		print_infeasible(&r->infeasible);
		print_least(run);
	}
	print_certificate(run);
}
