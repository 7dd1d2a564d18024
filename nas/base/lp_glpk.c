/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/base/lp_glpk.h"

#include <float.h>
#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <string.h>

#include <glpk.h>

struct lp_glpk {
	glp_prob *prob; /* GLPK counts from 1 */
	enum lp_sense sense;
	int *index; /* (room) for GLPK's calls */
	double *value;
	int room;
	const void *owner; /* identifies the thread */
	int environment;   /* of GLPK, that prob is in */
	enum nas_status fault;
	char why[160];
};

/* ---- errors -------------------------------------------------------------- */

static _Thread_local struct {
	int live;        /* programs; GLPK frees its memory with the last */
	int environment; /* number of GLPK's present one */
	jmp_buf *leave;  /* out of the calls in progress */
	char said[120];  /* by GLPK before its hook was called */
} here;

/* The manual's way to go on: leave by longjmp, then glp_free_env. */
static void on_error(void *info)
{
	(void)info;
	if (here.leave)
		longjmp(*here.leave, 1);
}

/* GLPK says on the terminal what is wrong; this keeps the first of it. */
static int on_text(void *info, const char *text)
{
	(void)info;
	if (!here.said[0])
		snprintf(here.said, sizeof(here.said), "%.*s",
			 (int)strcspn(text, "\n"), text);
	return 1; /* nothing is printed */
}

static bool lose(struct lp_glpk *g, enum nas_status why)
{
	if (g->fault != NAS_OK)
		return false;
	g->fault = why;
	if (why == NAS_ENOMEM)
		snprintf(g->why, sizeof(g->why),
			 "out of memory for a linear program");
	else
		snprintf(g->why, sizeof(g->why), "linear program: %s",
			 here.said);
	return false;
}

enum nas_status lp_glpk_fault(const struct lp_glpk *g, const char **why)
{
	*why = g->why;
	return g->fault;
}

/* Make calls of GLPK. */
static bool guarded(struct lp_glpk *g,
		    void (*calls)(struct lp_glpk *g, void *args), void *args)
{
	jmp_buf leave;

	NAS_BUG_IF(g->owner != &here);
	if (g->fault != NAS_OK || g->environment != here.environment)
		return lose(g, NAS_ENOMEM);
	here.said[0] = '\0';
	if (setjmp(leave) == 0) {
		here.leave = &leave;
		calls(g, args);
		here.leave = NULL;
		return true;
	}
	here.leave = NULL;
	glp_free_env();
	here.environment++;
	return lose(g, strstr(here.said, "memory") ? NAS_ENOMEM : NAS_ERUN);
}

/* ---- the program --------------------------------------------------------- */

static void call_create(struct lp_glpk *g, void *args)
{
	(void)args;
	g->prob = glp_create_prob();
	glp_set_obj_dir(g->prob, g->sense == LP_MIN ? GLP_MIN : GLP_MAX);
}

struct lp_glpk *lp_glpk_new(enum lp_sense sense)
{
	struct lp_glpk *g = calloc(1, sizeof(*g));

	if (!g || glp_init_env() > 1) {
		free(g);
		return NULL;
	}
	glp_term_out(GLP_OFF);
	glp_term_hook(on_text, NULL);
	glp_error_hook(on_error, NULL);
	g->sense = sense;
	g->owner = &here;
	g->environment = here.environment;
	here.live++;
	if (!guarded(g, call_create, NULL)) {
		lp_glpk_free(g);
		return NULL;
	}
	return g;
}

