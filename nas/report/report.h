/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/report/report.h - pictures of finished runs: one page, its charts.
 *
 * What is drawn stands in plain structs, filled from result files by whoever
 * calls; so an old run can be drawn again, and charts know nothing of the
 * search. The same structs give the same bytes.
 *
 * Usage:
 *	struct report report = { .nruns = 1, .run = &run };
 *	status = report_page(&text, &report, err);
 *	charts = report_charts(&report, &n);
 *	for (i = 0; i < n; i++)
 *		if (!report_absent(charts[i], &report))
 *			report_svg(&text, charts[i], &report);
 *
 * Numbers that are not known are NAN; what is absent says so by present.
 */
#ifndef NAS_REPORT_REPORT_H
#define NAS_REPORT_REPORT_H

#include "nas/base/file.h"
#include "spaces/cost.h"

enum report_budget {
	BUDGET_SRAM,
	BUDGET_FLASH,
	BUDGET_SIZE,
	BUDGET_BITOPS,
	BUDGET_FLOPS,
	BUDGET_MACS,
	BUDGET_PARAMS,
	BUDGET_LAYERS,
	REPORT_BUDGETS
};

struct budget_info {
	const char *key;   /* in files */
	const char *label; /* for people */
	const char *unit;  /* "B", or "" for counts */
};
extern const struct budget_info budget_infos[REPORT_BUDGETS];

struct report_network {
	int rank; /* 1 = best; 0 = the least violating of an infeasible run */
	double score;
	struct cost cost; /* as the result file has it */
	const struct arch *arch;
	const char *structure, *bits; /* one line each */
	int nsteps;
	struct step *step; /* (nsteps) counted again from the architecture */
	double head_bytes; /* of the classifier */
};

struct report_row { /* history, one an epoch; NAN = none feasible yet */
	double evaluations, feasible, duplicates;
	double best, median, best_bitops;
};

struct report_history {
	bool present;
	int nrows, islands;
	struct report_row *row; /* (nrows) */
	double *island;         /* (nrows, islands): best of each; NAN */
};

struct report_certificate {
	bool present;
	bool applies;    /* false: the score has no bound */
	bool infeasible; /* proven: no network meets the budgets */
	bool known, optimal, improved;
	double upper_bound, root_bound, score, gap;
	const char *method, *covers;
};

struct report_meta { /* what depends on the clock or the machine */
	bool present;
	const char *program, *version, *command, *started, *host, *system;
	int threads;
	double seconds, search_s, refine_s, certify_s, cpu_s;
	double evaluations_per_second, peak_rss_bytes;
};

struct report_asked { /* the config */
	const char *name, *title, *board; /* "" = not given */
	double limit[REPORT_BUDGETS];     /* INFINITY = none */
	const struct memory_model *memory;
	const char *space; /* one line: stages and choices */
	const char *space_key; /* equal for equal spaces and scores */
	double space_size; /* architectures */
	const char *score; /* its title */
	double sigma_a, sigma_w;
	int64_t seed, max_evals;
	int islands, population;
	bool qbr_in_search, qbr_at_end, certify;
};

enum report_status { REPORT_OK, REPORT_INFEASIBLE, REPORT_INTERRUPTED };

struct report_run {
	const char *dir;   /* as given */
	const char *label; /* short and distinct: legends */
	enum report_status status;
	struct report_asked asked;
	const char *found_by, *ended_by;
	double evaluations, feasible, duplicates;
	int nbest; /* 1 with rank 0 for an infeasible run */
	struct report_network *best;
	bool proven; /* that no network meets the budgets */
	struct report_history history;
	struct report_certificate certificate;
	struct report_meta meta;
};

#define REPORT_QUANTILES_MAX 256

struct report_space { /* one of several that are compared */
	const char *name, *title;
	double log10_size; /* networks */
	double n;          /* random networks drawn */
	double share, low, high; /* of the space that is feasible */
	int nquantile;     /* 0 for no networks, else 2 at least */
	const double *quantile; /* (nquantile) of the scores, 0 to 1 */
	double mean;
	int nbest_of;
	const int *best_of; /* (nbest_of) numbers of draws */
	const double *best_expected; /* likewise */
	double evolved, best, bound; /* NAN = not known */
	bool optimal;
};

struct report_pair { /* two of them */
	int a, b; /* indices */
	double ks_d, ks_p, effect, u_p;
	const char *verdict, *best;
};

struct report_comparison {
	const char *score; /* its title */
	double limit[REPORT_BUDGETS]; /* NAN = none, or not common to all */
	int nspaces, npairs;
	struct report_space *space; /* (nspaces) */
	struct report_pair *pair;   /* (npairs) */
};

struct report { /* of runs, or a comparison of spaces */
	int nruns;
	struct report_run *run; /* (nruns) */
	const struct report_comparison *comparison; /* NULL = of runs */
};

struct svg;

/* A chart: one file, one row of a table. */
struct chart {
	const char *name;  /* of its file, NAME.svg */
	const char *title;
	bool half; /* two of them stand side by side where there is room */
	bool optional; /* a page without it says nothing of it */
	/* Why it cannot be drawn, as HTML, which the page shows in its place;
	 * NULL = it can. May be NULL. */
	const char *(*absent)(const struct report *r);
	void (*draw)(struct svg *s, const struct report *r);
	/* What one sees, as HTML. */
	void (*caption)(struct text *t, const struct report *r);
	/* The numbers of the chart as an HTML table. */
	void (*numbers)(struct text *t, const struct report *r);
};

/* The charts of a page, in its order; their number in *n. */
const struct chart *const *report_charts(const struct report *r, int *n);

/* Why a chart cannot be drawn; NULL = it can. */
const char *report_absent(const struct chart *c, const struct report *r);

/* The whole page. NAS_ENOMEM. */
enum nas_status report_page(struct text *t, const struct report *r,
			    struct nas_err *err) NAS_MUST_CHECK;

/* A chart as a file of its own, with its styles. */
void report_svg(struct text *t, const struct chart *c, const struct report *r);

/* A figure of a network by the budget that limits it. */
double report_figure(const struct cost *cost, enum report_budget b);

/* Fill step, nsteps and head_bytes from the architecture. */
enum nas_status report_count(struct report_network *net,
			     const struct memory_model *model,
			     struct arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

/* A file's first lines that mark it as made here, so that it may be
 * replaced. */
#define REPORT_MARK "<meta name=\"generator\" content=\"nas report\">"
#define REPORT_SVG_MARK "<!-- nas report -->"

#endif
