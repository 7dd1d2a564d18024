/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Concats that copy nothing: their parts stay where they are, and what reads the
 * whole takes channels from several places. So parts take the memory that the
 * memory model counts, each from when it is made.
 *
 * What is kept of a part that the Concat alone reads is what is kept of the
 * whole. Other parts are kept as their readers want them, with a table to the
 * levels of the whole.
 */
#include "spaces/export/format_c_graph.h"
#include "spaces/graph/activation.h"
#include "spaces/graph/graph_live_ops.h"

static bool is_output_home(const struct c_maps *m, int home)
{
	for (int k = 0; k < m->g->noutputs; k++)
		if (m->live.home[m->g->output[k]] == home)
			return true;
	return false;
}

/* ---- readers --------------------------------------------------------------- */

static bool can_read(const struct c_maps *m, const struct graph_node *n, int t)
{
	const struct graph_tensor *x = &m->g->tensor[t];

	if (n->op == GRAPH_LINEAR)
		return (int)x->count == m->g->layer[n->layer].in;
	if (m->order[t])
		return false;
	switch ((int)n->op) {
	case GRAPH_CONV:
	case GRAPH_ADD:
	case GRAPH_SUB:
	case GRAPH_MUL:
	case GRAPH_REDUCE_MEAN:
	case GRAPH_MAX_POOL:
	case GRAPH_AVERAGE_POOL:
	case GRAPH_SOFTMAX:
	case GRAPH_SLICE:
	case GRAPH_PAD:
	case GRAPH_CONCAT:
		return true;
	case GRAPH_TRANSPOSE:
		return !m->map[n->out].still;
	default:
		return activation_is(n->op);
	}
}

/* All that reads a home can take its channels from several places. */
static bool all_can_read(const struct c_maps *m, int home)
{
	const struct graph *g = m->g;

	for (struct graph_live_read r = {0}; graph_live_next(&m->live, home, &r);)
		if (!can_read(m, &g->node[r.node], r.tensor))
			return false;
	for (int k = 0; k < g->noutputs; k++)
		if (m->live.home[g->output[k]] == home &&
		    m->order[g->output[k]])
			return false;
	return true;
}

/* Node i alone reads what a home holds, and nobody outside. */
static bool reads_alone(const struct c_maps *m, int home, int i)
{
	const struct graph *g = m->g;

	for (int k = 0; k < g->ninputs; k++)
		if (g->input[k] == home)
			return false;
	if (is_output_home(m, home))
		return false;
	for (struct graph_live_read r = {0}; graph_live_next(&m->live, home, &r);)
		if (r.node != i)
			return false;
	for (int k = 0; k < m->map[home].nparts; k++)
		if (c_map_of(m, m->map[home].part[k])->tensor !=
		    m->map[home].tensor)
			return false; /* kept as somebody else wants it */
	return true;
}

/* ---- parts ----------------------------------------------------------------- */

static bool by_channels(const struct c_maps *m, const struct graph_node *n)
{
	const struct graph_tensor *y = &m->g->tensor[n->out];

	if ((y->rank != 4 && y->rank != 2) || n->axis != 1 || y->size[1] > 65535)
		return false;
	for (int k = 0; k < n->nin; k++)
		if (m->g->tensor[n->in[k]].data || m->order[n->in[k]])
			return false;
	return true;
}

static void keep_as(struct c_maps *m, int home, int tensor)
{
	struct c_map *map = &m->map[home];

	map->tensor = tensor;
	map->bits = graph_grid_of(m->g, tensor)->bits;
}

static void keep_all_as(struct c_maps *m, int home, int tensor)
{
	const struct c_map *map = &m->map[home];

	for (int k = 0; k < map->nparts; k++)
		keep_as(m, map->part[k], tensor);
	if (!map->nparts)
		keep_as(m, home, tensor);
}

