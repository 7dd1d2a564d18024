/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One variant: multipliers, items that are left, labels.
 *
 * 1. Up to STORE_MOST items are stored at once. Of a larger space a coarse
 *    one with COARSE widths a stage is solved first, roughly: it gives good
 *    multipliers and a good network, not a bound. One pass over all items at
 *    those multipliers is a bound, and leaves few items.
 * 2. The multipliers with the least bound; items thinned by it.
 * 3. Label setting: with a narrow beam, to find a better network; then from
 *    the bound down until the best network is met.
 */
#include "evolve/certify_labels.h"

#define STORE_MOST 150000
#define COARSE 20
#define COARSE_BEAM 30
#define BEAM 30
#define FIRST 2e-5 /* of the bound: how far below it the first pass looks */
#define STEP 2.5
#define STEPS 12

struct solver {
	struct cert_run *run;
	struct cert_variant *v;
	struct cert_model m;
	struct cert_prices prices;
};

static enum nas_status no_memory(struct nas_err *err)
{
	return nas_fail(err, NAS_ENOMEM, "certificate.memory_bytes is too "
			"small for this space");
}

static void lower(struct cert_variant *v, double bound)
{
	v->bound = fmin(v->bound, bound);
}

/* No network of the model scores less than this (of those with pairs of bits
 * that are not dominated, which do as well as any), or than the best known:
 * multipliers with a bound below have proven enough. */
static double floor_of(const struct cert_run *run, const struct cert_model *m,
		       struct cert_dp *dp)
{
	static const struct cert_price least = { .score = -1 };

	if (run->score > -INFINITY)
		return run->score;
	cert_dp_run(dp, m, &least);
	return -dp->bound - 1e-9 * fabs(dp->bound);
}

/* The multipliers with the least bound, that bound, and whether it proves
 * that there is nothing. */
static enum nas_status find_price(struct solver *so, struct cert_dp *dp,
				  double tolerance, int limit,
				  struct nas_err *err)
{
	double least = floor_of(so->run, &so->m, dp);

	if (cert_master(so->run, &so->m, dp, &so->v->price, tolerance, limit,
			least, err) != NAS_OK)
		return err->code;
	lower(so->v, dp->bound);
	if (!(dp->bound >= least) && !(so->run->score > -INFINITY))
		so->v->bound = -INFINITY;
	return NAS_OK;
}

/* ---- the prices that bound labels ---- */

static bool add_price(struct solver *so, const struct cert_price *price)
{
	struct cert_prices *ps = &so->prices;
	struct cert_dp *dp;

	if (ps->n == CERT_PRICES_MAX)
		return true;
	dp = &ps->dp[ps->n++];
	if (!dp->value && !cert_dp_init(dp, &so->m, so->run->arena))
		return false;
	cert_dp_run(dp, &so->m, price);
	if (price->score > 0)
		lower(so->v, dp->bound);
	else if (dp->bound < 0)
		so->v->bound = -INFINITY;
	return true;
}

/* The best multipliers, each resource alone, then around the best: all
 * together and one by one. */
static bool make_prices(struct solver *so)
{
	static const double factor[] = { 0.9, 1.12, 0.75, 1.3 };
	const struct cert_model *m = &so->m;
	struct cert_price p = so->v->price;
	bool ok;

	so->prices.n = 0;
	ok = add_price(so, &p);
	for (int i = 0; i < m->nuse; i++) {
		struct cert_price alone = { 0 };

		alone.use[m->use[i]] = 1;
		ok = ok && add_price(so, &alone);
	}
	for (int f = 0; f < 4; f++) {
		struct cert_price near = p;

		for (int i = 0; i < m->nuse; i++)
			near.use[m->use[i]] *= factor[f];
		ok = ok && (m->nuse == 0 || add_price(so, &near));
	}
	for (int i = 0; i < m->nuse && m->nuse > 1; i++)
		for (int f = 0; f < 4; f++) {
			struct cert_price near = p;

			near.use[m->use[i]] *= factor[f];
			if (p.use[m->use[i]] > 0)
				ok = ok && add_price(so, &near);
		}
	return ok;
}

