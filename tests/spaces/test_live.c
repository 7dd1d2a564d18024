/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is alive while a network runs: by hand on small graphs, and against the
 * architecture's own plain model, convolution by convolution.
 */
#include "nas/form/json.h"
#include "tests/check.h"

#include "spaces/cost.h"
#include "spaces/graph/graph_live.h"
#include "spaces/graph/graph_shape.h"
#include "spaces/import/onnx.h"

#define BRANCHES "tests/data/failing/branches.onnx"
#define RANDOM "tests/data/random_architectures.json"
#define MOST 12

struct small { /* a graph by hand: tensor i has count[i] values */
	struct graph g;
	struct graph_tensor tensor[MOST];
	struct graph_node node[MOST];
	struct graph_layer layer[MOST];
	int in[MOST][3], input, output;
	struct nas_arena arena;
	struct nas_err err;
	struct graph_live live;
};

static void set_count(struct small *s, int tensor, int count)
{
	s->tensor[tensor] = (struct graph_tensor){ .count = (size_t)count,
						   .rank = 2,
						   .size = { 1, count } };
}

static void begin(struct small *s, int input_count)
{
	memset(s, 0, sizeof(*s));
	arena_init(&s->arena, 1 << 20);
	s->g = (struct graph){ .ntensors = 1, .ninputs = 1, .noutputs = 1,
			       .tensor = s->tensor, .node = s->node,
			       .layer = s->layer, .input = &s->input,
			       .output = &s->output };
	set_count(s, 0, input_count);
}

/* A node that reads a, and b and c unless they are below 0; its output. */
static int add(struct small *s, enum graph_op op, int count, int a, int b,
	       int c)
{
	struct graph *g = &s->g;
	struct graph_node *n = &s->node[g->nnodes];
	int out = g->ntensors++;

	*n = (struct graph_node){ .op = op, .in = s->in[g->nnodes], .nin = 1,
				  .out = out, .layer = -1, .name = "n",
				  .axis = 1 };
	n->in[0] = a;
	if (b >= 0)
		n->in[n->nin++] = b;
	if (c >= 0)
		n->in[n->nin++] = c;
	set_count(s, out, count);
	if (op == GRAPH_CONV) {
		n->layer = g->nlayers;
		s->layer[g->nlayers++] = (struct graph_layer){
			.node = g->nnodes, .input = a, .sum = out,
			.output = out, .out = 2 };
	}
	g->nnodes++;
	s->output = out;
	return out;
}

static double peak_at(struct small *s, const int *bits, int other)
{
	int node;

	graph_count_users(&s->g);
	CHECK_OK(graph_live_init(&s->live, &s->g, false, &s->arena, &s->err),
		 &s->err);
	return graph_live_peak(&s->live, bits, other, &node);
}

/* All with 8 bits: bytes are values. */
static double peak(struct small *s)
{
	int bits[MOST];

	for (int i = 0; i < MOST; i++)
		bits[i] = 8;
	return peak_at(s, bits, 8);
}

static void test_chain(void **state)
{
	struct small s;
	int x;

	(void)state;
	begin(&s, 10);
	x = add(&s, GRAPH_CONV, 30, 0, -1, -1);
	x = add(&s, GRAPH_RELU, 30, x, -1, -1);
	x = add(&s, GRAPH_CONV, 20, x, -1, -1);
	x = add(&s, GRAPH_RESHAPE, 20, x, -1, -1);
	add(&s, GRAPH_CONV, 5, x, -1, -1);
	CHECK_CLOSE(peak(&s), 50, 0);
	CHECK_CLOSE(s.live.step[0], 40, 0);
	CHECK_CLOSE(s.live.step[2], 50, 0);
	CHECK_CLOSE(s.live.step[4], 25, 0);
	arena_free(&s.arena);
}

/* x stays for the addition, which needs no third tensor. */
static void test_shortcut(void **state)
{
	struct small s;
	int x, y;

	(void)state;
	begin(&s, 10);
	x = add(&s, GRAPH_CONV, 20, 0, -1, -1);
	y = add(&s, GRAPH_CONV, 60, x, -1, -1);
	y = add(&s, GRAPH_CONV, 20, y, -1, -1);
	add(&s, GRAPH_ADD, 20, x, y, -1);
	CHECK_CLOSE(peak(&s), 100, 0);
	CHECK_CLOSE(s.live.step[1], 80, 0);
	CHECK_CLOSE(s.live.step[3], 40, 0);
	arena_free(&s.arena);
}