void lp_glpk_free(struct lp_glpk *g)
{
	if (!g)
		return;
	NAS_BUG_IF(g->owner != &here);
	if (g->environment == here.environment)
		glp_delete_prob(g->prob);
	free(g->index);
	free(g->value);
	free(g);
	if (--here.live == 0)
		glp_free_env();
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
static bool shift_indices(struct lp_glpk *g, int n, const int *others,
			  const double *value)
{
	int i, *index;
	double *copy;

	if (n >= g->room) {
		index = realloc(g->index, (size_t)(n + 1) * sizeof(*index));
		if (index)
			g->index = index;
		copy = realloc(g->value, (size_t)(n + 1) * sizeof(*copy));
		if (copy)
			g->value = copy;
		if (!index || !copy)
			return lose(g, NAS_ENOMEM);
		g->room = n + 1;
	}
	for (i = 0; i < n; i++) {
		g->index[i + 1] = others[i] + 1;
		g->value[i + 1] = value[i];
	}
	return true;
}

struct column_call {
	int column; /* from 0 */
	const struct lp_column *c;
	int n; /* coefficients in index and value */
};

static void call_set_column(struct lp_glpk *g, void *args)
{
	const struct column_call *a = args;

	glp_set_col_bnds(g->prob, a->column + 1,
			 bound_type(a->c->low, a->c->high), a->c->low,
			 a->c->high);
}

static void call_add_column(struct lp_glpk *g, void *args)
{
	struct column_call *a = args;
	int j = glp_add_cols(g->prob, 1);

	a->column = j - 1;
	glp_set_obj_coef(g->prob, j, a->c->cost);
	call_set_column(g, a);
	glp_set_col_kind(g->prob, j,
			 a->c->kind == LP_INTEGER ? GLP_IV : GLP_CV);
}

bool lp_glpk_add_column(struct lp_glpk *g, const struct lp_column *c)
{
	struct column_call a = { .c = c };

	return guarded(g, call_add_column, &a);
}

bool lp_glpk_set_column(struct lp_glpk *g, int column,
			const struct lp_column *c)
{
	struct column_call a = { .column = column, .c = c };

	return guarded(g, call_set_column, &a);
}

static void call_set_cost(struct lp_glpk *g, void *args)
{
	const struct column_call *a = args;

	glp_set_obj_coef(g->prob, a->column + 1, a->c->cost);
}

bool lp_glpk_set_cost(struct lp_glpk *g, int column, double cost)
{
	const struct lp_column c = { .cost = cost };
	struct column_call a = { .column = column, .c = &c };

	return guarded(g, call_set_cost, &a);
}

static void call_fill_column(struct lp_glpk *g, void *args)
{
	const struct column_call *a = args;

	glp_set_mat_col(g->prob, a->column + 1, a->n, g->index, g->value);
}

bool lp_glpk_fill_column(struct lp_glpk *g, int column, int n, const int *row,
			 const double *coef)
{
	struct column_call a = { .column = column, .n = n };

	return shift_indices(g, n, row, coef) &&
	       guarded(g, call_fill_column, &a);
}

struct row_call {
	int row; /* from 0 */
	const struct lp_row *r;
	int n;
};

static void call_set_row(struct lp_glpk *g, void *args)
{
	const struct row_call *a = args;

	glp_set_row_bnds(g->prob, a->row + 1, bound_type(a->r->low, a->r->high),
			 a->r->low, a->r->high);
}

static void call_add_row(struct lp_glpk *g, void *args)
{
	struct row_call *a = args;

	a->row = glp_add_rows(g->prob, 1) - 1;
	call_set_row(g, a);
	glp_set_mat_row(g->prob, a->row + 1, a->n, g->index, g->value);
}

bool lp_glpk_add_row(struct lp_glpk *g, const struct lp_row *row, int n,
		     const int *column, const double *coef)
{
	struct row_call a = { .r = row, .n = n };

	return shift_indices(g, n, column, coef) &&
	       guarded(g, call_add_row, &a);
}

bool lp_glpk_set_row(struct lp_glpk *g, int row, const struct lp_row *r)
{
	struct row_call a = { .row = row, .r = r };

	return guarded(g, call_set_row, &a);
}

static void call_scale(struct lp_glpk *g, void *args)
{
	(void)args;
	glp_scale_prob(g->prob, GLP_SF_AUTO);
}

bool lp_glpk_scale(struct lp_glpk *g)
{
	return guarded(g, call_scale, NULL);
}

static void call_restart(struct lp_glpk *g, void *args)
{
	(void)args;
	glp_std_basis(g->prob);
}

bool lp_glpk_restart(struct lp_glpk *g)
{
	return guarded(g, call_restart, NULL);
}

/* ---- runs ---------------------------------------------------------------- */

struct run_call {
	const struct lp_options *options;
	bool dual_first;
	struct lp_glpk_result *result;
	double *x, *dual;
};

static int milliseconds(double time_s)
{
	if (time_s <= 0 || time_s >= INT_MAX / 1000)
		return INT_MAX;
	return (int)ceil(1000 * time_s);
}

static void take_simplex(struct lp_glpk *g, const struct run_call *a)
{
	switch (glp_get_status(g->prob)) {
	case GLP_OPT:
		a->result->status = LP_OPTIMAL;
		for (int j = 0; j < glp_get_num_cols(g->prob); j++)
			a->x[j] = glp_get_col_prim(g->prob, j + 1);
		for (int i = 0; i < glp_get_num_rows(g->prob); i++)
			a->dual[i] = glp_get_row_dual(g->prob, i + 1);
		break;
	case GLP_NOFEAS:
		a->result->status = LP_INFEASIBLE;
		break;
	case GLP_UNBND:
		a->result->status = LP_UNBOUNDED;
		break;
	default:
		a->result->end = LP_GLPK_FAILED;
	}
}

static void call_simplex(struct lp_glpk *g, void *args)
{
	const struct run_call *a = args;
	glp_smcp parameters;
	int code;

	glp_init_smcp(&parameters);
	parameters.msg_lev = GLP_MSG_OFF;
	parameters.meth = a->dual_first ? GLP_DUALP : GLP_PRIMAL;
	parameters.tm_lim = milliseconds(a->options->time_s);
	if (a->options->iterations > 0)
		parameters.it_lim = a->options->iterations;
	code = glp_simplex(g->prob, &parameters);
	*a->result = (struct lp_glpk_result){ .code = code,
					      .status = LP_UNKNOWN };
	if (code == GLP_EITLIM || code == GLP_ETMLIM)
		a->result->end = LP_GLPK_LIMIT;
	else if (code != 0)
		a->result->end = LP_GLPK_FAILED;
	else
		take_simplex(g, a);
}

bool lp_glpk_simplex(struct lp_glpk *g, const struct lp_options *options,
		     bool dual_first, struct lp_glpk_result *result, double *x,
		     double *dual)
{
	struct run_call a = { options, dual_first, result, x, dual };

	return guarded(g, call_simplex, &a);
}

struct branching { /* what the branch-and-bound callback needs */
	enum lp_sense sense;
	double gap_abs;
	double bound; /* proven so far */
};

/* Nodes that are left have the bound; once none is left it stays. */
static void on_node(glp_tree *tree, void *info)
{
	struct branching *s = info;
	glp_prob *prob = glp_ios_get_prob(tree);
	int best = glp_ios_best_node(tree);
	double bound;

	if (best == 0)
		return;
	bound = glp_ios_node_bound(tree, best);
	/* a node's bound is its parent's at first, so it may look looser */
	if (isfinite(bound) && fabs(bound) < DBL_MAX)
		s->bound = s->sense == LP_MIN ? fmax(s->bound, bound)
					      : fmin(s->bound, bound);
	if (s->gap_abs > 0 && glp_mip_status(prob) == GLP_FEAS &&
	    fabs(glp_mip_obj_val(prob) - s->bound) <= s->gap_abs)
		glp_ios_terminate(tree);
}

static int run_search(struct lp_glpk *g, const struct lp_options *options,
		      struct branching *search)
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
	return glp_intopt(g->prob, &parameters);
}

