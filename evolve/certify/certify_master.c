/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The master problem: multipliers with the least Lagrangian bound.
 *
 * phi(l) = max over paths of score + sum_r l_r (L_r - use_r) is convex and
 * piecewise linear; each pass of the dynamic program at l gives phi(l) and a
 * path, that is a piece (score_k, use_k). With u_r = l_r L_r the master is
 *	min theta,  theta >= score_k + sum_r u_r (1 - use_kr / L_r)  for all k
 *	u_r in [max(0, center_r - radius_r), center_r + radius_r]
 * (Kelley's cutting planes in a box around the best point, whose radius
 * doubles when the master foretold well and halves when it did not;
 * equivalently Dantzig-Wolfe column generation, stabilised). The cuts steer
 * only: the bound that counts is phi at the point, from the dynamic program.
 */
#include <math.h>

#include "evolve/certify/certify_solve.h"
#include "nas/base/lp.h"
#include "scoring/deepmad.h"
#include "scoring/trust.h"

#define COLUMNS (CERT_RESOURCES + CERT_TANGENTS)
#define SIMPLEX_MOST 2000 /* steps; a master that needs more is cycling */

struct master {
	struct lp *lp;
	int n, theta, column[COLUMNS];
	double scale[COLUMNS];  /* L_r, or 1 */
	double center[COLUMNS], radius[COLUMNS], point[COLUMNS];
	double best; /* phi at the center */
	enum nas_status status; /* NAS_ENOMEM ends it */
};

static bool master_init(struct master *ma, const struct cert_model *m,
			const struct cert_price *price)
{
	bool ok;

	memset(ma, 0, sizeof(*ma));
	ma->lp = lp_new(LP_MIN);
	if (!ma->lp)
		return false;
	ma->n = m->nuse + m->ntangents;
	ma->best = HUGE_VAL;
	ma->theta = lp_add_column(ma->lp, 1, -HUGE_VAL, HUGE_VAL,
				  LP_REAL);
	ok = ma->theta >= 0;
	for (int i = 0; i < ma->n; i++) {
		bool use = i < m->nuse;
		bool held = use && m->use[i] >= RESOURCES;
		double limit = held ? fabs(m->limit[i])
			       : use ? m->problem->budgets.limit[m->use[i]]
				   : fabs(m->tangent[i - m->nuse].offset);

		ma->scale[i] = limit > 0 ? limit : 1;
		ma->point[i] = (use ? price->use[m->use[i]]
				    : price->tangent[i - m->nuse]) *
			       ma->scale[i];
		ma->column[i] = lp_add_column(ma->lp, 0, 0, HUGE_VAL, LP_REAL);
		ok = ok && ma->column[i] >= 0;
	}
	return ok;
}

static void set_price(const struct master *ma, const struct cert_model *m,
		      const double *u, struct cert_price *price)
{
	memset(price->use, 0, sizeof(price->use));
	memset(price->tangent, 0, sizeof(price->tangent));
	for (int i = 0; i < m->nuse; i++)
		price->use[m->use[i]] = u[i] / ma->scale[i];
	for (int i = m->nuse; i < ma->n; i++)
		price->tangent[i - m->nuse] = u[i] / ma->scale[i];
}

/* W and L of a network up to the end of stage s. */
static void widths_of(const struct cert_model *m, const struct nas_genome *g,
		      double *w, double *l)
{
	struct nas_block block[SPACE_BLOCKS_MAX];
	struct nas_arch arch;
	int b = 0;

	space_decode_into(m->problem->space, g, &arch, block);
	for (int s = 0; s < m->nstages; s++) {
		int depth = m->stage[s].choices->depth[g->stage[s].depth];

		w[s] = s ? w[s - 1] : 0;
		l[s] = s ? l[s - 1] : 0;
		for (int i = 0; i < depth; i++, b++) {
			w[s] += deepmad_ln_width(&block[b]);
			l[s] += m->stage[s].layers;
		}
	}
}

/* The columns of tangents in the row of a network; returns what they add to
 * the other side. */
static double cut_tangents(const struct master *ma, const struct cert_model *m,
			   const struct cert_price *price,
			   const struct nas_genome *g, int *column,
			   double *coef)
{
	double w[SPACE_STAGES_MAX], l[SPACE_STAGES_MAX], sum = 0;

	if (!m->ntangents)
		return 0;
	widths_of(m, g, w, l);
	for (int i = 0; i < m->ntangents; i++) {
		const struct cert_tangent *t = &m->tangent[i];
		double slack = t->width * w[t->stage] -
			       t->slope * l[t->stage] + t->offset;
		int at = m->nuse + i;

		column[at + 1] = ma->column[at];
		coef[at + 1] = -slack / ma->scale[at];
		sum -= price->tangent[i] * slack;
	}
	return sum;
}

/* Use of each limited resource by a network. */
static void uses_of(const struct cert_model *m, const struct nas_genome *g,
		    const struct nas_total *t, double use[CERT_RESOURCES])
{
	double held[TRUST_MAX];

	if (m->problem->budgets.ntrust)
		problem_trust_sums(m->problem, g, held);
	for (int i = 0; i < m->nuse; i++) {
		int r = m->use[i];

		use[i] = r < RESOURCES ? t->res[r]
				       : cert_side(held, r - RESOURCES);
	}
}