/* A second reader keeps what an activation would write over. */
static void test_activation(void **state)
{
	struct small s;
	int x, y;

	(void)state;
	begin(&s, 10);
	x = add(&s, GRAPH_CONV, 20, 0, -1, -1);
	y = add(&s, GRAPH_RELU, 20, x, -1, -1);
	add(&s, GRAPH_MUL, 20, x, y, -1);
	CHECK_CLOSE(peak(&s), 40, 0);
	arena_free(&s.arena);
}

/* Concat takes no memory; what it has to copy does. */
static void test_concat(void **state)
{
	struct small s;
	int x, y, z, c;

	(void)state;
	begin(&s, 10);
	x = add(&s, GRAPH_CONV, 20, 0, -1, -1);
	y = add(&s, GRAPH_CONV, 30, x, -1, -1);
	c = add(&s, GRAPH_CONCAT, 50, x, y, -1);
	z = add(&s, GRAPH_CONV, 5, c, -1, -1);
	c = add(&s, GRAPH_CONCAT, 55, c, z, -1); /* dense: holds the first */
	add(&s, GRAPH_CONV, 1, c, -1, -1);
	CHECK_CLOSE(peak(&s), 56, 0);
	CHECK_CLOSE(s.live.step[2], 50, 0);
	CHECK_CLOSE(s.live.step[3], 55, 0);
	arena_free(&s.arena);

	begin(&s, 10);
	x = add(&s, GRAPH_CONV, 20, 0, -1, -1);
	c = add(&s, GRAPH_CONCAT, 40, x, x, -1);
	y = add(&s, GRAPH_CONV, 3, c, -1, -1);
	z = add(&s, GRAPH_CONCAT, 23, x, y, -1);
	add(&s, GRAPH_CONV, 1, z, -1, -1);
	CHECK_CLOSE(peak(&s), 43, 0);
	CHECK_CLOSE(s.live.step[1], 40, 0); /* x and its copy */
	CHECK_CLOSE(s.live.step[3], 43, 0); /* x, its copy behind y, y */
	arena_free(&s.arena);
}

/* What copies: of other axes, of a map that comes in by two ways, and where a
 * reader sees another shape. Nothing writes over what copies nothing. */
static void test_copies(void **state)
{
	struct small s;
	int x, y, c;

	(void)state;
	begin(&s, 10);
	x = add(&s, GRAPH_CONV, 20, 0, -1, -1);
	y = add(&s, GRAPH_CONV, 30, x, -1, -1);
	add(&s, GRAPH_CONCAT, 50, x, y, -1);
	s.node[2].axis = 2;
	CHECK_CLOSE(peak(&s), 100, 0);
	arena_free(&s.arena);

	begin(&s, 10);
	x = add(&s, GRAPH_CONV, 20, 0, -1, -1);
	y = add(&s, GRAPH_CONV, 30, x, -1, -1);
	c = add(&s, GRAPH_CONCAT, 50, x, y, -1);
	add(&s, GRAPH_CONCAT, 80, c, y, -1);
	CHECK_CLOSE(peak(&s), 130, 0);
	arena_free(&s.arena);

	begin(&s, 10);
	x = add(&s, GRAPH_CONV, 20, 0, -1, -1);
	y = add(&s, GRAPH_CONV, 30, x, -1, -1);
	c = add(&s, GRAPH_CONCAT, 50, x, y, -1);
	c = add(&s, GRAPH_RESHAPE, 50, c, -1, -1);
	s.tensor[c].rank = 3;
	add(&s, GRAPH_MAX_POOL, 5, c, -1, -1);
	CHECK_CLOSE(peak(&s), 100, 0);
	arena_free(&s.arena);

	begin(&s, 10);
	x = add(&s, GRAPH_CONV, 20, 0, -1, -1);
	c = add(&s, GRAPH_CONCAT, 40, x, x, -1);
	add(&s, GRAPH_ADD, 40, c, c, -1);
	CHECK_CLOSE(peak(&s), 80, 0);
	arena_free(&s.arena);
}

