/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/records.h"

#include <math.h>
#include <string.h>

#include "scoring/deepmad.h"
#include "scoring/qe.h"
#include "spaces/latency.h"

void budget_limits(const struct nas_budgets *budgets,
		   double limit[BUDGET_KINDS])
{
	for (int r = 0; r < RESOURCES; r++)
		limit[r] = budgets->limit[r];
	limit[BUDGET_SRAM] = budgets->sram_bytes;
	limit[BUDGET_RHO] = budgets->rho;
}

void budget_figures(const struct nas_network *net, double figure[BUDGET_KINDS])
{
	struct deepmad d;

	deepmad_of(&d, &net->arch);
	cost_resources(&net->cost, figure);
	figure[BUDGET_SRAM] = net->cost.peak_memory_bytes;
	figure[BUDGET_RHO] = d.rho_max;
}

const char *budget_text(char *text, size_t size, double value)
{
	if (value < 100) {
		snprintf(text, size, "%.4g", value);
		return text;
	}
	return with_commas(text, size, ceil(value));
}

static void fill_used(struct nas_network *net,
		      const struct nas_budgets *budgets)
{
	double limit[BUDGET_KINDS], figure[BUDGET_KINDS];

	budget_limits(budgets, limit);
	budget_figures(net, figure);
	for (int i = 0; i < BUDGET_KINDS; i++)
		net->used[i] = isfinite(limit[i]) ? figure[i] / limit[i] : 0;
}

/* The QE-Score beside another score; with its own stage weights then. */
static enum nas_status fill_qe(struct nas_network *net,
			       const struct nas_problem *problem,
			       const struct nas_arch *arch, struct nas_err *err)
{
	struct nas_qe_options qe = problem->score.qe;

	net->qe = net->score;
	if (problem->def->rule == &qe_rule)
		return NAS_OK;
	qe.nstage_weights = 0;
	return qe_score(&net->qe, NULL, arch, &qe_rule, &qe, err);
}

enum nas_status network_make(struct nas_network *net,
			     const struct nas_problem *problem,
			     const struct nas_genome *genome,
			     struct nas_arena *arena, struct nas_err *err)
{
	memset(net, 0, sizeof(*net));
	net->genome = *genome;
	if (problem_recompute(problem, genome, &net->arch, &net->cost,
			      &net->score, arena, err) != NAS_OK ||
	    fill_qe(net, problem, &net->arch, err) != NAS_OK)
		return err->code;
	fill_used(net, &problem->budgets);
	return NAS_OK;
}

enum nas_status network_of_arch(struct nas_network *net,
				const struct nas_problem *problem,
				const struct nas_arch *arch,
				struct nas_err *err)
{
	struct nas_arch plain = *arch;

	/* Scored as the config says, not as a record about it says. */
	plain.nstage_weights = 0;
	plain.sigma_a = plain.sigma_w = 0;
	memset(net, 0, sizeof(*net));
	net->arch = plain;
	if (arch_check(arch, err) != NAS_OK)
		return err->code;
	cost_of(&net->cost, NULL, arch,
		&memory_models[problem->budgets.memory]);
	net->cost.latency_ms = latency_of(problem->budgets.latency, arch);
	if (score_value(&net->score, problem->def, &plain, &problem->score,
			err) != NAS_OK ||
	    fill_qe(net, problem, &plain, err) != NAS_OK)
		return err->code;
	fill_used(net, &problem->budgets);
	return NAS_OK;
}

/* Blocks from b on that are written as one entry. */
static int entry_depth(const struct nas_arch *arch, int b)
{
	int d = 1;

	while (b + d < arch->nblocks &&
	       arch->block[b + d].entry == arch->block[b].entry)
		d++;
	return d;
}

void text_add_structure(struct nas_text *t, const struct nas_arch *arch)
{
	int d;

	for (int b = 0; b < arch->nblocks; b += d) {
		const struct nas_block *block = &arch->block[b];

		d = entry_depth(arch, b);
		text_addf(t, "%s%d", b ? " " : "", block->out);
		if (block->kernel != 3 && block->kernel != 1)
			text_addf(t, "k%d", block->kernel);
		if (d > 1)
			text_addf(t, "x%d", d);
	}
}

static bool same_bits(const struct nas_block *a, const struct nas_block *b)
{
	return a->bits_a[0] == b->bits_a[0] && a->bits_w[0] == b->bits_w[0];
}

void text_add_bits(struct nas_text *t, const struct nas_arch *arch)
{
	if (!arch_is_quantised(arch))
		return;
	for (int b = 0, n; b < arch->nblocks; b += n) {
		const struct nas_block *block = &arch->block[b];

		n = 1;
		while (b + n < arch->nblocks && same_bits(block, block + n))
			n++;
		text_addf(t, "%s%d/%d", b ? " " : "", block->bits_a[0],
			  block->bits_w[0]);
		if (n > 1)
			text_addf(t, "x%d", n);
	}
}

bool same_structure(const struct nas_space *space, const struct nas_genome *a,
		    const struct nas_genome *b)
{
	if (a->variant != b->variant)
		return false;
	for (int s = 0; s < space->nstages; s++) {
		struct nas_gene x = a->stage[s], y = b->stage[s];

		memset(x.bits, 0, sizeof(x.bits));
		memset(y.bits, 0, sizeof(y.bits));
		if (memcmp(&x, &y, sizeof(x)) != 0)
			return false;
	}
	return true;
}

enum nas_status network_arch_read(struct nas_arch *arch, const char *path,
				  const struct nas_space *space,
				  struct nas_arena *arena, struct nas_err *err)
{
	const struct nas_space_input *in = &space->input;
	struct nas_arch_defaults defaults = {
		.height = in->height[0],
		.width = in->nwidth ? in->width[0] : in->height[0],
	};
	struct nas_arch_list list;

	if (arch_read(&list, path, &defaults, arena, err) != NAS_OK)
		return err->code;
	if (list.n != 1)
		return nas_fail_at(err, NAS_EINPUT, path, 0, 0, NULL,
				   "contains %d architectures, expected one",
				   list.n);
	*arch = list.arch[0];
	return arch_check(arch, err);
}
