/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Graphs out to ONNX and back; damaged files. */
#include "tests/check.h"

#include "nas/base/file.h"
#include "nas/base/rng.h"
#include "scoring/forward/forward_plan.h"
#include "spaces/arch.h"
#include "spaces/export/onnx_writer.h"
#include "spaces/import/onnx.h"
#include "tests/scoring/policy.h"
#include "tests/spaces/onnx_sample.h"

static struct nas_block blocks[] = {
	{.kind = BLOCK_CONV, .in = 3, .out = 4, .kernel = 3, .stride = 2},
	{.kind = BLOCK_MBCONV,
	 .in = 4,
	 .out = 4,
	 .hidden = 8,
	 .kernel = 3,
	 .stride = 2,
	 .squeeze = 8,
	 .shortcut = SHORTCUT_POOL},
};
static const struct nas_arch arch = {.name = "tiny",
				 .height = 17,
				 .width = 16,
				 .channels = 3,
				 .nblocks = 2,
				 .block = blocks,
				 .head = {5, 0, 0}};

static void make(struct graph *g, struct nas_arena *arena, struct nas_err *err)
{
	struct rng rng;

	rng_seed(&rng, check_seed(5), 2);
	CHECK_OK(graph_of_arch(g, &arch, arena, err), err);
	for (int i = 0; i < g->nlayers; i++) {
		struct graph_layer *l = &g->layer[i];

		for (size_t k = 0; k < (size_t)l->out * l->fan; k++)
			l->weight[k] =
				(float)rng_normal(&rng) / sqrtf((float)l->fan);
		for (int o = 0; o < l->out; o++)
			l->bias[o] = (float)rng_normal(&rng);
	}
}

static void outputs(const struct graph *g, float *y,
		    const struct policy *policy, struct nas_err *err)
{
	const struct forward_options o = {.threads = 1};
	float x[2 * 3 * 17 * 16];
	struct forward *f;

	for (size_t i = 0; i < sizeof(x) / sizeof(x[0]); i++)
		x[i] = sinf((float)i);
	CHECK_OK(forward_new(&f, g, &o, err), err);
	if (policy)
		policy_set(f, g, policy, err);
	CHECK_OK(forward_run(f, x, 2, y, err), err);
	forward_free(f);
}

/* As a trained network. */
static void write_file(struct nas_text *file, const struct graph *g,
		       struct nas_arena *arena, struct nas_err *err)
{
	const struct export_source source = {.graph = g};

	CHECK_OK(onnx_write(file, &source, ONNX_STANDARD, arena, err), err);
}

static void back_and_forth(void **state)
{
	struct nas_err err = {0};
	struct nas_text file = {0};
	struct graph g, back;
	struct nas_arena arena;
	float y[10], z[10];

	(void)state;
	arena_init(&arena, (size_t)1 << 28);
	make(&g, &arena, &err);
	write_file(&file, &g, &arena, &err);
	CHECK_OK(graph_from_onnx(&back, file.data, file.length, "tiny", NULL,
				 &arena, &err),
		 &err);
	assert_int_equal(back.nlayers, g.nlayers);
	assert_int_equal(back.nnodes, g.nnodes);
	for (int i = 0; i < g.nlayers; i++) {
		assert_int_equal(back.layer[i].macs, g.layer[i].macs);
		assert_memory_equal(back.layer[i].weight, g.layer[i].weight,
				    (size_t)g.layer[i].out * g.layer[i].fan *
					    sizeof(float));
	}
	outputs(&g, y, NULL, &err);
	outputs(&back, z, NULL, &err);
	assert_memory_equal(y, z, sizeof(y));
	text_free(&file);
	arena_free(&arena);
}

/* What is written with fake quantisation computes what the policy does. */
static void quantised_file_is_the_policy(void **state)
{
	int bits[8] = {4, 5, 4, 6, 3, 4, 8, 8};
	float low[8], high[8], y[10], z[10];
	float *weight[8];
	struct nas_err err = {0};
	struct nas_text file = {0};
	struct graph g, with_bits, back;
	struct nas_arena arena;
	struct policy policy = {bits, low, high};
	struct graph_quant quant = {.bits_w = bits, .bits_a = bits,
				    .weight = weight, .low = low,
				    .high = high};

	(void)state;
	arena_init(&arena, (size_t)1 << 28);
	make(&g, &arena, &err);
	assert_true(g.nlayers <= 8);
	for (int i = 0; i < g.nlayers; i++) {
		struct graph_layer *l = &g.layer[i];
		float *q = NAS_NEW2(&arena, float, (size_t)l->out, l->fan);

		low[i] = -0.4f;
		high[i] = 2;
		policy_quantise(q, l->weight, l->out, l->fan, bits[i]);
		weight[i] = q;
	}
	outputs(&g, y, &policy, &err);
	CHECK_OK(graph_quantise(&with_bits, &g, &quant, &arena, &err), &err);
	write_file(&file, &with_bits, &arena, &err);
	CHECK_OK(graph_from_onnx(&back, file.data, file.length, "tiny", NULL,
				 &arena, &err),
		 &err);
	outputs(&back, z, NULL, &err);
	for (int i = 0; i < 10; i++)
		CHECK_CLOSE((double)z[i], (double)y[i], 1e-5);
	text_free(&file);
	arena_free(&arena);
}

