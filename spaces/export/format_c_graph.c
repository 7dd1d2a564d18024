/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a network whose maps are all on grids to calls of kernels. */
#include <math.h>

#include "spaces/export/format_c_graph.h"

#define CALLS_OF_A_NODE 3

static void see(const struct c_maps *m, struct c_seen *seen, int home)
{
	const struct c_map *map = &m->map[home];
	const struct graph_tensor *t = &m->g->tensor[map->tensor];

	*seen = (struct c_seen){.tensor = map->tensor,
				.bit = c_place_of(m, home),
				.bits = map->bits};
	c_shape_of(t, &seen->pixels, &seen->channels);
	if (t->rank == 3) { /* others take the second axis for channels */
		seen->channels = t->size[1];
		seen->pixels = t->size[2];
		seen->planar = true;
	}
	if (m->order[map->tensor] || (t->rank != 4 && t->rank > 3) ||
	    map->nparts || m->live.home[map->tensor] != home)
		seen->tensor = -1;
}

struct c_call *c_graph_add(struct c_maps *m, enum c_kind kind, int node)
{
	const struct graph_node *n = &m->g->node[node];
	struct c_call *c = c_add_call(m->p, kind, n->layer);

	c->x = c_place_of(m, n->in[0]);
	c->y = c_place_of(m, n->out);
	c->bits_x = c_map_of(m, n->in[0])->bits;
	c->bits_y = m->map[n->out].bits;
	see(m, &c->seen, n->out);
	return c;
}

/* ---- layers ---------------------------------------------------------------- */

static bool fits(int x, int most)
{
	return x >= 0 && x <= most;
}

enum nas_status c_check_window(const struct c_maps *m,
			       const struct graph_node *n, int most)
{
	const struct graph_tensor *x = &m->g->tensor[n->in[0]];
	const struct graph_tensor *y = &m->g->tensor[n->out];
	const struct graph_window *w = &n->window;

	for (int k = 0; k < 2; k++)
		if (!fits(w->kernel[k], 255) || !fits(w->stride[k], 255) ||
		    !fits(w->dilation[k], 255) || !fits(w->pad[k], 255) ||
		    !fits(x->size[k + 2], most) || !fits(y->size[k + 2], 65535))
			return c_refuse_node(m->p, n, "has a window or a map "
					     "that is too large");
	return NAS_OK;
}

static enum nas_status set_window(const struct c_maps *m, struct c_call *c,
				  const struct graph_node *n)
{
	const struct graph_tensor *x = &m->g->tensor[n->in[0]];
	const struct graph_tensor *y = &m->g->tensor[n->out];
	struct c_grid *g = c->grid;

	if (c_check_window(m, n, 65535) != NAS_OK)
		return m->p->err->code;
	for (int k = 0; k < 2; k++) {
		g->kernel[k] = n->window.kernel[k];
		g->stride[k] = n->window.stride[k];
		g->dilation[k] = n->window.dilation[k];
		g->pad[k] = n->window.pad[k];
	}
	c->height = x->size[2];
	c->width = x->size[3];
	g->rows = y->size[2];
	g->columns = y->size[3];
	g->groups = n->window.groups;
	return NAS_OK;
}

/* A dense layer over a join: a convolution whose kernel is the map. */
static enum nas_status set_whole_map(const struct c_maps *m, struct c_call *c,
				     const struct graph_node *n)
{
	const int *size = m->g->tensor[m->live.home[n->in[0]]].size;

	if (size[2] > 255 || size[3] > 255)
		return c_refuse_node(m->p, n, "reads joined maps that are too "
				     "large");
	c->in = size[1];
	c->height = c->grid->kernel[0] = size[2];
	c->width = c->grid->kernel[1] = size[3];
	c->grid->rows = 1;
	return NAS_OK;
}

/* Which weight stands at each place, where values lie in another order. */
static enum nas_status set_dense(const struct c_maps *m, struct c_call *c,
				 const struct graph_node *n)
{
	const struct graph_tensor *x = &m->g->tensor[n->in[0]];
	struct c_grid *g = c->grid;
	int *from;

	for (int k = 0; k < 2; k++)
		g->kernel[k] = g->stride[k] = g->dilation[k] = 1;
	c->height = g->rows = (int)x->count / c->in;
	c->width = g->columns = g->groups = 1;
	if (c->height > 65535)
		return c_refuse_node(m->p, n, "has too many rows");
	if (x->rank != 4 && !m->order[n->in[0]])
		return NAS_OK;
	if (c->parts_x.part && m->g->tensor[m->live.home[n->in[0]]].rank == 4 &&
	    set_whole_map(m, c, n) != NAS_OK)
		return m->p->err->code;
	if (c->height != 1 && !c->parts_x.part)
		return c_refuse_node(m->p, n, "reads rows whose values lie in "
				     "another order");
	from = NAS_NEW(m->p->arena, int, x->count);
	for (int i = 0; from && i < (int)x->count; i++)
		from[c_value_at(m, n->in[0], i)] = i;
	c->from = from;
	return NAS_OK;
}

