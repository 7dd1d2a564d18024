/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of charts, and what several of them need. */
#include "nas/report/charts.h"

#include <math.h>

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
	&chart_spaces_share,
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
