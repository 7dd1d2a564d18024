/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/base/lp_model.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#define MOST_INDICES 10000000    /* rows, and columns */
#define MOST_COEFS ((size_t)2e8) /* GLPK aborts at 5e8 */

void lp_model_free(struct lp_model *m)
{
	free(m->column);
	free(m->row);
	free(m->coef);
	free(m->x);
	free(m->reduced);
	free(m->dual);
	free(m->activity);
	free(m->magnitude);
	free(m->steepness);
	memset(m, 0, sizeof(*m));
}

NAS_FORMAT(3, 4)
static bool refuse(struct lp_model *m, enum nas_status fault, const char *fmt,
		   ...)
{
	va_list ap;

	if (m->fault != NAS_OK)
		return false;
	m->fault = fault;
	va_start(ap, fmt);
	vsnprintf(m->why, sizeof(m->why), fmt, ap);
	va_end(ap);
	return false;
}

bool lp_model_finite(struct lp_model *m, double x)
{
	if (isfinite(x))
		return true;
	return refuse(m, NAS_ENUM,
		      "linear program: %g at row %d, column %d", x, m->rows,
		      m->columns);
}

bool lp_model_bounds(struct lp_model *m, double low, double high)
{
	if (isnan(low) || isnan(high) || low == HUGE_VAL || high == -HUGE_VAL)
		return refuse(m, NAS_ENUM,
			      "linear program: bounds %g, %g at row %d, "
			      "column %d",
			      low, high, m->rows, m->columns);
	if (low > high)
		return refuse(m, NAS_ERUN,
			      "linear program: low bound %g above high %g", low,
			      high);
	return true;
}

bool lp_model_column_bounds(struct lp_model *m, struct lp_column *c,
			    double low, double high)
{
	if (!lp_model_bounds(m, low, high))
		return false;
	c->low = c->kind == LP_INTEGER ? ceil(low) : low;
	c->high = c->kind == LP_INTEGER ? floor(high) : high;
	if (c->low > c->high)
		return refuse(m, NAS_ERUN,
			      "integer program: no integer from %g to %g", low,
			      high);
	return true;
}

bool lp_model_index(struct lp_model *m, int i, int n, const char *what)
{
	if (i >= 0 && i < n)
		return true;
	return refuse(m, NAS_ERUN, "linear program: no %s %d of %d", what, i,
		      n);
}

/* Room for one more of size bytes; *p may move. */
static bool grow(struct lp_model *m, void *p, size_t *room, size_t used,
		 size_t size)
{
	size_t more = *room ? 2 * *room : 64;
	void *old, *grown;

	if (used < *room)
		return true;
	memcpy(&old, p, sizeof(old));
	grown = realloc(old, more * size);
	if (!grown)
		return refuse(m, NAS_ENOMEM, "out of memory for a linear program");
	memcpy(p, &grown, sizeof(grown));
	*room = more;
	return true;
}

bool lp_model_add_column(struct lp_model *m, double cost, double low,
			 double high, enum lp_kind kind)
{
	struct lp_column c = {.cost = cost, .kind = kind};

	if (m->columns >= MOST_INDICES)
		return refuse(m, NAS_ERUN, "linear program: too many columns");
	if (!lp_model_finite(m, cost) ||
	    !lp_model_column_bounds(m, &c, low, high) ||
	    !grow(m, &m->column, &m->column_room, (size_t)m->columns,
		  sizeof(*m->column)))
		return false;
	m->column[m->columns++] = c;
	m->integers += kind == LP_INTEGER;
	return true;
}

bool lp_model_add_row(struct lp_model *m, double low, double high)
{
	if (m->rows >= MOST_INDICES)
		return refuse(m, NAS_ERUN, "linear program: too many rows");
	if (!lp_model_bounds(m, low, high) ||
	    !grow(m, &m->row, &m->row_room, (size_t)m->rows, sizeof(*m->row)))
		return false;
	m->row[m->rows++] = (struct lp_row){low, high, 0};
	return true;
}

/* Finite values, indices in range, none twice. */
static bool check_coefs(struct lp_model *m, bool of_row, int n,
			const int *others, const double *value)
{
	int i, *seen, mark = ++m->marks;

	for (i = 0; i < n; i++) {
		if (!lp_model_index(m, others[i], of_row ? m->columns : m->rows,
				    of_row ? "column" : "row") ||
		    !lp_model_finite(m, value[i]))
			return false;
		seen = of_row ? &m->column[others[i]].seen
			      : &m->row[others[i]].seen;
		if (*seen == mark)
			return refuse(m, NAS_ERUN,
				      "linear program: duplicate index %d",
				      others[i]);
		*seen = mark;
	}
	return true;
}

bool lp_model_add_coefs(struct lp_model *m, int row, int column, int n,
			const int *others, const double *value)
{
	bool of_row = row >= 0;
	int i;

	if (n < 0 || m->coefs + (size_t)n > MOST_COEFS)
		return refuse(m, NAS_ERUN,
			      "linear program: %d coefficients, too many",
			      n);
	if (!check_coefs(m, of_row, n, others, value))
		return false;
	for (i = 0; i < n; i++) {
		if (!grow(m, &m->coef, &m->coef_room, m->coefs,
			  sizeof(*m->coef)))
			return false;
		m->coef[m->coefs++] =
			(struct lp_coef){of_row ? row : others[i],
					 of_row ? others[i] : column, value[i]};
	}
	return true;
}

