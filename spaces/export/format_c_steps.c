/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operators between layers: sums, products, means, pools, moves, tables. */
#include <math.h>
#include <stdlib.h>

#include "spaces/export/format_c_graph.h"
#include "spaces/graph/activation.h"
#include "spaces/graph/integer.h"

static const struct graph_node *made_grid(const struct c_maps *m,
					  const struct graph_node *n)
{
	return c_grid_of(m->p, m->map[n->out].made);
}

static enum nas_status read_first(const struct c_maps *m, struct c_call *c,
				  int t)
{
	const struct c_map *x = c_map_of(m, t);

	c->x = c_place_of(m, t);
	c->bits_x = x->bits;
	c->step->zero_x = c_zero_of(c_grid_of(m->p, t));
	if (c_parts_of(m, t, &c->parts_x) != NAS_OK)
		return m->p->err->code;
	return c_table_between(m, x->tensor, t, &c->step->read_x);
}

static enum nas_status read_second(const struct c_maps *m, struct c_call *c,
				   int t)
{
	const struct c_map *r = c_map_of(m, t);

	c->r = c_place_of(m, t);
	c->bits_r = r->bits;
	c->step->zero_r = c_zero_of(c_grid_of(m->p, t));
	if (c_parts_of(m, t, &c->parts_r) != NAS_OK)
		return m->p->err->code;
	return c_table_between(m, r->tensor, t, &c->step->read_r);
}

/* Levels of a tensor, as they are stored. */
static void set_bounds(const struct c_maps *m, int tensor, struct c_step *s)
{
	const struct graph_node *grid = c_grid_of(m->p, tensor);

	s->low = (int)grid->low + c_zero_of(grid);
	s->high = (int)grid->high + c_zero_of(grid);
}

/* A call with its input, its grids and tables. */
static enum nas_status begin(struct c_maps *m, int i, enum c_kind kind,
			     struct c_call **out)
{
	const struct graph_node *n = &m->g->node[i];
	const struct c_map *y = &m->map[n->out];
	struct c_call *c = c_graph_add(m, kind, i);
	struct c_step *s = NAS_NEW(m->p->arena, struct c_step, 1);

	*out = c;
	c->step = s;
	if (!s)
		return nas_fail(m->p->err, NAS_ENOMEM, "out of memory for a step");
	c_shape_of(&m->g->tensor[n->out], &s->pixels, &s->channels);
	if (s->channels > 65535)
		return c_refuse_node(m->p, n, "has more than 65535 channels");
	s->zero_y = c_zero_of(made_grid(m, n));
	if (read_first(m, c, n->in[0]) != NAS_OK)
		return m->p->err->code;
	set_bounds(m, y->made, s);
	return c_table_between(m, y->made, y->tensor, &s->table);
}

/* Where it is written over fewer bits, from the end; over more, where both end
 * together. */
static void set_direction(const struct c_maps *m, struct c_call *c, int i)
{
	const struct graph_node *n = &m->g->node[i];
	int over = c_written_over(m, i);

	int bits = over < 0 ? c->bits_y : c_map_of(m, n->in[over])->bits;

	if (bits != c->bits_y &&
	    (bits < c->bits_y) != m->end[m->map[n->out].block])
		c->flags |= C_DOWN;
}

static enum nas_status need_order(const struct c_maps *m, int i)
{
	const struct graph_node *n = &m->g->node[i];

	for (int k = 0; k < n->nin; k++)
		if (m->order[n->in[k]])
			return c_refuse_node(m->p, n,
					     "reads values in another order");
	return NAS_OK;
}

static enum nas_status no_activation(const struct c_maps *m, int i)
{
	const struct graph_node *act = c_activation_behind(m, i);

	return act ? c_refuse_node(m->p, act, "follows an operator that has "
				   "no grid")
		   : NAS_OK;
}

/* Of an operator with its grid right behind it, whose inputs lie in order. */
static enum nas_status begin_plain(struct c_maps *m, int i, enum c_kind kind,
				   struct c_call **out)
{
	if (no_activation(m, i) != NAS_OK || need_order(m, i) != NAS_OK)
		return m->p->err->code;
	return begin(m, i, kind, out);
}

/* ---- two inputs ------------------------------------------------------------ */