/* ---- thinning ---- */

/* Keep the items that the first dp allows above target. */
static bool thin(struct solver *so, const struct cert_dp *dp, double target,
		 int64_t most, bool *stored)
{
	struct arena *arena = so->run->arena;
	struct arena_mark mark = arena_mark(arena);
	bool ok, before = so->m.stored;
	struct cert_keep keep;
	int64_t total;

	if (!cert_keep_init(&keep, &so->m, arena) ||
	    !cert_dp_keep(dp, &so->m, target, &keep, arena))
		return false;
	total = cert_keep_total(&keep, &so->m);
	*stored = total <= most;
	ok = !*stored || cert_items_store(&so->m, &keep, arena);
	if (before == so->m.stored) /* nothing new was stored */
		arena_rewind(arena, mark);
	return ok;
}

/* ---- a coarse space ---- */

static void coarsen(struct cert_model *m, const struct genome *near,
		    bool use_near)
{
	for (int s = 0; s < m->nstages; s++) {
		struct cert_stage *st = &m->stage[s];
		int n = st->nout, keep = n < COARSE ? n : COARSE;

		memset(st->alive, 0, (size_t)n * sizeof(bool));
		for (int k = 0; k < keep; k++)
			st->alive[keep > 1 ? k * (n - 1) / (keep - 1)
					   : n - 1] = true;
		for (int d = -2; use_near && d <= 2; d++) {
			int w = near->stage[s].width + d;

			if (w >= 0 && w < n)
				st->alive[w] = true;
		}
	}
	cert_model_nodes(m);
}

/* A narrow beam for a better network. */
static enum nas_status beam(struct solver *so, size_t width,
			    struct nas_err *err)
{
	struct cert_pass pass = {
		.target = cert_above(so->run, 0),
		.beam = width,
		.bytes = (size_t)(so->run->options->memory_bytes / 4),
	};

	if (cert_labels(so->run, &so->m, &so->prices, &pass, err))
		return err->code;
	if (pass.done)
		lower(so->v, fmax(fmax(pass.target, so->run->score),
				  fmax(pass.dropped, so->run->stray)));
	return NAS_OK;
}

static enum nas_status coarse(struct cert_run *run, struct cert_variant *v,
			      struct nas_err *err)
{
	struct arena_mark mark = arena_mark(run->arena);
	struct cert_variant rough = *v;
	struct solver so = { .run = run, .v = &rough };
	struct cert_dp dp;
	bool near = run->score > -INFINITY;
	enum nas_status status;

	if (!cert_model_init(&so.m, run->problem, v->variant, run->threads,
			     run->arena))
		return no_memory(err);
	coarsen(&so.m, &run->best, near);
	if (!cert_items_store(&so.m, NULL, run->arena) ||
	    !cert_dp_init(&dp, &so.m, run->arena))
		return no_memory(err);
	status = find_price(&so, &dp, 1e-5, 25, err);
	if (status == NAS_OK && !make_prices(&so))
		return no_memory(err);
	if (status == NAS_OK)
		status = beam(&so, COARSE_BEAM, err);
	v->price = rough.price;
	arena_rewind(run->arena, mark);
	return status;
}

/* ---- the whole of it ---- */

/* Store what is left; *stored = false if it is too much. */
static enum nas_status store(struct solver *so, struct cert_dp *dp,
			     bool *stored, struct nas_err *err)
{
	struct cert_run *run = so->run;
	double bytes = run->options->memory_bytes / 3;
	int64_t most = (int64_t)(bytes / sizeof(struct cert_item));
	int64_t all = cert_items_most(&so->m);

	if (all <= STORE_MOST && all <= most) {
		*stored = true;
		if (!cert_items_store(&so->m, NULL, run->arena))
			return no_memory(err);
		return NAS_OK;
	}
	if (coarse(run, so->v, err) != NAS_OK)
		return err->code;
	cert_dp_run(dp, &so->m, &so->v->price);
	run->iterations++;
	lower(so->v, dp->bound);
	if (!thin(so, dp, cert_above(run, 0), most, stored))
		return no_memory(err);
	return NAS_OK;
}

