/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/base/lp.h"

#include <float.h>
#include <limits.h>
#include <math.h>
#include <string.h>

#include <glpk.h>

#include "nas/base/lp_model.h"

struct lp {
	struct lp_model model;
	glp_prob *prob; /* the same program; GLPK counts from 1 */
	int *index;     /* (index_room) for GLPK's calls */
	double *value;
	int index_room;
	bool rows_came; /* since the last answer: the dual simplex goes on */
	bool scaled;
	const int *owner; /* identifies the thread */
};

/* GLPK frees its memory by thread; the last program of a thread does it. */
static _Thread_local int live;

struct lp *lp_new(enum lp_sense sense)
{
	struct lp *lp = calloc(1, sizeof(*lp));

	if (!lp)
		return NULL;
	lp->model.sense = sense;
	lp->prob = glp_create_prob();
	glp_term_out(GLP_OFF);
	glp_set_obj_dir(lp->prob, sense == LP_MIN ? GLP_MIN : GLP_MAX);
	lp->owner = &live;
	live++;
	return lp;
}

void lp_free(struct lp *lp)
{
	if (!lp)
		return;
	NAS_BUG_IF(lp->owner != &live);
	glp_delete_prob(lp->prob);
	lp_model_free(&lp->model);
	free(lp->index);
	free(lp->value);
	free(lp);
	if (--live == 0)
		glp_free_env();
}

int lp_columns(const struct lp *lp)
{
	return lp->model.columns;
}

int lp_rows(const struct lp *lp)
{
	return lp->model.rows;
}

static int bound_type(double low, double high)
{
	if (low == high)
		return GLP_FX;
	if (isfinite(low))
		return isfinite(high) ? GLP_DB : GLP_LO;
	return isfinite(high) ? GLP_UP : GLP_FR;
}

/* Copies with GLPK's indices; false when memory is out. */
static bool shift_indices(struct lp *lp, int n, const int *others,
			  const double *value)
{
	int i, *index;
	double *copy;

	if (n >= lp->index_room) {
		index = realloc(lp->index, (size_t)(n + 1) * sizeof(*index));
		if (index)
			lp->index = index;
		copy = realloc(lp->value, (size_t)(n + 1) * sizeof(*copy));
		if (copy)
			lp->value = copy;
		if (!index || !copy) {
			lp->model.fault = NAS_ENOMEM;
			return false;
		}
		lp->index_room = n + 1;
	}
	for (i = 0; i < n; i++) {
		lp->index[i + 1] = others[i] + 1;
		lp->value[i + 1] = value[i];
	}
	return true;
}

static void pass_bounds(struct lp *lp, int column)
{
	const struct lp_column *c = &lp->model.column[column];

	glp_set_col_bnds(lp->prob, column + 1, bound_type(c->low, c->high),
			 c->low, c->high);
}

int lp_add_column(struct lp *lp, double cost, double low, double high,
		  enum lp_kind kind)
{
	int j;

	NAS_BUG_IF(lp->owner != &live);
	if (!lp_model_add_column(&lp->model, cost, low, high, kind))
		return -1;
	j = glp_add_cols(lp->prob, 1);
	glp_set_obj_coef(lp->prob, j, cost);
	pass_bounds(lp, j - 1);
	glp_set_col_kind(lp->prob, j, kind == LP_INTEGER ? GLP_IV : GLP_CV);
	return j - 1;
}

int lp_add_row(struct lp *lp, double low, double high, int n,
	       const int *column, const double *coef)
{
	int i;

	NAS_BUG_IF(lp->owner != &live);
	if (!lp_model_add_row(&lp->model, low, high) ||
	    !lp_model_add_coefs(&lp->model, lp->model.rows - 1, -1, n, column,
				coef) ||
	    !shift_indices(lp, n, column, coef))
		return -1;
	i = glp_add_rows(lp->prob, 1);
	glp_set_row_bnds(lp->prob, i, bound_type(low, high), low, high);
	glp_set_mat_row(lp->prob, i, n, lp->index, lp->value);
	lp->rows_came = true;
	return i - 1;
}