/* The path of the pass as a cut, and as a network to adopt. */
static void add_cut(struct master *ma, struct cert_run *run,
		    const struct cert_model *m, const struct cert_dp *dp)
{
	double coef[COLUMNS + 1], use[CERT_RESOURCES], score;
	int column[COLUMNS + 1];
	struct nas_genome g;
	struct nas_total t;

	if (!cert_dp_path(dp, m, &g))
		return;
	cert_offer(run, &g);
	problem_evaluate(m->problem, &g, &t);
	uses_of(m, &g, &t, use);
	/* of the path in the model, where a share or a weight may be the
	 * best there is */
	score = dp->bound;
	column[0] = ma->theta;
	coef[0] = 1;
	for (int i = 0; i < m->nuse; i++) {
		column[i + 1] = ma->column[i];
		coef[i + 1] = (use[i] - m->limit[i]) / ma->scale[i];
		score += dp->price.use[m->use[i]] * (use[i] - m->limit[i]);
	}
	score += cut_tangents(ma, m, &dp->price, &g, column, coef);
	if (!m->chain->linear->shared && !m->product)
		score = dp->price.score * t.score;
	lp_add_row(ma->lp, score, HUGE_VAL, ma->n + 1,
		   column, coef);
}

/* Move the box after phi at the point; predicted is the master's value. */
static void move(struct master *ma, double phi, double predicted)
{
	bool first = !isfinite(ma->best);
	bool good = phi < ma->best &&
		    ma->best - phi >= 0.5 * (ma->best - predicted);

	for (int i = 0; i < ma->n; i++) {
		if (phi < ma->best)
			ma->center[i] = ma->point[i];
		if (first)
			ma->radius[i] = ma->point[i] > 0
						? 0.5 * ma->point[i]
						: 0.5 * fabs(phi) + 1;
		else
			ma->radius[i] *= good ? 2 : 0.5;
	}
	ma->best = fmin(ma->best, phi);
}

/* To 30 binary digits: the last ones of a vertex are those of the machine that
 * GLPK was built for, and any point will do. */
static double rounded(double x)
{
	int e;
	double m = frexp(x, &e);

	return ldexp(rint(ldexp(m, 30)), e - 30);
}

/* The next point; false when the master cannot be solved. */
static bool next_point(struct master *ma, double *predicted)
{
	static const struct lp_options limits = { .iterations = SIMPLEX_MOST };
	struct nas_err err = { 0 };
	struct lp_result r;

	for (int i = 0; i < ma->n; i++)
		lp_set_column_bounds(ma->lp, ma->column[i],
				     fmax(0, ma->center[i] - ma->radius[i]),
				     ma->center[i] + ma->radius[i]);
	ma->status = lp_solve(ma->lp, &limits, &r, &err);
	if (ma->status != NAS_OK || r.status != LP_OPTIMAL)
		return false;
	*predicted = r.objective;
	for (int i = 0; i < ma->n; i++)
		ma->point[i] = rounded(fmax(0, r.x[ma->column[i]]));
	return true;
}

static void iterate(struct master *ma, struct cert_run *run,
		    const struct cert_model *m, struct cert_dp *dp,
		    const struct cert_until *until)
{
	struct cert_price price = dp->price;
	double predicted = -HUGE_VAL;

	for (int k = 0; k < until->passes; k++) {
		set_price(ma, m, ma->point, &price);
		if (!cert_dp_run(dp, m, &price))
			return;
		run->iterations++;
		if (!(dp->bound > -HUGE_VAL)) {
			ma->best = -HUGE_VAL;
			memcpy(ma->center, ma->point, sizeof(ma->center));
			return;
		}
		add_cut(ma, run, m, dp);
		move(ma, dp->bound, predicted);
		if (ma->n == 0 || ma->best < until->least ||
		    cert_is_over(&run->limits) || !next_point(ma, &predicted))
			return;
		if (ma->best - predicted <=
		    until->tolerance * fabs(ma->best))
			return;
	}
}

enum nas_status cert_master(struct cert_run *run, const struct cert_model *m,
			    struct cert_dp *dp, struct cert_price *price,
			    const struct cert_until *until,
			    struct nas_err *err)
{
	struct master ma;

	if (!master_init(&ma, m, price)) {
		lp_free(ma.lp);
		return nas_fail(err, NAS_ENOMEM,
				"out of memory for the certificate's master problem");
	}
	dp->price = *price;
	iterate(&ma, run, m, dp, until);
	lp_free(ma.lp);
	if (ma.status == NAS_ENOMEM)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the "
				"certificate's master problem");
	if (ma.best < HUGE_VAL)
		set_price(&ma, m, ma.center, price);
	if (!cert_dp_run(dp, m, price))
		dp->bound = ma.best; /* of the pass at that price */
	return NAS_OK;
}
