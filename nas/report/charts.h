/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/report/charts.h - the charts, one file each. Internal to nas/report.
 *
 * To add a chart: a file chart_NAME.c that defines a struct chart, a line
 * here, a row in charts.c.
 */
#ifndef NAS_REPORT_CHARTS_H
#define NAS_REPORT_CHARTS_H

#include "nas/report/plot.h"
#include "nas/report/report.h"
#include "nas/report/table.h"

/* of one run */
extern const struct chart chart_chain, chart_budgets, chart_certificate,
	chart_convergence, chart_tradeoff, chart_bits, chart_memory,
	chart_flash, chart_cost;
/* of several */
extern const struct chart chart_runs_convergence, chart_runs_scores,
	chart_runs_budgets, chart_runs_sram, chart_runs_flash,
	chart_runs_bitops, chart_runs_time;
/* of spaces that are compared */
extern const struct chart chart_spaces_edf, chart_spaces_boxes, chart_spaces_share,
	chart_spaces_best_of;

#define EACH_BUDGET(b)                                                         \
	for (const struct nas_budget_kind *const *b##_row = budget_rows, *b;   \
	     (b = *b##_row) != NULL; b##_row++)

/* A figure or limit of a budget, short: "256 kB", "5.23 G", "0.47". */
struct number budget_number(double x, const struct nas_budget_kind *b);

/* The network that a page is about: the best, or the least violating one. */
const struct report_network *shown_network(const struct report *r);

/* The certificate where it bounds the score, else NULL. */
const struct nas_certificate_record *bound_of(const struct report_run *run);

/* Of charts that need a network of some run. */
const char *runs_absent(const struct report *r);

/* Titles of the score of a run, of a comparison; "score" when its spaces have
 * different ones. */
const char *run_score(const struct report_run *run);
const char *comparison_score(const struct nas_comparison *c);

/* Scores of the best of the search, and that no network of the space exceeds;
 * NAN = not known. */
double space_evolved(const struct nas_compare_space *s);
double space_bound(const struct nas_compare_space *s);

/* What the runs were scored by; "score" when they differ. */
const char *score_title(const struct report *r);

/* "layer 3, depthwise 7x7 of block 2" */
void step_label(char *out, size_t size, const struct report_network *net,
		int i);

/* A plot with a column for each layer of the network and extra ones behind
 * them; entries of the architecture in alternating bands. */
void layers_open(struct plot *p, struct svg *s, double height,
		 const struct report_network *net, int extra,
		 const struct axis *y);
/* A bar of a column (from 1) between two values of y. */
void layers_bar(const struct plot *p, int column, double from, double to,
		const char *classes, const char *title);
/* A horizontal line with its label above, at the right. */
void plot_limit(const struct plot *p, double y, const char *label);

/* The layer's columns that every table by layers begins with. */
void layers_heads(struct nas_text *t);
void layers_cells(struct nas_text *t, const struct report_network *net, int i);

/* All columns of all layers. */
void layers_table(struct nas_text *t, const struct report_network *net);

/* Design cost as published, and the assumptions for ours. */
struct published {
	const char *method, *device;
	double hours_once, hours_each; /* design time: once, and a network */
	double co2_once, co2_each;     /* as printed; NAN = not given */
	double size_mb, bitops_g, top1; /* NAN = not given */
};
extern const struct published published[]; /* method NULL ends */

#define COST_CORE_W 10.0      /* power of a busy core with its share of the
			       * machine */
#define COST_PUE 1.58         /* overhead of a data centre */
#define COST_KG_PER_KWH 0.433 /* of a grid: 0.954 lb */

double cost_energy_wh(double cpu_s);
double cost_co2_g(double cpu_s);

#endif