/* A depthwise layer in place: values lie in places of the more bits, if that saves
 * anything. */
static void test_in_place(void **state)
{
	static const int bits[] = { 8, 3, 8 };
	struct small s;
	int x, y;

	(void)state;
	begin(&s, 10);
	x = add(&s, GRAPH_CONV, 80, 0, -1, -1);
	y = add(&s, GRAPH_CONV, 80, x, -1, -1);
	s.layer[1].depthwise = true;
	s.layer[1].in = s.layer[1].out = 4;
	add(&s, GRAPH_CONV, 1, y, -1, -1);
	graph_count_users(&s.g);
	assert_int_equal(graph_live_init(&s.live, &s.g, true, &s.arena, &s.err),
			 NAS_OK);
	graph_live_peak(&s.live, bits, 8, &y);
	CHECK_CLOSE(s.live.step[1], 80 + 20, 0); /* not 30 + 80 */
	s.layer[1].in = s.layer[1].out = 2;
	graph_live_peak(&s.live, bits, 8, &y);
	CHECK_CLOSE(s.live.step[1], 30 + 80, 0); /* not 80 + 40 */
	arena_free(&s.arena);
}

/* 5 values of 3 bits take 2 bytes. */
static void test_whole_bytes(void **state)
{
	static const int bits[] = { 8, 3 };
	struct small s;
	int x;

	(void)state;
	begin(&s, 10);
	x = add(&s, GRAPH_CONV, 5, 0, -1, -1);
	add(&s, GRAPH_CONV, 1, x, -1, -1);
	peak_at(&s, bits, 8);
	CHECK_CLOSE(s.live.step[0], 10 + 2, 0);
	arena_free(&s.arena);
}

/* A tensor has the most bits of its readers; maxima hand bits on, averages
 * take 8. */
static void test_bits(void **state)
{
	static const int bits[] = { 8, 4, 2, 3 };
	struct small s;
	int x, m, a;

	(void)state;
	begin(&s, 10);
	x = add(&s, GRAPH_CONV, 80, 0, -1, -1);
	m = add(&s, GRAPH_MAX_POOL, 40, x, -1, -1);
	a = add(&s, GRAPH_CONV, 80, m, -1, -1);
	m = add(&s, GRAPH_CONV, 80, a, -1, -1);
	m = add(&s, GRAPH_AVERAGE_POOL, 8, m, -1, -1);
	add(&s, GRAPH_CONV, 8, m, -1, -1);
	peak_at(&s, bits, 8);
	assert_int_equal(graph_live_bits(&s.live, 0), 8);
	assert_int_equal(graph_live_bits(&s.live, x), 4);
	assert_int_equal(graph_live_bits(&s.live, a), 2);
	assert_int_equal(graph_live_bits(&s.live, a + 1), 8);
	assert_int_equal(graph_live_bits(&s.live, m), 3);
	CHECK_CLOSE(s.live.step[0], 10 + 40, 0);
	CHECK_CLOSE(s.live.step[1], 40 + 20, 0);
	CHECK_CLOSE(s.live.step[3], 20 + 80, 0);
	assert_int_equal(graph_live_layer_bits(&s.live, a + 1), 0);
	assert_int_equal(graph_live_layer_bits(&s.live, x), 4);
	arena_free(&s.arena);
}

/* What lies in one Concat has equal bits; a quantiser's at most its own. */
static void test_shared_bits(void **state)
{
	static const int bits[] = { 8, 2, 4 };
	struct small s;
	int x, y, c, q;

	(void)state;
	begin(&s, 10);
	x = add(&s, GRAPH_CONV, 20, 0, -1, -1);
	y = add(&s, GRAPH_CONV, 20, x, -1, -1);
	c = add(&s, GRAPH_CONCAT, 40, x, y, -1);
	q = add(&s, GRAPH_QUANT, 40, c, -1, -1);
	s.node[s.g.nnodes - 1].bits = 3;
	add(&s, GRAPH_CONV, 1, q, -1, -1);
	peak_at(&s, bits, 8);
	assert_int_equal(graph_live_bits(&s.live, y), 3);
	assert_int_equal(graph_live_bits(&s.live, x), 3);
	arena_free(&s.arena);
}

