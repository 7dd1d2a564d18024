/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/report/report.h - pictures of finished runs: one page, its charts.
 *
 * What is drawn are the records of nas/run, as a search leaves them or as they
 * are read from its folder; so an old run can be drawn again. The same records
 * give the same bytes.
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
#include "nas/run/compare.h"
#include "nas/run/config.h"
#include "nas/run/history.h"
#include "nas/run/pareto.h"
#include "nas/run/records.h"

struct report_network { /* a network and what is drawn of it */
	int rank; /* 1 = best; 0 = the least violating of an infeasible run */
	const struct nas_network *of;
	const char *structure, *bits; /* one line each */
	int nsteps;
	/* (nsteps) counted again from the architecture */
	struct nas_step *step;
	double head_bytes;     /* of the classifier */
	const struct nas_latency *latency; /* of its run; NULL = none */
};

struct report_run {
	const char *dir;   /* as given */
	const char *label; /* short and distinct: legends */
	const struct nas_config *config;
	const struct nas_result *result;
	const struct history *history;
	const struct nas_meta *meta; /* NULL = times are left out */

	/* made from them */
	double limit[BUDGET_KINDS]; /* INFINITY = none */
	const char *space;     /* a few lines: stages and choices */
	const char *space_key; /* equal for equal spaces and scores */
	int nbest; /* 1 with rank 0 for an infeasible run */
	struct report_network *best;
};

struct report { /* of runs, or a comparison of spaces */
	int nruns;
	struct report_run *run; /* (nruns) */
	const struct nas_comparison *comparison; /* NULL = of runs */
	const struct pareto *pareto; /* a front: nas/report/pareto_page.h */
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
	void (*caption)(struct nas_text *t, const struct report *r);
	/* The numbers of the chart as an HTML table. */
	void (*numbers)(struct nas_text *t, const struct report *r);
};

/* The charts of a page, in its order; their number in *n. */
const struct chart *const *report_charts(const struct report *r, int *n);

/* Why a chart cannot be drawn; NULL = it can. */
const char *report_absent(const struct chart *c, const struct report *r);

/* The whole page. NAS_ENOMEM. */
enum nas_status report_page(struct nas_text *t, const struct report *r,
			    struct nas_err *err) NAS_MUST_CHECK;

/* A chart as a file of its own, with its styles. */
void report_svg(struct nas_text *t, const struct chart *c,
		const struct report *r);

/*
 * The same as files. What nas report has not made is replaced only by force:
 * NAS_EIO. charts: all that can be drawn, NAME.svg in dir, which is made; how
 * many they are in *written.
 */
enum nas_status report_write_page(const struct report *r, const char *path,
				  bool force, struct nas_err *err)
	NAS_MUST_CHECK;
enum nas_status report_write_chart(const struct chart *c,
				   const struct report *r, const char *dir,
				   bool force, struct nas_err *err)
	NAS_MUST_CHECK;
enum nas_status report_write_charts(int *written, const struct report *r,
				    const char *dir, bool force,
				    struct nas_err *err) NAS_MUST_CHECK;

/* A figure of a network by the budget that limits it. */
double report_figure(const struct nas_network *net,
		     const struct nas_budget_kind *b);

/* Fill step, nsteps and head_bytes from the architecture. */
enum nas_status report_count(struct report_network *net,
			     const struct nas_memory_model *model,
			     struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

/* A file's first lines that mark it as made here, so that it may be
 * replaced. */
#define REPORT_MARK "<meta name=\"generator\" content=\"nas report\">"
#define REPORT_SVG_MARK "<!-- nas report -->"

#endif