static void clip_step(struct c_step *s, const struct graph_node *act,
		      const struct graph_node *grid, float scale)
{
	int low, high;

	if (!act)
		return;
	low = act->op == GRAPH_RELU
		      ? s->zero_y
		      : (int)roundf(fmaxf(act->low / scale, grid->low)) +
				s->zero_y;
	s->low = low > s->low ? low : s->low;
	if (act->op != GRAPH_CLIP)
		return;
	high = (int)roundf(fminf(act->high / scale, grid->high)) + s->zero_y;
	s->high = high < s->high ? high : s->high;
}

static enum nas_status plan_add(struct c_maps *m, int i)
{
	const struct graph_node *n = &m->g->node[i], *grid = made_grid(m, n);
	float scale = graph_grid_scale(m->g, grid), part[2];
	struct c_call *c;
	int32_t times[2];

	if (c_only_clipped(m, i) != NAS_OK ||
	    begin(m, i, C_STEP_ADD, &c) != NAS_OK ||
	    read_second(m, c, n->in[1]) != NAS_OK)
		return m->p->err->code;
	for (int k = 0; k < 2; k++) {
		if (m->g->tensor[n->in[k]].count != m->g->tensor[n->out].count)
			return c_refuse_node(m->p, n, "stretches one of its "
					     "inputs");
		part[k] = (float)c_scale_of(m->p, n->in[k]) / scale;
	}
	if (!integer_add_factors(part, times, &c->step->shift) ||
	    c->step->shift > 30)
		return c_refuse_node(m->p, n, "adds maps whose scales are too "
				     "different from its own");
	c->step->a = times[0];
	c->step->b = n->op == GRAPH_SUB ? -times[1] : times[1];
	if (255.0 * ((double)times[0] + times[1]) +
		    ldexp(1, c->step->shift - 1) >= 0x1p31)
		return c_refuse_node(m->p, n, "needs sums of more than 32 bits");
	clip_step(c->step, c_activation_behind(m, i), grid, scale);
	set_direction(m, c, i);
	return need_order(m, i);
}

/* A value a channel, not a column. */
static bool is_vector(const struct graph_tensor *t, int channels)
{
	return t->rank == 4 && t->size[1] == channels &&
	       t->count == (size_t)channels;
}

static enum nas_status plan_multiply(struct c_maps *m, int i)
{
	const struct graph_node *n = &m->g->node[i], *grid = made_grid(m, n);
	size_t all = m->g->tensor[n->out].count;
	int in[2] = {n->in[0], n->in[1]}, e;
	float times = (float)c_scale_of(m->p, in[0]) *
		      (float)c_scale_of(m->p, in[1]) /
		      graph_grid_scale(m->g, grid);
	struct c_call *c;

	if (m->g->tensor[in[0]].count != all) { /* the vector is the second */
		in[0] = n->in[1];
		in[1] = n->in[0];
	}
	if (no_activation(m, i) != NAS_OK ||
	    begin(m, i, C_STEP_MULTIPLY, &c) != NAS_OK ||
	    read_first(m, c, in[0]) != NAS_OK ||
	    read_second(m, c, in[1]) != NAS_OK)
		return m->p->err->code;
	c->step->b = m->g->tensor[in[1]].count != all;
	if (m->g->tensor[in[0]].count != all ||
	    (c->step->b && !is_vector(&m->g->tensor[in[1]], c->step->channels)))
		return c_refuse_node(m->p, n, "stretches its inputs in another "
				     "way than over rows and columns");
	(void)frexpf(times, &e);
	if (!(times > 0) || e > 24 || e < -170)
		return c_refuse_node(m->p, n, "has scales that are out of range");
	c->step->a = (int32_t)c_packed_factor(times);
	set_direction(m, c, i);
	return need_order(m, i);
}

/* ---- means and pools ------------------------------------------------------- */

static enum nas_status plan_mean(struct c_maps *m, int i)
{
	const struct graph_node *n = &m->g->node[i], *grid = made_grid(m, n);
	const struct graph_tensor *x = &m->g->tensor[n->in[0]];
	struct c_call *c;

	if (begin_plain(m, i, C_STEP_MEAN, &c) != NAS_OK)
		return m->p->err->code;
	if (x->rank != 4 || n->axes[1] || !n->axes[2] || !n->axes[3])
		return c_refuse_node(m->p, n, "is not over rows and columns");
	c_shape_of(x, &c->step->pixels, &c->step->channels);
	if (c->step->pixels > INTEGER_MEAN_MAX ||
	    !integer_factor((float)c_scale_of(m->p, n->in[0]) /
				    graph_grid_scale(m->g, grid),
			    &c->step->a, &c->step->shift))
		return c_refuse_node(m->p, n, "is over too many values, or of "
				     "scales that are out of range");
	return NAS_OK;
}