static void test_branches(void **state)
{
	static const int bits[] = { 8, 8, 8, 8, 8 };
	const struct graph_options options = { 0 };
	struct nas_err err = { 0 };
	struct graph_live live;
	struct nas_arena arena;
	struct graph g;
	int node;

	(void)state;
	arena_init(&arena, 1 << 24);
	CHECK_OK(graph_read(&g, BRANCHES, &options, &arena, &err), &err);
	CHECK_OK(graph_live_init(&live, &g, false, &arena, &err), &err);
	CHECK_CLOSE(graph_live_peak(&live, bits, 8, &node), 2048, 0);
	assert_string_equal(g.node[node].name, "d");
	arena_free(&arena);
}

/* Shortcuts that pool are kept until their block ends by one, and pooled at
 * once by the other. Without a head the graph gives the map of every stage, and
 * keeps them. */
static bool is_alike(const struct nas_arch *arch)
{
	if (!arch->head.classes)
		return false;
	for (int b = 0; b < arch->nblocks; b++)
		if (block_has_residual(&arch->block[b]) &&
		    arch->block[b].stride > 1)
			return false;
	return true;
}

static int compare_steps(const struct nas_arch *arch, struct nas_arena *arena,
			 struct nas_err *err)
{
	int n = cost_steps(arch), node, step = 0;
	struct nas_step *steps = NAS_NEW(arena, struct nas_step, (size_t)n);
	struct graph_live live;
	struct nas_cost cost;
	struct graph g;
	int *bits;

	CHECK_OK(graph_of_arch(&g, arch, arena, err), err);
	CHECK_OK(graph_live_init(&live, &g, false, arena, err), err);
	bits = NAS_NEW(arena, int, (size_t)g.nlayers);
	for (int i = 0; i < g.nlayers; i++)
		bits[i] = 8;
	graph_live_peak(&live, bits, 8, &node);
	cost_of(&cost, steps, arch, &memory_models[MEMORY_PLAIN]);
	for (int i = 0; i < g.nlayers && step < n; i++) {
		if (g.layer[i].gate)
			continue;
		CHECK_CLOSE(live.step[g.layer[i].node],
			    steps[step].memory_bytes, 0);
		step++;
	}
	return step;
}

static void set_8_bits(struct nas_arch *arch)
{
	for (int b = 0; b < arch->nblocks; b++)
		for (int j = 0; j < BLOCK_CONVS_MAX; j++)
			arch->block[b].bits_a[j] = 0;
	arch->head.bits_a = 0;
}

static void test_architectures(void **state)
{
	struct nas_err err = { 0 };
	struct json_doc doc = { 0 };
	const cJSON *item;
	int steps = 0;

	(void)state;
	CHECK_OK(json_read(&doc, RANDOM, &err), &err);
	cJSON_ArrayForEach(item, cJSON_GetObjectItem(doc.root, "networks")) {
		struct nas_arch_list list;
		struct nas_arena arena;

		arena_init(&arena, (size_t)1 << 30);
		CHECK_OK(arch_from_json(&list, &doc, cJSON_GetObjectItem(
					item, "architecture"), NULL, &arena,
					&err), &err);
		set_8_bits(&list.arch[0]);
		if (is_alike(&list.arch[0]))
			steps += compare_steps(&list.arch[0], &arena, &err);
		arena_free(&arena);
	}
	json_free(&doc);
	assert_true(steps > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chain),
		cmocka_unit_test(test_shortcut),
		cmocka_unit_test(test_activation),
		cmocka_unit_test(test_concat),
		cmocka_unit_test(test_copies),
		cmocka_unit_test(test_in_place),
		cmocka_unit_test(test_whole_bytes),
		cmocka_unit_test(test_bits),
		cmocka_unit_test(test_shared_bits),
		cmocka_unit_test(test_branches),
		cmocka_unit_test(test_architectures),
	};

	return CHECK_RUN("live", tests);
}
