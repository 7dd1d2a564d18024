/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/scoring/two_layers.h - the network and images of metrics_numpy.py.
 *
 * conv 2 -> 4, 3 x 3, ReLU; mean over the map; linear 4 -> 3. Weights and images
 * are sixteenths by a rule, so that sums in float are exact.
 *
 * Usage:
 *	static float images[TWO_LAYERS_COUNT];
 *	two_layers(&graph, images, &arena);
 */
#ifndef TESTS_SCORING_TWO_LAYERS_H
#define TESTS_SCORING_TWO_LAYERS_H

#include "tests/check.h"

#include "nas/form/json.h"
#include "spaces/arch.h"
#include "spaces/graph/graph.h"

#define TWO_LAYERS_IMAGES 6
#define TWO_LAYERS_COUNT (TWO_LAYERS_IMAGES * 2 * 8 * 8)

static inline void two_layers_fill(float *x, int n, int seed)
{
	for (int i = 0; i < n; i++)
		x[i] = (float)((i * i * 7 + i * 13 + seed * 31) % 29 - 14) /
		       16;
}

static inline void two_layers(struct graph *g, float *images,
			      struct nas_arena *arena)
{
	static const char text[] =
		"{\"name\": \"two\", \"input\": {\"height\": 8, \"width\": 8, "
		"\"channels\": 2}, \"blocks\": [{\"type\": \"conv\", \"in\": 2, "
		"\"out\": 4, \"kernel\": 3, \"stride\": 1}], \"head\": {\"type\": "
		"\"classifier\", \"classes\": 3}}";
	struct nas_arch_defaults defaults = { 0 };
	struct nas_err err = { 0 };
	struct nas_arch_list list;
	struct json_doc doc;

	CHECK_OK(json_parse(&doc, text, strlen(text), "two", &err), &err);
	CHECK_OK(arch_from_json(&list, &doc, doc.root, &defaults, arena, &err),
		 &err);
	json_free(&doc);
	CHECK_OK(graph_of_arch(g, &list.arch[0], arena, &err), &err);
	assert_int_equal(g->nlayers, 2);
	two_layers_fill(images, TWO_LAYERS_COUNT, 1);
	two_layers_fill(g->layer[0].weight, 4 * 2 * 9, 2);
	two_layers_fill(g->layer[1].weight, 3 * 4, 3);
	two_layers_fill(g->layer[0].bias, 4, 4);
	two_layers_fill(g->layer[1].bias, 3, 18);
}

#endif
