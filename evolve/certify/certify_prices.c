/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prices, and the items and resources that they leave. */
#include "evolve/certify/certify_solver.h"

enum nas_status cert_no_memory(struct nas_err *err)
{
	return nas_fail(err, NAS_ENOMEM, "out of memory for a certificate");
}

/* No network of the model scores less than this (of those with pairs of bits
 * that are not dominated, which do as well as any), or than the best known:
 * multipliers with a bound below have proven enough. */
static double floor_of(const struct cert_run *run, const struct cert_model *m,
		       struct cert_dp *dp)
{
	static const struct cert_price least = { .score = -1 };

	if (run->score > -HUGE_VAL)
		return run->score;
	if (!cert_dp_run(dp, m, &least))
		return -HUGE_VAL;
	return -dp->bound - 1e-9 * fabs(dp->bound);
}

enum nas_status cert_find_price(struct cert_solver *so, double tolerance,
				int limit, struct nas_err *err)
{
	struct cert_dp *dp = &so->dp;
	double least = floor_of(so->run, &so->m, dp);
	const struct cert_until until = { tolerance, limit, least };

	if (cert_master(so->run, &so->m, dp, &so->v->price, &until, err) !=
	    NAS_OK)
		return err->code;
	cert_lower(so->v, dp->bound);
	if (!(dp->bound >= least) && !(so->run->score > -HUGE_VAL))
		so->v->bound = -HUGE_VAL;
	return NAS_OK;
}

static bool add_price(struct cert_solver *so, const struct cert_price *price)
{
	struct cert_prices *ps = &so->prices;
	struct cert_dp *dp;

	if (ps->n == CERT_PRICES_MAX)
		return true;
	dp = &ps->dp[ps->n++];
	if (!dp->value && !cert_dp_init(dp, &so->m, so->run->arena))
		return false;
	if (!cert_dp_run(dp, &so->m, price))
		return true; /* no labels will be set */
	if (price->score > 0)
		cert_lower(so->v, dp->bound);
	else if (dp->bound < 0)
		so->v->bound = -HUGE_VAL;
	return true;
}

/* The price with some multipliers scaled: bit i of which for use[i], the next
 * one for tangents. */
static bool add_near(struct cert_solver *so, unsigned which, double factor)
{
	const struct cert_model *m = &so->m;
	struct cert_price near = so->v->price;
	bool any = false;

	for (int i = 0; i < m->nuse; i++)
		if (which >> i & 1 && near.use[m->use[i]] > 0) {
			near.use[m->use[i]] *= factor;
			any = true;
		}
	for (int i = 0; which >> m->nuse & 1 && i < m->ntangents; i++)
		if (near.tangent[i] > 0) {
			near.tangent[i] *= factor;
			any = true;
		}
	return !any || add_price(so, &near);
}

/* The best multipliers, each resource alone, then around the best: all
 * together and one by one: what is left of a budget differs from label to
 * label, and with it the multipliers that bound it best. */
bool cert_make_prices(struct cert_solver *so)
{
	static const double factor[] = { 0.9, 1.12, 0.75, 1.3 };
	const struct cert_model *m = &so->m;
	int n = m->nuse + (m->ntangents > 0);
	bool ok;

	so->prices.n = 0;
	ok = add_price(so, &so->v->price);
	for (int i = 0; ok && i < m->nuse; i++) {
		struct cert_price alone = { 0 };

		alone.use[m->use[i]] = 1;
		ok = add_price(so, &alone);
	}
	for (int f = 0; ok && f < 4; f++)
		ok = add_near(so, ~0u, factor[f]);
	for (int i = 0; n > 1 && i < n; i++)
		for (int k = 0; ok && k < 4; k++)
			ok = add_near(so, 1u << i, factor[k]);
	return ok;
}

bool cert_thin(struct cert_solver *so, const struct cert_dp *dp, double target,
	       int64_t most, bool *stored)
{
	struct nas_arena *arena = so->run->arena;
	struct nas_arena_mark mark = arena_mark(arena);
	bool ok, before = so->m.stored;
	struct cert_keep keep;
	int64_t total;

	*stored = before;
	if (!cert_spend(so->m.limits, cert_pass_steps(&so->m)))
		return true;
	if (!cert_keep_init(&keep, &so->m, arena) ||
	    !cert_dp_keep(dp, &so->m, target, &keep, arena))
		return false;
	if (cert_is_over(so->m.limits)) { /* not all were looked at */
		arena_rewind(arena, mark);
		return true;
	}
	total = cert_keep_total(&keep, &so->m);
	*stored = total <= most;
	ok = !*stored || cert_items_store(&so->m, &keep, arena);
	if (before == so->m.stored) /* nothing new was stored */
		arena_rewind(arena, mark);
	return ok;
}

void cert_drop_loose(struct cert_solver *so)
{
	struct cert_dp *dp = &so->dp;
	struct cert_model *m = &so->m;
	int n = 0;

	for (int i = 0; i < m->nuse; i++) {
		struct cert_price most = { 0 };

		most.use[m->use[i]] = -1;
		if (cert_dp_run(dp, m, &most) &&
		    dp->bound - dp->constant <= m->limit[i]) {
			so->v->price.use[m->use[i]] = 0;
			continue;
		}
		m->use[n] = m->use[i];
		m->limit[n++] = m->limit[i];
	}
	m->nuse = n;
}