static bool renew(struct lp_model *m, double **p, int n)
{
	double *grown = realloc(*p, (size_t)(n + 1) * sizeof(**p));

	if (!grown)
		return refuse(m, NAS_ENOMEM, "out of memory for a linear program");
	*p = grown;
	return true;
}

bool lp_model_answers(struct lp_model *m)
{
	return renew(m, &m->x, m->columns) &&
	       renew(m, &m->reduced, m->columns) &&
	       renew(m, &m->steepness, m->columns) &&
	       renew(m, &m->dual, m->rows) &&
	       renew(m, &m->activity, m->rows) &&
	       renew(m, &m->magnitude, m->rows);
}

/* x >= low to tolerance; scale is the largest term that made x. */
static bool holds(double x, double low, double high, double scale)
{
	double slack = LP_TOLERANCE * fmax(1, scale);

	return x >= low - slack && x <= high + slack;
}

static double finite_size(double bound)
{
	return isfinite(bound) ? fabs(bound) : 0;
}

static bool settle_column(const struct lp_column *c, bool integral, double *x)
{
	bool whole = integral && c->kind == LP_INTEGER;
	double near = whole ? floor(*x + 0.5) : *x;

	if (!isfinite(*x) || fabs(near - *x) > 1e-4)
		return false;
	if (!holds(near, c->low, c->high,
		   fmax(finite_size(c->low), finite_size(c->high))))
		return false;
	*x = fmin(fmax(near, c->low), c->high);
	return true;
}

static bool check_rows(struct lp_model *m)
{
	const struct lp_coef *c;
	double term, scale;
	int i;

	for (i = 0; i < m->rows; i++)
		m->activity[i] = m->magnitude[i] = 0;
	for (size_t k = 0; k < m->coefs; k++) { /* coef may be NULL */
		c = &m->coef[k];
		term = c->value * m->x[c->column];
		m->activity[c->row] += term;
		m->magnitude[c->row] = fmax(m->magnitude[c->row], fabs(term));
	}
	for (i = 0; i < m->rows; i++) {
		scale = fmax(m->magnitude[i],
			     fmax(finite_size(m->row[i].low),
				  finite_size(m->row[i].high)));
		if (!isfinite(m->activity[i]) ||
		    !holds(m->activity[i], m->row[i].low, m->row[i].high,
			   scale))
			return false;
	}
	return true;
}

bool lp_model_check_x(struct lp_model *m, bool integral, double *objective)
{
	int j;

	*objective = 0;
	for (j = 0; j < m->columns; j++) {
		if (!settle_column(&m->column[j], integral, &m->x[j]))
			return false;
		*objective += m->column[j].cost * m->x[j];
	}
	return isfinite(*objective) && check_rows(m);
}

/*
 * The least of multiplier * value over [low, high], for a minimisation; a
 * multiplier that counts as zero gives none where the bound is infinite.
 */
static double least_term(double multiplier, double low, double high,
			 double scale)
{
	double at = multiplier > 0 ? low : high;

	if (!isfinite(at) && fabs(multiplier) <= LP_TOLERANCE * fmax(1, scale))
		return 0;
	return multiplier * at;
}

static void recompute_reduced(struct lp_model *m)
{
	const struct lp_coef *c;
	double term;
	int j;

	for (j = 0; j < m->columns; j++) {
		m->reduced[j] = m->column[j].cost;
		m->steepness[j] = fabs(m->column[j].cost);
	}
	for (size_t k = 0; k < m->coefs; k++) { /* coef may be NULL */
		c = &m->coef[k];
		term = c->value * m->dual[c->row];
		m->reduced[c->column] -= term;
		m->steepness[c->column] =
			fmax(m->steepness[c->column], fabs(term));
	}
}

/* Multipliers times their rows' bounds; those of no use become 0. */
static bool sum_rows(struct lp_model *m, double sign, double *sum,
		     double *size)
{
	double y, at, term;
	int i;

	for (i = 0; i < m->rows; i++) {
		y = sign * m->dual[i];
		at = y > 0 ? m->row[i].low : m->row[i].high;
		if (!isfinite(y))
			return false;
		if (!isfinite(at))
			m->dual[i] = y = 0;
		term = y == 0 ? 0 : y * at;
		*sum += term;
		*size = fmax(*size, fabs(term));
	}
	return true;
}

bool lp_model_dual_bound(struct lp_model *m, double *bound, double *size)
{
	double sign = m->sense == LP_MIN ? 1 : -1, sum = 0, term;
	int j;

	*size = 0;
	if (!sum_rows(m, sign, &sum, size))
		return false;
	recompute_reduced(m);
	for (j = 0; j < m->columns; j++) {
		term = least_term(sign * m->reduced[j], m->column[j].low,
				  m->column[j].high, m->steepness[j]);
		sum += term;
		*size = fmax(*size, fabs(term));
	}
	*bound = sign * sum;
	return isfinite(sum);
}
