/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/base/lp.h"

#include <math.h>
#include <string.h>

#include "nas/base/lp_glpk.h"

struct lp {
	struct lp_model model;
	struct lp_glpk *glpk; /* the same program */
	bool rows_came; /* since the last answer: the dual simplex goes on */
	bool scaled;
};

struct lp *lp_new(enum lp_sense sense)
{
	struct lp *lp = calloc(1, sizeof(*lp));

	if (!lp)
		return NULL;
	lp->model.sense = sense;
	lp->glpk = lp_glpk_new(sense);
	if (!lp->glpk) {
		free(lp);
		return NULL;
	}
	return lp;
}

void lp_free(struct lp *lp)
{
	if (!lp)
		return;
	lp_glpk_free(lp->glpk);
	lp_model_free(&lp->model);
	free(lp);
}

int lp_columns(const struct lp *lp)
{
	return lp->model.columns;
}

int lp_rows(const struct lp *lp)
{
	return lp->model.rows;
}

int lp_add_column(struct lp *lp, double cost, double low, double high,
		  enum lp_kind kind)
{
	struct lp_model *m = &lp->model;

	if (!lp_model_add_column(m, cost, low, high, kind) ||
	    !lp_glpk_add_column(lp->glpk, &m->column[m->columns - 1]))
		return -1;
	return m->columns - 1;
}

int lp_add_row(struct lp *lp, double low, double high, int n,
	       const int *column, const double *coef)
{
	struct lp_model *m = &lp->model;

	if (!lp_model_add_row(m, low, high) ||
	    !lp_model_add_coefs(m, m->rows - 1, -1, n, column, coef) ||
	    !lp_glpk_add_row(lp->glpk, &m->row[m->rows - 1], n, column, coef))
		return -1;
	lp->rows_came = true;
	return m->rows - 1;
}

int lp_add_column_in_rows(struct lp *lp, double cost, double low, double high,
			  int n, const int *row, const double *coef)
{
	int j = lp_add_column(lp, cost, low, high, LP_REAL);

	if (j < 0 || !lp_model_add_coefs(&lp->model, -1, j, n, row, coef) ||
	    !lp_glpk_fill_column(lp->glpk, j, n, row, coef))
		return -1;
	return j;
}

void lp_set_cost(struct lp *lp, int column, double cost)
{
	struct lp_model *m = &lp->model;

	if (!lp_model_index(m, column, m->columns, "column") ||
	    !lp_model_finite(m, cost))
		return;
	m->column[column].cost = cost;
	lp_glpk_set_cost(lp->glpk, column, cost);
}

void lp_set_column_bounds(struct lp *lp, int column, double low, double high)
{
	struct lp_model *m = &lp->model;

	if (lp_model_index(m, column, m->columns, "column") &&
	    lp_model_column_bounds(m, &m->column[column], low, high))
		lp_glpk_set_column(lp->glpk, column, &m->column[column]);
}

void lp_set_row_bounds(struct lp *lp, int row, double low, double high)
{
	struct lp_model *m = &lp->model;

	if (!lp_model_index(m, row, m->rows, "row") ||
	    !lp_model_bounds(m, low, high))
		return;
	m->row[row].low = low;
	m->row[row].high = high;
	lp_glpk_set_row(lp->glpk, row, &m->row[row]);
	lp->rows_came = true;
}

static double no_bound(const struct lp_model *m)
{
	return m->sense == LP_MIN ? -HUGE_VAL : HUGE_VAL;
}

/* Of two values the one that is the worse objective, the safer bound. */
static double no_better(const struct lp_model *m, double a, double b)
{
	return m->sense == LP_MIN ? fmin(a, b) : fmax(a, b);
}

/* x and duals of a GLPK "optimal" hold, and prove each other. */
static bool accept_simplex(struct lp *lp, struct lp_result *result)
{
	struct lp_model *m = &lp->model;
	double bound, slack, size;

	if (!lp_model_check_x(m, false, &result->objective) ||
	    !lp_model_dual_bound(m, &bound, &size))
		return false;
	slack = LP_TOLERANCE * fmax(1, fabs(result->objective) + size);
	if (fabs(bound - result->objective) > slack)
		return false;
	result->bound = no_better(m, bound, result->objective);
	result->status = LP_OPTIMAL;
	result->x = m->x;
	result->dual = m->dual;
	result->reduced = m->reduced;
	return true;
}