/* One pass of label setting for all that scores above target. */
static enum nas_status pass_above(struct solver *so, double target,
				  bool *done, struct nas_err *err)
{
	struct cert_run *run = so->run;
	struct cert_pass pass = {
		.target = target,
		.bytes = (size_t)(run->options->memory_bytes / 2),
	};

	if (cert_labels(run, &so->m, &so->prices, &pass, err))
		return err->code;
	if (pass.done)
		lower(so->v, fmax(fmax(target, run->score),
				  fmax(pass.dropped, run->stray)));
	*done = pass.done && pass.dropped <= target;
	return NAS_OK;
}

/* Passes from the bound down: a pass that finds nothing above its target makes
 * that the bound, one that does has found the best. The work of a pass grows
 * with the distance, so each goes STEP times as far as the one before. */
static enum nas_status close_gap(struct solver *so, struct nas_err *err)
{
	struct cert_run *run = so->run;
	double top = so->v->bound, depth = FIRST * fabs(top);
	bool done = true;

	for (int k = 0; done && k <= STEPS; k++, depth *= STEP) {
		double least = cert_above(run, 0);
		double target = k < STEPS ? fmax(top - depth, least) : least;

		if (so->v->bound <= least || cert_out_of_time(run))
			break;
		if (pass_above(so, target, &done, err) != NAS_OK)
			return err->code;
	}
	return NAS_OK;
}

/* Thin by the best multipliers, then look for better networks: each better
 * one thins further. */
static enum nas_status prepare(struct solver *so, struct cert_dp *dp,
			       struct nas_err *err)
{
	struct cert_run *run = so->run;
	bool stored;

	if (find_price(so, dp, 1e-8, 200, err) != NAS_OK)
		return err->code;
	so->v->root_bound = dp->bound;
	if (so->v->bound <= cert_above(run, 0))
		return NAS_OK;
	if (!thin(so, dp, cert_above(run, 0), INT64_MAX, &stored) ||
	    !make_prices(so))
		return no_memory(err);
	if (beam(so, BEAM, err) != NAS_OK)
		return err->code;
	if (!thin(so, &so->prices.dp[0], cert_above(run, 0), INT64_MAX,
		  &stored) || !make_prices(so))
		return no_memory(err);
	return NAS_OK;
}

static enum nas_status solve(struct solver *so, struct nas_err *err)
{
	struct cert_run *run = so->run;
	struct cert_dp dp;
	bool stored;

	if (!cert_model_init(&so->m, run->problem, so->v->variant,
			     run->threads, run->arena) ||
	    !cert_dp_init(&dp, &so->m, run->arena))
		return no_memory(err);
	if (store(so, &dp, &stored, err) != NAS_OK)
		return err->code;
	if (!stored)
		return find_price(so, &dp, 1e-5, 20, err);
	if (prepare(so, &dp, err) != NAS_OK ||
	    close_gap(so, err) != NAS_OK)
		return err->code;
	return NAS_OK;
}

enum nas_status cert_solve(struct cert_run *run, struct cert_variant *v,
			   struct nas_err *err)
{
	struct arena_mark mark = arena_mark(run->arena);
	struct solver so = { .run = run, .v = v };
	enum nas_status status = solve(&so, err);

	arena_rewind(run->arena, mark);
	return status;
}

enum nas_status cert_glance(struct cert_run *run, struct cert_variant *v,
			    struct nas_err *err)
{
	struct arena_mark mark = arena_mark(run->arena);
	struct cert_model m;
	struct cert_dp dp;

	if (!cert_model_init(&m, run->problem, v->variant, run->threads,
			     run->arena) ||
	    !cert_dp_init(&dp, &m, run->arena))
		return no_memory(err);
	cert_dp_run(&dp, &m, &v->price);
	run->iterations++;
	lower(v, dp.bound);
	arena_rewind(run->arena, mark);
	return NAS_OK;
}
