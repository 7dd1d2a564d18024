/* SPDX-License-Identifier: GPL-3.0-or-later */
/* With how many bits each tensor is held, and what that makes step by step. */
#include <math.h>
#include <string.h>

#include "spaces/graph/graph_live_ops.h"

/* What it reads has the bits of what it makes. */
static bool moves(const struct graph *g, const struct graph_node *n)
{
	return graph_live_can(n, LIVE_MOVES) || graph_live_is_view(g, n);
}

static int float_if_0(int bits)
{
	return bits ? bits : GRAPH_FLOAT_BITS;
}

/* What node n takes its input k with; outputs are known. */
static int wanted(const struct graph_live *l, const int *bits,
		  const struct graph_node *n, int k, const int *bits_a,
		  int other)
{
	if (n->layer >= 0)
		return k == 0 ? float_if_0(bits_a[n->layer]) : other;
	if (!moves(l->g, n))
		return other;
	if (n->op == GRAPH_QUANT && n->bits < bits[n->out])
		return n->bits;
	return bits[n->out];
}

static bool raise_to(int *bits, int to)
{
	if (*bits >= to)
		return false;
	*bits = to;
	return true;
}

/* One pass from the end; true when something rose. What shares memory in a
 * Concat has equal bits, so parts that lie before may raise what was done. */
static bool pass(const struct graph_live *l, int *bits, const int *bits_a,
		 int other)
{
	const struct graph *g = l->g;
	bool rose = false;

	for (int i = g->nnodes - 1; i >= 0; i--) {
		const struct graph_node *n = &g->node[i];

		if (n->op == GRAPH_OPS || g->tensor[n->out].data)
			continue;
		if (!graph_live_is_view(g, n))
			rose |= raise_to(&bits[n->out],
					 bits[l->region[n->out]]);
		for (int k = 0; k < n->nin; k++)
			rose |= raise_to(&bits[n->in[k]],
					 wanted(l, bits, n, k, bits_a, other));
	}
	for (int t = 0; t < g->ntensors; t++)
		if (l->home[t] == t)
			rose |= raise_to(&bits[l->region[t]], bits[t]);
	return rose;
}

static void find_bits(const struct graph_live *l, int *bits,
		      const int *bits_a, int other)
{
	const struct graph *g = l->g;

	memset(bits, 0, (size_t)g->ntensors * sizeof(*bits));
	for (int k = 0; k < g->noutputs; k++)
		bits[g->output[k]] = other;
	for (int i = 0; i < g->nnodes; i++) /* nobody reads it */
		if (g->tensor[g->node[i].out].users == 0)
			bits[g->node[i].out] = other;
	while (pass(l, bits, bits_a, other))
		;
}

int graph_live_bits(const struct graph_live *l, int tensor)
{
	return l->bits[l->region[l->home[tensor]]];
}

int graph_live_layer_bits(const struct graph_live *l, int tensor)
{
	return l->layer_bits[l->region[l->home[tensor]]];
}

double graph_live_bytes(const struct graph_live *l, int tensor)
{
	return (double)l->g->tensor[tensor].count *
	       graph_live_bits(l, tensor) / 8;
}

/* A map begins at a byte. */
static double whole(double bytes)
{
	return ceil(bytes);
}

/* Of a depthwise layer in place: values of both maps lie in places of equal bits,
 * and a channel of the output beside them. */
static double saved_in_place(const struct graph_live *l,
			     const struct graph_node *n, double in, double out)
{
	const struct graph_layer *layer = &l->g->layer[n->layer];
	int x = graph_live_bits(l, n->in[0]), y = graph_live_bits(l, n->out);
	size_t before = l->g->tensor[n->in[0]].count;
	size_t after = l->g->tensor[n->out].count;
	double both = whole((double)(before > after ? before : after) *
			    (x > y ? x : y) / 8);
	double channel = whole((double)(after / (size_t)layer->out) * y / 8);

	if (layer->in != layer->out)
		return 0;
	return fmax(0, in + out - both - channel);
}

/* Bytes of the output that lie on input k, which is not needed later. */
static double written_over(const struct graph_live *l, int node, int k)
{
	const struct graph *g = l->g;
	const struct graph_node *n = &g->node[node];
	int in = l->home[n->in[k]];
	double out = whole(graph_live_bytes(l, n->out)), room;

	if (g->tensor[n->in[k]].data || l->last[in] != node || !l->own[in] ||
	    !l->own[n->out] || l->joined[in])
		return 0;
	room = whole(graph_live_bytes(l, in));
	if (n->layer >= 0 && g->layer[n->layer].depthwise &&
	    l->depthwise_in_place)
		return k == 0 ? saved_in_place(l, n, room, out) : 0;
	if (!graph_live_can(n, LIVE_OVER) ||
	    g->tensor[in].count != g->tensor[n->out].count)
		return 0;
	return room < out ? room : out;
}

static double saved(const struct graph_live *l, int node)
{
	const struct graph_node *n = &l->g->node[node];
	double most = 0;

	if (n->op == GRAPH_OPS || l->g->tensor[n->out].data ||
	    graph_live_is_view(l->g, n))
		return 0;
	for (int k = 0; k < n->nin; k++) {
		double bytes = written_over(l, node, k);

		most = bytes > most ? bytes : most;
	}
	return most;
}

/* step[i] holds what changes there, then what is alive there. */
double graph_live_peak(struct graph_live *l, const int *bits_a, int other_bits,
		       int *node)
{
	const struct graph *g = l->g;
	double alive = 0, peak = 0;

	find_bits(l, l->bits, bits_a, other_bits);
	find_bits(l, l->layer_bits, bits_a, 0);
	memset(l->step, 0, ((size_t)g->nnodes + 1) * sizeof(*l->step));
	for (int t = 0; t < g->ntensors; t++) {
		double bytes =
			whole((double)l->own[t] * graph_live_bits(l, t) / 8);
		int from = l->first[t] < 0 ? 0 : l->first[t];

		if (!l->own[t])
			continue;
		l->step[from] += bytes;
		if (l->last[t] < g->nnodes)
			l->step[l->last[t] + 1] -= bytes;
	}
	*node = 0;
	for (int i = 0; i < g->nnodes; i++) {
		alive += l->step[i];
		l->step[i] = alive - saved(l, i);
		if (l->step[i] > peak) {
			peak = l->step[i];
			*node = i;
		}
	}
	return peak;
}

int graph_live_other_bits(const int *bits_a, int n)
{
	for (int i = 0; i < n; i++)
		if (bits_a[i] > 0 && bits_a[i] <= 8)
			return 8;
	return GRAPH_FLOAT_BITS;
}

void graph_live_readers(const struct graph_live *l, int h, bool *reads,
			bool *mark)
{
	const struct graph *g = l->g;

	memset(mark, 0, (size_t)g->ntensors * sizeof(*mark));
	memset(reads, 0, (size_t)g->nlayers * sizeof(*reads));
	mark[l->region[h]] = true;
	for (int i = 0; i < g->nnodes; i++) {
		const struct graph_node *n = &g->node[i];

		if (n->op == GRAPH_OPS)
			continue;
		for (int k = 0; k < n->nin; k++) {
			if (!mark[l->region[l->home[n->in[k]]]])
				continue;
			if (n->layer >= 0 && k == 0)
				reads[n->layer] = true;
			else if (n->layer < 0 && moves(g, n))
				mark[l->region[l->home[n->out]]] = true;
		}
	}
}
