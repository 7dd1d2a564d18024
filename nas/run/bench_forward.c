/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/bench_forward.h"

#include <math.h>

#include "nas/base/clock.h"
#include "nas/base/rng.h"
#include "nas/base/stats.h"
#include "scoring/forward/forward.h"
#include "scoring/forward/gemm.h"
#include "spaces/cost.h"

#define SIDE	 512 /* of the matrices */
#define PRODUCTS 8   /* timed together */

/* Sandler et al. (2018), Table 2: expansion, channels, blocks, stride. */
static const struct {
	int expand, out, n, stride;
} table2[] = { { 1, 16, 1, 1 }, { 6, 24, 2, 2 }, { 6, 32, 3, 2 },
	       { 6, 64, 4, 2 }, { 6, 96, 3, 1 }, { 6, 160, 3, 2 },
	       { 6, 320, 1, 1 } };

#define ROWS	   ((int)(sizeof(table2) / sizeof(table2[0])))
#define BLOCKS_MAX 32

/* Without expansion the block is depthwise-separable. */
static struct nas_arch mobilenet_v2(struct nas_block *block)
{
	struct nas_arch a = {.name = "MobileNetV2",
			     .height = 224,
			     .width = 224,
			     .channels = 3,
			     .block = block,
			     .head = {.classes = 1000}};
	int in = 32;

	block[a.nblocks++] = (struct nas_block){ .kind = BLOCK_CONV, .in = 3,
					     .out = 32, .kernel = 3,
					     .stride = 2 };
	for (int r = 0; r < ROWS; r++)
		for (int i = 0; i < table2[r].n; i++) {
			int e = table2[r].expand;

			block[a.nblocks++] = (struct nas_block){
				.kind = e > 1 ? BLOCK_MBCONV : BLOCK_DWSEP,
				.in = in,
				.out = table2[r].out,
				.hidden = e > 1 ? e * in : 0,
				.kernel = 3,
				.stride = i ? 1 : table2[r].stride,
			};
			in = table2[r].out;
		}
	block[a.nblocks++] = (struct nas_block){ .kind = BLOCK_CONV, .in = in,
					     .out = 1280, .kernel = 1,
					     .stride = 1 };
	return a;
}

static double median(double *x, int n)
{
	stats_sort(x, n);
	return x[n / 2];
}

static void fill(float *x, size_t n, double scale)
{
	struct rng rng;

	rng_seed(&rng, 1, 0);
	for (size_t i = 0; i < n; i++)
		x[i] = (float)(scale * (rng_uniform(&rng) - 0.5));
}

static enum nas_status time_matrix(struct bench_forward *f, double *each,
				   int runs, struct nas_arena *arena,
				   struct nas_err *err)
{
	float *a = NAS_NEW2(arena, float, 3 * SIDE, SIDE);

	if (!a)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the matrices");
	if (gemm_load(err) != NAS_OK)
		return err->code;
	fill(a, (size_t)2 * SIDE * SIDE, 1);
	for (int r = -1; r < runs; r++) { /* the first to warm up */
		double begin = clock_s();

		for (int i = 0; i < PRODUCTS; i++)
			gemm(GEMM_AB, SIDE, SIDE, SIDE, a, SIDE,
			     a + SIDE * SIDE, SIDE, 0, a + 2 * SIDE * SIDE,
			     SIDE);
		if (r >= 0)
			each[r] = clock_s() - begin;
	}
	f->matrix_flops = 2.0 * PRODUCTS * SIDE * SIDE * SIDE /
			  median(each, runs);
	return NAS_OK;
}

static enum nas_status time_pass(struct bench_forward *f, double *each,
				 int runs, struct forward *pass,
				 const float *x, struct nas_err *err)
{
	for (int r = -1; r < runs; r++) {
		double begin = clock_s();

		if (forward_run(pass, x, BENCH_IMAGES, NULL, err) != NAS_OK)
			return err->code;
		if (r >= 0)
			each[r] = clock_s() - begin;
	}
	f->pass_s = median(each, runs);
	return NAS_OK;
}

/* Weights uniform with variance 2 / fan: features stay of one size. */
static void fill_weights(const struct graph *g)
{
	for (int i = 0; i < g->nlayers; i++) {
		const struct graph_layer *l = &g->layer[i];

		fill(l->weight, (size_t)l->out * l->fan,
		     sqrt(24.0 / (double)l->fan));
	}
}

static enum nas_status time_network(struct bench_forward *f, double *each,
				    int runs, int threads,
				    struct nas_arena *arena,
				    struct nas_err *err)
{
	struct forward_options o = { .threads = threads };
	struct nas_block block[BLOCKS_MAX];
	struct nas_arch arch = mobilenet_v2(block);
	struct forward *pass;
	struct nas_cost cost;
	struct graph g;
	float *x;

	if (graph_of_arch(&g, &arch, arena, err) != NAS_OK)
		return err->code;
	x = NAS_NEW2(arena, float, BENCH_IMAGES, g.tensor[g.input[0]].count);
	if (!x)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the images");
	fill(x, BENCH_IMAGES * g.tensor[g.input[0]].count, 2);
	fill_weights(&g);
	if (forward_new(&pass, &g, &o, err) != NAS_OK)
		return err->code;
	time_pass(f, each, runs, pass, x, err);
	forward_free(pass);
	cost_of(&cost, NULL, &arch, &memory_models[MEMORY_PLAIN]);
	if (err->code == NAS_OK)
		f->pass_flops = 2 * BENCH_IMAGES * cost.macs / f->pass_s;
	return err->code;
}

enum nas_status bench_forward(struct bench_forward *f, int runs, int threads,
			      struct nas_arena *arena, struct nas_err *err)
{
	struct nas_arena_mark mark = arena_mark(arena);
	double *each = NAS_NEW(arena, double, (size_t)runs);

	if (!each)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the times");
	if (time_matrix(f, each, runs, arena, err) == NAS_OK)
		time_network(f, each, runs, threads, arena, err);
	arena_rewind(arena, mark);
	return err->code;
}
