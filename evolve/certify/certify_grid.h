/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evolve/certify/certify_grid.h - the best score at each point of a grid of
 * budgets: one certificate for each, but for those that others answer.
 *
 * The ends of the axes come first, then middles between what is there, and so
 * on: a grid that is cut short is a coarse one. Of a point
 *
 * - the best network known that is inside its budgets is where its certificate
 *   starts: the answer of a smaller point, or of a larger one that needs less;
 * - no network scores more than what is proven of a point with no smaller
 *   budgets. Where such a network is known, nothing is left to prove; where
 *   such a point has no network, this has none.
 *
 * Points are dealt with in bundles of GRID_BUNDLE, by as many threads; what a
 * bundle is given does not depend on the threads, and neither do the answers.
 *
 * Usage:
 *	struct nas_grid grid = { .naxes = 1, .axis = { { RES_FLASH, 3, flash } } };
 *	struct nas_grid_options o = { .certify = &config.certificate };
 *	status = certify_grid(&grid, &problem, &o, threads, &arena, err);
 *	grid.cell[2].score                       at the largest budget
 */
#ifndef EVOLVE_CERTIFY_CERTIFY_GRID_H
#define EVOLVE_CERTIFY_CERTIFY_GRID_H

#include "evolve/certify/certify.h"

#define GRID_AXES 3
#define GRID_BUNDLE 16

struct nas_grid_axis {
	enum nas_budget budget;
	int n;
	const double *value; /* (n) ascending */
};

enum nas_grid_state {
	GRID_MISSING,    /* stopped before it */
	GRID_FOUND,      /* a network and a bound */
	GRID_INFEASIBLE, /* proven: no network */
	GRID_UNKNOWN     /* a limit was reached before there was a network or
			  * a bound */
};

struct nas_grid_cell {
	enum nas_grid_state state;
	double budget[GRID_AXES];
	double score, upper_bound; /* upper_bound: INFINITY = none */
	bool optimal;              /* proven, to 1e-9 relative */
	bool taken; /* answered by another point, no certificate of its own */
	struct nas_genome best;
	struct nas_total total; /* of best */
};

struct nas_grid {
	int naxes;
	struct nas_grid_axis axis[GRID_AXES];
	int n, done;                /* done: of n that were looked at */
	struct nas_grid_cell *cell; /* (n) the last axis fastest */
};

struct nas_grid_options {
	const struct nas_certify_options *certify; /* of each point */
	/* A network of a problem that a certificate could not close; false:
	 * none. Called by several threads. NULL: no such thing. */
	bool (*search)(void *context, const struct nas_problem *problem,
		       struct nas_genome *best);
	/* Called from the thread that asked. May be NULL. */
	void (*progress)(void *context, int done, int of);
	void *context;
};

/*
 * One certificate with other limits: what a point of a grid is.
 * problem  [in]  with the limits of the point; each limit of the grid's axes
 *                was finite when it was initialised
 * start    [in]  a network inside the budgets, or NULL
 * cell     [out] all but budget and taken
 * Errors as of certify.
 */
enum nas_status certify_cell(struct nas_grid_cell *cell,
			     const struct nas_problem *problem,
			     const struct nas_genome *start,
			     const struct nas_grid_options *options,
			     int threads, struct nas_err *err) NAS_MUST_CHECK;

/* All points: axes are given, the rest is made, in the arena. A stop leaves
 * points GRID_MISSING. Errors as of certify, and NAS_ENOMEM. */
enum nas_status certify_grid(struct nas_grid *grid,
			     const struct nas_problem *problem,
			     const struct nas_grid_options *options,
			     int threads, struct nas_arena *arena,
			     struct nas_err *err) NAS_MUST_CHECK;

/* Limits of the grid's axes as budgets. */
void grid_limit(const struct nas_grid *grid, const double limit[GRID_AXES],
		struct nas_budgets *budgets);

/* The cell's place on an axis; the cell that is by so many further on it. */
int grid_at(const struct nas_grid *grid, int cell, int axis);
int grid_step(const struct nas_grid *grid, int axis);

#endif