static enum lp_status search_status(struct lp_glpk *g, int code)
{
	switch (glp_mip_status(g->prob)) {
	case GLP_OPT:
		return code == 0 ? LP_OPTIMAL : LP_FEASIBLE;
	case GLP_FEAS:
		return LP_FEASIBLE;
	case GLP_NOFEAS:
		return code == 0 ? LP_INFEASIBLE : LP_UNKNOWN;
	default:
		return LP_UNKNOWN;
	}
}

static void call_search(struct lp_glpk *g, void *args)
{
	const struct run_call *a = args;
	struct branching search = { g->sense, a->options->gap_abs,
				 a->result->bound };
	int code = run_search(g, a->options, &search);
	bool limit = code == GLP_EMIPGAP || code == GLP_ETMLIM ||
		     code == GLP_ESTOP;

	a->result->code = code;
	a->result->bound = search.bound;
	a->result->end = code == 0 ? LP_GLPK_ANSWER
			 : limit   ? LP_GLPK_LIMIT
				   : LP_GLPK_FAILED;
	a->result->status = search_status(g, code);
	if (a->result->status == LP_OPTIMAL || a->result->status == LP_FEASIBLE)
		for (int j = 0; j < glp_get_num_cols(g->prob); j++)
			a->x[j] = glp_mip_col_val(g->prob, j + 1);
}

bool lp_glpk_search(struct lp_glpk *g, const struct lp_options *options,
		    struct lp_glpk_result *result, double *x)
{
	struct run_call a = { .options = options, .result = result, .x = x };

	return guarded(g, call_search, &a);
}
