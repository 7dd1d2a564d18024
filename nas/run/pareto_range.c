/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ends of the axes of a front, and the values between them.
 *
 * The upper end is where the score grows no more: what the best network needs
 * when none of the axes limits it, and then less and less of each while the
 * certificate finds a network that scores as much. The lower end is the least
 * that any network needs, the other axes at their upper ends: certificates of
 * that no network needs less, to a thousandth. The first network that one of
 * them finds ends it, whatever it scores. Where the work ends before a proof, the
 * end is the least that a network is known to need.
 */
#include <math.h>
#include <string.h>

#include "nas/base/clock.h"
#include "nas/run/pareto.h"

#define LESS (1 - 1e-9) /* of a budget: what met it exactly does no more */
#define NEAR 1e-3       /* relative, of the lower end */
#define TRIES 60
#define LOW_PART 20 /* of the certificate's work, for each try of a lower end:
		     * just below it a proof can take as much as there is */
#define SAME 1e-9 /* of scores, relative */
#define FAR 1024  /* how far below what is known the least is looked for */
#define ALL_SRAM 1e18 /* memory is counted where it is limited */

bool pareto_is_whole(int budget)
{
	return budget != RES_LATENCY && budget != BUDGET_RHO;
}

enum nas_status pareto_cell(struct nas_grid_cell *cell,
			    const struct pareto *front,
			    const double limit[GRID_AXES],
			    const struct nas_genome *start,
			    const struct nas_grid_options *o, int threads,
			    struct nas_err *err)
{
	struct nas_problem problem = front->problem;

	memset(cell, 0, sizeof(*cell));
	grid_limit(&front->grid, limit, &problem.budgets);
	if (certify_cell(cell, &problem, start, o, threads, err) != NAS_OK)
		return err->code;
	if (stop_requested())
		return nas_fail(err, NAS_EINTERRUPTED,
				"interrupted before the first point");
	return NAS_OK;
}

/* What a network needs of an axis, limited or not. */
static double need(const struct pareto *front, const struct nas_grid_cell *cell,
		   int axis)
{
	int budget = front->axis[axis].budget;

	return budget == BUDGET_RHO ? problem_rho(&front->problem, &cell->best)
				    : total_figure(&cell->total,
						   (enum nas_budget)budget);
}

struct ranges {
	struct pareto *front;
	const struct nas_grid_options *o;
	const struct nas_run_env *env;
	double limit[GRID_AXES]; /* upper ends */
	struct nas_grid_cell top;
};

/* front->problem with these limits. */
static enum nas_status limit_to(struct ranges *r, struct nas_err *err)
{
	struct pareto *f = r->front;

	grid_limit(&f->grid, r->limit, &f->config.limits);
	return config_problem(&f->problem, &f->config, r->env->arena, err);
}

static enum nas_status no_network(const struct ranges *r, struct nas_err *err)
{
	bool given = false;

	for (int a = 0; a < r->front->naxes; a++)
		given = given || r->front->axis[a].high_given;
	if (r->top.state != GRID_INFEASIBLE)
		return nas_fail(err, NAS_ERUN, "no network is known inside the "
				"budgets when the limits of the certificate are "
				"used up (certificate.work and others)");
	return nas_fail(err, NAS_EINFEASIBLE, "proven that no network meets the "
			"budgets%s", given ? " at the upper ends of --over"
					   : ", even without those of --over");
}

/* The best network without limits of the axes, and what it needs. */
static enum nas_status find_top(struct ranges *r, struct nas_err *err)
{
	struct pareto *f = r->front;

	for (int a = 0; a < f->naxes; a++)
		r->limit[a] = f->axis[a].high_given ? f->axis[a].high
			      : f->axis[a].budget == BUDGET_SRAM ? ALL_SRAM
								 : HUGE_VAL;
	if (limit_to(r, err) != NAS_OK ||
	    pareto_cell(&r->top, f, r->limit, NULL, r->o, r->env->threads, err))
		return err->code;
	if (!isfinite(r->top.score))
		return no_network(r, err);
	for (int a = 0; a < f->naxes; a++)
		if (!f->axis[a].high_given)
			r->limit[a] = need(f, &r->top, a);
	return limit_to(r, err);
}

static enum nas_status find_high(struct ranges *r, int a, struct nas_err *err)
{
	struct pareto *f = r->front;
	double limit[GRID_AXES];
	struct nas_grid_cell c;

	for (int i = 0; i < TRIES; i++) {
		memcpy(limit, r->limit, sizeof(limit));
		limit[a] *= LESS;
		if (pareto_cell(&c, f, limit, NULL, r->o, r->env->threads, err))
			return err->code;
		if (c.state != GRID_FOUND ||
		    c.score < r->top.score - SAME * fabs(r->top.score))
			break;
		r->limit[a] = need(f, &c, a);
	}
	f->axis[a].high = pareto_is_whole(f->axis[a].budget)
				  ? ceil(r->limit[a]) : r->limit[a];
	return NAS_OK;
}