#define POOL_SIDE_MAX 60000 /* with its pads it has 16 bits */

static enum nas_status plan_pool(struct c_maps *m, int i)
{
	const struct graph_node *n = &m->g->node[i], *grid = made_grid(m, n);
	const struct graph_tensor *x = &m->g->tensor[n->in[0]];
	const struct graph_tensor *y = &m->g->tensor[n->out];
	bool mean = n->op == GRAPH_AVERAGE_POOL;
	struct c_call *c;
	struct c_step *s;

	if (begin_plain(m, i, C_STEP_POOL, &c) != NAS_OK)
		return m->p->err->code;
	s = c->step;
	if (mean && (!graph_same_grid(m->g, grid, c_grid_of(m->p, n->in[0])) ||
		     grid->bits != 8 ||
		     n->window.kernel[0] * n->window.kernel[1] >
			     INTEGER_MEAN_MAX))
		return c_refuse_node(m->p, n, "is a mean to another grid, or of "
				     "too many values");
	if (c_check_window(m, n, POOL_SIDE_MAX) != NAS_OK)
		return m->p->err->code;
	s->window = n->window;
	s->mean = mean;
	s->height = x->size[2];
	s->width = x->size[3];
	s->rows = y->size[2];
	s->columns = y->size[3];
	for (int k = 0; k < 2 && mean && n->window.count_pad; k++)
		s->padded[k] = x->size[k + 2] + n->window.pad[k] +
			       n->window.pad[k + 2];
	return NAS_OK;
}

static enum nas_status plan_softmax(struct c_maps *m, int i)
{
	const struct graph_node *n = &m->g->node[i], *grid = made_grid(m, n);
	const struct graph_tensor *x = &m->g->tensor[n->in[0]];
	struct c_call *c;

	if (begin_plain(m, i, C_STEP_SOFTMAX, &c) != NAS_OK)
		return m->p->err->code;
	for (int k = n->axis + 1; k < x->rank; k++)
		if (x->size[k] != 1 && (x->rank != 4 || n->axis != 1))
			return c_refuse_node(m->p, n, "is not over channels");
	c->step->channels = x->size[n->axis];
	c->step->pixels = (int)x->count / c->step->channels;
	c->step->exp = NAS_NEW(m->p->arena, uint32_t, INTEGER_LEVELS);
	if (c->step->exp)
		integer_exp(c->step->exp, (float)c_scale_of(m->p, n->in[0]));
	if (c->step->channels > INTEGER_SOFTMAX_MAX ||
	    !integer_factor(1 / graph_grid_scale(m->g, grid), &c->step->a,
			    &c->step->shift) || c->step->shift > 16)
		return c_refuse_node(m->p, n, "has too many channels, or scales "
				     "that are out of range");
	return NAS_OK;
}

/* ---- values alone ---------------------------------------------------------- */

/* An operator of one value: all of it is the table of what is kept. */
static enum nas_status plan_table(struct c_maps *m, int i)
{
	const struct graph_node *n = &m->g->node[i];
	int from = c_map_of(m, n->in[0])->tensor;
	struct c_call *c;

	if (begin(m, i, C_STEP_TABLE, &c) != NAS_OK)
		return m->p->err->code;
	c->step->read_x.level = NULL;
	set_bounds(m, from, c->step);
	if (c_table_by(m, from, m->map[n->out].tensor, n->out,
		       &c->step->table) != NAS_OK)
		return m->p->err->code;
	m->order[n->out] = m->order[n->in[0]];
	set_direction(m, c, i);
	return NAS_OK;
}

/* ---- moves ----------------------------------------------------------------- */

/* Steps of a tensor's axes behind the first, in the order of the kernels. */
static void steps_of(const struct graph_tensor *t, int *step)
{
	int n = 1;

	if (t->rank == 4) {
		step[1] = 1;
		step[3] = t->size[1];
		step[2] = t->size[3] * t->size[1];
		return;
	}
	for (int k = t->rank - 1; k >= 1; k--) {
		step[k] = n;
		n *= t->size[k];
	}
}

