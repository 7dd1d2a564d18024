/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers of layers between grids, and tables from levels to levels. */
#include <math.h>
#include <stdlib.h>

#include "spaces/export/format_c_graph.h"
#include "spaces/graph/activation.h"

#define LIMIT_32 ((int64_t)1 << 31)
#define WIDE_MAX 0x1p62

int c_zero_of(const struct graph_node *grid)
{
	return -(1 << (grid->bits - 1)) - (int)grid->low;
}

const struct graph_node *c_grid_of(const struct c_plan *p, int tensor)
{
	return graph_grid_of(p->graph, tensor);
}

double c_scale_of(const struct c_plan *p, int tensor)
{
	return (double)graph_grid_scale(p->graph, c_grid_of(p, tensor));
}

enum nas_status c_refuse_node(const struct c_plan *p,
			      const struct graph_node *n, const char *why)
{
	return nas_fail(p->err, NAS_EINPUT, "C: %s '%.100s' %s",
			graph_op_name(n->op), n->name, why);
}

/* ---- tables ---------------------------------------------------------------- */

static float through(const struct graph *g, const struct graph_node *n, float x)
{
	struct activation a = activation_of(n);
	float scale, level;

	if (n->op == GRAPH_QUANT) {
		scale = graph_grid_scale(g, n);
		level = rintf(x / scale);
		level = level < n->low ? n->low : level;
		return (level > n->high ? n->high : level) * scale;
	}
	if (activation_is(n->op))
		activation_run(&a, &x, &x, 1);
	return x;
}

#define BETWEEN_MAX 512 /* a join in a join, and so on, has two a level */

/* The input of n that leads to what a home holds. */
static int towards(const struct c_maps *m, const struct graph_node *n, int home)
{
	for (int k = 0; n->op == GRAPH_CONCAT && k < n->nin; k++) {
		const struct c_map *x = c_map_of(m, n->in[k]);

		if (m->live.home[n->in[k]] == home)
			return n->in[k];
		for (int i = 0; i < x->nparts; i++)
			if (x->part[i] == home)
				return n->in[k];
	}
	return n->in[0];
}

/* To levels of a grid. */
static bool changes_nothing(const struct graph *g, const struct graph_node *n,
			    const struct graph_node *grid)
{
	return n->op == GRAPH_RESHAPE || n->op == GRAPH_CONCAT ||
	       (n->op == GRAPH_QUANT && graph_same_grid(g, n, grid));
}

static bool is_identity(const struct c_table *t, const struct graph_node *from,
			const struct graph_node *to)
{
	int half = 1 << (from->bits - 1), zero = c_zero_of(from);

	for (int l = (int)from->low; l <= (int)from->high; l++)
		if (t->level[l + zero + half] != l + zero)
			return false;
	return from->bits == to->bits;
}

enum nas_status c_table_by(const struct c_maps *m, int from, int to, int home,
			   struct c_table *table)
{
	const struct graph_node *path[BETWEEN_MAX], *x = c_grid_of(m->p, from);
	const struct graph_node *y = c_grid_of(m->p, to);
	int n = 0, zero;
	bool same = true;

	*table = (struct c_table){NULL, x->bits};
	for (int t = to; t != from;
	     t = towards(m, path[n - 1], home)) {
		int producer = m->g->tensor[t].producer;

		if (producer < 0 || n == BETWEEN_MAX)
			return nas_fail(m->p->err, NAS_EINPUT,
					"C: map '%.100s' passes too many "
					"grids", m->g->tensor[to].name);
		path[n++] = &m->g->node[producer];
		same = same && changes_nothing(m->g, path[n - 1], x);
		if (path[n - 1]->op == GRAPH_SCALE)
			return c_refuse_node(m->p, path[n - 1],
					     "is not done in integers");
	}
	if (same)
		return NAS_OK;
	table->level = NAS_NEW(m->p->arena, int8_t, (size_t)1 << x->bits);
	zero = c_zero_of(x);
	for (int l = (int)x->low; table->level && l <= (int)x->high; l++) {
		float v = (float)l * graph_grid_scale(m->g, x);

		for (int k = n - 1; k >= 0; k--)
			v = through(m->g, path[k], v);
		v = rintf(v / graph_grid_scale(m->g, y));
		table->level[l + zero + (1 << (x->bits - 1))] =
			(int8_t)((int)v + c_zero_of(y));
	}
	if (table->level && is_identity(table, x, y))
		table->level = NULL;
	return NAS_OK;
}