int lp_add_column_in_rows(struct lp *lp, double cost, double low, double high,
			  int n, const int *row, const double *coef)
{
	int j = lp_add_column(lp, cost, low, high, LP_REAL);

	if (j < 0 ||
	    !lp_model_add_coefs(&lp->model, -1, j, n, row, coef) ||
	    !shift_indices(lp, n, row, coef))
		return -1;
	glp_set_mat_col(lp->prob, j + 1, n, lp->index, lp->value);
	return j;
}

void lp_set_cost(struct lp *lp, int column, double cost)
{
	struct lp_model *m = &lp->model;

	if (!lp_model_index(m, column, m->columns, "column") ||
	    !lp_model_finite(m, cost))
		return;
	m->column[column].cost = cost;
	glp_set_obj_coef(lp->prob, column + 1, cost);
}

void lp_set_column_bounds(struct lp *lp, int column, double low, double high)
{
	struct lp_model *m = &lp->model;

	if (!lp_model_index(m, column, m->columns, "column") ||
	    !lp_model_column_bounds(m, &m->column[column], low, high))
		return;
	pass_bounds(lp, column);
}

void lp_set_row_bounds(struct lp *lp, int row, double low, double high)
{
	struct lp_model *m = &lp->model;

	if (!lp_model_index(m, row, m->rows, "row") ||
	    !lp_model_bounds(m, low, high))
		return;
	m->row[row].low = low;
	m->row[row].high = high;
	glp_set_row_bnds(lp->prob, row + 1, bound_type(low, high), low, high);
	lp->rows_came = true;
}

static int milliseconds(double time_s)
{
	if (time_s <= 0 || time_s >= INT_MAX / 1000)
		return INT_MAX;
	return (int)ceil(1000 * time_s);
}

static int run_simplex(struct lp *lp, const struct lp_options *options,
		       int method)
{
	glp_smcp parameters;

	glp_init_smcp(&parameters);
	parameters.msg_lev = GLP_MSG_OFF;
	parameters.meth = method;
	parameters.tm_lim = milliseconds(options->time_s);
	if (options->iterations > 0)
		parameters.it_lim = options->iterations;
	return glp_simplex(lp->prob, &parameters);
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
	int i, j;

	for (j = 0; j < m->columns; j++)
		m->x[j] = glp_get_col_prim(lp->prob, j + 1);
	for (i = 0; i < m->rows; i++)
		m->dual[i] = glp_get_row_dual(lp->prob, i + 1);
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
			int method, struct lp_result *result)
{
	int code = run_simplex(lp, options, method);

	memset(result, 0, sizeof(*result));
	result->bound = no_bound(&lp->model);
	if (code == GLP_EITLIM || code == GLP_ETMLIM) {
		result->status = LP_UNKNOWN;
		return true;
	}
	if (code != 0)
		return false;
	switch (glp_get_status(lp->prob)) {
	case GLP_OPT:
		return accept_simplex(lp, result);
	case GLP_NOFEAS:
		result->status = LP_INFEASIBLE;
		return true;
	case GLP_UNBND:
		result->status = LP_UNBOUNDED;
		return true;
	default:
		return false;
	}
}

/* From where the last solve stood; if that does not hold, from scratch. */
static enum nas_status solve_linear(struct lp *lp,
				    const struct lp_options *options,
				    struct lp_result *result,
				    struct nas_err *err)
{
	int warm = lp->rows_came ? GLP_DUALP : GLP_PRIMAL;

	if (!lp->scaled)
		glp_scale_prob(lp->prob, GLP_SF_AUTO);
	lp->scaled = true;
	lp->rows_came = false;
	if (try_simplex(lp, options, warm, result))
		return NAS_OK;
	glp_scale_prob(lp->prob, GLP_SF_AUTO);
	glp_std_basis(lp->prob);
	if (try_simplex(lp, options, GLP_PRIMAL, result))
		return NAS_OK;
	glp_std_basis(lp->prob);
	if (try_simplex(lp, options, GLP_DUALP, result))
		return NAS_OK;
	memset(result, 0, sizeof(*result));
	return nas_fail(err, NAS_ENUM,
			"linear program of %d rows, %d columns: no answer "
			"that holds",
			lp->model.rows, lp->model.columns);
}

struct search { /* what the branch-and-bound callback needs */
	const struct lp_model *model;
	double gap_abs;
	double bound; /* proven so far */
};

