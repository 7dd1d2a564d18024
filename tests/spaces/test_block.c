/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A block's closed form against the sums over its convolutions, and the rules
 * that all files share: rounding, places, shortcuts.
 */
#include "tests/check.h"

#include "nas/base/rng.h"
#include "spaces/cost.h"

static int draw(struct rng *rng, int low, int high)
{
	return low + (int)rng_below(rng, (uint32_t)(high - low + 1));
}

static struct nas_block random_block(struct rng *rng)
{
	struct nas_block b = {
		.kind = (enum nas_block_kind)draw(rng, 0, BLOCK_KINDS - 1),
		.in = draw(rng, 1, 300),
		.kernel = 1 + 2 * draw(rng, 0, 5),
		.stride = draw(rng, 1, 2),
	};
	int a = draw(rng, 1, 16), w = draw(rng, 1, 16);

	b.out = draw(rng, 0, 1) ? b.in : draw(rng, 1, 300);
	if (block_has(&b, BLOCK_HIDDEN))
		b.hidden = draw(rng, 1, 900);
	if (block_has(&b, BLOCK_SHORTCUT))
		b.shortcut = (enum nas_shortcut)draw(rng, 0, 2);
	if (b.shortcut == SHORTCUT_POOL && !block_has(&b, BLOCK_POOLS))
		b.shortcut = SHORTCUT_IDENTITY;
	if (block_has(&b, BLOCK_SQUEEZE))
		b.squeeze = draw(rng, 0, 1) ? draw(rng, 1, 80) : 0;
	for (int j = 0; j < BLOCK_CONVS_MAX; j++) {
		b.bits_a[j] = a;
		b.bits_w[j] = w;
	}
	return b;
}

/* Channels of the depthwise convolution, else hidden ones, else of the output. */
static int inner_channels(const struct nas_block *b, const struct nas_conv *c)
{
	for (int j = 0; j < block_kinds[b->kind].nconvs; j++)
		if (strcmp(c[j].role, "depthwise") == 0)
			return c[j].in;
	return b->hidden ? b->hidden : b->out;
}

static void check_terms(const struct nas_block *b, int height, int width)
{
	const struct nas_place in = place_input(height, width);
	const struct nas_place out = place_after(&in, b->stride);
	const struct nas_block_ops *ops = &block_kinds[b->kind];
	double a = b->bits_a[0], w = b->bits_w[0];
	struct nas_conv c[BLOCK_CONVS_MAX];
	struct nas_block copy = *b;
	struct nas_block_terms t;
	struct nas_cost cost;
	struct nas_arch arch = { .height = height, .width = width,
			     .channels = b->in, .nblocks = 1, .block = &copy };

	ops->terms(b, &in, &out, &t);
	ops->convs(b, c);
	cost_of(&cost, NULL, &arch, &memory_models[MEMORY_PLAIN]);
	CHECK_REL(t.mul * a * w / 64 + t.add, cost.flops, 1e-13);
	CHECK_REL(t.weights * w / 8 + t.aux_bytes, cost.size_bytes, 1e-13);
	CHECK_REL(t.macs, cost.macs, 1e-13);
	CHECK_REL((t.macs - t.macs_fixed) * a * w + 64 * t.macs_fixed,
		  cost.bitops, 1e-13);
	CHECK_REL(t.params, cost.params, 1e-13);
	assert_int_equal(t.nconvs, cost.layers);
	assert_int_equal(t.nconvs, ops->nconvs);
	assert_int_equal(t.inner, inner_channels(b, c));
	for (int j = 0; j < t.nconvs; j++)
		assert_int_equal(t.fan[j], c[j].in / c[j].groups *
						   c[j].kernel * c[j].kernel);
}

static void test_terms(void **state)
{
	struct rng rng;

	(void)state;
	rng_seed(&rng, 7, 0);
	for (int i = 0; i < 3000; i++) {
		struct nas_block b = random_block(&rng);

		check_terms(&b, draw(&rng, 1, 225), draw(&rng, 1, 225));
	}
}

