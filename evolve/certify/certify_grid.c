/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Certificates over a grid of budgets. */
#include "evolve/certify/certify_grid.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "nas/base/clock.h"
#include "nas/base/parallel.h"

/* Bounds are rounded outwards by 1e-9 (certify.c). */
#define MET 2e-9

int grid_step(const struct nas_grid *grid, int axis)
{
	int step = 1;

	for (int a = grid->naxes - 1; a > axis; a--)
		step *= grid->axis[a].n;
	return step;
}

int grid_at(const struct nas_grid *grid, int cell, int axis)
{
	return cell / grid_step(grid, axis) % grid->axis[axis].n;
}

void grid_limit(const struct nas_grid *grid, const double limit[GRID_AXES],
		struct nas_budgets *budgets)
{
	for (int a = 0; a < grid->naxes; a++)
		*budget_limit(budgets, grid->axis[a].budget) = limit[a];
}

static bool meets(const struct nas_grid_cell *cell)
{
	return cell->upper_bound - cell->score <= MET * fabs(cell->score);
}

/* ---- one point ----------------------------------------------------------- */

/* What its score and its bound say together. */
static void settle(struct nas_grid_cell *cell)
{
	if (cell->upper_bound == -HUGE_VAL)
		cell->state = GRID_INFEASIBLE;
	else if (isfinite(cell->score) && isfinite(cell->upper_bound))
		cell->state = GRID_FOUND;
	else
		cell->state = GRID_UNKNOWN;
	if (cell->state == GRID_FOUND && meets(cell))
		cell->optimal = true;
}

static void adopt(struct nas_grid_cell *cell, const struct nas_certificate *c,
		  const struct nas_problem *problem)
{
	if (c->status == CERTIFY_INFEASIBLE)
		cell->upper_bound = cell->score = -HUGE_VAL;
	if (c->status == CERTIFY_BOUND)
		cell->upper_bound = fmin(cell->upper_bound, c->upper_bound);
	if (isfinite(c->score) && c->score > cell->score) {
		cell->score = c->score;
		cell->best = c->best;
		problem_evaluate(problem, &cell->best, &cell->total);
	}
	cell->optimal = c->optimal;
	settle(cell);
}

enum nas_status certify_cell(struct nas_grid_cell *cell,
			     const struct nas_problem *problem,
			     const struct nas_genome *start,
			     const struct nas_grid_options *o, int threads,
			     struct nas_err *err)
{
	struct nas_certificate c;
	struct nas_genome better;

	cell->score = -HUGE_VAL;
	cell->upper_bound = HUGE_VAL;
	cell->optimal = false;
	if (certify(&c, problem, start, o->certify, threads, NULL, err))
		return err->code;
	adopt(cell, &c, problem);
	if (cell->state == GRID_INFEASIBLE || cell->optimal || !o->search ||
	    stop_requested() || !o->search(o->context, problem, &better))
		return NAS_OK;
	if (certify(&c, problem, &better, o->certify, threads, NULL, err))
		return err->code;
	adopt(cell, &c, problem);
	return NAS_OK;
}

/* ---- what other points say of one ---------------------------------------- */

static bool fits(const struct nas_grid *grid, const struct nas_grid_cell *from,
		 const struct nas_grid_cell *to)
{
	for (int a = 0; a < grid->naxes; a++)
		if (!budget_met(total_figure(&from->total, grid->axis[a].budget),
				to->budget[a]))
			return false;
	return true;
}

static bool is_within(const struct nas_grid *grid,
		      const struct nas_grid_cell *small,
		      const struct nas_grid_cell *large)
{
	for (int a = 0; a < grid->naxes; a++)
		if (small->budget[a] > large->budget[a])
			return false;
	return true;
}

/* The best known score of its budgets, and the least that is proven of them.
 */
static void look_around(const struct nas_grid *grid,
			const struct nas_grid_cell *cell,
			const struct nas_grid_cell **floor, double *ceiling)
{
	*floor = NULL;
	*ceiling = HUGE_VAL;
	for (int i = 0; i < grid->n; i++) {
		const struct nas_grid_cell *c = &grid->cell[i];

		if (c->state == GRID_MISSING || c == cell)
			continue;
		if (isfinite(c->score) &&
		    (!*floor || c->score > (*floor)->score) &&
		    fits(grid, c, cell))
			*floor = c;
		if (c->upper_bound < *ceiling && is_within(grid, cell, c))
			*ceiling = c->upper_bound;
	}
}

/* True where nothing is left to prove. */
static bool take(struct nas_grid_cell *cell, const struct nas_grid_cell *floor,
		 double ceiling)
{
	if (ceiling == -HUGE_VAL) {
		cell->state = GRID_INFEASIBLE;
		cell->score = cell->upper_bound = -HUGE_VAL;
	} else if (floor && ceiling - floor->score <= MET * fabs(floor->score)) {
		cell->state = GRID_FOUND;
		cell->score = floor->score;
		cell->upper_bound = ceiling;
		cell->optimal = true;
		cell->best = floor->best;
		cell->total = floor->total;
	}
	cell->taken = cell->state != GRID_MISSING;
	return cell->taken;
}

/* ---- the order ------------------------------------------------------------ */

/* After how many halvings index i of n is a middle; the ends at once. */
static int level_on_axis(int i, int n)
{
	int low = 0, high = n - 1, level = 1;

	if (i == low || i == high)
		return 0;
	for (;; level++) {
		int middle = (low + high) / 2;

		if (i == middle)
			return level;
		if (i < middle)
			high = middle;
		else
			low = middle;
	}
}

struct turn {
	int level, cell;
};