/* What the smallest network needs, or else the best. */
static double known_need(const struct ranges *r, int a)
{
	const struct pareto *f = r->front;
	struct nas_grid_cell c = r->top;

	space_smallest(f->problem.space, &c.best);
	problem_evaluate(&f->problem, &c.best, &c.total);
	if (problem_excess(&f->problem, &c.total) > 0)
		c = r->top;
	return need(f, &c, a);
}

static enum nas_status find_low(struct ranges *r, int a, struct nas_err *err)
{
	struct nas_certify_options any = *r->o->certify;
	struct nas_grid_options quick = { .certify = &any };
	struct pareto_axis *axis = &r->front->axis[a];
	double low = 0, high = known_need(r, a), limit[GRID_AXES];
	struct nas_grid_cell c;

	any.any = true;
	any.work /= LOW_PART;
	for (int i = 0; i < TRIES && low < high * (1 - NEAR); i++) {
		memcpy(limit, r->limit, sizeof(limit));
		limit[a] = i ? sqrt(fmax(low, high / FAR) * high)
			     : high * LESS;
		if (pareto_cell(&c, r->front, limit, NULL, &quick,
				r->env->threads, err) != NAS_OK)
			return err->code;
		if (isfinite(c.score))
			high = need(r->front, &c, a);
		else
			low = limit[a];
	}
	axis->low = pareto_is_whole(axis->budget) ? ceil(high) : high;
	return NAS_OK;
}

static enum nas_status check_ends(const struct pareto_axis *axis,
				  struct nas_err *err)
{
	char low[80], high[80];

	if (axis->low <= axis->high)
		return NAS_OK;
	budget_text(low, sizeof(low), axis->low);
	budget_text(high, sizeof(high), axis->high);
	if (axis->high_given)
		return nas_fail(err, NAS_EINFEASIBLE, "no network meets the "
				"budgets with %s of at most %s: the least is %s",
				axis->name, high, low);
	return nas_fail(err, NAS_EINPUT, "nothing is to be had from %s %s on: "
			"above %s the score grows no more", axis->name, low,
			high);
}

enum nas_status pareto_ranges(struct pareto *front,
			      const struct nas_grid_options *o,
			      const struct nas_run_env *env,
			      struct nas_err *err)
{
	struct ranges r = { .front = front, .o = o, .env = env };

	run_step(env, "ends of the axes", 0, 2 * front->naxes);
	if (find_top(&r, err) != NAS_OK)
		return err->code;
	for (int a = 0; a < front->naxes; a++) {
		if (!front->axis[a].high_given && find_high(&r, a, err))
			return err->code;
		r.limit[a] = front->axis[a].high;
		run_step(env, "ends of the axes", a + 1, 2 * front->naxes);
	}
	if (limit_to(&r, err) != NAS_OK)
		return err->code;
	for (int a = 0; a < front->naxes; a++) {
		if (!front->axis[a].low_given && find_low(&r, a, err))
			return err->code;
		if (check_ends(&front->axis[a], err) != NAS_OK)
			return err->code;
		run_step(env, "ends of the axes", front->naxes + a + 1,
			 2 * front->naxes);
	}
	run_steps_end(env);
	return NAS_OK;
}

/* Of the middles: to a number that is short, by a twentieth of a step. */
static double rounded(double x, double step)
{
	double digits = -floor(log10(step / 10)), unit = pow(10, fabs(digits));

	if (!isfinite(unit))
		return x;
	/* 20.4 is 204 / 10, and is not 204 * 0.1 */
	return digits > 0 ? round(x * unit) / unit : round(x / unit) * unit;
}

enum nas_status pareto_values(struct pareto_axis *axis, int n, bool even,
			      struct nas_arena *arena, struct nas_err *err)
{
	double ratio = axis->high / axis->low, before = 0, x;

	axis->value = NAS_NEW(arena, double, (size_t)n);
	if (!axis->value)
		return nas_fail(err, NAS_ENOMEM, "out of memory for %d points", n);
	axis->n = 0;
	for (int i = 0; i < n; i++) {
		double part = n > 1 ? (double)i / (n - 1) : 1;

		x = even ? axis->low + part * (axis->high - axis->low)
			 : axis->low * pow(ratio, part);
		if (i > 0 && i < n - 1)
			x = rounded(x, x - before);
		before = x;
		if (i == n - 1)
			x = axis->high;
		else if (pareto_is_whole(axis->budget))
			x = ceil(x - 1e-6);
		if ((axis->n == 0 || x > axis->value[axis->n - 1]) &&
		    (i == n - 1 || x < axis->high))
			axis->value[axis->n++] = x;
	}
	return NAS_OK;
}
