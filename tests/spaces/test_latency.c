/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What networks take: layer by layer, by the steps of cost_of and by those of
 * their graphs, it is the same; and by hand.
 */
#include "tests/check.h"

#include "nas/base/rng.h"
#include "nas/form/json.h"
#include "spaces/graph/graph_latency.h"

#define RANDOM "tests/data/random_architectures.json"

/* Of random coefficients. */
static void random_model(struct nas_latency *m, struct rng *rng)
{
	*m = (struct nas_latency){
		.channel_step = 1 + (int)rng_below(rng, 17),
		.on_chip_bytes = rng_below(rng, 2) * 50000.0 };
	for (int t = 0; t < LATENCY_TERMS; t++)
		m->term[t] = rng_uniform(rng);
	latency_finish(m);
}

/* A kernel of one row is none of 1x1. */
static void check_one_row(struct graph *g)
{
	struct nas_latency m = { .channel_step = 1 };
	int *kernel = g->node[g->layer[0].node].window.kernel;

	m.term[LATENCY_MACS_POINTWISE] = 1;
	latency_finish(&m);
	kernel[0] = kernel[1] = 1;
	assert_true(graph_latency_layer(&m, g, 0, 8, 8) > 0);
	kernel[1] = 3;
	assert_true(graph_latency_layer(&m, g, 0, 8, 8) == 0);
}

static int compare_layers(const struct nas_arch *a, struct rng *rng,
			  struct nas_arena *arena, struct nas_err *err)
{
	int n = cost_steps(a), last = a->block[a->nblocks - 1].out;
	struct nas_step *step = NAS_NEW(arena, struct nas_step, (size_t)n);
	double steps, layers;
	struct nas_latency m;
	struct nas_cost cost;
	struct graph g;
	int gates = 0;

	random_model(&m, rng);
	cost_of(&cost, step, a, &memory_models[MEMORY_PLAIN]);
	steps = latency_of_end(&m, &a->head, last);
	for (int s = 0; s < n; s++)
		steps += latency_of_step(&m, &step[s]);
	CHECK_REL(steps, latency_of(&m, a), 1e-14);
	CHECK_OK(graph_of_arch(&g, a, arena, err), err);
	layers = m.cost[LATENCY_NETWORK];
	for (int l = 0; l < g.nlayers; l++) {
		layers += graph_latency_layer(&m, &g, l, 8, 8);
		gates += g.layer[l].gate;
	}
	CHECK_REL(layers, steps, 1e-14);
	check_one_row(&g);
	return gates;
}

static void same_by_steps_and_graph(void **state)
{
	struct nas_err err = { 0 };
	struct json_doc doc = { 0 };
	struct rng rng;
	const cJSON *item;
	int gates = 0;

	(void)state;
	rng_seed(&rng, 1, 0);
	CHECK_OK(json_read(&doc, RANDOM, &err), &err);
	cJSON_ArrayForEach(item, cJSON_GetObjectItem(doc.root, "networks")) {
		struct nas_arch_list list;
		struct nas_arena arena;

		arena_init(&arena, (size_t)1 << 30);
		CHECK_OK(arch_from_json(&list, &doc, cJSON_GetObjectItem(
					item, "architecture"), NULL, &arena,
					&err), &err);
		gates += compare_layers(&list.arch[0], &rng, &arena, &err);
		arena_free(&arena);
	}
	json_free(&doc);
	assert_true(gates > 20);
}

/* conv 3x3 /2, 3 -> 8 on 10x10; depthwise and 1x1 to 6 with a squeeze. */
static void by_hand(void **state)
{
	struct latency_factor half = { 4, 4, 0.5 };
	struct nas_latency m = { .channel_step = 4, .on_chip_bytes = 300,
				 .nfactors = 1, .factor = &half };
	struct nas_conv conv = { .in = 3, .out = 8, .kernel = 3, .stride = 2,
				 .groups = 1, .bits_a = 8, .bits_w = 8 };
	struct nas_conv deep = { .in = 8, .out = 8, .kernel = 3, .stride = 1,
				 .groups = 8, .squeeze = 2 };
	struct nas_place in = place_input(10, 10), out = place_after(&in, 2);
	double n[LATENCY_TERMS] = { 0 };

	(void)state;
	latency_count_conv(&m, &conv, &in, &out, n);
	assert_true(n[LATENCY_MACS_CONV] == 25 * 9 * 4 * 8);
	assert_true(n[LATENCY_BYTES_CONV] == 300 + 200);
	assert_true(n[LATENCY_SPILL_CONV] == 500);
	assert_true(n[LATENCY_BYTES_WEIGHTS] == 216);
	assert_true(n[LATENCY_LAYER_CONV] == 1);
	latency_count_conv(&m, &deep, &out, &out, n);
	assert_true(n[LATENCY_MACS_DEPTHWISE] == 25 * 9 * 8);
	assert_true(n[LATENCY_BYTES_DEPTHWISE] == 400);
	assert_true(n[LATENCY_SPILL_DEPTHWISE] == 400);
	assert_true(n[LATENCY_MACS_SQUEEZE] == 32);
	assert_true(n[LATENCY_BYTES_SQUEEZE] == 400);
	assert_true(n[LATENCY_SPILL_SQUEEZE] == 400);
	assert_true(n[LATENCY_BYTES_WEIGHTS] == 216 + 72 + 32);
	m.term[LATENCY_MACS_CONV] = 1000; /* ms a million */
	latency_finish(&m);
	assert_true(fabs(latency_of_conv(&m, &conv, &in, &out) - 7.2) < 1e-5);
	conv.bits_a = conv.bits_w = 4;
	assert_true(fabs(latency_of_conv(&m, &conv, &in, &out) - 3.6) < 1e-5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_by_steps_and_graph),
		cmocka_unit_test(by_hand),
	};

	return CHECK_RUN("latency", tests);
}
