/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Label setting by itself: dominance against its definition, and passes with
 * narrow beams, under all budgets at once, against enumeration. The whole
 * certificate hides much of it: what a beam or a dominance gets wrong, a later
 * pass may put right.
 */
#include "evolve/certify/certify_solver.h"
#include "tests/evolve/small_space.h"

/* ---- dominance ---- */

#define ENDS   300
#define LABELS 150
#define STRIDE (sizeof(struct cert_label) + RESOURCES * sizeof(double))

struct labels {
	struct cert_model m;
	struct cert_pool pool, before;
	struct cert_sort sort;
	char data[2][LABELS * STRIDE];
	int classes;
	bool by_layers; /* only labels of equal layers are compared */
};

/* Few values each, so that many are equal and many dominated. */
static void labels_make(struct labels *x, int nuse, bool layers,
			struct rng *rng)
{
	memset(x, 0, sizeof(*x));
	x->m.nuse = nuse;
	for (int r = 0; r < nuse; r++)
		x->m.use[r] = (enum nas_resource)r; /* the last one is layers */
	if (nuse && layers)
		x->m.use[nuse - 1] = RES_LAYERS;
	x->by_layers = nuse > 2 && x->m.use[nuse - 1] == RES_LAYERS;
	x->classes = 1 + small_draw(rng, 4);
	x->pool.data = x->data[0];
	x->pool.stride = STRIDE;
	x->pool.n = 2 + (size_t)small_draw(rng, LABELS - 1);
	for (size_t i = 0; i < x->pool.n; i++) {
		struct cert_label *l = cert_label(&x->pool, i);

		l->parent = (uint32_t)i;
		l->score = small_draw(rng, 12) - 3;
		l->cap = (uint8_t)small_draw(rng, x->classes);
		for (int r = 0; r < nuse; r++)
			l->use[r] = small_draw(rng, 4);
	}
	x->before = x->pool;
	x->before.data = x->data[1];
	memcpy(x->data[1], x->data[0], sizeof(x->data[0]));
}

/* a is no worse than b in anything. */
static bool no_worse(const struct labels *x, const struct cert_label *a,
		     const struct cert_label *b)
{
	int n = x->m.nuse;
	bool is = a->score >= b->score && a->cap >= b->cap;

	for (int r = 0; r < n; r++)
		is = is && a->use[r] <= b->use[r];
	return is && (!x->by_layers || a->use[n - 1] == b->use[n - 1]);
}

static bool is_kept(const struct labels *x, uint32_t label)
{
	bool kept = false;

	for (size_t i = 0; i < x->pool.n; i++)
		kept = kept || cert_label(&x->pool, i)->parent == label;
	return kept;
}

/* Whoever went was dominated by one that stays; nobody stays beside a label
 * of a larger score that is no worse. Returns how many went. */
static int check_labels(const struct labels *x)
{
	int gone = 0;

	for (size_t i = 0; i < x->before.n; i++) {
		const struct cert_label *l = cert_label(&x->before, i);
		bool beaten = false, dominated = false;

		for (size_t k = 0; k < x->pool.n; k++) {
			const struct cert_label *o = cert_label(&x->pool, k);

			if (o->parent == l->parent)
				continue;
			dominated = dominated || no_worse(x, o, l);
			beaten = beaten ||
				 (no_worse(x, o, l) && o->score > l->score);
		}
		assert_true(is_kept(x, l->parent) ? !beaten : dominated);
		gone += !is_kept(x, l->parent);
	}
	return gone;
}

static void dominance_is_what_it_says(void **state)
{
	static struct labels x;
	struct rng rng;

	(void)state;
	rng_seed(&rng, check_seed(1), 7);
	for (int i = 0; i < 50 * (RESOURCES + 1); i++) {
		int nuse = i % (RESOURCES + 1), gone;

		labels_make(&x, nuse, i % 2, &rng);
		assert_true(cert_pareto(&x.pool, &x.m, x.classes, &x.sort));
		gone = check_labels(&x);
		assert_int_equal(gone + (int)x.pool.n, x.before.n);
		assert_true(gone > 0 || x.before.n < LABELS / 2 || nuse > 4);
		cert_sort_free(&x.sort);
	}
}

