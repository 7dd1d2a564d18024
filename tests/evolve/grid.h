/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/evolve/grid.h - random grids of budgets over small spaces, and the
 * optimum of a point by enumeration.
 */
#ifndef TESTS_EVOLVE_GRID_H
#define TESTS_EVOLVE_GRID_H

#include "evolve/certify/certify_grid.h"
#include "tests/evolve/small_space.h"

static inline int grid_by_value(const void *x, const void *y)
{
	double p = *(const double *)x, q = *(const double *)y;

	return (p > q) - (p < q);
}

/* The values of an axis: what random networks need of the budget, a little
 * more or less. */
static inline void grid_axis(struct nas_grid_axis *axis, struct small *sm,
			     struct rng *rng, struct nas_arena *arena)
{
	struct nas_space_sampler sampler;
	struct nas_err err = { 0 };
	struct nas_genome g;
	struct nas_total t;
	int most = 2 + small_draw(rng, 5), n = 0;
	double *value = NAS_NEW(arena, double, (size_t)most);

	CHECK_OK(space_sampler_init(&sampler, &sm->space, arena, &err), &err);
	for (int i = 0; i < most; i++) {
		space_sample(&sampler, &g, rng);
		problem_evaluate(&sm->problem, &g, &t);
		value[i] = total_figure(&t, axis->budget) *
			   (1 - 0.1 * small_draw(rng, 3));
	}
	qsort(value, (size_t)most, sizeof(*value), grid_by_value);
	for (int i = 0; i < most; i++)
		if (n == 0 || value[i] > value[n - 1])
			value[n++] = value[i];
	axis->n = n;
	axis->value = value;
}

/* A space, and one to three axes of a grid that is not yet solved; the
 * problem's limits are the axes' last values. */
static inline void grid_make(struct nas_grid *grid, struct small *sm,
			     struct rng *rng, double most,
			     struct nas_arena *arena)
{
	struct nas_err err = { 0 };

	memset(grid, 0, sizeof(*grid));
	small_make(sm, rng, most, arena);
	sm->budgets.sram_bytes = fmin(sm->budgets.sram_bytes, 1e18);
	CHECK_OK(problem_init(&sm->problem, &sm->space, &sm->budgets, sm->def,
			      &sm->score, arena, &err), &err);
	grid->naxes = 1 + small_draw(rng, GRID_AXES);
	for (int a = 0; a < grid->naxes; a++) {
		bool twice;

		do {
			twice = false;
			grid->axis[a].budget =
				(enum nas_budget)small_draw(rng, RESOURCES + 1);
			for (int b = 0; b < a; b++)
				twice = twice || grid->axis[b].budget ==
							 grid->axis[a].budget;
		} while (twice);
		grid_axis(&grid->axis[a], sm, rng, arena);
	}
	for (int a = 0; a < grid->naxes; a++)
		*budget_limit(&sm->budgets, grid->axis[a].budget) =
			grid->axis[a].value[grid->axis[a].n - 1];
	CHECK_OK(problem_init(&sm->problem, &sm->space, &sm->budgets, sm->def,
			      &sm->score, arena, &err), &err);
}

/* The best score with those limits, which the problem has then. */
static inline double grid_enumerate(struct small *sm,
				    const struct nas_grid *grid,
				    const double limit[GRID_AXES])
{
	grid_limit(grid, limit, &sm->problem.budgets);
	return small_enumerate(sm);
}

#endif
