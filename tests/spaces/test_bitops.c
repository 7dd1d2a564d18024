/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * BitOps: published networks by their published figures, and random ones by
 * brute force, each output counted by itself.
 */
#include "tests/check.h"

#include "nas/base/rng.h"
#include "spaces/cost.h"

static double bitops_of(const struct nas_arch *arch)
{
	struct nas_cost cost;

	cost_of(&cost, NULL, arch, &memory_models[MEMORY_TINYENGINE]);
	return cost.bitops;
}

static void read_list(struct nas_arch_list *list, const char *path,
		      struct nas_arena *arena)
{
	struct nas_err err = { 0 };

	arena_init(arena, 16 << 20);
	CHECK_OK(arch_read(list, path, NULL, arena, &err), &err);
}

static void set_bits(const struct nas_arch *arch, int a, int w)
{
	for (int b = 0; b < arch->nblocks; b++)
		for (int j = 0; j < BLOCK_CONVS_MAX; j++) {
			arch->block[b].bits_a[j] = a;
			arch->block[b].bits_w[j] = w;
		}
}

/* 19.2 G at 8 bits, as published. At 4 bits, the first layer and the
 * classifier at 8, it is said to have 7.0 G: the reference's flops times 64,
 * with normalisation; the multiply-accumulates alone are fewer. */
static void test_mobilenetv2(void **state)
{
	struct nas_arch_list list;
	struct nas_arena arena;
	struct nas_arch net;

	(void)state;
	read_list(&list, "tests/data/mobilenets.json", &arena);
	net = list.arch[0];
	assert_string_equal(net.name, "MobileNetV2 1.0");
	CHECK_CLOSE(bitops_of(&net), 64 * 300774272.0, 0);
	set_bits(&net, 8, 8);
	net.head.bits_a = net.head.bits_w = 8;
	CHECK_CLOSE(bitops_of(&net), 19249553408.0, 0);
	set_bits(&net, 4, 4);
	net.block[0].bits_a[0] = net.block[0].bits_w[0] = 8;
	CHECK_CLOSE(bitops_of(&net),
		    16 * 300774272.0 +
			    48 * (112. * 112 * 32 * 27 + 1280. * 1000), 0);
	arena_free(&arena);
}

/* The budgets that bear MCUNet's names hold for its networks: 67.3, 81.8 and
 * 125.9 M multiply-accumulates at 8 bits. */
static void test_mcunet(void **state)
{
	static const struct {
		const char *name;
		double macs;
	} known[] = { { "mcunet-256kb-1mb", 67.3e6 },
		      { "mcunet-320kb-1mb", 81.8e6 },
		      { "mcunet-512kb-2mb", 125.9e6 } };
	struct nas_arch_list list;
	struct nas_arena arena;
	int found = 0;

	(void)state;
	read_list(&list, "tests/data/mcunet_networks.json", &arena);
	for (int i = 0; i < list.n; i++)
		for (int k = 0; k < 3; k++) {
			double bitops = bitops_of(&list.arch[i]);

			if (strcmp(list.arch[i].name, known[k].name) != 0)
				continue;
			found++;
			assert_true(bitops <= 64 * known[k].macs);
			CHECK_CLOSE(bitops / 64e6, known[k].macs / 1e6, 0.05);
		}
	assert_int_equal(found, 3);
	arena_free(&arena);
}

/* Outputs of a side, one by one: with padding k / 2, every s-th centre. */
static int count_outputs(int side, int stride)
{
	int n = 0;

	for (int centre = 0; centre < side; centre += stride)
		n++;
	return n;
}

struct walk { /* what reaches the next convolution */
	int height, width;
	double bitops;
};

static void walk_conv(struct walk *w, int in, int out, int groups, int kernel,
		      int stride, int bits_a, int bits_w)
{
	w->height = count_outputs(w->height, stride);
	w->width = count_outputs(w->width, stride);
	for (int o = 0; o < out; o++) {
		double products = (double)(in / groups) * kernel * kernel;

		w->bitops += products * w->height * w->width *
			     (bits_a ? bits_a : 8) * (bits_w ? bits_w : 8);
	}
}

/* Of ResNet's blocks: a 1x1 convolution where shapes differ. */
static void walk_shortcut(struct walk *w, const struct nas_block *b)
{
	struct walk beside = *w;

	if (b->shortcut == SHORTCUT_NONE || (b->stride == 1 && b->in == b->out))
		return;
	walk_conv(&beside, b->in, b->out, 1, 1, b->stride, b->bits_a[0],
		  b->bits_w[0]);
	w->bitops = beside.bitops;
}