/* Equal to Python's max(1, round(h / 4) // 8) * 8. */
static void test_squeeze(void **state)
{
	static const int pairs[][2] = {
		{ 1, 8 },    { 32, 8 },    { 61, 8 },     { 62, 16 },
		{ 63, 16 },  { 64, 16 },   { 94, 24 },    { 90, 16 },
		{ 126, 32 }, { 96, 24 },   { 1000, 248 }, { 1392, 344 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		assert_int_equal(block_squeeze_channels(pairs[i][0]),
				 pairs[i][1]);
}

/* No ReLU follows a linear bottleneck, nor what a shortcut is added to first. */
static void test_relu(void **state)
{
	static const struct {
		enum nas_block_kind kind;
		bool relu[BLOCK_CONVS_MAX];
	} known[] = {
		{ BLOCK_CONV, { true } },
		{ BLOCK_MBCONV, { true, true, false } },
		{ BLOCK_DWSEP, { true, true } },
		{ BLOCK_MBCONV1, { true, false } },
		{ BLOCK_CONVPOOL, { true } },
		{ BLOCK_BASIC, { true, false } },
		{ BLOCK_BOTTLENECK, { true, true, false } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		const struct nas_block b = { .kind = known[i].kind, .in = 8,
					     .out = 8, .hidden = 8, .kernel = 3,
					     .stride = 1 };
		struct nas_conv c[BLOCK_CONVS_MAX];

		block_kinds[b.kind].convs(&b, c);
		for (int j = 0; j < block_kinds[b.kind].nconvs; j++)
			assert_int_equal(c[j].relu, known[i].relu[j]);
	}
}

static void test_round(void **state)
{
	(void)state;
	assert_int_equal(round_to_8(0), 8);
	assert_int_equal(round_to_8(-5), 8);
	assert_int_equal(round_to_8(NAN), 8);
	assert_int_equal(round_to_8(12), 16); /* 1.5 -> 2 */
	assert_int_equal(round_to_8(20), 16); /* 2.5 -> 2 */
	assert_int_equal(round_to_8(20.0001), 24);
	assert_int_equal(round_to_8(28), 32); /* 3.5 -> 4 */
	assert_true(round_to_8(INFINITY) > 0);
}

static void test_place(void **state)
{
	struct nas_place p = place_input(15, 8);

	(void)state;
	p = place_after(&p, 2);
	CHECK_CLOSE(p.area, 30, 0);
	assert_int_equal(p.floor_height, 7);
	assert_int_equal(p.floor_width, 4);
	assert_int_equal(p.height, 8);
	assert_int_equal(p.width, 4);
}

struct shortcut_case {
	enum nas_block_kind kind;
	enum nas_shortcut shortcut;
	int in, out, stride;
	bool residual, counted;
};

static void test_shortcut(void **state)
{
	static const struct shortcut_case cases[] = {
		{ BLOCK_MBCONV, SHORTCUT_IDENTITY, 8, 8, 1, true, true },
		{ BLOCK_MBCONV, SHORTCUT_IDENTITY, 8, 8, 2, false, true },
		{ BLOCK_MBCONV, SHORTCUT_POOL, 8, 8, 2, true, true },
		{ BLOCK_MBCONV, SHORTCUT_POOL, 8, 16, 2, false, false },
		{ BLOCK_MBCONV, SHORTCUT_NONE, 8, 8, 1, false, false },
		{ BLOCK_CONV, SHORTCUT_IDENTITY, 8, 8, 1, false, false },
		{ BLOCK_DWSEP, SHORTCUT_POOL, 8, 8, 1, false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct shortcut_case *c = &cases[i];
		const struct nas_block b = { .kind = c->kind,
					 .shortcut = c->shortcut,
					 .in = c->in, .out = c->out,
					 .hidden = 16, .kernel = 3,
					 .stride = c->stride };

		assert_int_equal(block_has_residual(&b), c->residual);
		assert_int_equal(block_counts_shortcut(&b), c->counted);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_terms),
		cmocka_unit_test(test_squeeze),
		cmocka_unit_test(test_relu),
		cmocka_unit_test(test_round),
		cmocka_unit_test(test_place),
		cmocka_unit_test(test_shortcut),
	};

	return CHECK_RUN("block", tests);
}
