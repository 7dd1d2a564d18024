/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/pareto.h - nas pareto: the front of the score against one, two or
 * three budgets.
 *
 * A grid of budgets is laid from the least that any network needs to where the
 * score grows no more (pareto_range.c), each of its points is certified
 * (evolve/certify/certify_grid.h), and what is dominated is left out: a network
 * for which another one is known that scores no less and needs no more of any
 * of these budgets. Budgets of the config that are no axis hold for all points.
 *
 * Usage:
 *	struct pareto_axis axis[GRID_AXES] = { 0 };
 *	struct pareto front = { .axis = axis };
 *	status = pareto_over(&front, "flash_bytes", err);
 *	status = pareto_run(&front, &config, &env, err);
 *	status = pareto_write(&front, "front", &env, err);
 */
#ifndef NAS_RUN_PARETO_H
#define NAS_RUN_PARETO_H

#include "evolve/certify/certify_grid.h"
#include "nas/base/file.h"
#include "nas/form/number_slot.h"
#include "nas/run/config.h"
#include "nas/run/env.h"
#include "nas/run/records.h"

#define PARETO_POINTS 2500 /* of the grid at most */
#define PARETO_MORE 1.1     /* what a step is stated for: 10 % more */

struct pareto_axis {
	char *name; /* key of the budget */
	int budget; /* enum nas_budget */
	double low, high;
	bool low_given, high_given; /* else found */
	int n;
	double *value; /* (n) ascending */
	struct nas_number_slot limit; /* of the config */
};

struct pareto_point { /* of the front */
	int cell; /* of the grid */
	struct nas_number_slot at_most[BUDGET_KINDS]; /* its budgets: of the axes */
	/* what 10 % more of each would add to the score, between the points of
	 * the grid; absent beyond its end */
	struct nas_number_slot more[BUDGET_KINDS];
	double upper_bound, gap;
	bool optimal;
	struct nas_network best;
};

enum pareto_why {
	PARETO_DOMINATED, PARETO_INFEASIBLE, PARETO_UNKNOWN, PARETO_STOPPED
};

struct pareto_gap { /* a point of the grid that is not of the front */
	struct nas_number_slot at_most[BUDGET_KINDS];
	int why;
	struct nas_number_slot score; /* best known there */
	struct nas_number_slot upper_bound;
	int by; /* dominated: the number of the point that does, from 1 */
};

struct pareto_more { /* exactly: a certificate of its own */
	char *budget;
	double limit, more; /* the config's, and 10 % more */
	double score, upper_bound;
	bool optimal;
	double gain; /* of the score */
};

struct pareto_base { /* at the config's own budgets */
	bool present;
	struct nas_number_slot at_most[BUDGET_KINDS];
	double score, upper_bound;
	bool optimal;
	int nmore;
	struct pareto_more *more; /* (nmore) of the axes that it limits */
};

struct pareto { /* pareto.json */
	int schema; /* the only choice */
	char *name, *score, *score_title;
	char *latency_by; /* the model and its error; NULL = none */
	int naxes;
	struct pareto_axis *axis; /* (naxes) */
	struct nas_number_slot limit[BUDGET_KINDS]; /* for all points */
	int points; /* of the grid */
	int npoints;
	struct pareto_point *point; /* in the order of the grid */
	int ngaps;
	struct pareto_gap *gap;
	struct pareto_base base;
	bool whole; /* it was not stopped */

	/* not in the file */
	int n;     /* points on each axis, at most */
	bool even; /* equal steps; else equal ratios */
	struct nas_grid grid;
	struct nas_problem problem; /* with the largest limits */
	struct nas_config config;   /* the same */
};

extern const struct form pareto_form;

/* The axes from "flash_bytes=200kB..1MB,sram_bytes": ends that are left out are
 * found. front->axis has room for GRID_AXES; an n of 0 becomes 21, 11 or 6 by
 * their number. NAS_EUSAGE, also for more than PARETO_POINTS. */
enum nas_status pareto_over(struct pareto *front, const char *text,
			    struct nas_err *err) NAS_MUST_CHECK;

/*
 * front   axes, n and even are given, the rest is made; it must stay where it
 *         is
 * Returns NAS_EINFEASIBLE when no network is inside the budgets at the ends of
 * the axes, NAS_EINPUT for a score that has no bound, an axis that needs a
 * latency_model or has its ends the wrong way round, and for too many points.
 * A signal leaves a front that is not whole.
 */
enum nas_status pareto_run(struct pareto *front, const struct nas_config *config,
			   const struct nas_run_env *env, struct nas_err *err)
	NAS_MUST_CHECK;

/* NAS_EINTERRUPTED: it is not whole; NAS_ERUN: no point is settled. */
enum nas_status pareto_verdict(const struct pareto *front, struct nas_err *err)
	NAS_MUST_CHECK;

/* A budget that is counted in whole numbers. */
bool pareto_is_whole(int budget);

/* The best score known at a cell of the grid; NAN where none is. */
double pareto_score(const struct pareto *front, int cell);

/* What 10 % more of an axis adds to the score at a cell, between the points of
 * the grid; absent beyond its end. */
struct nas_number_slot pareto_more_at(const struct pareto *front, int cell,
				  int axis);

/* "63 of 121 points are on the front, all proven; 9 have no network, ..." */
void pareto_summary(struct nas_text *t, const struct pareto *front);

/* A row a point. */
void pareto_csv(struct nas_text *t, const struct pareto *front);

/* pareto.csv, networks.json (the points in order, for --pick N) and, last,
 * pareto.json. */
enum nas_status pareto_dir_write(const char *dir, const struct pareto *front,
				 struct nas_err *err) NAS_MUST_CHECK;

/* ---- pieces of it ---- */

/* A point with those limits of the axes. start: NULL = none. */
enum nas_status pareto_cell(struct nas_grid_cell *cell,
			    const struct pareto *front,
			    const double limit[GRID_AXES],
			    const struct nas_genome *start,
			    const struct nas_grid_options *o, int threads,
			    struct nas_err *err) NAS_MUST_CHECK;

/* The ends of the axes that are not given, and front->problem. */
enum nas_status pareto_ranges(struct pareto *front,
			      const struct nas_grid_options *o,
			      const struct nas_run_env *env,
			      struct nas_err *err) NAS_MUST_CHECK;

/* The values between the ends. */
enum nas_status pareto_values(struct pareto_axis *axis, int n, bool even,
			      struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

/* Points and gaps from the grid. */
enum nas_status pareto_front(struct pareto *front, struct nas_arena *arena,
			     struct nas_err *err) NAS_MUST_CHECK;

#endif