/* A network of every kind of block, quantised: the graph of grids and gates
 * gives what its files do, read as anybody's. */
static void grids_run_as_their_files(void **state)
{
	const struct graph_options as_written = {.as_written = true};
	const struct graph_draw how = {.seed = 4};
	struct nas_block sample[SAMPLE_BLOCKS];
	struct nas_arch a = sample_arch(sample, 4, 5, 10);
	struct nas_err err = {0};
	struct nas_arena arena;
	float y[20], z[20];
	char where[100];
	struct graph g, want, back;

	(void)state;
	a.height = 17; /* the images of outputs() */
	a.width = 16;
	arena_init(&arena, (size_t)1 << 28);
	CHECK_OK(graph_layout(&want, &a, &arena, &err), &err);
	CHECK_OK(graph_layout(&g, &a, &arena, &err), &err);
	CHECK_OK(graph_draw(&g, &how, &arena, &err), &err);
	outputs(&g, y, NULL, &err);
	/* QDQ needs every map on a grid: levels_run_as_their_file */
	for (int form = 0; form < ONNX_QDQ; form++) {
		struct nas_text file = {0};

		CHECK_OK(sample_onnx(&file, &a, 4, (enum onnx_form)form, &arena,
				     &err),
			 &err);
		CHECK_OK(graph_from_onnx(&back, file.data, file.length, "file",
					 NULL, &arena, &err),
			 &err);
		/* the steps of a rounding are one node, as in g */
		assert_true(back.nnodes <= g.nnodes);
		outputs(&back, z, NULL, &err);
		assert_memory_equal(y, z, sizeof(y));
		CHECK_OK(graph_from_onnx(&back, file.data, file.length, "file",
					 &as_written, &arena, &err),
			 &err);
		assert_int_equal(back.nnodes, g.nnodes);
		assert_true(graph_same(&back, &want, where, sizeof(where),
				       &arena));
		outputs(&back, z, NULL, &err);
		assert_memory_equal(y, z, sizeof(y));
		back.node[back.nnodes - 2].low--;
		assert_false(graph_same(&back, &want, where, sizeof(where),
					&arena));
		assert_non_null(strstr(where, "'head.input'"));
		text_free(&file);
	}
	arena_free(&arena);
}

/* With every map on a grid, as levels between QuantizeLinear and
 * DequantizeLinear. A file cannot say that sums are integers. */
static void levels_run_as_their_file(void **state)
{
	const struct graph_options as_written = {.as_written = true};
	const struct graph_draw how = {.seed = 4};
	struct nas_block sample[SAMPLE_BLOCKS];
	struct nas_arch a = sample_arch(sample, 8, 8, 10);
	struct export_source source = {0};
	struct nas_text file = {0};
	struct nas_err err = {0};
	struct nas_arena arena;
	float y[20], z[20], *low, *high;
	char where[100] = "";
	struct graph g, levels, back;

	(void)state;
	a.height = 17; /* the images of outputs() */
	a.width = 16;
	arena_init(&arena, (size_t)1 << 28);
	CHECK_OK(graph_layout(&g, &a, &arena, &err), &err);
	CHECK_OK(graph_draw(&g, &how, &arena, &err), &err);
	low = NAS_NEW(&arena, float, (size_t)g.ntensors);
	high = NAS_NEW(&arena, float, (size_t)g.ntensors);
	assert_true(low && high);
	for (int t = 0; t < g.ntensors; t++) {
		low[t] = -1 - 0.1f * (float)t;
		high[t] = 2 + 0.05f * (float)t;
	}
	CHECK_OK(graph_on_grids(&levels, &g, low, high, false, &arena, &err), &err);
	levels.integer = false;
	source.graph = &levels;
	CHECK_OK(onnx_write(&file, &source, ONNX_QDQ, &arena, &err), &err);
	outputs(&levels, y, NULL, &err);
	for (int k = 0; k < 2; k++) {
		CHECK_OK(graph_from_onnx(&back, file.data, file.length, "file",
					 k ? &as_written : NULL, &arena, &err),
			 &err);
		outputs(&back, z, NULL, &err);
		assert_memory_equal(y, z, sizeof(y));
	}
	assert_int_equal(back.nnodes, levels.nnodes);
	if (!graph_same(&back, &levels, where, sizeof(where), &arena))
		fail_msg("differs at %s", where);
	text_free(&file);
	arena_free(&arena);
}