/* n values in the block of a node's output, in place. */
static void spread(struct c_maps *m, int node, int n, int from, int to,
		   bool last)
{
	int home = m->g->node[node].out;
	struct c_call *c = c_graph_add(m, C_SPREAD, node);

	c->layer = -1;
	c->x = c_bit_at(m, home, (int64_t)n * from);
	c->y = c_bit_at(m, home, (int64_t)n * to);
	c->bits_x = from;
	c->bits_y = to;
	c->in = n;
	if ((to > from) != m->end[m->map[home].block])
		c->flags |= C_DOWN;
	if (!last)
		c->seen.tensor = -1;
}

static enum nas_status emit_layer(struct c_maps *m, int i, enum c_kind kind)
{
	const struct graph_node *n = &m->g->node[i];
	const struct graph_layer *l = &m->g->layer[n->layer];
	struct c_call *c = c_graph_add(m, kind, i);
	const struct c_map *y = &m->map[n->out];

	c->grid = NAS_NEW(m->p->arena, struct c_grid, 1);
	if (!c->grid)
		return NAS_OK;
	c->grid->groups = 1;
	if (c_parts_of(m, n->in[0], &c->parts_x) != NAS_OK)
		return m->p->err->code;
	c->bits_w = l->bits_w;
	c->in = l->in / l->groups;
	c->out = l->out;
	if (n->op == GRAPH_LINEAR ? set_dense(m, c, n) : set_window(m, c, n))
		return m->p->err->code;
	if (kind == C_GRID_DEPTHWISE)
		c->in = l->in;
	if (!fits(c->in, 65535) || !fits(c->out, 65535))
		return c_refuse_node(m->p, n, "has more than 65535 channels");
	if (c_table_between(m, c_map_of(m, n->in[0])->tensor, n->in[0],
			    &c->grid->read) != NAS_OK ||
	    c_table_between(m, y->made, y->tensor, &c->grid->table) != NAS_OK)
		return m->p->err->code;
	return c_grid_numbers(m, c, n);
}

static enum nas_status plan_depthwise(struct c_maps *m, int i)
{
	const struct graph_node *n = &m->g->node[i];
	int bits_x = c_map_of(m, n->in[0])->bits, bits_y = m->map[n->out].bits;
	int slot = bits_x > bits_y ? bits_x : bits_y;
	int count = (int)m->g->tensor[n->out].count;
	bool in_place = c_written_over(m, i) >= 0;
	struct c_call *c;

	if (in_place && bits_x < slot)
		spread(m, i, (int)m->g->tensor[n->in[0]].count, bits_x, slot,
		       false);
	c = &m->p->call[m->p->ncalls];
	if (emit_layer(m, i, C_GRID_DEPTHWISE) != NAS_OK || !c->grid)
		return m->p->err->code;
	c->grid->in_place = in_place;
	c->grid->slot = slot;
	if (!in_place)
		return NAS_OK;
	c->r = m->at[m->map[n->out].scratch];
	c->x = c_bit_at(m, n->out,
			(int64_t)m->g->tensor[n->in[0]].count * slot);
	c->y = c_bit_at(m, n->out, (int64_t)count * slot);
	if (bits_y < slot) {
		c->seen.tensor = -1;
		spread(m, i, count, slot, bits_y, true);
	}
	return NAS_OK;
}

enum nas_status c_graph_layer(struct c_maps *m, int i)
{
	const struct graph_node *n = &m->g->node[i];
	const struct graph_layer *l = &m->g->layer[n->layer];

	if (c_only_clipped(m, i) != NAS_OK)
		return m->p->err->code;
	if (n->op == GRAPH_CONV && m->order[n->in[0]])
		return c_refuse_node(m->p, n,
				     "reads values in another order");
	if (n->op == GRAPH_CONV && l->depthwise && l->in == l->out &&
	    l->groups == l->in)
		return plan_depthwise(m, i);
	return emit_layer(m, i, C_GRID_CONVOLVE);
}

/* ---- the plan -------------------------------------------------------------- */

static enum nas_status check(const struct c_plan *p)
{
	const struct graph *g = p->graph;