/* The labels of the largest bounds stay, and the largest of the others is
 * what was lost. */
static void a_beam_says_what_it_dropped(void **state)
{
	static struct labels x;
	struct rng rng;

	(void)state;
	rng_seed(&rng, check_seed(2), 7);
	for (int i = 0; i < 60; i++) {
		size_t most = 1 + (size_t)small_draw(&rng, LABELS);
		double least = HUGE_VAL, lost = -HUGE_VAL, dropped;

		labels_make(&x, 2, false, &rng);
		for (size_t k = 0; k < x.pool.n; k++)
			cert_label(&x.pool, k)->bound = rng_normal(&rng);
		memcpy(x.before.data, x.pool.data, sizeof(x.data[0]));
		dropped = cert_beam(&x.pool, most, &x.sort);
		assert_int_equal(x.pool.n, most < x.before.n ? most
							     : x.before.n);
		for (size_t k = 0; k < x.pool.n; k++)
			least = fmin(least, cert_label(&x.pool, k)->bound);
		for (size_t k = 0; k < x.before.n; k++) {
			const struct cert_label *l = cert_label(&x.before, k);

			if (!is_kept(&x, l->parent))
				lost = fmax(lost, l->bound);
		}
		assert_true(dropped == lost && least > lost);
		cert_sort_free(&x.sort);
	}
}

/* ---- passes ---- */

static const struct nas_certify_options prove = { 1e15, 1e9, 0, 64e6, false };

struct case_of {
	struct nas_arena arena;
	struct small sm;
	struct cert_run run;
	struct cert_variant v;
	struct cert_solver so;
	double best; /* of the variant, by enumeration */
	double tol;  /* of sums in another order */
};

/* Every budget at what one network needs, or a little more; memory too. */
static void limit_everything(struct small *sm, struct rng *rng,
			     struct nas_arena *arena)
{
	static const double factor[] = { 1, 1.02, 1.1, 1.3, 1.6 };
	struct nas_space_sampler sampler;
	struct nas_err err = { 0 };
	struct nas_genome g;
	struct nas_total t;

	CHECK_OK(space_sampler_init(&sampler, &sm->space, arena, &err), &err);
	space_sample(&sampler, &g, rng);
	problem_evaluate(&sm->problem, &g, &t);
	for (int r = 0; r < RESOURCES; r++)
		sm->budgets.limit[r] = t.res[r] * factor[small_draw(rng, 5)];
	sm->budgets.sram_bytes = t.peak_bytes * factor[small_draw(rng, 5)];
	CHECK_OK(problem_init(&sm->problem, &sm->space, &sm->budgets, sm->def,
			      &sm->score, arena, &err), &err);
}

static double best_of_variant(struct small *sm, int variant)
{
	struct small_walk w = { .sm = sm,
				.chain = &sm->problem.chain[variant] };

	sm->best = -HUGE_VAL;
	sm->feasible = sm->nhash = 0;
	small_stage_walk(&w, 0, sm->space.input.channels);
	return sm->best;
}

static void no_network_yet(struct case_of *c)
{
	c->run.score = c->run.stray = -HUGE_VAL;
}

/* score: 0 a sum, else a product. */
static void case_space(struct case_of *c, struct rng *rng, int score)
{
	memset(c, 0, sizeof(*c));
	arena_init(&c->arena, (size_t)128 << 20);
	small_make_of(&c->sm, score ? small_products[score - 1] : "qe", rng,
		      3000, &c->arena);
	if (score)
		small_product_options(&c->sm, rng, &c->arena);
}