static void walk_block(struct walk *w, const struct nas_block *b)
{
	const int *a = b->bits_a, *wt = b->bits_w;
	int k = b->kernel, s = b->stride, h = b->hidden;

	struct nas_conv c[BLOCK_CONVS_MAX];

	if (b->kind == BLOCK_CONV) {
		walk_conv(w, b->in, b->out, 1, k, s, a[0], wt[0]);
	} else if (b->kind == BLOCK_DWSEP) {
		walk_conv(w, b->in, b->in, b->in, k, s, a[0], wt[0]);
		walk_conv(w, b->in, b->out, 1, 1, 1, a[1], wt[1]);
	} else if (b->kind == BLOCK_MBCONV) {
		walk_conv(w, b->in, h, 1, 1, 1, a[0], wt[0]);
		walk_conv(w, h, h, h, k, s, a[1], wt[1]);
		if (b->squeeze) /* on the pooled map, there and back */
			w->bitops += 2. * h * b->squeeze * 8 * 8;
		walk_conv(w, h, b->out, 1, 1, 1, a[2], wt[2]);
	} else if (b->kind == BLOCK_MBCONV1) {
		walk_conv(w, b->in, b->in, b->in, k, s, a[0], wt[0]);
		if (b->squeeze)
			w->bitops += 2. * b->in * b->squeeze * 8 * 8;
		walk_conv(w, b->in, b->out, 1, 1, 1, a[1], wt[1]);
	} else if (b->kind == BLOCK_CONVPOOL) {
		walk_conv(w, b->in, b->out, 1, k, s % 2 ? s : s / 2, a[0],
			  wt[0]);
		w->height = s % 2 ? w->height : count_outputs(w->height, 2);
		w->width = s % 2 ? w->width : count_outputs(w->width, 2);
	} else if (b->kind == BLOCK_BASIC) {
		walk_shortcut(w, b);
		walk_conv(w, b->in, b->out, 1, k, s, a[0], wt[0]);
		walk_conv(w, b->out, b->out, 1, k, 1, a[1], wt[1]);
	} else if (b->kind == BLOCK_BOTTLENECK) {
		walk_shortcut(w, b);
		walk_conv(w, b->in, h, 1, 1, s, a[0], wt[0]);
		walk_conv(w, h, h, 1, k, 1, a[1], wt[1]);
		walk_conv(w, h, b->out, 1, 1, 1, a[2], wt[2]);
	} else if (b->kind < BLOCK_KINDS) { /* as its file says */
		block_kinds[b->kind].convs(b, c);
		for (int j = 0; j < block_kinds[b->kind].nconvs; j++)
			walk_conv(w, c[j].in, c[j].out, c[j].groups,
				  c[j].kernel, c[j].stride, a[j], wt[j]);
	}
}

static int draw(struct rng *rng, int low, int high)
{
	return low + (int)rng_below(rng, (uint32_t)(high - low + 1));
}

static void draw_block(struct nas_block *b, int in, bool bits, struct rng *rng)
{
	*b = (struct nas_block){
		.kind = (enum nas_block_kind)draw(rng, 0, BLOCK_KINDS - 1),
		.in = in, .out = draw(rng, 1, 40),
		.kernel = 1 + 2 * draw(rng, 0, 3), .stride = draw(rng, 1, 3),
	};
	if (block_has(b, BLOCK_HIDDEN))
		b->hidden = draw(rng, 1, 60);
	if (block_has(b, BLOCK_SQUEEZE))
		b->squeeze = draw(rng, 0, 2) ? 0 : 8;
	if (block_has(b, BLOCK_PROJECTS))
		b->shortcut = draw(rng, 0, 2) ? SHORTCUT_IDENTITY
					      : SHORTCUT_NONE;
	for (int j = 0; bits && j < block_kinds[b->kind].nconvs; j++) {
		b->bits_a[j] = draw(rng, 1, 16);
		b->bits_w[j] = draw(rng, 1, 16);
	}
}

static void test_brute_force(void **state)
{
	struct rng rng;

	(void)state;
	rng_seed(&rng, check_seed(3), 0);
	for (int i = 0; i < 500; i++) {
		struct nas_block block[6];
		struct nas_arch arch = { .height = draw(&rng, 1, 60),
				     .width = draw(&rng, 1, 60),
				     .channels = draw(&rng, 1, 8),
				     .nblocks = draw(&rng, 1, 6),
				     .block = block };
		struct walk w = { .height = arch.height, .width = arch.width };
		bool bits = draw(&rng, 0, 3);
		int channels = arch.channels;

		for (int b = 0; b < arch.nblocks; b++) {
			draw_block(&block[b], channels, bits, &rng);
			walk_block(&w, &block[b]);
			channels = block[b].out;
		}
		if (draw(&rng, 0, 3))
			arch.head = (struct nas_head){ draw(&rng, 1, 50),
						   bits ? draw(&rng, 1, 16) : 0,
						   bits ? draw(&rng, 1, 16) : 0,
						   0 };
		for (int c = 0; c < arch.head.classes; c++)
			w.bitops += (double)channels *
				    (bits ? arch.head.bits_a : 8) *
				    (bits ? arch.head.bits_w : 8);
		CHECK_CLOSE(bitops_of(&arch), w.bitops, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mobilenetv2),
		cmocka_unit_test(test_mcunet),
		cmocka_unit_test(test_brute_force),
	};

	return CHECK_RUN("bitops", tests);
}
