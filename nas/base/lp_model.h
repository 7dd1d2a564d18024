/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/base/lp_model.h - the data of a program in plain C, to check what goes
 * into the solver and what comes out of it. Internal to nas/base/lp*.c.
 */
#ifndef NAS_BASE_LP_MODEL_H
#define NAS_BASE_LP_MODEL_H

#include <stdbool.h>

#include "nas/base/lp.h"

#define LP_TOLERANCE 1e-7 /* relative, of every check */

struct lp_column {
	double cost, low, high;
	enum lp_kind kind;
	int seen; /* number of the last row that named it, to find twins */
};

struct lp_row {
	double low, high;
	int seen;
};

struct lp_coef {
	int row, column;
	double value;
};

struct lp_model {
	enum lp_sense sense;
	int columns, rows, integers, marks;
	size_t coefs;
	size_t column_room, row_room, coef_room;
	struct lp_column *column; /* (columns) */
	struct lp_row *row;       /* (rows) */
	struct lp_coef *coef;     /* (coefs) in the order of the calls */
	double *x, *reduced;      /* (columns), made by lp_model_answers */
	double *dual, *activity;  /* (rows) */
	double *magnitude;        /* (rows) largest term of the activity */
	double *steepness;        /* (columns) largest term of the reduced */
	enum nas_status fault;    /* of the first refused call */
	char why[160];
};

void lp_model_free(struct lp_model *m);

/* Each is false when the call is refused; m->fault says why. */
bool lp_model_bounds(struct lp_model *m, double low, double high);
/* Checked bounds of a column; those of an integer one move to integers. */
bool lp_model_column_bounds(struct lp_model *m, struct lp_column *c,
			    double low, double high);
bool lp_model_finite(struct lp_model *m, double x);
bool lp_model_index(struct lp_model *m, int i, int n, const char *what);
bool lp_model_add_column(struct lp_model *m, double cost, double low,
			 double high, enum lp_kind kind);
bool lp_model_add_row(struct lp_model *m, double low, double high);
/* n coefficients of row (or, row < 0, of column); others are the indices. */
bool lp_model_add_coefs(struct lp_model *m, int row, int column, int n,
			const int *others, const double *value);
/* Room for x, reduced, dual, activity. */
bool lp_model_answers(struct lp_model *m);

/* Put x inside its bounds (integral: round the integer ones), then check every
 * row and recompute the objective. False = x does not hold. */
bool lp_model_check_x(struct lp_model *m, bool integral, double *objective);

/*
 * The Lagrangian bound of dual: multipliers of the wrong sign are set to 0,
 * reduced costs recomputed. *size is the largest of its terms. False when it is
 * not finite.
 */
bool lp_model_dual_bound(struct lp_model *m, double *bound, double *size);

#endif
