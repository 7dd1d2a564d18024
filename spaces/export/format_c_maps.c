/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The maps of a trained network: what is kept of each, in which order, and
 * from when to when. */
#include <string.h>

#include "spaces/export/format_c_graph.h"
#include "spaces/graph/graph_live_ops.h"

static bool is_output(const struct graph *g, int t)
{
	for (int k = 0; k < g->noutputs; k++)
		if (g->output[k] == t)
			return true;
	return false;
}

/* From the tensor that a node makes to the last one that it alone leads to. */
static void find_kept(const struct c_maps *m, int home, bool input)
{
	const struct graph *g = m->g;
	struct c_map *map = &m->map[home];
	int t = home;

	map->made = map->tensor = graph_grid_of(g, t) ? t : -1;
	while (g->tensor[t].users == 1 && m->reader[t] >= 0 &&
	       !is_output(g, t) && !(input && map->made >= 0)) {
		const struct graph_node *n = &g->node[m->reader[t]];

		if (!graph_live_is_view(g, n))
			break;
		t = n->out;
		if (n->op != GRAPH_QUANT)
			continue;
		map->tensor = t;
		map->made = map->made < 0 ? t : map->made;
	}
	if (map->tensor >= 0)
		map->bits = graph_grid_of(g, map->tensor)->bits;
}

/* ---- orders ---------------------------------------------------------------- */

static int own_place(const struct graph_tensor *t, int i)
{
	int columns, area, c;

	if (t->rank != 4)
		return i;
	columns = t->size[3];
	area = t->size[2] * columns;
	c = i / area;
	return i % area * t->size[1] + c;
}

int c_value_at(const struct c_maps *m, int t, int i)
{
	return m->order[t] ? m->order[t][i] : own_place(&m->g->tensor[t], i);
}

/* The value of the input that is value i of n's output. */
static int transposed(const struct graph *g, const struct graph_node *n, int i)
{
	const struct graph_tensor *x = &g->tensor[n->in[0]];
	const struct graph_tensor *y = &g->tensor[n->out];
	int index[GRAPH_RANK_MAX] = {0}, at = 0;

	for (int k = y->rank - 1; k >= 1; k--) {
		index[n->axes[k]] = i % y->size[k];
		i /= y->size[k];
	}
	for (int k = 1; k < x->rank; k++)
		at = at * x->size[k] + index[k];
	return at;
}

/* Where the values of n's output lie, if they stay where the input's are. */
static void set_order(const struct c_maps *m, const struct graph_node *n)
{
	const struct graph_tensor *y = &m->g->tensor[n->out];
	int count = (int)y->count, *order;
	bool own = true;

	if (n->op != GRAPH_RESHAPE && n->op != GRAPH_TRANSPOSE) {
		m->order[n->out] = m->order[n->in[0]];
		return;
	}
	order = NAS_NEW(m->p->arena, int, (size_t)count);
	for (int i = 0; order && i < count; i++) {
		int from = n->op == GRAPH_RESHAPE ? i : transposed(m->g, n, i);

		order[i] = c_value_at(m, n->in[0], from);
		own &= order[i] == own_place(y, i);
	}
	m->order[n->out] = own ? NULL : order;
}

/* All that reads t only asks for its values in turn. */
static bool read_in_turn(const struct graph *g, int t)
{
	if (is_output(g, t))
		return false;
	for (int i = 0; i < g->nnodes; i++)
		for (int k = 0; k < g->node[i].nin; k++)
			if (g->node[i].in[k] == t &&
			    g->node[i].op != GRAPH_RESHAPE &&
			    g->node[i].op != GRAPH_LINEAR)
				return false;
	return true;
}

/* Values stay where they are: what the node makes is another view of them. */
static bool moves_nothing(const struct c_maps *m, int i)
{
	const struct graph_node *n = &m->g->node[i];
	const struct c_map *x = c_map_of(m, n->in[0]);

	return n->op == GRAPH_TRANSPOSE && x->tensor == n->in[0] &&
	       m->map[n->out].tensor == n->out &&
	       (!m->order[n->out] || read_in_turn(m->g, n->out));
}

/* ---- blocks ---------------------------------------------------------------- */

static int64_t bits_of(const struct c_maps *m, int home, int bits)
{
	return ((int64_t)m->g->tensor[home].count * bits + 7) / 8 * 8;
}

/* Of one channel. */
static int64_t channel_bits(const struct c_maps *m, int home, int bits)
{
	int pixels, channels;

	c_shape_of(&m->g->tensor[home], &pixels, &channels);
	return (int64_t)pixels * bits;
}

static bool ends_at(const struct c_maps *m, int t, int i)
{
	return !m->g->tensor[t].data && c_map_of(m, t)->last == i &&
	       !c_map_of(m, t)->nparts;
}

/* A depthwise layer in place needs less than beside its input: places of equal
 * bits, and a channel. */
static bool saves(const struct c_maps *m, const struct graph_node *n)
{
	const struct c_map *x = c_map_of(m, n->in[0]), *y = &m->map[n->out];
	int64_t before = (int64_t)m->g->tensor[n->in[0]].count;
	int64_t after = (int64_t)m->g->tensor[n->out].count;
	int64_t both = (before > after ? before : after) *
		       (x->bits > y->bits ? x->bits : y->bits);

	return both + channel_bits(m, n->out, y->bits) <
	       before * x->bits + after * y->bits;
}

