/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spaces/graph/graph_latency.h"

#define FLOAT_BITS 32

/* The map that a squeeze's input is the mean of; -1: it is no mean. */
static int pooled_map(const struct graph *g, int tensor)
{
	int node = g->tensor[tensor].producer;

	while (node >= 0 && g->node[node].op == GRAPH_QUANT)
		node = g->tensor[g->node[node].in[0]].producer;
	if (node < 0 || (g->node[node].op != GRAPH_REDUCE_MEAN &&
			 g->node[node].op != GRAPH_AVERAGE_POOL))
		return -1;
	return g->node[node].in[0];
}

/* The first of the two has the map that is scaled. */
static void count_gate(const struct nas_latency *m, const struct graph *g,
		       const struct graph_layer *l, double n[LATENCY_TERMS])
{
	int map = pooled_map(g, l->input);

	n[LATENCY_MACS_SQUEEZE] += (double)l->macs;
	n[LATENCY_BYTES_WEIGHTS] += (double)l->out * (double)l->fan;
	if (map >= 0)
		latency_count_scaling(m, 2.0 * (double)g->tensor[map].count, n);
}

double graph_latency_layer(const struct nas_latency *m, const struct graph *g,
			   int layer, int bits_a, int bits_w)
{
	const struct graph_layer *l = &g->layer[layer];
	const struct graph_node *node = &g->node[l->node];
	const int *kernel = node->window.kernel;
	struct latency_work w = {
		.kind = latency_kind_of(l->depthwise, kernel[0] * kernel[1]),
		.in = l->in, .out = l->out, .macs = (double)l->macs,
		.weights = (double)l->out * (double)l->fan,
		.bytes = (double)g->tensor[l->input].count +
			 (double)g->tensor[l->sum].count,
	};
	double n[LATENCY_TERMS] = { 0 };

	if (l->gate)
		count_gate(m, g, l, n);
	else if (node->op == GRAPH_CONV)
		latency_count_work(m, &w, n);
	else
		latency_count_dense((double)l->fan, (double)l->macs /
					    (double)l->fan, n);
	return latency_of_counts(m, n) *
	       latency_factor(m, bits_a < FLOAT_BITS ? bits_a : 0,
			      bits_w < FLOAT_BITS ? bits_w : 0);
}
