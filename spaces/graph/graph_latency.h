/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/graph/graph_latency.h - how long the layers of a graph take, by the
 * terms of spaces/latency.h.
 *
 * The layers of a network of ours and the model's constant sum to what its
 * architecture takes, at factors of 1. What is no layer takes no time: adding
 * shortcuts and pooling are in the constants of what was measured.
 *
 * Usage:
 *	ms = m->cost[LATENCY_NETWORK];
 *	for (i = 0; i < g->nlayers; i++)
 *		ms += graph_latency_layer(m, g, i, bits_a[i], bits_w[i]);
 */
#ifndef SPACES_GRAPH_GRAPH_LATENCY_H
#define SPACES_GRAPH_GRAPH_LATENCY_H

#include "spaces/graph/graph.h"
#include "spaces/latency.h"

/* ms of a layer with so many bits; 0 and 32 = full precision, counted as 8. */
double graph_latency_layer(const struct nas_latency *m, const struct graph *g,
			   int layer, int bits_a, int bits_w);

#endif
