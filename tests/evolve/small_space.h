/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/evolve/small_space.h - random small problems, and their optimum by
 * enumeration of every network.
 *
 * Usage:
 *	small_make(&small, &rng, most, &arena);   up to most networks
 *	best = small_enumerate(&small);           -HUGE_VAL: none is feasible
 * or, with all it needs:
 *	small_open(&f, seed, most);
 *	arena_free(&f.arena);
 */
#ifndef TESTS_EVOLVE_SMALL_SPACE_H
#define TESTS_EVOLVE_SMALL_SPACE_H

#include "nas/base/rng.h"
#include "scoring/chain.h"
#include "tests/check.h"

#define SMALL_STAGES 4

struct small {
	struct nas_space space;
	struct nas_stage stage[SMALL_STAGES];
	int lists[SMALL_STAGES][8][4], sides[2], head_bits[2];
	double expands[SMALL_STAGES][4];
	struct nas_budgets budgets;
	struct nas_latency latency;
	struct latency_factor factor[8];
	const struct nas_score_def *def;
	struct nas_score_options score;
	struct nas_problem problem;
	double best; /* of the enumeration */
	int64_t feasible;
	uint64_t *hash; /* NULL, or room for those of the feasible networks,
			 * each in its canonical form once */
	int64_t nhash;
};

static inline int small_draw(struct rng *rng, int n)
{
	return (int)rng_below(rng, (uint32_t)n);
}

/* Up to most of the ascending values of from, at least one. */
static inline int small_pick(struct rng *rng, const int *from, int n, int most,
			     int *to)
{
	int want = 1 + small_draw(rng, most), got = 0;

	for (int i = 0; i < n && got < want; i++)
		if (small_draw(rng, n - i) < want - got)
			to[got++] = from[i];
	return got;
}

static inline void small_bits(struct nas_stage *st, struct rng *rng,
			      int lists[][4])
{
	static const int bits[] = { 2, 3, 4, 5, 6, 8 };

	if (small_draw(rng, 4) == 0)
		return;
	st->bits_a = lists[5];
	st->bits_w = lists[6];
	st->nbits_a = small_pick(rng, bits, 6, 3, st->bits_a);
	st->nbits_w = small_pick(rng, bits, 6, 3, st->bits_w);
}

/* The first so many of BLOCK_LIST are drawn. */
static int small_kinds = BLOCK_KINDS;

static inline void small_stage(struct nas_stage *st, struct rng *rng,
			       int lists[][4], double *expands, bool bits)
{
	static const int widths[] = { 4, 8, 12, 16, 24, 32 };
	static const int kernels[] = { 1, 3, 5 }, depths[] = { 1, 2, 3 };
	static const int strides[] = { 1, 2 }, se[] = { 0, 1 };
	static const double expand[] = { 1, 1.5, 2, 3 };
	int index[4];
	static const int order[] = { 0, 1, 2, 3 };

	memset(st, 0, sizeof(*st));
	st->kind = small_draw(rng, small_kinds);
	st->shortcut = small_draw(rng, 3);
	if (st->shortcut == SHORTCUT_POOL &&
	    block_kinds[st->kind].has & BLOCK_SHORTCUT &&
	    !(block_kinds[st->kind].has & BLOCK_POOLS))
		st->shortcut = SHORTCUT_IDENTITY;
	st->expand_of = small_draw(rng, 2);
	st->nwidth = small_pick(rng, widths, 6, 4, st->width = lists[0]);
	st->nkernel = small_pick(rng, kernels, 3, 2, st->kernel = lists[1]);
	st->ndepth = small_pick(rng, depths, 3, 2, st->depth = lists[2]);
	st->nstride = small_pick(rng, strides, 2, 1 + small_draw(rng, 2),
				 st->stride = lists[3]);
	st->nse = 1;
	st->se = lists[4];
	st->se[0] = 0;
	st->nexpand = 1;
	st->expand = expands;
	expands[0] = 1;
	if (block_kinds[st->kind].has & BLOCK_SQUEEZE)
		st->nse = small_pick(rng, se, 2, 2, st->se);
	if (block_kinds[st->kind].has & BLOCK_HIDDEN) {
		st->nexpand = small_pick(rng, order, 4, 3, index);
		for (int i = 0; i < st->nexpand; i++)
			expands[i] = expand[index[i]];
		st->each |= small_draw(rng, 2) ? EACH_EXPAND : 0;
	}
	st->each |= small_draw(rng, 2) ? EACH_KERNEL : 0;
	if (bits)
		small_bits(st, rng, lists);
}