static void case_begin(struct case_of *c, int variant, int score, int classes)
{
	struct nas_err err = { 0 };

	variant %= c->sm.space.nvariants;
	c->best = best_of_variant(&c->sm, variant);
	c->tol = isfinite(c->best) ? 1e-9 * fmax(1, fabs(c->best)) : 0;
	c->run = (struct cert_run){ .problem = &c->sm.problem,
				    .sum = score ? c->sm.problem.summed
						 : &c->sm.problem,
				    .options = &prove, .threads = 2,
				    .limits = { .work_left = 1e15,
						.deadline = HUGE_VAL },
				    .arena = &c->arena };
	no_network_yet(c);
	c->v = (struct cert_variant){ .variant = variant, .bound = HUGE_VAL,
				      .root_bound = -HUGE_VAL,
				      .price.score = 1 };
	c->so.run = &c->run;
	c->so.v = &c->v;
	assert_true(cert_model_init(&c->so.m, c->run.problem, c->run.sum,
				    variant, 2, &c->arena));
	assert_true(cert_weights_make(&c->so.m, classes, &c->arena));
	assert_true(cert_penalty_fit(&c->so.m, NULL));
	assert_true(cert_items_store(&c->so.m, NULL, &c->arena));
	assert_true(cert_dp_init(&c->so.dp, &c->so.m, &c->arena));
	CHECK_OK(cert_find_price(&c->so, 1e-8, 200, &err), &err);
	assert_true(cert_make_prices(&c->so));
}

/* A product's has few classes of weights or all. */
static void case_open(struct case_of *c, struct rng *rng, int variant,
		      int score)
{
	int classes = score ? 1 + 50 * small_draw(rng, 2) + small_draw(rng, 4)
			    : 1;

	case_space(c, rng, score);
	if (small_draw(rng, 4))
		limit_everything(&c->sm, rng, &c->arena);
	case_begin(c, variant, score, classes);
}

/* No network scores above what a pass leaves. */
static double left_by(const struct case_of *c, const struct cert_pass *pass)
{
	return fmax(fmax(pass->target, c->run.score),
		    fmax(pass->dropped, c->run.stray));
}

static void check_pass(struct case_of *c, size_t beam, double target)
{
	struct cert_pass pass = { .target = target, .beam = beam,
				  .bytes = (size_t)32 << 20 };
	struct nas_err err = { 0 };
	double tol = c->tol;

	no_network_yet(c);
	CHECK_OK(cert_labels(&c->run, &c->so.m, &c->so.prices, &pass, &err),
		 &err);
	assert_true(pass.done);
	assert_true(c->run.score <= c->best + tol);
	assert_true(c->best <= left_by(c, &pass) + tol);
	if (beam)
		return;
	assert_true(pass.dropped == -HUGE_VAL);
	if (c->best > target + tol)
		CHECK_CLOSE(c->run.score, c->best, tol);
}

/* With and without a beam, from near and far targets. */
static void passes_leave_nothing_out(void **state)
{
	static struct case_of c;
	struct rng rng;
	int feasible = 0, cut = 0;

	(void)state;
	rng_seed(&rng, check_seed(3), 7);
	for (int i = 0; i < 900; i++) {
		case_open(&c, &rng, i, i / 300);
		feasible += isfinite(c.best);
		for (size_t beam = 0; beam <= 3; beam++) {
			check_pass(&c, beam, -HUGE_VAL);
			cut += c.run.score < c.best;
			if (!isfinite(c.best))
				continue;
			check_pass(&c, beam, c.best - 0.02 * fabs(c.best));
			check_pass(&c, beam, c.best + 0.02 * fabs(c.best));
		}
		arena_free(&c.arena);
	}
	print_message("%d feasible, %d passes lost the best\n", feasible, cut);
	assert_true(feasible > 80 && cut > 40);
}

/* Two stages that share layers, and a last one whose end weighs much or little:
 * what it takes says which. */
static void widen_the_last_stage(struct small *sm, struct rng *rng,
				 struct nas_arena *arena)
{
	static int widths[] = { 4, 16, 64, 1024 }, depths[] = { 1, 2, 3, 4 };
	static int kernel[] = { 3 }, own[2];
	struct nas_err err = { 0 };

