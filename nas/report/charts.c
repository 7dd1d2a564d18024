/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of charts, and what several of them need. */
#include "nas/report/charts.h"

#include <stdio.h>

const struct budget_info budget_infos[REPORT_BUDGETS] = {
	[BUDGET_SRAM] = { "sram_bytes", "SRAM", "B" },
	[BUDGET_FLASH] = { "flash_bytes", "Flash", "B" },
	[BUDGET_SIZE] = { "size_bytes", "Weights without classifier", "B" },
	[BUDGET_BITOPS] = { "bitops", "BitOps", "" },
	[BUDGET_FLOPS] = { "flops", "Bit-weighted flops", "" },
	[BUDGET_MACS] = { "macs", "MACs", "" },
	[BUDGET_PARAMS] = { "params", "Parameters", "" },
	[BUDGET_LAYERS] = { "layers", "Layers", "" },
};

double report_figure(const struct cost *cost, enum report_budget b)
{
	const double figure[REPORT_BUDGETS] = {
		[BUDGET_SRAM] = cost->peak_memory_bytes,
		[BUDGET_FLASH] = cost->flash_bytes,
		[BUDGET_SIZE] = cost->size_bytes,
		[BUDGET_BITOPS] = cost->bitops,
		[BUDGET_FLOPS] = cost->flops,
		[BUDGET_MACS] = cost->macs,
		[BUDGET_PARAMS] = cost->params,
		[BUDGET_LAYERS] = cost->layers,
	};

	return figure[b];
}

const struct report_network *shown_network(const struct report *r)
{
	return &r->run[0].best[0];
}

enum nas_status report_count(struct report_network *net,
			     const struct memory_model *model,
			     struct arena *arena, struct nas_err *err)
{
	const struct arch *arch = net->arch;
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