/* Nodes that are left have the bound; once none is left it stays. */
static void on_node(glp_tree *tree, void *info)
{
	struct search *s = info;
	glp_prob *prob = glp_ios_get_prob(tree);
	int best = glp_ios_best_node(tree);
	double bound;

	if (best == 0)
		return;
	bound = glp_ios_node_bound(tree, best);
	/* a node's bound is its parent's at first, so it may look looser */
	if (isfinite(bound) && fabs(bound) < DBL_MAX)
		s->bound = s->model->sense == LP_MIN ? fmax(s->bound, bound)
						     : fmin(s->bound, bound);
	if (s->gap_abs > 0 && glp_mip_status(prob) == GLP_FEAS &&
	    fabs(glp_mip_obj_val(prob) - s->bound) <= s->gap_abs)
		glp_ios_terminate(tree);
}

static int run_search(struct lp *lp, const struct lp_options *options,
		      struct search *search)
{
	glp_iocp parameters;

	glp_init_iocp(&parameters);
	parameters.msg_lev = GLP_MSG_OFF;
	parameters.br_tech = GLP_BR_PCH;
	parameters.bt_tech = GLP_BT_BLB;
	parameters.gmi_cuts = parameters.mir_cuts = GLP_ON;
	parameters.cov_cuts = parameters.clq_cuts = GLP_ON;
	parameters.tm_lim = milliseconds(options->time_s);
	parameters.mip_gap = fmax(0, options->gap);
	parameters.cb_func = on_node;
	parameters.cb_info = search;
	return glp_intopt(lp->prob, &parameters);
}

static bool gap_reached(const struct lp_options *options, double objective,
			double bound)
{
	double gap = fabs(objective - bound), size = fabs(objective);

	return gap <= options->gap * size || gap <= options->gap_abs ||
	       gap <= LP_TOLERANCE * fmax(1, size);
}

static enum nas_status accept_search(struct lp *lp, int code,
				     const struct lp_options *options,
				     struct lp_result *result, double bound,
				     struct nas_err *err)
{
	struct lp_model *m = &lp->model;
	int j, status = glp_mip_status(lp->prob);

	memset(result, 0, sizeof(*result));
	result->bound = bound;
	if (status == GLP_NOFEAS || status == GLP_UNDEF) {
		result->status = code == 0 && status == GLP_NOFEAS
					 ? LP_INFEASIBLE
					 : LP_UNKNOWN;
		return NAS_OK;
	}
	for (j = 0; j < m->columns; j++)
		m->x[j] = glp_mip_col_val(lp->prob, j + 1);
	if (!lp_model_check_x(m, true, &result->objective))
		return nas_fail(err, NAS_ENUM,
				"integer program of %d rows, %d columns: the "
				"answer does not hold",
				m->rows, m->columns);
	result->x = m->x;
	if (code == 0 && status == GLP_OPT)
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
	struct search search = {&lp->model, options->gap_abs, result->bound};
	int code = run_search(lp, options, &search);

	if (code != 0 && code != GLP_EMIPGAP && code != GLP_ETMLIM &&
	    code != GLP_ESTOP) {
		memset(result, 0, sizeof(*result));
		return nas_fail(err, NAS_ENUM,
				"integer program of %d rows, %d columns: "
				"solver failed (%d)",
				lp->model.rows, lp->model.columns, code);
	}
	return accept_search(lp, code, options, result, search.bound, err);
}

enum nas_status lp_solve(struct lp *lp, const struct lp_options *options,
			 struct lp_result *result, struct nas_err *err)
{
	static const struct lp_options defaults;
	enum nas_status status;

	NAS_BUG_IF(lp->owner != &live);
	memset(result, 0, sizeof(*result));
	if (!options)
		options = &defaults;
	if (!lp_model_answers(&lp->model) || lp->model.fault != NAS_OK)
		return nas_fail(err, lp->model.fault, "%s",
				lp->model.why[0] ? lp->model.why
						 : "out of memory for a program");
	status = solve_linear(lp, options, result, err);
	if (status == NAS_OK && lp->model.integers > 0 &&
	    result->status == LP_OPTIMAL)
		status = solve_integer(lp, options, result, err);
	return status;
}
