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
#include "evolve/certify/certify_rho.h"
#include "evolve/certify/certify_solver.h"

#define STORE_MOST 20000 /* of 62,432 the master's 19 passes took 0.2 s, half
			  * of all; a coarse space first halved it */
#define COARSE 20
#define BEAM 30

/* Steps of a pass that a product's classes of weights are chosen for, and how
 * many of them there are: of the first passes over everything, and of those
 * that look for multipliers. */
#define PASS_STEPS 2e7
#define MASTER_STEPS 1e6
#define LABEL_STEPS 3e5 /* of each of up to 32 prices */
#define CLASSES_FEW 8
#define CLASSES_MOST 1024
#define REFINE_MOST 8
#define REFINE_LESS 0.8

/* First and inner blocks that a pass looks at. */
static double blocks_of(const struct cert_model *m)
{
	double n = 0;

	for (int s = 0; s < m->nstages; s++)
		n += (double)cert_stage_items(m, s) +
		     (double)m->stage[s].nnodes * m->stage[s].max_depth;
	return n;
}

static bool weigh(struct cert_model *m, double steps, struct nas_arena *arena)
{
	double most = fmin(fmax(steps / (blocks_of(m) + 1), CLASSES_FEW),
			   CLASSES_MOST);

	return cert_weights_make(m, (int)most, arena);
}