static inline bool small_space(struct small *sm, struct rng *rng,
			       double most, struct nas_arena *arena)
{
	struct nas_err err = { 0 };
	bool bits = small_draw(rng, 4) != 0;
	long double size;

	sm->head_bits[0] = 4;
	sm->head_bits[1] = 8;
	sm->sides[0] = 24 + small_draw(rng, 30);
	sm->sides[1] = sm->sides[0] + 1 + small_draw(rng, 20);
	sm->space = (struct nas_space){
		.input = { 1 + small_draw(rng, 2), sm->sides, 0, NULL, 3 },
		.monotone = small_draw(rng, 2),
		.nstages = 1 + small_draw(rng, SMALL_STAGES),
		.stage = sm->stage,
	};
	if (small_draw(rng, 2))
		sm->space.head = (struct nas_space_head){
			.first = { .classes = 10, .bits_a = 6, .bits_w = 4 },
			.nbits_w = small_draw(rng, 3), .bits_w = sm->head_bits,
		};
	for (int s = 0; s < sm->space.nstages; s++)
		small_stage(&sm->stage[s], rng, sm->lists[s], sm->expands[s],
			    bits);
	if (space_compile(&sm->space, arena, &err) != NAS_OK)
		return false;
	size = space_size(&sm->space);
	return size >= (long double)most / 100 && size <= (long double)most;
}

/* Limits around what some network needs: exactly, a little more or less. */
static inline void small_budgets(struct small *sm, struct rng *rng,
				 const struct nas_total *t)
{
	static const double factor[] = { 1, 1, 0.5, 0.8, 0.95, 1.05, 1.3, 2 };
	int kinds = small_draw(rng, 1 << (RESOURCES + 1));

	if (small_draw(rng, 2)) /* one or two alone */
		kinds &= (1 << small_draw(rng, RESOURCES + 1)) |
			 (1 << small_draw(rng, RESOURCES + 1));
	for (int r = 0; r < RESOURCES; r++)
		sm->budgets.limit[r] =
			kinds >> r & 1 ? t->res[r] * factor[small_draw(rng, 8)]
				       : HUGE_VAL;
	sm->budgets.sram_bytes = kinds >> RESOURCES & 1
					 ? t->peak_bytes *
						   factor[small_draw(rng, 8)]
					 : HUGE_VAL;
}

/* Of random coefficients, some 0, and half the time factors of bits. */
static inline void small_latency(struct small *sm, struct rng *rng)
{
	struct nas_latency *m = &sm->latency;

	*m = (struct nas_latency){ .channel_step = 1 + 7 * small_draw(rng, 2) };
	if (small_draw(rng, 2))
		m->on_chip_bytes = 200.0 * (1 + small_draw(rng, 40));
	for (int t = 0; t < LATENCY_TERMS; t++)
		m->term[t] = small_draw(rng, 3) ? rng_uniform(rng) : 0;
	m->term[LATENCY_MACS_CONV] = 0.01 + rng_uniform(rng);
	if (small_draw(rng, 2)) {
		m->nfactors = 8;
		m->factor = sm->factor;
	}
	for (int i = 0; i < m->nfactors; i++)
		m->factor[i] = (struct latency_factor){
			2 + small_draw(rng, 7), 2 + small_draw(rng, 7),
			0.25 + 2 * rng_uniform(rng) };
	latency_finish(m);
	sm->budgets.latency = m;
}

static inline bool small_has_squeeze(const struct small *sm)
{
	bool has = false;

	for (int s = 0; s < sm->space.nstages; s++)
		for (int i = 0; i < sm->space.stage[s].nse; i++)
			has = has || sm->space.stage[s].se[i];
	return has;
}

static inline void small_make_def(struct small *sm,
				  const struct nas_score_def *score,
				  struct rng *rng, double most,
				  struct nas_arena *arena)
{
	struct nas_err err = { 0 };
	struct nas_space_sampler sampler;
	struct nas_genome g;
	struct nas_total t;