static void add_part(const struct c_maps *m, struct c_map *to, int home,
		     int channels)
{
	const struct c_map *map = &m->map[home];

	for (int k = 0; k < map->nparts; k++)
		add_part(m, to, map->part[k], map->channels[k]);
	if (map->nparts)
		return;
	to->part[to->nparts] = home;
	to->channels[to->nparts++] = channels;
}

static int parts_in(const struct c_maps *m, const struct graph_node *n)
{
	int parts = 0;

	for (int k = 0; k < n->nin; k++) {
		const struct c_map *x = c_map_of(m, n->in[k]);

		parts += x->nparts ? x->nparts : 1;
	}
	return parts;
}

static bool holds(const struct c_maps *m, int home, int part)
{
	const struct c_map *map = &m->map[home];

	for (int k = 0; k < map->nparts; k++)
		if (map->part[k] == part)
			return true;
	return home == part;
}

/* No map comes in by two ways: its table would have to be two. */
static bool by_one_way(const struct c_maps *m, const struct graph_node *n,
		       const struct c_map *y)
{
	for (int p = 0; p < y->nparts; p++) {
		int way = -1;

		for (int k = 0; k < n->nin; k++) {
			if (!holds(m, m->live.home[n->in[k]], y->part[p]))
				continue;
			if (way >= 0 && n->in[k] != way)
				return false;
			way = n->in[k];
		}
	}
	return true;
}

static enum nas_status find_join(struct c_maps *m, int i)
{
	const struct graph_node *n = &m->g->node[i];
	struct c_map *y = &m->map[n->out], with = *y;
	size_t parts = (size_t)parts_in(m, n);

	if (!by_channels(m, n) || !all_can_read(m, n->out))
		return NAS_OK;
	with.part = NAS_NEW(m->p->arena, int, parts);
	with.channels = NAS_NEW(m->p->arena, int, parts);
	if (m->p->arena->failed)
		return nas_fail(m->p->err, NAS_ENOMEM, "out of memory for maps");
	for (int k = 0; k < n->nin; k++)
		add_part(m, &with, m->live.home[n->in[k]],
			 m->g->tensor[n->in[k]].size[1]);
	if (!by_one_way(m, n, &with))
		return NAS_OK;
	for (int k = 0; k < n->nin; k++)
		if (reads_alone(m, m->live.home[n->in[k]], i))
			keep_all_as(m, m->live.home[n->in[k]], y->tensor);
	*y = with;
	return NAS_OK;
}

enum nas_status c_find_joins(struct c_maps *m)
{
	const struct graph *g = m->g;

	for (int i = 0; i < g->nnodes; i++)
		if (g->node[i].op == GRAPH_CONCAT &&
		    !g->tensor[g->node[i].out].data &&
		    find_join(m, i) != NAS_OK)
			return m->p->err->code;
	for (int i = g->nnodes - 1; i >= 0; i--) {
		const struct c_map *y = &m->map[g->node[i].out];

		for (int k = 0; g->node[i].op == GRAPH_CONCAT && k < y->nparts;
		     k++)
			if (m->map[y->part[k]].last < y->last)
				m->map[y->part[k]].last = y->last;
	}
	return NAS_OK;
}

enum nas_status c_parts_of(const struct c_maps *m, int t,
			   struct c_parts *parts)
{
	const struct c_map *map = c_map_of(m, t);

	*parts = (struct c_parts){0, NULL};
	if (!map->nparts)
		return NAS_OK;
	parts->part = NAS_NEW(m->p->arena, struct c_part, (size_t)map->nparts);
	if (!parts->part)
		return nas_fail(m->p->err, NAS_ENOMEM, "out of memory for maps");
	for (int k = 0; k < map->nparts; k++) {
		const struct c_map *x = &m->map[map->part[k]];
		struct c_part *part = &parts->part[parts->n++];

		part->bit = c_place_of(m, map->part[k]);
		part->channels = map->channels[k];
		part->bits = x->bits;
		if (c_table_between(m, x->tensor, map->tensor, &part->read) !=
		    NAS_OK)
			return m->p->err->code;
	}
	return NAS_OK;
}
