/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/base/lp_glpk.h - the calls of GLPK, with indices from 0. Internal to
 * nas/base/lp*.c, which have checked every number and index before.
 *
 * GLPK ends the process where memory is out or where a call is bad. Here its
 * hook for errors leaves the call instead; then the program is lost, as are
 * all others of this thread (GLPK frees them together), every call says false,
 * and fault and why tell the reason.
 */
#ifndef NAS_BASE_LP_GLPK_H
#define NAS_BASE_LP_GLPK_H

#include "nas/base/lp_model.h"

struct lp_glpk;

struct lp_glpk *lp_glpk_new(enum lp_sense sense); /* NULL: memory is out */
void lp_glpk_free(struct lp_glpk *g);             /* accepts NULL */

/* Of a program that is lost, else NAS_OK. */
enum nas_status lp_glpk_fault(const struct lp_glpk *g, const char **why);

bool lp_glpk_add_column(struct lp_glpk *g, const struct lp_column *c);
bool lp_glpk_add_row(struct lp_glpk *g, const struct lp_row *row, int n,
		     const int *column, const double *coef);
/* The n coefficients of a column that has none. */
bool lp_glpk_fill_column(struct lp_glpk *g, int column, int n, const int *row,
			 const double *coef);
bool lp_glpk_set_cost(struct lp_glpk *g, int column, double cost);
bool lp_glpk_set_column(struct lp_glpk *g, int column,
			const struct lp_column *c);
bool lp_glpk_set_row(struct lp_glpk *g, int row, const struct lp_row *r);

bool lp_glpk_scale(struct lp_glpk *g);
bool lp_glpk_restart(struct lp_glpk *g); /* from the standard basis */

enum lp_glpk_end { /* how a run ended */
	LP_GLPK_ANSWER,
	LP_GLPK_LIMIT, /* of time or iterations, or at the gap */
	LP_GLPK_FAILED
};

/* What GLPK says; the program answers LP_UNKNOWN where it says nothing. */
struct lp_glpk_result {
	enum lp_glpk_end end;
	int code; /* GLPK's, for messages */
	enum lp_status status;
	double bound; /* of a search: proven, in: of the relaxation */
};

/* The simplex, primal or dual first; x (columns) and dual (rows) when the
 * answer is LP_OPTIMAL. */
bool lp_glpk_simplex(struct lp_glpk *g, const struct lp_options *options,
		     bool dual_first, struct lp_glpk_result *result, double *x,
		     double *dual);

/* Branch and bound from the relaxation's basis; x when there is one:
 * LP_OPTIMAL or LP_FEASIBLE. */
bool lp_glpk_search(struct lp_glpk *g, const struct lp_options *options,
		    struct lp_glpk_result *result, double *x);

#endif
