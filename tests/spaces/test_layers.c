/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the items of a list of layers, nas/graph/1, become: operators, windows,
 * who reads whom, the spread of weights. */
#include "tests/check.h"

#include <math.h>
#include <stdlib.h>

#include "nas/base/file.h"
#include "spaces/import/layers.h"

static struct nas_arena arena;

static struct graph graph_of(const char *items)
{
	struct nas_err err = { 0 };
	struct nas_text t = { 0 };
	struct graph g;

	arena_init(&arena, 1 << 28);
	text_addf(&t, "{\"schema\": \"nas/graph/1\", \"name\": \"n\", "
		      "\"height\": 8, \"width\": 8, \"layers\": [%s]}", items);
	CHECK_OK(graph_from_layers(&g, t.data, t.length, "test", NULL, &arena, &err),
		 &err);
	text_free(&t);
	return g;
}

/* A node a line; of windows side, stride, dilation, padding, groups. */
static void check_nodes(const char *items, const char *nodes)
{
	struct graph g = graph_of(items);
	struct nas_text t = { 0 };

	for (int i = 0; i < g.nnodes; i++) {
		const struct graph_node *n = &g.node[i];
		const struct graph_window *w = &n->window;

		text_addf(&t, "%s %s", n->name, graph_op_name(n->op));
		if (w->kernel[0])
			text_addf(&t, " k%d s%d d%d p%d g%d", w->kernel[1],
				  w->stride[1], w->dilation[1], w->pad[3],
				  w->groups);
		for (int k = 0; k < n->nin; k++)
			text_addf(&t, "%s %s", k ? "," : ":",
				  g.tensor[n->in[k]].name);
		text_add(&t, "\n");
	}
	assert_string_equal(t.data, nodes);
	text_free(&t);
	arena_free(&arena);
}

static void single_layers(void **state)
{
	(void)state;
	check_nodes("{\"type\": \"conv\", \"out\": 4, \"dilation\": 2, "
		    "\"relu\": false}, {\"type\": \"conv\", \"out\": 4, "
		    "\"stride\": 2, \"depth\": 2, \"name\": \"c\"}",
		    "layer1 Conv k3 s1 d2 p2 g1: image\n"
		    "c.1 Conv k3 s2 d1 p1 g1: layer1\n"
		    "c.1.relu Relu: c.1\n"
		    "c.2 Conv k3 s1 d1 p1 g1: c.1.relu\n"
		    "c.2.relu Relu: c.2\n");
	check_nodes("{\"type\": \"max_pool\", \"stride\": 2, \"pad\": 1}, "
		    "{\"type\": \"average_pool\", \"kernel\": 2}, "
		    "{\"type\": \"global_pool\"}, "
		    "{\"type\": \"dense\", \"out\": 5}",
		    "layer1.pool MaxPool k3 s2 d1 p1 g1: image\n"
		    "layer2.pool AveragePool k2 s1 d1 p0 g1: layer1.pool\n"
		    "layer3.pool ReduceMean: layer2.pool\n"
		    "layer3.flat Reshape: layer3.pool\n"
		    "layer4 Gemm: layer3.flat\n");
}

static void residual_blocks(void **state)
{
	(void)state;
	check_nodes("{\"type\": \"basic\", \"out\": 6, \"stride\": 2, "
		    "\"depth\": 2}",
		    "layer1.1.conv1 Conv k3 s2 d1 p1 g1: image\n"
		    "layer1.1.conv1.relu Relu: layer1.1.conv1\n"
		    "layer1.1.conv2 Conv k3 s1 d1 p1 g1: layer1.1.conv1.relu\n"
		    "layer1.1.shortcut Conv k1 s2 d1 p0 g1: image\n"
		    "layer1.1.add Add: layer1.1.conv2, layer1.1.shortcut\n"
		    "layer1.1.relu Relu: layer1.1.add\n"
		    "layer1.2.conv1 Conv k3 s1 d1 p1 g1: layer1.1.relu\n"
		    "layer1.2.conv1.relu Relu: layer1.2.conv1\n"
		    "layer1.2.conv2 Conv k3 s1 d1 p1 g1: layer1.2.conv1.relu\n"
		    "layer1.2.add Add: layer1.2.conv2, layer1.1.relu\n"
		    "layer1.2.relu Relu: layer1.2.add\n");
	check_nodes("{\"type\": \"bottleneck\", \"out\": 8, \"stride\": 2}",
		    "layer1.conv1 Conv k1 s2 d1 p0 g1: image\n"
		    "layer1.conv1.relu Relu: layer1.conv1\n"
		    "layer1.conv2 Conv k3 s1 d1 p1 g1: layer1.conv1.relu\n"
		    "layer1.conv2.relu Relu: layer1.conv2\n"
		    "layer1.conv3 Conv k1 s1 d1 p0 g1: layer1.conv2.relu\n"
		    "layer1.shortcut Conv k1 s2 d1 p0 g1: image\n"
		    "layer1.add Add: layer1.conv3, layer1.shortcut\n"
		    "layer1.relu Relu: layer1.add\n");
}