	if (g->ninputs != 1)
		return nas_fail(p->err, NAS_EINPUT, "C: '%.100s' has %d inputs, "
				"where one is possible", g->name, g->ninputs);
	for (int t = 0; t < g->ntensors; t++)
		if (!g->tensor[t].data && g->tensor[t].count > GRAPH_VALUES_MAX / 8)
			return nas_fail(p->err, NAS_EINPUT, "C: map '%.100s' is "
					"too large", g->tensor[t].name);
	return NAS_OK;
}

/* What the memory model says, as in CSV. */
static enum nas_status find_model_bytes(struct c_maps *m)
{
	const struct graph *g = m->g;
	int *bits = NAS_NEW(m->p->arena, int, (size_t)g->nlayers), node;

	if (!bits)
		return nas_fail(m->p->err, NAS_ENOMEM, "out of memory for maps");
	for (int i = 0; i < g->nlayers; i++)
		bits[i] = g->layer[i].bits_a;
	m->p->model_bytes = graph_live_peak(
		&m->live, bits, graph_live_other_bits(bits, g->nlayers), &node);
	return NAS_OK;
}

static enum nas_status find_places(struct c_maps *m)
{
	struct c_plan *p = m->p;
	int64_t model;

	if (find_model_bytes(m) != NAS_OK)
		return p->err->code;
	model = (int64_t)ceil(p->model_bytes) * 8;
	if (c_place(m, model, &p->need_bits) != NAS_OK)
		return p->err->code;
	p->arena_bytes = ((p->need_bits > model ? p->need_bits : model) + 7) / 8;
	if (p->arena_bytes * 8 >= (int64_t)1 << 32)
		return nas_fail(p->err, NAS_EINPUT, "C: '%.100s' needs more than "
				"512 MB", p->graph->name);
	return NAS_OK;
}

static enum nas_status add_calls(struct c_maps *m)
{
	const struct graph *g = m->g;

	for (int i = 0; i < g->nnodes && !m->p->arena->failed; i++) {
		const struct graph_node *n = &g->node[i];
		enum nas_status status;

		if (n->op == GRAPH_OPS || g->tensor[n->out].data ||
		    graph_live_runs_with_input(&m->live, i))
			continue;
		status = n->layer >= 0 ? c_graph_layer(m, i)
				       : c_graph_step(m, i);
		if (status != NAS_OK)
			return status;
	}
	return NAS_OK;
}

static enum nas_status set_output(struct c_maps *m, int t, struct c_out *out)
{
	const struct c_map *map = c_map_of(m, t);
	struct c_table table;

	if (c_table_between(m, map->tensor, t, &table) != NAS_OK)
		return m->p->err->code;
	if (table.level || m->order[t])
		return nas_fail(m->p->err, NAS_EINPUT, "C: output '%.100s' is "
				"not kept as it is", m->g->tensor[t].name);
	see(m, &out->seen, m->live.home[t]);
	if (c_parts_of(m, t, &out->parts) != NAS_OK)
		return m->p->err->code;
	out->seen.tensor = t;
	c_shape_of(&m->g->tensor[t], &out->seen.pixels, &out->seen.channels);
	return NAS_OK;
}

static enum nas_status set_outputs(struct c_maps *m)
{
	struct c_plan *p = m->p;

	p->out = NAS_NEW(p->arena, struct c_out, (size_t)m->g->noutputs);
	for (int k = 0; p->out && k < m->g->noutputs; k++) {
		if (set_output(m, m->g->output[k], &p->out[k]) != NAS_OK)
			return p->err->code;
		p->nouts++;
	}
	if (p->arena->failed)
		return nas_fail(p->err, NAS_ENOMEM, "out of memory for the "
				"network");
	p->output = p->out[0].seen;
	return NAS_OK;
}

enum nas_status c_graph_plan(struct c_plan *p,
			     const struct export_source *source,
			     const struct nas_memory_model *memory,
			     struct nas_arena *arena, struct nas_err *err)
{
	const struct graph *g = source->graph;
	struct c_maps m = {.p = p, .g = g};
	size_t calls = 0;

	*p = (struct c_plan){.graph = g, .arena = arena, .err = err};
	for (int i = 0; i < g->nnodes; i++)
		calls += (size_t)g->node[i].nin + CALLS_OF_A_NODE;
	p->call = NAS_NEW(arena, struct c_call, calls);
	for (int i = 0; i < g->nlayers; i++)
		p->macs += (double)g->layer[i].macs;
	if (!p->call)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the network");
	if (check(p) != NAS_OK ||
	    c_find_maps(&m, memory == &memory_models[MEMORY_TINYENGINE]) !=
		    NAS_OK ||
	    find_places(&m) != NAS_OK)
		return err->code;
	see(&m, &p->input, g->input[0]);
	if (add_calls(&m) != NAS_OK)
		return err->code;
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the network");
	return set_outputs(&m);
}