/* True when the run ended in an answer that holds or needs no proof. */
static bool try_simplex(struct lp *lp, const struct lp_options *options,
			bool dual_first, struct lp_result *result)
{
	struct lp_glpk_result r;

	memset(result, 0, sizeof(*result));
	result->bound = no_bound(&lp->model);
	if (!lp_glpk_simplex(lp->glpk, options, dual_first, &r, lp->model.x,
			     lp->model.dual) ||
	    r.end == LP_GLPK_FAILED)
		return false;
	result->status = r.status;
	return r.status != LP_OPTIMAL || accept_simplex(lp, result);
}

/* From where the last solve stood; if that does not hold, from scratch. */
static enum nas_status solve_linear(struct lp *lp,
				    const struct lp_options *options,
				    struct lp_result *result,
				    struct nas_err *err)
{
	bool warm = lp->rows_came;

	if (!lp->scaled)
		lp_glpk_scale(lp->glpk);
	lp->scaled = true;
	lp->rows_came = false;
	if (try_simplex(lp, options, warm, result))
		return NAS_OK;
	lp_glpk_scale(lp->glpk);
	lp_glpk_restart(lp->glpk);
	if (try_simplex(lp, options, false, result))
		return NAS_OK;
	lp_glpk_restart(lp->glpk);
	if (try_simplex(lp, options, true, result))
		return NAS_OK;
	memset(result, 0, sizeof(*result));
	return nas_fail(err, NAS_ENUM,
			"linear program of %d rows, %d columns: the answer "
			"violates the constraints",
			lp->model.rows, lp->model.columns);
}

static bool gap_reached(const struct lp_options *options, double objective,
			double bound)
{
	double gap = fabs(objective - bound), size = fabs(objective);

	return gap <= options->gap * size || gap <= options->gap_abs ||
	       gap <= LP_TOLERANCE * fmax(1, size);
}

static enum nas_status accept_search(struct lp *lp,
				     const struct lp_glpk_result *r,
				     const struct lp_options *options,
				     struct lp_result *result,
				     struct nas_err *err)
{
	struct lp_model *m = &lp->model;

	memset(result, 0, sizeof(*result));
	result->bound = r->bound;
	result->status = r->status;
	if (r->status != LP_OPTIMAL && r->status != LP_FEASIBLE)
		return NAS_OK;
	if (!lp_model_check_x(m, true, &result->objective))
		return nas_fail(err, NAS_ENUM,
				"integer program of %d rows, %d columns: the "
				"answer violates the constraints",
				m->rows, m->columns);
	result->x = m->x;
	if (r->status == LP_OPTIMAL)
		result->bound = result->objective;
	result->bound = no_better(m, result->bound, result->objective);
	result->status = gap_reached(options, result->objective, result->bound)
				 ? LP_OPTIMAL
				 : LP_FEASIBLE;
	return NAS_OK;
}

/* The relaxation gives the first bound and the basis of the search. */
static enum nas_status solve_integer(struct lp *lp,
				     const struct lp_options *options,
				     struct lp_result *result,
				     struct nas_err *err)
{
	struct lp_glpk_result r = { .bound = result->bound };

	if (!lp_glpk_search(lp->glpk, options, &r, lp->model.x) ||
	    r.end == LP_GLPK_FAILED) {
		memset(result, 0, sizeof(*result));
		return nas_fail(err, NAS_ENUM,
				"integer program of %d rows, %d columns: "
				"solver failed (%d)",
				lp->model.rows, lp->model.columns, r.code);
	}
	return accept_search(lp, &r, options, result, err);
}

/* What went wrong in GLPK says more than what followed from it. */
static enum nas_status say_lost(const struct lp *lp, enum nas_status status,
				struct nas_err *err)
{
	const char *why;
	enum nas_status fault = lp_glpk_fault(lp->glpk, &why);

	if (fault == NAS_OK)
		return status;
	memset(err, 0, sizeof(*err));
	return nas_fail(err, fault, "%s", why);
}

enum nas_status lp_solve(struct lp *lp, const struct lp_options *options,
			 struct lp_result *result, struct nas_err *err)
{
	static const struct lp_options defaults;
	enum nas_status status;

	memset(result, 0, sizeof(*result));
	if (!options)
		options = &defaults;
	if (!lp_model_answers(&lp->model) || lp->model.fault != NAS_OK)
		return nas_fail(err, lp->model.fault, "%s", lp->model.why);
	status = solve_linear(lp, options, result, err);
	if (status == NAS_OK && lp->model.integers > 0 &&
	    result->status == LP_OPTIMAL)
		status = solve_integer(lp, options, result, err);
	return say_lost(lp, status, err);
}
