/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/allocate_milp.h"

#include <math.h>

#include "nas/base/lp.h"

#define CUTS_MAX 100

struct milp {
	const struct groups *g;
	struct lp *lp;
	enum milp_goal goal;
	int budget;
	enum lp_kind kind;
	int *first;           /* (G) column of a group's first item */
	int *column;          /* (columns) scratch for a row */
	double *coef;
	double offset, unit;  /* value = offset + unit * objective */
	double use_unit[POLICY_COSTS_MAX];
	double t_unit;        /* of the factor on the budgets */
	int row[POLICY_COSTS_MAX]; /* (B) */
};

static double value_of(const struct milp *m, const struct item *it)
{
	if (m->goal == MILP_SCALE)
		return 0;
	return m->goal == MILP_USE ? it->use[m->budget] : it->loss;
}

static double least_value(const struct milp *m, const struct group *group,
			  double *spread)
{
	double low = value_of(m, &group->item[0]), high = low;

	for (int k = 1; k < group->n; k++) {
		low = fmin(low, value_of(m, &group->item[k]));
		high = fmax(high, value_of(m, &group->item[k]));
	}
	*spread = high - low;
	return low;
}

/* Of one item, more than 0. */
static double most_use(const struct groups *g, int b)
{
	double most = 0;

	for (int k = 0; k < g->n; k++)
		for (int i = 0; i < g->group[k].n; i++)
			most = fmax(most, g->group[k].item[i].use[b]);
	return most > 0 ? most : 1;
}

static void find_units(struct milp *m)
{
	const struct groups *g = m->g;
	double spread;

	m->unit = 0;
	for (int k = 0; k < g->n; k++) {
		m->offset += least_value(m, &g->group[k], &spread);
		m->unit = fmax(m->unit, spread);
	}
	if (!(m->unit > 0))
		m->unit = 1;
	for (int b = 0; b < g->nbudgets; b++)
		m->use_unit[b] = most_use(g, b);
	for (int b = 0; b < g->nbudgets; b++)
		if (g->limit[b] > 0)
			m->t_unit = fmax(m->t_unit,
					 m->use_unit[b] / g->limit[b]);
}

static void add_columns(struct milp *m)
{
	const struct groups *g = m->g;
	double ignored;

	for (int k = 0; k < g->n; k++) {
		const struct group *group = &g->group[k];
		double low = least_value(m, group, &ignored);

		m->first[k] = lp_columns(m->lp);
		for (int i = 0; i < group->n; i++)
			lp_add_column(m->lp, (value_of(m, &group->item[i]) -
					      low) / m->unit, 0, 1, m->kind);
	}
}

static void add_group_rows(struct milp *m)
{
	for (int k = 0; k < m->g->n; k++) {
		int n = m->g->group[k].n;

		for (int i = 0; i < n; i++) {
			m->column[i] = m->first[k] + i;
			m->coef[i] = 1;
		}
		lp_add_row(m->lp, 1, 1, n, m->column, m->coef);
	}
}

/* Sum of uses <= limit, or <= t limit. */
static void add_budget_row(struct milp *m, int b, int t)
{
	const struct groups *g = m->g;
	double unit = m->use_unit[b], limit = g->limit[b] / unit;
	int n = 0;

	for (int k = 0; k < g->n; k++)
		for (int i = 0; i < g->group[k].n; i++) {
			m->column[n] = m->first[k] + i;
			m->coef[n++] = g->group[k].item[i].use[b] / unit;
		}
	if (t >= 0) {
		m->column[n] = t;
		m->coef[n++] = -limit * m->t_unit;
		limit = 0;
	}
	m->row[b] = lp_add_row(m->lp, -HUGE_VAL, limit, n, m->column,
			       m->coef);
}

static void add_budget_rows(struct milp *m)
{
	int t = -1;

	if (m->goal == MILP_USE)
		return;
	if (m->goal == MILP_SCALE)
		t = lp_add_column(m->lp, 1, 0, HUGE_VAL, LP_REAL);
	for (int b = 0; b < m->g->nbudgets; b++)
		add_budget_row(m, b, t);
}

static int bits_of(const struct item *it, bool weights)
{
	return weights ? it->bits_w : it->bits_a;
}

/* Items of a with at least t bits, minus those of b, is at least 0. */
static void add_order_row(struct milp *m, int a, int b, bool weights, int t)
{
	const struct groups *g = m->g;
	int n = 0, sides[2] = { a, b };

	for (int s = 0; s < 2; s++) {
		const struct group *group = &g->group[sides[s]];

		for (int i = 0; i < group->n; i++) {
			if (bits_of(&group->item[i], weights) < t)
				continue;
			m->column[n] = m->first[sides[s]] + i;
			m->coef[n++] = s == 0 ? 1 : -1;
		}
	}
	lp_add_row(m->lp, 0, HUGE_VAL, n, m->column, m->coef);
}