enum nas_status c_table_between(const struct c_maps *m, int from, int to,
				struct c_table *table)
{
	return c_table_by(m, from, to, m->live.home[from], table);
}

/* ---- bounds ---------------------------------------------------------------- */

const struct graph_node *c_activation_behind(const struct c_maps *m, int i)
{
	const struct graph_node *n = &m->g->node[i];
	int t = m->map[n->out].made;
	const struct graph_node *grid = &m->g->node[m->g->tensor[t].producer];

	if (t == n->out || grid->in[0] == n->out)
		return NULL;
	return &m->g->node[m->g->tensor[grid->in[0]].producer];
}

static int clipped(double level, const struct graph_node *grid)
{
	level = level < (double)grid->low ? (double)grid->low : level;
	level = level > (double)grid->high ? (double)grid->high : level;
	return (int)level + c_zero_of(grid);
}

enum nas_status c_only_clipped(const struct c_maps *m, int i)
{
	const struct graph_node *act = c_activation_behind(m, i);

	if (act && (act->in[0] != m->g->node[i].out ||
		    (act->op != GRAPH_RELU && act->op != GRAPH_CLIP)))
		return c_refuse_node(m->p, act, "follows an operator that has "
				     "no grid");
	return NAS_OK;
}

/* ---- layers ---------------------------------------------------------------- */

static enum nas_status refuse(const struct c_maps *m, const struct c_call *c,
			      const char *why)
{
	return nas_fail(m->p->err, NAS_EINPUT, "C: layer %s: %s",
			m->g->layer[c->layer].name, why);
}

uint32_t c_packed_factor(float factor)
{
	float part;
	int e;

	part = frexpf(factor, &e);
	if (24 - e > 200)
		return 41; /* nothing is left of any sum */
	return (uint32_t)ldexpf(part, 24) << 8 | (uint32_t)(24 - e);
}

/* Level of the least or largest value that the activation lets through. */
static int bound_of(float value, float unit, float factor,
		    const struct graph_node *grid)
{
	if (isinf(value))
		return clipped((double)value, grid);
	return clipped((double)rintf((float)rint((double)value /
						 (double)unit) * factor),
		       grid);
}

/* Both bounds at one level, as near as they let it. */
static void stop_at(int8_t *bounds, int level)
{
	level = level < bounds[0] ? bounds[0] : level;
	level = level > bounds[1] ? bounds[1] : level;
	bounds[0] = bounds[1] = (int8_t)level;
}

static enum nas_status set_bounds(const struct c_maps *m, struct c_call *c,
				  const struct graph_node *act,
				  const struct graph_node *to, const float *unit,
				  const bool *constant)
{
	struct c_grid *g = c->grid;
	float low = act && act->op == GRAPH_RELU ? 0 : act ? act->low : -INFINITY;
	float high = act && act->op == GRAPH_CLIP ? act->high : INFINITY;
	bool same = true;

	g->bounds = NAS_NEW(m->p->arena, int8_t, 2 * (size_t)c->out);
	for (int o = 0; g->bounds && o < c->out; o++) {
		float factor = unit[o] / graph_grid_scale(m->g, to);

		g->bounds[2 * o] = (int8_t)bound_of(low, unit[o], factor, to);
		g->bounds[2 * o + 1] =
			(int8_t)bound_of(high, unit[o], factor, to);
		if (constant[o])
			stop_at(&g->bounds[2 * o],
				bound_of(m->g->layer[c->layer].bias[o], unit[o],
					 factor, to));
		same &= g->bounds[2 * o] == g->bounds[0] &&
			g->bounds[2 * o + 1] == g->bounds[1];
	}
	if (!g->bounds)
		return NAS_OK;
	g->low = g->bounds[0];
	g->high = g->bounds[1];
	if (same)
		g->bounds = NULL;
	return NAS_OK;
}

/* Of a channel: its bias with level 0 of the inputs in it, and what no sum can
 * exceed: of products, and of all. */
struct sums {
	double units, bias;
	int64_t products;
	double most;
};