	sm->space.nstages = 3;
	sm->space.monotone = false;
	for (int s = 0; s < 3; s++) {
		struct nas_stage *st = &sm->stage[s];

		small_stage(st, rng, sm->lists[s], sm->expands[s], false);
		st->kind = s < 2 ? BLOCK_MBCONV : BLOCK_CONV;
		st->each = 0;
		st->nkernel = 1;
		st->kernel = kernel;
		st->nstride = st->nse = st->nexpand = 1;
		st->se[0] = 0;
		st->nwidth = s < 2 ? 1 : 4;
		st->width = s < 2 ? &own[s] : widths;
		st->ndepth = s < 2 ? 4 : 1;
		st->depth = depths;
	}
	own[0] = 4 << small_draw(rng, 3);
	own[1] = own[0] << small_draw(rng, 5);
	CHECK_OK(space_compile(&sm->space, arena, &err), &err);
	for (int r = 0; r < RESOURCES; r++)
		sm->budgets.limit[r] = HUGE_VAL;
	sm->budgets.sram_bytes = HUGE_VAL;
	sm->latency = (struct nas_latency){ .channel_step = 1 };
	sm->latency.term[LATENCY_MACS_CONV] = 1;
	latency_finish(&sm->latency);
	sm->score.qe.nstage_weights = 0;
	CHECK_OK(problem_init(&sm->problem, &sm->space, &sm->budgets, sm->def,
			      &sm->score, arena, &err), &err);
}

static void limit_the_last_stage(struct small *sm, struct rng *rng,
				 struct nas_arena *arena)
{
	struct nas_space_sampler sampler;
	struct nas_err err = { 0 };
	struct nas_genome g;
	struct nas_total t;

	widen_the_last_stage(sm, rng, arena);
	CHECK_OK(space_sampler_init(&sampler, &sm->space, arena, &err), &err);
	space_sample(&sampler, &g, rng);
	problem_evaluate(&sm->problem, &g, &t);
	sm->budgets.limit[RES_LATENCY] = t.res[RES_LATENCY];
	sm->budgets.limit[RES_LAYERS] = t.res[RES_LAYERS];
	CHECK_OK(problem_init(&sm->problem, &sm->space, &sm->budgets, sm->def,
			      &sm->score, arena, &err), &err);
}

/* A label that is worth more if the end weighs most, and less if it weighs
 * least, beats none. */
static void a_product_is_worth_what_it_is_at_both_ends(void **state)
{
	static struct case_of c;
	struct rng rng;

	(void)state;
	rng_seed(&rng, check_seed(5), 7);
	for (int i = 0; i < ENDS; i++) {
		case_space(&c, &rng, 1 + i % 2);
		limit_the_last_stage(&c.sm, &rng, &c.arena);
		case_begin(&c, i, 1 + i % 2, 60);
		check_pass(&c, 0, -HUGE_VAL);
		arena_free(&c.arena);
	}
}

/* The bound after beams minds what they dropped. */
static void beams_leave_a_bound(void **state)
{
	static struct case_of c;
	struct rng rng;
	int worse = 0;

	(void)state;
	rng_seed(&rng, check_seed(4), 7);
	for (int i = 0; i < 800; i++) {
		struct nas_err err = { 0 };

		case_open(&c, &rng, i, i < 400 ? 0 : 1 + i % 2);
		CHECK_OK(cert_find_better(&c.so, 1 + (size_t)i % 3, &err),
			 &err);
		assert_true(c.run.score <= c.best + c.tol);
		if (isfinite(c.best))
			assert_true(c.v.bound >= c.best - c.tol);
		worse += c.run.score < c.best - c.tol;
		arena_free(&c.arena);
	}
	print_message("a beam missed the best in %d\n", worse);
	assert_true(worse > 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dominance_is_what_it_says),
		cmocka_unit_test(a_beam_says_what_it_dropped),
		cmocka_unit_test(passes_leave_nothing_out),
		cmocka_unit_test(a_product_is_worth_what_it_is_at_both_ends),
		cmocka_unit_test(beams_leave_a_bound),
	};
	return CHECK_RUN("labels", tests);
}
