/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a grid of certificates to the front: what is dominated is left out. */
#include <math.h>

#include "nas/run/pareto.h"

#define SAME 1e-9 /* of scores, relative: a certificate proves no more */
#define NOISE 1e-12 /* of sums in another order */

/* A network of x makes that of y needless. Of equal ones the first stays. */
static bool dominates(const struct pareto *f, int x, int y)
{
	const struct nas_grid_cell *p = &f->grid.cell[x], *q = &f->grid.cell[y];
	double tol = SAME * fabs(q->score);
	bool less = p->score > q->score + tol;

	if (x == y || p->state != GRID_FOUND || p->score < q->score - tol)
		return false;
	for (int a = 0; a < f->naxes; a++) {
		enum nas_budget b = f->grid.axis[a].budget;
		double u = total_figure(&p->total, b);
		double v = total_figure(&q->total, b);

		if (u > v + NOISE * fabs(v))
			return false;
		less = less || u < v - NOISE * fabs(v);
	}
	return less || x < y;
}

static bool is_dominated(const struct pareto *f, int cell)
{
	for (int i = 0; i < f->grid.n; i++)
		if (dominates(f, i, cell))
			return true;
	return false;
}

/* The score with 10 % more of an axis: between the points of the grid, by the
 * logarithm of the budget. */
struct nas_number_slot pareto_more_at(const struct pareto *f, int cell, int axis)
{
	const struct pareto_axis *a = &f->axis[axis];
	int at = grid_at(&f->grid, cell, axis), step = grid_step(&f->grid, axis);
	double more = PARETO_MORE * a->value[at], part;

	for (int i = at + 1; i < a->n; i++) {
		double low = pareto_score(f, cell + (i - 1 - at) * step);
		double high = pareto_score(f, cell + (i - at) * step);

		if (a->value[i] < more)
			continue;
		part = log(more / a->value[i - 1]) /
		       log(a->value[i] / a->value[i - 1]);
		return number_slot(low + part * (high - low) -
				   pareto_score(f, cell));
	}
	return (struct nas_number_slot){ 0 };
}

static enum nas_status make_network(struct pareto *f, struct pareto_point *p,
				    int number, struct nas_arena *arena,
				    struct nas_err *err)
{
	const struct nas_grid_cell *c = &f->grid.cell[p->cell];
	struct nas_problem problem = f->problem;
	char name[256];

	grid_limit(&f->grid, c->budget, &problem.budgets);
	if (network_make(&p->best, &problem, &c->best, arena, err) != NAS_OK)
		return err->code;
	snprintf(name, sizeof(name), "%.200s-%03d", f->name, number);
	p->best.arch.name = arena_strdup(arena, name);
	if (!p->best.arch.name)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the front");
	return NAS_OK;
}

static void set_budgets(const struct pareto *f, int cell,
			struct nas_number_slot at_most[BUDGET_KINDS])
{
	for (int a = 0; a < f->naxes; a++)
		at_most[f->axis[a].budget] =
			number_slot(f->grid.cell[cell].budget[a]);
}

static enum nas_status add_point(struct pareto *f, int cell,
				 struct nas_arena *arena, struct nas_err *err)
{
	const struct nas_grid_cell *c = &f->grid.cell[cell];
	struct pareto_point *p = &f->point[f->npoints++];

	p->cell = cell;
	p->upper_bound = c->upper_bound;
	p->gap = fmax(c->upper_bound - c->score, 0) / fmax(fabs(c->score), 1e-300);
	p->optimal = c->optimal;
	set_budgets(f, cell, p->at_most);
	for (int a = 0; a < f->naxes; a++)
		p->more[f->axis[a].budget] = pareto_more_at(f, cell, a);
	return make_network(f, p, f->npoints, arena, err);
}

/* Of the points, the first whose network makes the cell's needless. */
static int dominated_by(const struct pareto *f, int cell)
{
	for (int i = 0; i < f->npoints; i++)
		if (dominates(f, f->point[i].cell, cell))
			return i + 1;
	return 0;
}

static void add_gap(struct pareto *f, int cell)
{
	static const int why[] = {
		[GRID_MISSING] = PARETO_STOPPED, [GRID_FOUND] = PARETO_DOMINATED,
		[GRID_INFEASIBLE] = PARETO_INFEASIBLE,
		[GRID_UNKNOWN] = PARETO_UNKNOWN,
	};
	const struct nas_grid_cell *c = &f->grid.cell[cell];
	struct pareto_gap *g = &f->gap[f->ngaps++];

	g->why = why[c->state];
	set_budgets(f, cell, g->at_most);
	if (c->state != GRID_FOUND && c->state != GRID_UNKNOWN)
		return;
	g->score = number_slot(c->score);
	g->upper_bound = number_slot(c->upper_bound);
	g->by = c->state == GRID_FOUND ? dominated_by(f, cell) : 0;
}

enum nas_status pareto_front(struct pareto *f, struct nas_arena *arena,
			     struct nas_err *err)
{
	size_t n = (size_t)f->grid.n;
	bool *out = NAS_NEW(arena, bool, n);

	f->point = NAS_NEW(arena, struct pareto_point, n);
	f->gap = NAS_NEW(arena, struct pareto_gap, n);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the front");
	for (int i = 0; i < f->grid.n; i++) {
		out[i] = f->grid.cell[i].state != GRID_FOUND ||
			 is_dominated(f, i);
		if (!out[i] && add_point(f, i, arena, err) != NAS_OK)
			return err->code;
	}
	for (int i = 0; i < f->grid.n; i++)
		if (out[i])
			add_gap(f, i);
	return NAS_OK;
}

static void add_count(struct nas_text *t, int n, const char *one,
		      const char *many)
{
	if (n > 0)
		text_addf(t, "; %d %s", n, n == 1 ? one : many);
}

void pareto_summary(struct nas_text *t, const struct pareto *f)
{
	int count[PARETO_STOPPED + 1] = { 0 }, open = 0;
	double gap = 0;

	for (int i = 0; i < f->npoints; i++) {
		open += !f->point[i].optimal;
		gap = fmax(gap, f->point[i].gap);
	}
	for (int i = 0; i < f->ngaps; i++)
		count[f->gap[i].why]++;
	text_addf(t, "%d of %d points are on the front", f->npoints, f->points);
	if (open)
		text_addf(t, ", %d not proven optimal, their gap at most %.2g %%",
			  open, 100 * gap);
	else if (f->npoints)
		text_add(t, ", all proven optimal");
	add_count(t, count[PARETO_DOMINATED],
		  "is dominated: as much is had for less",
		  "are dominated: as much is had for less");
	add_count(t, count[PARETO_INFEASIBLE], "allows no network",
		  "allow no network");
	add_count(t, count[PARETO_UNKNOWN], "was not settled",
		  "were not settled");
	add_count(t, count[PARETO_STOPPED], "was not reached",
		  "were not reached");
}