static struct sums sums_of(const struct c_maps *m, const struct c_call *c, int o,
			   float unit, int most_x)
{
	const struct graph_layer *l = &m->g->layer[c->layer];
	const int8_t *w = (const int8_t *)l->level + (size_t)o * l->fan;
	int64_t sum = 0, all = 0;
	struct sums s;

	for (size_t k = 0; k < l->fan; k++) {
		sum += w[k];
		all += w[k] < 0 ? -w[k] : w[k];
	}
	s.units = (double)(float)rint((double)l->bias[o] / (double)unit);
	s.bias = s.units - (double)sum * c->grid->zero_x;
	s.products = all * most_x;
	s.most = (double)s.products + fabs(s.bias);
	return s;
}

/* The bias is all that single precision keeps of any sum: the level is known.
 * Of products the zeros are no part here. */
static bool is_constant(const struct sums *s)
{
	return isfinite(s->units) &&
	       2 * (double)s->products < fabs(s->units) * 0x1p-26;
}

/* In 32 bits, 16 times the sum where weights have 4 (their kernel adds so). */
static bool is_narrow(const struct c_call *c, const struct sums *s)
{
	return s->most * (c->bits_w == 4 ? 16 : 1) < LIMIT_32;
}

/* Pieces of so many products (PIECE of grid_conv.c), all that a depthwise kernel
 * sees, fit 32 bits; what they add up to, 64. */
#define PIECE 4096
static bool is_wide(const struct c_call *c, const struct sums *s, int most_x)
{
	return s->most < WIDE_MAX && (c->kind == C_GRID_DEPTHWISE
					      ? s->products < LIMIT_32
					      : (int64_t)PIECE * 128 * most_x <
							LIMIT_32);
}

static void set_bias(struct c_call *c, int o, double b)
{
	c->bias[o] = (int64_t)b;
	c_fit_bias(c, b);
}

/* A channel's bias, and its factor; *constant: where it has but one level. */
static enum nas_status set_channel(const struct c_maps *m, struct c_call *c,
				   int o, float unit, float factor, int most_x,
				   bool *constant)
{
	struct sums s = sums_of(m, c, o, unit, most_x);

	if (!(unit > 0) || !(factor < 0x1p24F))
		return refuse(m, c, "its scales are out of range");
	*constant = !is_narrow(c, &s) && is_constant(&s);
	c->grid->factor[o] = c_packed_factor(*constant ? 0 : factor);
	if (*constant) {
		set_bias(c, o, 0);
		return NAS_OK;
	}
	if (!is_narrow(c, &s)) {
		if (!is_wide(c, &s, most_x))
			return refuse(m, c, "its sums need more than 64 bits");
		c->flags |= C_WIDE;
	}
	c->most_acc = fmax(c->most_acc, s.most);
	set_bias(c, o, s.bias);
	return NAS_OK;
}

enum nas_status c_grid_numbers(const struct c_maps *m, struct c_call *c,
			       const struct graph_node *n)
{
	const struct graph_layer *l = &m->g->layer[c->layer];
	const struct graph_node *from = c_grid_of(m->p, n->in[0]);
	const struct graph_node *to = c_grid_of(m->p, m->map[n->out].made);
	int half = 1 << (from->bits - 1), zero = abs(c_zero_of(from));
	float *unit = NAS_NEW(m->p->arena, float, (size_t)l->out);
	bool *constant = NAS_NEW(m->p->arena, bool, (size_t)l->out);

	c->bias = NAS_NEW(m->p->arena, int64_t, (size_t)l->out);
	c->grid->factor = NAS_NEW(m->p->arena, uint32_t, (size_t)l->out);
	if (m->p->arena->failed)
		return nas_fail(m->p->err, NAS_ENOMEM, "out of memory for biases");
	c->bits_b = 1;
	c->grid->zero_x = c_zero_of(from);
	c->grid->zero_y = c_zero_of(to);
	for (int o = 0; o < l->out; o++) {
		unit[o] = graph_grid_scale(m->g, from) * l->scale[o];
		if (set_channel(m, c, o, unit[o],
				unit[o] / graph_grid_scale(m->g, to),
				zero > half ? zero : half,
				&constant[o]) != NAS_OK)
			return m->p->err->code;
	}
	if (c->flags & C_WIDE)
		c->bits_b = 64;
	return set_bounds(m, c, c_activation_behind(m, l->node), to, unit,
			  constant);
}