	memset(sm, 0, sizeof(*sm));
	sm->def = score;
	while (!small_space(sm, rng, most, arena) ||
	       (sm->def->no_squeeze && small_has_squeeze(sm)))
		arena->failed = false;
	sm->score = (struct nas_score_options)SCORE_DEFAULTS;
	for (int r = 0; r < RESOURCES; r++)
		sm->budgets.limit[r] = HUGE_VAL;
	sm->budgets.rho = HUGE_VAL;
	small_latency(sm, rng);
	sm->budgets.sram_bytes = 1e18;
	sm->budgets.memory =
		(enum nas_memory_kind)small_draw(rng, MEMORY_KINDS);
	CHECK_OK(problem_init(&sm->problem, &sm->space, &sm->budgets, sm->def,
			      &sm->score, arena, &err), &err);
	CHECK_OK(space_sampler_init(&sampler, &sm->space, arena, &err), &err);
	space_sample(&sampler, &g, rng);
	problem_evaluate(&sm->problem, &g, &t);
	small_budgets(sm, rng, &t);
	CHECK_OK(problem_init(&sm->problem, &sm->space, &sm->budgets, sm->def,
			      &sm->score, arena, &err), &err);
}

static inline void small_make_of(struct small *sm, const char *score,
				 struct rng *rng, double most,
				 struct nas_arena *arena)
{
	small_make_def(sm, score_find(score), rng, most, arena);
}

/* ---- products ---- */

static const char *const small_products[] = { "rqe-r", "deepmad" };

/* What a config can ask of a product: a penalty on depths, stage weights where
 * all variants have as many stages, and sigmas at which blocks lose score. */
static inline void small_product_options(struct small *sm, struct rng *rng,
					 struct nas_arena *arena)
{
	struct nas_err err = { 0 };
	struct nas_qe_options *o = &sm->score.qe;
	int n = 1;

	if (small_draw(rng, 2))
		sm->score.depth_penalty = 0.5 + small_draw(rng, 40);
	if (small_draw(rng, 3) == 0)
		o->sigma_w = 0.05 * (1 + small_draw(rng, 20));
	for (int s = 1; s < sm->space.nstages; s++) {
		n += sm->space.stage[s].stride[0] == 2;
		if (sm->space.stage[s].nstride > 1)
			n = ARCH_STAGES_MAX + 1;
	}
	if (n <= ARCH_STAGES_MAX && small_draw(rng, 3)) {
		o->nstage_weights = n;
		for (int k = 0; k < n; k++)
			o->stage_weights[k] = small_draw(rng, 8);
	}
	CHECK_OK(problem_init(&sm->problem, &sm->space, &sm->budgets, sm->def,
			      &sm->score, arena, &err), &err);
}

/* ---- scores of random signed weights ---- */

struct small_score {
	struct nas_score_def def;
	struct nas_score_term term[9];
};

/* So that the features' parts of a score are about as large. */
static inline double small_unit(const struct nas_feature *f)
{
	if (f->size)
		return f->resource == RES_LAYERS ? 0.3
		       : f->resource == RES_PARAMS ? 1e-3 : 1e-6;
	return strstr(f->name, "root") ? 3e-3 : 1;
}

static inline const struct nas_score_def *
small_signed(struct small_score *score, struct rng *rng)
{
	int n = 1 + small_draw(rng, 8);

	memset(score, 0, sizeof(*score));
	for (int i = 0; i < n; i++) {
		const struct nas_feature *f =
			&features[small_draw(rng, nfeatures)];

		score->term[i].feature = f->name;
		score->term[i].weight = (small_draw(rng, 2001) - 1000) * 1e-3 *
					small_unit(f);
	}
	score->def.name = score->def.title = "signed";
	score->def.terms = score->term;
	return &score->def;
}

static inline void small_make(struct small *sm, struct rng *rng, double most,
			      struct nas_arena *arena)
{
	small_make_of(sm, "qe", rng, most, arena);
}

struct small_fixture {
	struct nas_arena arena;
	struct rng rng;
	struct small small;
	struct nas_err err;
};

static inline void small_open(struct small_fixture *f, uint64_t seed,
			      double most)
{
	memset(f, 0, sizeof(*f));
	arena_init(&f->arena, (size_t)256 << 20);
	rng_seed(&f->rng, seed, 3);
	small_make(&f->small, &f->rng, most, &f->arena);
}

/* ---- enumeration ---- */

struct small_walk {
	struct small *sm;
	const struct nas_chain *chain;
	struct nas_terms terms[SPACE_STAGES_MAX];
	struct nas_gene gene[SPACE_STAGES_MAX];
};

static inline void small_stage_walk(struct small_walk *w, int s, int in);

/* What block b chooses besides bits. */
static inline int small_shapes(const struct nas_stage *st, int b)
{
	if (b == 0)
		return 1;
	return (st->each & EACH_KERNEL ? st->nkernel : 1) *
	       (st->each & EACH_EXPAND ? st->nexpand : 1);
}

