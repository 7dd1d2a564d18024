/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/base/lp.h - linear and integer programs, solved by GLPK and checked here.
 *
 * A program is built column by column and row by row, solved, grown by more
 * rows (cutting planes) or columns (column generation) and solved again from
 * where it stood. GLPK never sees a number that is not finite or an index that
 * is not there, and no answer of GLPK is believed: the constraints, the
 * objective and, for linear programs, the dual bound are computed again from
 * the data (relative tolerance 1e-7), or the call fails with NAS_ENUM.
 *
 *	minimise (or maximise)  sum_j cost[j] x[j]
 *	subject to              row low <= sum_j coef[i][j] x[j] <= row high
 *	                        column low <= x[j] <= column high
 *
 * Usage:
 *	struct lp *lp = lp_new(LP_MAX);
 *	struct lp_result result;
 *	x = lp_add_column(lp, 3.0, 0.0, HUGE_VAL, LP_REAL);
 *	y = lp_add_column(lp, 2.0, 0.0, 1.0, LP_INTEGER);
 *	int column[] = {x, y};
 *	double coef[] = {1.0, 4.0};
 *	row = lp_add_row(lp, -HUGE_VAL, 8.0, 2, column, coef);
 *	status = lp_solve(lp, NULL, &result, err);
 *	... result.status == LP_OPTIMAL: result.x[x], result.dual[row] ...
 *	lp_free(lp);
 *
 * Integer answers are optimal to GLPK's tolerance of the objective, 1e-7
 * relative; x is rounded to integers before it is checked. That a program is
 * infeasible or unbounded is GLPK's word.
 *
 * A number that is not finite, a bad index, crossed bounds or memory that is
 * out while building is remembered, and lp_solve reports it: a builder makes
 * all its calls and looks once, as with an arena.
 *
 * Memory that is out inside GLPK is NAS_ENOMEM too; then all other programs of
 * this thread are lost with it and say the same.
 *
 * Threads: a program belongs to the thread that made it (GLPK's memory does);
 * any number of threads may have programs of their own.
 */
#ifndef NAS_BASE_LP_H
#define NAS_BASE_LP_H

#include <stdint.h>

#include "nas/base/err.h"

struct lp;

enum lp_sense { LP_MIN, LP_MAX };

enum lp_kind { LP_REAL, LP_INTEGER };

enum lp_status {
	LP_OPTIMAL,    /* to tolerance, or within the gap asked for */
	LP_INFEASIBLE, /* no x meets all rows and bounds */
	LP_UNBOUNDED,
	LP_FEASIBLE, /* stopped by a limit; x is feasible, bound holds */
	LP_UNKNOWN   /* stopped by a limit before any x was found */
};

struct lp_options { /* zero = the default of each */
	double time_s;  /* limit; default none. Looked at between nodes */
	double gap;     /* integer: relative gap to stop at; default 0 */
	double gap_abs; /* integer: absolute gap to stop at; default 0 */
	int iterations; /* simplex limit; default none */
};

struct lp_result {
	enum lp_status status;
	double objective; /* of x, recomputed; 0 without x */
	double bound;     /* proven: no x has a better objective. Linear: from
			   * the duals, recomputed. Integer: GLPK's tree, at
			   * best the objective. +-HUGE_VAL if unknown */
	/* Owned by the program, valid until its next change; NULL without x. */
	const double *x;       /* (columns); integer ones are integral */
	const double *dual;    /* (rows) d objective / d row bound; linear
				* programs only, else NULL */
	const double *reduced; /* (columns) cost - sum_i dual[i] coef[i][j];
				* linear programs only, else NULL */
};

struct lp *lp_new(enum lp_sense sense); /* NULL when memory is out */
void lp_free(struct lp *lp);            /* accepts NULL */

int lp_columns(const struct lp *lp);
int lp_rows(const struct lp *lp);

/* Each returns the new index, from 0. Bounds may be -HUGE_VAL and HUGE_VAL;
 * those of an integer column are moved inwards to integers.
 * The index of a refused call is -1, and lp_solve will fail. */
int lp_add_column(struct lp *lp, double cost, double low, double high,
		  enum lp_kind kind);
/* n coefficients of different columns. */
int lp_add_row(struct lp *lp, double low, double high, int n,
	       const int *column, const double *coef);
/* A real column with its n coefficients in rows that exist. */
int lp_add_column_in_rows(struct lp *lp, double cost, double low, double high,
			  int n, const int *row, const double *coef);

void lp_set_cost(struct lp *lp, int column, double cost);
void lp_set_column_bounds(struct lp *lp, int column, double low, double high);
void lp_set_row_bounds(struct lp *lp, int row, double low, double high);

/* options NULL = defaults. NAS_ENUM: an input is not finite, or the answer
 * does not hold; NAS_ERUN: another bad call, the message names it; NAS_ENOMEM.
 * Infeasible, unbounded and stopped are results, not failures. */
enum nas_status lp_solve(struct lp *lp, const struct lp_options *options,
			 struct lp_result *result, struct nas_err *err)
	NAS_MUST_CHECK;

#endif