/* Axis k of the walk, from the last one of four on, is axis of x and of y. */
static void set_walk(const struct c_maps *m, const struct graph_node *n,
		     const struct graph_tensor *x, struct c_step *s)
{
	const struct graph_tensor *y = &m->g->tensor[n->out];
	const struct graph_tensor *of = n->op == GRAPH_SLICE ? y : x;
	int sx[GRAPH_RANK_MAX], sy[GRAPH_RANK_MAX];

	steps_of(x, sx);
	steps_of(y, sy);
	for (int k = 0; k < 4; k++)
		s->size[k] = 1;
	for (int k = 1; k < x->rank; k++) {
		int w = k + 4 - x->rank, to = k, times = 1;

		if (n->op == GRAPH_TRANSPOSE)
			for (to = 1; n->axes[to] != k;)
				to++;
		if (n->op == GRAPH_SLICE) {
			times = n->steps[k];
			s->from += n->axes[k] * sx[k];
		}
		if (n->op == GRAPH_PAD)
			s->to += n->axes[k] * sy[k];
		s->size[w] = of->size[k];
		s->step_x[w] = sx[k] * times;
		s->step_y[w] = sy[to];
	}
}

static enum nas_status plan_move(struct c_maps *m, int i)
{
	const struct graph_node *n = &m->g->node[i];
	const struct graph_tensor *x = &m->g->tensor[n->in[0]];
	struct c_call *c;

	if (m->map[n->out].still)
		return NAS_OK;
	if (x->rank > 5)
		return c_refuse_node(m->p, n, "has too many axes");
	if (need_order(m, i) != NAS_OK ||
	    begin(m, i, C_STEP_MOVE, &c) != NAS_OK)
		return m->p->err->code;
	if (n->op == GRAPH_PAD) {
		if (!graph_moves(n))
			return c_refuse_node(m->p, n,
					     "pads with another value than 0");
		c->step->zeros = (int)m->g->tensor[n->out].count;
	}
	set_walk(m, n, x, c->step);
	return NAS_OK;
}

/* Each part is copied to its place, where they are not joined. */
static enum nas_status plan_concat(struct c_maps *m, int i)
{
	const struct graph_node *n = &m->g->node[i];
	int sy[GRAPH_RANK_MAX], at = 0;

	if (m->map[n->out].nparts)
		return NAS_OK;
	steps_of(&m->g->tensor[n->out], sy);
	if (need_order(m, i) != NAS_OK)
		return m->p->err->code;
	for (int k = 0; k < n->nin; k++) {
		const struct graph_tensor *x = &m->g->tensor[n->in[k]];
		struct c_call *c;

		if (x->rank > 5)
			return c_refuse_node(m->p, n, "has too many axes");
		if (!graph_same_grid(m->g, c_grid_of(m->p, n->in[k]),
				     made_grid(m, n)))
			return c_refuse_node(m->p, n, "joins maps of other "
					     "grids");
		if (begin(m, i, C_STEP_MOVE, &c) != NAS_OK ||
		    read_first(m, c, n->in[k]) != NAS_OK)
			return m->p->err->code;
		set_walk(m, n, x, c->step);
		c->step->to = at * sy[n->axis];
		at += x->size[n->axis];
		if (k + 1 < n->nin)
			c->seen.tensor = -1;
	}
	return NAS_OK;
}

enum nas_status c_graph_step(struct c_maps *m, int i)
{
	const struct graph_node *n = &m->g->node[i];

	for (int k = 0; k < n->nin; k++)
		if (m->g->tensor[n->in[k]].data)
			return c_refuse_node(m->p, n, "takes a constant");
	switch ((int)n->op) {
	case GRAPH_ADD:
	case GRAPH_SUB:
		return plan_add(m, i);
	case GRAPH_MUL:
		return plan_multiply(m, i);
	case GRAPH_REDUCE_MEAN:
		return plan_mean(m, i);
	case GRAPH_MAX_POOL:
	case GRAPH_AVERAGE_POOL:
		return plan_pool(m, i);
	case GRAPH_SOFTMAX:
		return plan_softmax(m, i);
	case GRAPH_TRANSPOSE:
	case GRAPH_SLICE:
	case GRAPH_PAD:
		return plan_move(m, i);
	case GRAPH_CONCAT:
		return plan_concat(m, i);
	default:
		if (activation_is(n->op))
			return plan_table(m, i);
		return c_refuse_node(m->p, n, "is not done in integers");
	}
}