int c_written_over(const struct c_maps *m, int i)
{
	const struct graph_node *n = &m->g->node[i];
	const struct graph_layer *l =
		n->layer < 0 ? NULL : &m->g->layer[n->layer];
	int found = -1;

	if (l)
		return m->live.depthwise_in_place && l->depthwise &&
				       l->in == l->out &&
				       ends_at(m, n->in[0], i) && saves(m, n)
			       ? 0
			       : -1;
	if (!graph_live_can(n, LIVE_OVER))
		return -1;
	for (int k = 0; k < n->nin && k < 2; k++) {
		int bits = c_map_of(m, n->in[k])->bits;

		if (!ends_at(m, n->in[k], i) ||
		    m->g->tensor[n->in[k]].count != m->g->tensor[n->out].count)
			continue;
		if (n->op == GRAPH_SOFTMAX && bits != m->map[n->out].bits)
			continue;
		if (found < 0 || bits > c_map_of(m, n->in[found])->bits)
			found = k;
	}
	return found;
}

static void add_piece(struct c_maps *m, int block, int first, int last,
		      int64_t bits)
{
	m->piece[m->npieces++] = (struct c_piece){block, first, last, bits};
}

static void hold(struct c_maps *m, int home, int node)
{
	struct c_map *map = &m->map[home];
	const struct graph_node *n = node < 0 ? NULL : &m->g->node[node];
	const struct c_map *x = n ? c_map_of(m, n->in[0]) : NULL;
	int over = node < 0 ? -1 : c_written_over(m, node);

	map->first = node < 0 ? 0 : node;
	if (n && map->still)
		map->block = x->block;
	else if (over >= 0)
		map->block = c_map_of(m, n->in[over])->block;
	else
		map->block = m->nblocks++;
	add_piece(m, map->block, map->first, map->last,
		  bits_of(m, home, map->bits));
	if (over >= 0 && n->layer >= 0) {
		int slot = x->bits > map->bits ? x->bits : map->bits;
		int wide = m->g->tensor[n->in[0]].count >
					   m->g->tensor[home].count
				   ? n->in[0]
				   : home;

		if (x->bits != map->bits)
			add_piece(m, map->block, node, node,
				  bits_of(m, wide, slot));
		map->scratch = m->nblocks++;
		add_piece(m, map->scratch, node, node,
			  (channel_bits(m, home, map->bits) + 7) / 8 * 8);
	}
}

static enum nas_status find_lives(struct c_maps *m)
{
	const struct graph *g = m->g;

	for (int t = 0; t < g->ntensors; t++)
		m->map[t].last = m->map[t].tensor = m->reader[t] = -1;
	for (int i = g->nnodes - 1; i >= 0; i--) {
		const struct graph_node *n = &g->node[i];

		for (int k = 0; n->op != GRAPH_OPS && k < n->nin; k++) {
			int home = m->live.home[n->in[k]];

			m->reader[n->in[k]] = i;
			if (m->map[home].last < i)
				m->map[home].last = i;
		}
	}
	for (int k = 0; k < g->noutputs; k++)
		m->map[m->live.home[g->output[k]]].last = g->nnodes;
	for (int k = 0; k < g->ninputs; k++)
		find_kept(m, g->input[k], true);
	for (int i = 0; i < g->nnodes; i++) {
		const struct graph_node *n = &g->node[i];
		struct c_map *map;

		if (n->op == GRAPH_OPS || g->tensor[n->out].data)
			continue;
		if (graph_live_is_view(g, n) || n->op == GRAPH_TRANSPOSE)
			set_order(m, n);
		if (graph_live_is_view(g, n))
			continue;
		map = &m->map[n->out];
		map->last = map->last < i ? i : map->last;
		find_kept(m, n->out, false);
		if (map->tensor < 0)
			return c_refuse_node(m->p, n, "gives a map on no grid");
		map->still = moves_nothing(m, i);
		if (n->op == GRAPH_TRANSPOSE && !map->still)
			m->order[n->out] = NULL; /* it is moved */
	}
	return NAS_OK;
}

enum nas_status c_find_maps(struct c_maps *m, bool in_place)
{
	const struct graph *g = m->g;
	size_t n = (size_t)g->ntensors;
	struct nas_arena *arena = m->p->arena;

	if (graph_live_init(&m->live, g, in_place, arena, m->p->err) != NAS_OK)
		return m->p->err->code;
	m->map = NAS_NEW(arena, struct c_map, n);
	m->order = NAS_NEW(arena, int *, n);
	m->reader = NAS_NEW(arena, int, n);
	m->piece = NAS_NEW(arena, struct c_piece, 3 * n);
	if (arena->failed)
		return nas_fail(m->p->err, NAS_ENOMEM, "out of memory for maps");
	if (find_lives(m) != NAS_OK || c_find_joins(m) != NAS_OK)
		return m->p->err->code;
	for (int k = 0; k < g->ninputs; k++) {
		if (m->map[g->input[k]].tensor < 0)
			return nas_fail(m->p->err, NAS_EINPUT,
					"C: input '%.100s' is on no grid",
					g->tensor[g->input[k]].name);
		hold(m, g->input[k], -1);
	}
	for (int i = 0; i < g->nnodes; i++)
		if (m->map[g->node[i].out].tensor >= 0 &&
		    m->live.home[g->node[i].out] == g->node[i].out &&
		    g->node[i].op != GRAPH_OPS &&
		    !g->tensor[g->node[i].out].data &&
		    !m->map[g->node[i].out].nparts)
			hold(m, g->node[i].out, i);
	return arena->failed ? nas_fail(m->p->err, NAS_ENOMEM,
					"out of memory for maps")
			     : NAS_OK;
}
