/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Graphs that no architecture has: reductions over axes that lie apart, and
 * layers of tokens. */
#include "tests/check.h"

#include "nas/base/rng.h"
#include "scoring/forward/forward.h"
#include "scoring/sensitivity/sensitivity.h"

#define IMAGES 3
#define TENSORS 8

static struct nas_arena arena;
static struct nas_err err;
static struct rng rng;

struct made { /* a graph in the making, a chain of nodes */
	struct graph g;
	struct graph_tensor tensor[TENSORS];
	struct graph_node node[TENSORS];
	int in[TENSORS], end;
	struct graph_layer layer;
};

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, 1 << 26);
	rng_seed(&rng, check_seed(1), 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static int add_tensor(struct made *m, int rank, const int *size)
{
	struct graph_tensor *t = &m->tensor[m->g.ntensors];

	*t = (struct graph_tensor){ .name = "t", .rank = rank, .count = 1,
				    .producer = m->g.nnodes - 1, .users = 1 };
	memcpy(t->size, size, (size_t)rank * sizeof(*size));
	for (int d = 1; d < rank; d++)
		t->count *= (size_t)size[d];
	return m->g.ntensors++;
}

static void begin(struct made *m, int rank, const int *size)
{
	memset(m, 0, sizeof(*m));
	m->g = (struct graph){ .name = "made", .tensor = m->tensor,
			       .node = m->node, .layer = &m->layer,
			       .ninputs = 1, .noutputs = 1, .input = m->in,
			       .output = &m->end };
	add_tensor(m, rank, size);
}

/* Behind the last node; returns it. */
static struct graph_node *then(struct made *m, enum graph_op op, int rank,
			       const int *size)
{
	struct graph_node *node = &m->node[m->g.nnodes];

	m->in[m->g.nnodes] = m->end;
	*node = (struct graph_node){ .name = "n", .op = op, .nin = 1,
				     .in = m->in + m->g.nnodes, .layer = -1 };
	m->g.nnodes++;
	m->end = node->out = add_tensor(m, rank, size);
	return node;
}

static float *drawn(size_t n)
{
	float *x = NAS_NEW(&arena, float, n);

	assert_non_null(x);
	for (size_t i = 0; i < n; i++)
		x[i] = (float)rng_normal(&rng);
	return x;
}

static void run(const struct made *m, const float *x, float *y)
{
	struct forward_options options = { .threads = 1, .nwatch = -1 };
	struct forward *f = NULL;

	CHECK_OK(forward_new(&f, &m->g, &options, &err), &err);
	CHECK_OK(forward_run(f, x, IMAGES, y, &err), &err);
	forward_free(f);
}

/* ---- reductions ---------------------------------------------------------- */

static const int from[5] = { 1, 3, 4, 2, 5 };

/* By its definition: what each input adds to its output. */
static void reduce(enum graph_op op, const int *axes, const float *x,
		   double *y, size_t outputs)
{
	double n = 1;

	for (size_t o = 0; o < outputs; o++)
		y[o] = op == GRAPH_REDUCE_MAX ? -HUGE_VAL : 0;
	for (int d = 1; d < 5; d++)
		n *= axes[d] ? from[d] : 1;
	for (int i = 0; i < 3 * 4 * 2 * 5; i++) {
		size_t at = 0;

		for (int d = 1, below = 3 * 4 * 2 * 5; d < 5; d++) {
			below /= from[d];
			if (!axes[d])
				at = at * (size_t)from[d] +
				     (size_t)(i / below % from[d]);
		}
		if (op == GRAPH_REDUCE_MAX)
			y[at] = fmax(y[at], (double)x[i]);
		else
			y[at] += (double)x[i] /
				 (op == GRAPH_REDUCE_MEAN ? n : 1);
	}
}

/* All sets of axes of three operators. */
static void any_axes_are_reduced(void **state)
{
	static const enum graph_op ops[] = {
		GRAPH_REDUCE_MEAN, GRAPH_REDUCE_MAX, GRAPH_REDUCE_SUM };
	float *x = drawn(IMAGES * 3 * 4 * 2 * 5), y[IMAGES * 120];
	double want[120];

	(void)state;
	for (int k = 0; k < 3 * 15; k++) {
		int size[5] = { 1 };
		struct made m;
		size_t count;

		begin(&m, 5, from);
		for (int d = 1; d < 5; d++)
			size[d] = (k / 3 + 1) >> (d - 1) & 1 ? 1 : from[d];
		then(&m, ops[k % 3], 5, size);
		for (int d = 1; d < 5; d++)
			m.node[0].axes[d] = (k / 3 + 1) >> (d - 1) & 1;
		count = m.tensor[1].count;
		run(&m, x, y);
		for (size_t i = 0; i < IMAGES; i++) {
			reduce(ops[k % 3], m.node[0].axes, x + 120 * i, want,
			       count);
			for (size_t o = 0; o < count; o++)
				CHECK_CLOSE((double)y[count * i + o], want[o],
					    2e-5);
		}
	}
}

/* ---- tokens -------------------------------------------------------------- */

#define SIDE 8
#define IN 3
#define OUT 4

/* The last node is a layer. */
static void layer(struct made *m, float *weight, float *bias)
{
	struct graph_node *node = &m->node[m->g.nnodes - 1];

	node->layer = 0;
	node->window = (struct graph_window){
		.kernel = { 1, 1 }, .stride = { 1, 1 }, .dilation = { 1, 1 },
		.groups = 1 };
	m->g.nlayers = 1;
	m->layer = (struct graph_layer){
		.name = "l", .node = m->g.nnodes - 1, .input = node->in[0],
		.sum = node->out, .output = node->out, .in = IN, .out = OUT,
		.groups = 1, .fan = IN, .weight = weight, .bias = bias,
		.macs = SIDE * SIDE * IN * OUT };
}

static double entropy_of(const struct made *m, const float *x, int threads)
{
	static const int bits[] = { 4, 8 };
	const struct sensitivity_job job = {
		.graph = &m->g, .n = IMAGES, .x = x, .threads = threads,
		.quantiser = quantiser_find("max-abs"), .nw = 2, .na = 2,
		.bits_w = bits, .bits_a = bits, .power = 3, .beta = 0.1,
	};
	struct sensitivity s;

	CHECK_OK(sensitivity_run(&s, sensitivity_find("te"), &job, &arena,
				 &err), &err);
	return s.value[0];
}

/* 64 tokens are the pixels of an image, and a linear map of them the 1x1
 * convolution: the same maps, and so the same topological entropy. */
static void tokens_are_pixels(void **state)
{
	static const int image[4] = { 1, IN, SIDE, SIDE };
	static const int maps[4] = { 1, OUT, SIDE, SIDE };
	static const int flat[3] = { 1, IN, SIDE * SIDE };
	static const int tokens[3] = { 1, SIDE * SIDE, IN };
	static const int mapped[3] = { 1, SIDE * SIDE, OUT };
	float *x = drawn(IMAGES * IN * SIDE * SIDE);
	float *weight = drawn(OUT * IN), *bias = drawn(OUT);
	struct made pixels, words;
	struct graph_node *turn;
	double want;

	(void)state;
	begin(&pixels, 4, image);
	then(&pixels, GRAPH_CONV, 4, maps);
	layer(&pixels, weight, bias);
	want = entropy_of(&pixels, x, 1);
	assert_true(want > 0);
	begin(&words, 4, image);
	then(&words, GRAPH_RESHAPE, 3, flat);
	turn = then(&words, GRAPH_TRANSPOSE, 3, tokens);
	turn->axes[1] = 2;
	turn->axes[2] = 1;
	then(&words, GRAPH_LINEAR, 3, mapped);
	layer(&words, weight, bias);
	for (int threads = 1; threads <= 3; threads++)
		CHECK_CLOSE(entropy_of(&words, x, threads), want, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(any_axes_are_reduced, setup,
						teardown),
		cmocka_unit_test_setup_teardown(tokens_are_pixels, setup,
						teardown),
	};
	return CHECK_RUN("hand_made", tests);
}