static int by_level(const void *x, const void *y)
{
	const struct turn *p = x, *q = y;

	return p->level != q->level ? p->level - q->level : p->cell - q->cell;
}

static struct turn *make_order(const struct nas_grid *grid,
			       struct nas_arena *arena)
{
	struct turn *turn = NAS_NEW(arena, struct turn, (size_t)grid->n);

	for (int i = 0; turn && i < grid->n; i++) {
		turn[i] = (struct turn){ 0, i };
		for (int a = 0; a < grid->naxes; a++) {
			int level = level_on_axis(grid_at(grid, i, a),
						  grid->axis[a].n);

			if (level > turn[i].level)
				turn[i].level = level;
		}
	}
	if (turn)
		qsort(turn, (size_t)grid->n, sizeof(*turn), by_level);
	return turn;
}

/* ---- a bundle ------------------------------------------------------------- */

struct bundle {
	struct nas_grid *grid;
	const struct nas_problem *problem;
	const struct nas_grid_options *o;
	int threads; /* of each certificate */
	int n;
	int at[GRID_BUNDLE];
	const struct nas_grid_cell *floor[GRID_BUNDLE];
	struct nas_grid_cell made[GRID_BUNDLE];
	enum nas_status status[GRID_BUNDLE];
};

static enum nas_status solve(struct bundle *b, int i, struct nas_err *err)
{
	struct nas_problem problem = *b->problem;
	struct nas_grid_cell *cell = &b->made[i];

	grid_limit(b->grid, cell->budget, &problem.budgets);
	return certify_cell(cell, &problem,
			    b->floor[i] ? &b->floor[i]->best : NULL, b->o,
			    b->threads, err);
}

static void work(void *context, int i)
{
	struct bundle *b = context;
	struct nas_err err = { 0 };

	if (!stop_requested())
		b->status[i] = solve(b, i, &err);
	if (parallel_is_caller() && b->o->progress)
		b->o->progress(b->o->context, b->grid->done + i, b->grid->n);
}

/* Solve what the bundle holds, and put it where others see it. */
static enum nas_status run_bundle(struct bundle *b, int threads,
				  struct nas_err *err)
{
	int side = threads < b->n ? threads : b->n;

	b->threads = side ? threads / side : 1;
	parallel_for(b->n, side, work, b);
	for (int i = 0; i < b->n; i++) {
		/* again, for its message */
		if (b->status[i] != NAS_OK && solve(b, i, err) != NAS_OK)
			return err->code;
		if (stop_requested() && !b->made[i].optimal)
			continue; /* not all of it was done */
		b->grid->cell[b->at[i]] = b->made[i];
		b->grid->done++;
	}
	b->n = 0;
	return NAS_OK;
}

static enum nas_status run_order(struct nas_grid *grid,
				 const struct turn *turn, struct bundle *b,
				 int threads, struct nas_err *err)
{
	for (int i = 0; i < grid->n && !stop_requested(); i++) {
		struct nas_grid_cell *cell = &grid->cell[turn[i].cell];
		const struct nas_grid_cell *floor;
		double ceiling;

		look_around(grid, cell, &floor, &ceiling);
		if (take(cell, floor, ceiling)) {
			grid->done++;
		} else {
			b->at[b->n] = turn[i].cell;
			b->floor[b->n] = floor;
			b->made[b->n] = *cell;
			b->status[b->n++] = NAS_OK;
		}
		if ((b->n == GRID_BUNDLE || i == grid->n - 1 ||
		     turn[i + 1].level != turn[i].level) &&
		    run_bundle(b, threads, err) != NAS_OK)
			return err->code;
	}
	return NAS_OK;
}

/* The bound of the next larger budget of an axis; INFINITY: none. */
static double bound_above(const struct nas_grid *grid, int cell, int axis)
{
	const struct nas_grid_cell *next =
		&grid->cell[cell] + grid_step(grid, axis);

	return grid_at(grid, cell, axis) + 1 < grid->axis[axis].n &&
			       next->state != GRID_MISSING
		       ? next->upper_bound : HUGE_VAL;
}

/* What is proven of larger budgets holds for smaller ones. */
static void make_monotone(struct nas_grid *grid)
{
	for (int i = grid->n - 1; i >= 0; i--) {
		struct nas_grid_cell *c = &grid->cell[i];

		if (c->state == GRID_MISSING)
			continue;
		for (int a = 0; a < grid->naxes; a++)
			c->upper_bound = fmin(c->upper_bound,
					      bound_above(grid, i, a));
		c->upper_bound = fmax(c->upper_bound, c->score);
		settle(c);
	}
}

enum nas_status certify_grid(struct nas_grid *grid,
			     const struct nas_problem *problem,
			     const struct nas_grid_options *options,
			     int threads, struct nas_arena *arena,
			     struct nas_err *err)
{
	struct bundle *b = NAS_NEW(arena, struct bundle, 1);
	struct turn *turn;

	grid->n = grid->naxes ? grid->axis[0].n * grid_step(grid, 0) : 0;
	grid->done = 0;
	grid->cell = NAS_NEW(arena, struct nas_grid_cell, (size_t)grid->n);
	turn = make_order(grid, arena);
	if (!b || !grid->cell || !turn)
		return nas_fail(err, NAS_ENOMEM, "out of memory for %d points",
				grid->n);
	for (int i = 0; i < grid->n; i++)
		for (int a = 0; a < grid->naxes; a++)
			grid->cell[i].budget[a] =
				grid->axis[a].value[grid_at(grid, i, a)];
	*b = (struct bundle){ .grid = grid, .problem = problem, .o = options };
	if (run_order(grid, turn, b, threads, err) != NAS_OK)
		return err->code;
	make_monotone(grid);
	return NAS_OK;
}