static inline void small_bits_walk(struct small_walk *w, int s, int in, int b)
{
	const struct nas_stage *st = &w->sm->space.stage[s];
	struct nas_gene *g = &w->gene[s];
	int na = st->nbits_a ? st->nbits_a : 1;
	int nw = st->nbits_w ? st->nbits_w : 1;

	if (b == st->depth[g->depth]) {
		chain_terms(w->chain, s, g, in,
			    s ? w->terms[s - 1].units : 1, &w->terms[s]);
		small_stage_walk(w, s + 1, w->terms[s].out);
		return;
	}
	for (int q = 0; q < small_shapes(st, b); q++) {
		int kernels = st->each & EACH_KERNEL ? st->nkernel : 1;

		g->shape[b] = b ? gene_shape(q % kernels, q / kernels) : 0;
		for (int i = 0; i < na * nw; i++) {
			g->bits[b] = gene_bits(i / nw, i % nw);
			small_bits_walk(w, s, in, b + 1);
		}
	}
	g->bits[b] = g->shape[b] = 0;
}

static inline bool small_is_canonical(const struct small_walk *w)
{
	int in = w->sm->space.input.channels;

	for (int s = 0; s < w->sm->space.nstages; s++) {
		const struct nas_stage *st = &w->sm->space.stage[s];
		struct nas_gene g = w->gene[s];

		gene_canonical(st, &g, in);
		if (memcmp(&g, &w->gene[s], sizeof(g)) != 0)
			return false;
		in = st->width[g.width];
	}
	return true;
}

/* How far outside the trust region, by the network's layers. */
static inline double small_trust(const struct small *sm,
				 const struct nas_genome *g)
{
	const struct nas_budgets *b = &sm->problem.budgets;
	const struct nas_qe_options options = QE_DEFAULTS;
	struct nas_block block[SPACE_BLOCKS_MAX];
	double value[FEATURES_MAX], over = 0;
	struct nas_arch arch;

	space_decode_into(&sm->space, g, &arch, block);
	feature_values(&arch, &options, value);
	for (int i = 0; i < b->ntrust; i++) {
		double x = value[b->trust[i].feature - features];

		over = fmax(over, fmax(x - b->trust[i].high,
				       b->trust[i].low - x));
	}
	return over;
}

static inline void small_leaf(struct small_walk *w)
{
	struct nas_genome g = { .variant = (uint64_t)w->chain->variant };
	struct nas_total t;

	memcpy(g.stage, w->gene, sizeof(w->gene));
	chain_total(w->chain, w->terms, &t);
	if (isfinite(w->sm->problem.budgets.rho))
		t.rho = problem_rho(&w->sm->problem, &g);
	if (w->sm->problem.budgets.ntrust)
		t.trust = small_trust(w->sm, &g);
	if (problem_excess(&w->sm->problem, &t) > 0)
		return;
	if (!score_is_additive(w->sm->def))
		t.score = problem_whole(&w->sm->problem, &g);
	w->sm->feasible++;
	if (w->sm->hash && small_is_canonical(w))
		w->sm->hash[w->sm->nhash++] = t.hash;
	w->sm->best = fmax(w->sm->best, t.score);
}

static inline void small_stage_walk(struct small_walk *w, int s, int in)
{
	const struct nas_stage *st = &w->sm->space.stage[s];
	int all;

	if (s == w->sm->space.nstages) {
		small_leaf(w);
		return;
	}
	all = st->nwidth * st->nkernel * st->nexpand * st->ndepth * st->nse;
	for (int i = 0, k = 0; i < all; k = ++i) {
		struct nas_gene *g = &w->gene[s];

		g->se = (uint8_t)(k % st->nse);
		k /= st->nse;
		g->depth = (uint8_t)(k % st->ndepth);
		k /= st->ndepth;
		g->expand = (uint8_t)(k % st->nexpand);
		k /= st->nexpand;
		g->kernel = (uint8_t)(k % st->nkernel);
		g->width = (uint8_t)(k / st->nkernel);
		if (!w->sm->space.monotone || s == 0 ||
		    st->width[g->width] >= in)
			small_bits_walk(w, s, in, 0);
	}
}

/* The best score of all feasible networks. */
static inline double small_enumerate(struct small *sm)
{
	sm->best = -HUGE_VAL;
	sm->feasible = sm->nhash = 0;
	for (int v = 0; v < sm->space.nvariants; v++) {
		struct small_walk w = { .sm = sm,
					.chain = &sm->problem.chain[v] };

		small_stage_walk(&w, 0, sm->space.input.channels);
	}
	return sm->best;
}

#endif