static void coarsen(struct cert_model *m, const struct nas_genome *near,
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

static enum nas_status coarse(struct cert_run *run, struct cert_variant *v,
			      struct nas_err *err)
{
	struct nas_arena_mark mark = arena_mark(run->arena);
	struct cert_variant rough = *v;
	struct cert_solver so = { .run = run, .v = &rough };
	bool near = run->score > -HUGE_VAL;
	enum nas_status status;

	if (!cert_model_init(&so.m, run->problem, run->sum, v->variant,
			     run->threads, run->arena))
		return cert_no_memory(err);
	so.m.limits = &run->limits;
	cert_rho_fix(&so.m, v->convs);
	coarsen(&so.m, &run->best, near);
	if (!cert_items_store(&so.m, NULL, run->arena) ||
	    !weigh(&so.m, MASTER_STEPS, run->arena) ||
	    !cert_penalty_fit(&so.m, near ? &run->best : NULL) ||
	    !cert_dp_init(&so.dp, &so.m, run->arena))
		return cert_no_memory(err);
	status = cert_find_price(&so, 1e-5, 25, err);
	if (status == NAS_OK && !cert_make_prices(&so))
		return cert_no_memory(err);
	if (status == NAS_OK)
		status = cert_find_better(&so, BEAM, err);
	v->price = rough.price;
	arena_rewind(run->arena, mark);
	return status;
}

/* Store what is left; *stored = false if it is too much. */
static enum nas_status store(struct cert_solver *so, bool *stored,
			     struct nas_err *err)
{
	struct cert_run *run = so->run;
	struct cert_dp *dp = &so->dp;
	double bytes = run->options->memory_bytes / 3;
	int64_t most = (int64_t)(bytes / sizeof(struct cert_item));
	int64_t all = cert_items_most(&so->m);

	if (all <= STORE_MOST && all <= most) {
		*stored = true;
		if (!cert_items_store(&so->m, NULL, run->arena))
			return cert_no_memory(err);
		return NAS_OK;
	}
	if (coarse(run, so->v, err) != NAS_OK)
		return err->code;
	*stored = false;
	if (!cert_dp_run(dp, &so->m, &so->v->price))
		return NAS_OK;
	run->iterations++;
	cert_lower(so->v, dp->bound);
	if (!cert_thin(so, dp, cert_above(run, 0), most, stored))
		return cert_no_memory(err);
	return NAS_OK;
}

/* Steps with new classes of weights, a finer grid for the widths left: all
 * that depends on them is made again. */
static enum nas_status weigh_again(struct cert_solver *so, double steps,
				   struct nas_err *err)
{
	struct cert_run *run = so->run;
	const struct nas_genome *near = run->score > -HUGE_VAL ? &run->best
							       : NULL;

	memset(&so->prices, 0, sizeof(so->prices));
	if (!weigh(&so->m, steps, run->arena) ||
	    !cert_penalty_fit(&so->m, near) ||
	    !cert_dp_init(&so->dp, &so->m, run->arena))
		return cert_no_memory(err);
	return NAS_OK;
}

/* Of a product: finer and finer grids, each thinning what the next looks at,
 * until that brings little. */
static enum nas_status refine(struct cert_solver *so, struct nas_err *err)
{
	struct cert_run *run = so->run;
	double left = HUGE_VAL;

	for (int k = 0; k < REFINE_MOST; k++) {
		double items = blocks_of(&so->m);
		bool stored;

		if (k % 2 == 0 && items > REFINE_LESS * left)
			break;
		left = k % 2 ? left : items;
		if (weigh_again(so, k % 2 ? PASS_STEPS : MASTER_STEPS, err) ||
		    cert_find_price(so, 1e-7, k % 2 ? 3 : 40, err))
			return err->code;
		if (so->v->bound <= cert_above(run, 0) ||
		    cert_is_over(&run->limits))
			return NAS_OK;
		if (!cert_thin(so, &so->dp, cert_above(run, 0), INT64_MAX,
			       &stored))
			return cert_no_memory(err);
	}
	return weigh_again(so, LABEL_STEPS, err);
}

/* Thin by the best multipliers, then look for better networks: each better
 * one thins further. */
static enum nas_status prepare(struct cert_solver *so, struct nas_err *err)
{
	struct cert_run *run = so->run;
	struct cert_dp *dp = &so->dp;
	bool stored;

	if (so->m.product ? refine(so, err)
			  : cert_find_price(so, 1e-8, 200, err))
		return err->code;
	so->v->root_bound = so->m.product ? so->v->bound : dp->bound;
	so->v->root_price = so->v->price;
	if (cert_is_over(&run->limits))
		return NAS_OK;
	if (so->v->bound <= cert_above(run, 0))
		return NAS_OK;
	if (!so->m.product &&
	    !cert_thin(so, dp, cert_above(run, 0), INT64_MAX, &stored))
		return cert_no_memory(err);
	cert_drop_loose(so);
	if (!cert_make_prices(so))
		return cert_no_memory(err);
	return cert_beam_and_thin(so, BEAM, err);
}

static enum nas_status solve(struct cert_solver *so, struct nas_err *err)
{
	struct cert_run *run = so->run;
	bool stored;

	if (!cert_model_init(&so->m, run->problem, run->sum, so->v->variant,
			     run->threads, run->arena) ||
	    !weigh(&so->m, PASS_STEPS, run->arena) ||
	    !cert_penalty_fit(&so->m, run->score > -HUGE_VAL ? &run->best
							     : NULL) ||
	    !cert_dp_init(&so->dp, &so->m, run->arena))
		return cert_no_memory(err);
	so->m.limits = &run->limits;
	cert_rho_fix(&so->m, so->v->convs);
	if (store(so, &stored, err) != NAS_OK)
		return err->code;
	if (!stored && cert_is_over(&run->limits))
		return NAS_OK;
	if (!stored)
		return cert_find_price(so, 1e-5, 20, err);
	if (prepare(so, err) != NAS_OK ||
	    cert_close(so, err) != NAS_OK)
		return err->code;
	return NAS_OK;
}

enum nas_status cert_solve(struct cert_run *run, struct cert_variant *v,
			   struct nas_err *err)
{
	struct nas_arena_mark mark = arena_mark(run->arena);
	struct cert_solver so = { .run = run, .v = v };
	enum nas_status status = solve(&so, err);

	arena_rewind(run->arena, mark);
	return status;
}

enum nas_status cert_glance(struct cert_run *run, struct cert_variant *v,
			    struct nas_err *err)
{
	struct nas_arena_mark mark = arena_mark(run->arena);
	struct cert_model m;
	struct cert_dp dp;

	if (!cert_model_init(&m, run->problem, run->sum, v->variant,
			     run->threads, run->arena) ||
	    !weigh(&m, PASS_STEPS, run->arena) ||
	    !cert_penalty_fit(&m, run->score > -HUGE_VAL ? &run->best : NULL) ||
	    !cert_dp_init(&dp, &m, run->arena))
		return cert_no_memory(err);
	m.limits = &run->limits;
	cert_rho_fix(&m, v->convs);
	if (cert_dp_run(&dp, &m, &v->price)) {
		run->iterations++;
		cert_lower(v, dp.bound);
	}
	arena_rewind(run->arena, mark);
	return NAS_OK;
}