static void mobile_blocks(void **state)
{
	(void)state;
	check_nodes("{\"type\": \"mbconv\", \"out\": 3, \"expansion\": 2}",
		    "layer1.expand Conv k1 s1 d1 p0 g1: image\n"
		    "layer1.expand.relu Relu: layer1.expand\n"
		    "layer1.depthwise Conv k3 s1 d1 p1 g6: "
		    "layer1.expand.relu\n"
		    "layer1.depthwise.relu Relu: layer1.depthwise\n"
		    "layer1.project Conv k1 s1 d1 p0 g1: "
		    "layer1.depthwise.relu\n"
		    "layer1.add Add: layer1.project, image\n");
	check_nodes("{\"type\": \"mbconv\", \"out\": 3, \"stride\": 2}",
		    "layer1.depthwise Conv k3 s2 d1 p1 g3: image\n"
		    "layer1.depthwise.relu Relu: layer1.depthwise\n"
		    "layer1.project Conv k1 s1 d1 p0 g1: "
		    "layer1.depthwise.relu\n");
	check_nodes("{\"type\": \"dwsep\", \"out\": 3, \"kernel\": 5}",
		    "layer1.depthwise Conv k5 s1 d1 p2 g3: image\n"
		    "layer1.depthwise.relu Relu: layer1.depthwise\n"
		    "layer1.project Conv k1 s1 d1 p0 g1: "
		    "layer1.depthwise.relu\n"
		    "layer1.project.relu Relu: layer1.project\n");
	check_nodes("{\"type\": \"vgg\", \"out\": 4, \"depth\": 2}",
		    "layer1.1.conv Conv k3 s1 d1 p1 g1: image\n"
		    "layer1.1.conv.relu Relu: layer1.1.conv\n"
		    "layer1.2.conv Conv k3 s1 d1 p1 g1: layer1.1.conv.relu\n"
		    "layer1.2.conv.relu Relu: layer1.2.conv\n"
		    "layer1.2.pool MaxPool k2 s2 d1 p0 g1: "
		    "layer1.2.conv.relu\n");
}

static void branches_and_outputs(void **state)
{
	struct graph g;

	(void)state;
	check_nodes("{\"type\": \"max_pool\", \"name\": \"a\"}, "
		    "{\"type\": \"max_pool\", \"output\": true}, "
		    "{\"type\": \"average_pool\", \"from\": \"a\", "
		    "\"output\": true}",
		    "a.pool MaxPool k3 s1 d1 p0 g1: image\n"
		    "layer2.pool MaxPool k3 s1 d1 p0 g1: a.pool\n"
		    "layer3.pool AveragePool k3 s1 d1 p0 g1: a.pool\n");
	g = graph_of("{\"type\": \"max_pool\", \"output\": true}, "
		     "{\"type\": \"max_pool\", \"output\": true}, "
		     "{\"type\": \"max_pool\"}");
	assert_int_equal(g.noutputs, 2);
	assert_string_equal(g.tensor[g.output[1]].name, "layer2.pool");
	arena_free(&arena);
}

/* N(0, 2 / fan) of He et al. (2015); 13,824 numbers. */
static void weights_have_their_spread(void **state)
{
	struct graph g = graph_of("{\"type\": \"conv\", \"out\": 512}");
	const struct graph_layer *l = &g.layer[0];
	double sum = 0, squares = 0, n = 512.0 * 27;

	(void)state;
	assert_int_equal(l->fan, 27);
	for (int i = 0; i < 512 * 27; i++) {
		sum += (double)l->weight[i];
		squares += (double)l->weight[i] * (double)l->weight[i];
	}
	CHECK_CLOSE(sum / n, 0, 0.01);
	CHECK_CLOSE(squares / n * 27, 2, 0.02);
	for (int o = 0; o < 512; o++)
		CHECK_CLOSE((double)l->bias[o], 0, 0);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(single_layers),
		cmocka_unit_test(residual_blocks),
		cmocka_unit_test(mobile_blocks),
		cmocka_unit_test(branches_and_outputs),
		cmocka_unit_test(weights_have_their_spread),
	};
	return cmocka_run_group_tests_name("lists of layers", tests, NULL,
					   NULL) != 0;
}