static void damage_is_an_error(void **state)
{
	struct nas_err err = {0};
	struct nas_text file = {0};
	struct nas_arena arena;
	struct graph g, back;
	struct rng rng;
	char *bytes;
	int failed = 0;

	(void)state;
	rng_seed(&rng, check_seed(11), 3);
	arena_init(&arena, (size_t)1 << 28);
	make(&g, &arena, &err);
	write_file(&file, &g, &arena, &err);
	bytes = malloc(file.length);
	assert_non_null(bytes);
	for (int i = 0; i < 600; i++) {
		struct nas_arena_mark mark = arena_mark(&arena);
		size_t n = file.length;

		memcpy(bytes, file.data, n);
		memset(&err, 0, sizeof(err));
		if (i % 3 == 0)
			n = rng_below(&rng, (uint32_t)n);
		for (int k = 0; i % 3 && k < 1 + i % 5; k++)
			bytes[rng_below(&rng, (uint32_t)n)] =
				(char)rng_below(&rng, 256);
		failed += graph_from_onnx(&back, bytes, n, "damaged", NULL,
					  &arena, &err) != NAS_OK;
		arena.failed = false;
		arena_rewind(&arena, mark);
	}
	assert_true(failed > 200);
	free(bytes);
	text_free(&file);
	arena_free(&arena);
}

static void unsupported_operators_are_named(void **state)
{
	struct nas_err err = {0};
	struct nas_text file = {0};
	struct nas_arena arena;
	struct graph g;
	char *op = NULL;

	(void)state;
	arena_init(&arena, (size_t)1 << 28);
	make(&g, &arena, &err);
	write_file(&file, &g, &arena, &err);
	for (size_t i = 0; i + 4 < file.length && !op; i++)
		if (memcmp(file.data + i, "\x22\x04Relu", 6) == 0)
			op = file.data + i + 2;
	assert_non_null(op);
	memcpy(op, "Celu", 4);
	CHECK_FAILS(graph_from_onnx(&g, file.data, file.length, "tiny", NULL,
				    &arena, &err),
		    NAS_EINPUT, &err, "Celu");
	text_free(&file);
	arena_free(&arena);
}

static void memory_runs_out_politely(void **state)
{
	struct nas_err err = {0};
	struct nas_text file = {0};
	struct nas_arena arena;
	struct graph g;
	long n = 0;

	(void)state;
	arena_init(&arena, (size_t)1 << 28);
	make(&g, &arena, &err);
	write_file(&file, &g, &arena, &err);
	for (;; n++) {
		struct nas_arena small = {0};
		enum nas_status status;

		memset(&err, 0, sizeof(err));
		arena_init(&small, (size_t)1 << 28);
		arena_fail_after(n);
		status = graph_from_onnx(&g, file.data, file.length, "tiny",
					 NULL, &small, &err);
		arena_fail_after(-1);
		arena_free(&small);
		if (status == NAS_OK)
			break;
		assert_int_equal(status, NAS_ENOMEM);
	}
	assert_true(n > 20);
	text_free(&file);
	arena_free(&arena);
}

/* Whoever adds an operator forgets no table. */
static void operators_are_everywhere(void **state)
{
	(void)state;
	for (int op = 0; op < GRAPH_OPS; op++) {
		assert_non_null(graph_op_name((enum graph_op)op));
		assert_non_null(forward_ops[op].run);
		assert_non_null(onnx_writers[op]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(back_and_forth),
		cmocka_unit_test(quantised_file_is_the_policy),
		cmocka_unit_test(operators_are_everywhere),
		cmocka_unit_test(grids_run_as_their_files),
		cmocka_unit_test(levels_run_as_their_file),
		cmocka_unit_test(damage_is_an_error),
		cmocka_unit_test(unsupported_operators_are_named),
		cmocka_unit_test(memory_runs_out_politely),
	};
	return CHECK_RUN("graph", tests);
}