/* One row a different number of bits of b. */
static void add_order(struct milp *m, int a, int b, bool weights)
{
	const struct group *group = &m->g->group[b];

	if (a == b)
		return;
	for (int i = 0; i < group->n; i++) {
		int t = bits_of(&group->item[i], weights);
		bool seen = false;

		for (int j = 0; j < i && !seen; j++)
			seen = bits_of(&group->item[j], weights) == t;
		if (!seen)
			add_order_row(m, a, b, weights, t);
	}
}

static void add_orders(struct milp *m)
{
	const struct policy_problem *p = m->g->problem;

	for (int k = 0; k < p->norders; k++) {
		int a = m->g->of[p->order[k].a], b = m->g->of[p->order[k].b];

		add_order(m, a, b, true);
		add_order(m, a, b, false);
	}
}

static enum nas_status build(struct milp *m, struct arena *arena,
			     struct nas_err *err)
{
	const struct groups *g = m->g;
	size_t columns = 1;

	for (int k = 0; k < g->n; k++)
		columns += (size_t)g->group[k].n;
	m->first = NAS_NEW(arena, int, (size_t)g->n);
	m->column = NAS_NEW(arena, int, columns);
	m->coef = NAS_NEW(arena, double, columns);
	m->lp = lp_new(LP_MIN);
	if (arena->failed || !m->lp)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the program");
	find_units(m);
	add_columns(m);
	add_group_rows(m);
	add_budget_rows(m);
	add_orders(m);
	return NAS_OK;
}

enum nas_status milp_relax(bool *feasible, double *bound, double *multiplier,
			   const struct groups *g, struct arena *arena,
			   struct nas_err *err)
{
	struct milp m = { .g = g, .goal = MILP_LOSS, .kind = LP_REAL };
	struct arena_mark mark = arena_mark(arena);
	struct lp_result result;

	if (build(&m, arena, err) == NAS_OK &&
	    lp_solve(m.lp, NULL, &result, err) == NAS_OK) {
		*feasible = result.status != LP_INFEASIBLE;
		if (result.status == LP_OPTIMAL) {
			*bound = m.offset + m.unit * result.bound;
			for (int b = 0; b < g->nbudgets; b++)
				multiplier[b] =
					fmax(0, -result.dual[m.row[b]]) *
					m.unit / m.use_unit[b];
		}
	}
	lp_free(m.lp);
	arena_rewind(arena, mark);
	return err->code;
}

static void take_items(const struct milp *m, const double *x, int *item)
{
	for (int k = 0; k < m->g->n; k++)
		for (int i = 0; i < m->g->group[k].n; i++)
			if (x[m->first[k] + i] > 0.5)
				item[k] = i;
}

/* GLPK lets a row pass its bound by a little more than we do: then that
 * answer is cut off and the rest is searched. */
static void cut_off(struct milp *m, const int *item)
{
	for (int k = 0; k < m->g->n; k++) {
		m->column[k] = m->first[k] + item[k];
		m->coef[k] = 1;
	}
	lp_add_row(m->lp, -HUGE_VAL, m->g->n - 1, m->g->n, m->column,
		   m->coef);
}

static enum nas_status search(struct milp *m, struct milp_answer *answer,
			      int *item, struct nas_err *err)
{
	double use[POLICY_COSTS_MAX];
	struct lp_result result;

	for (int cut = 0; cut < CUTS_MAX; cut++) {
		if (lp_solve(m->lp, NULL, &result, err) != NAS_OK)
			return err->code;
		answer->found = result.x != NULL;
		if (!result.x)
			return NAS_OK;
		take_items(m, result.x, item);
		answer->value = m->offset + m->unit * result.objective;
		answer->bound = m->offset + m->unit * result.bound;
		if (m->goal != MILP_LOSS || groups_use(m->g, item, use))
			return NAS_OK;
		cut_off(m, item);
	}
	return nas_fail(err, NAS_ENUM, "the budgets are met by rounding "
			"errors only");
}

enum nas_status milp_solve(struct milp_answer *answer, const struct groups *g,
			   enum milp_goal goal, int budget, int *item,
			   struct arena *arena, struct nas_err *err)
{
	struct milp m = { .g = g, .goal = goal, .budget = budget,
			  .kind = LP_INTEGER };
	struct arena_mark mark = arena_mark(arena);

	answer->found = false;
	if (build(&m, arena, err) == NAS_OK)
		(void)!search(&m, answer, item, err);
	lp_free(m.lp);
	arena_rewind(arena, mark);
	return err->code;
}
