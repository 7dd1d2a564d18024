/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Numbers for a network that nobody has trained: spaces/export/onnx.h says which.
 * The theory's signals go through the graph node by node.
 *
 * Symbols: x input, w = s q weights (s scale, q levels), y output. Of a
 * channel with inputs of mean m and variance v, y has the mean m sum(w) and
 * the variance v sum(w^2); the bias brings the one to 0, the layer's scale the
 * other near 1.
 */
#include <limits.h>
#include <math.h>

#include "spaces/graph/draw.h"
#include "spaces/graph/graph.h"
#include "spaces/graph/signal.h"

#define SIGMA_A	  5.0
#define SIGMA_W	  4.0
#define GATE_MEAN 0.5 /* of a hard sigmoid around 0 */

struct flow { /* a tensor */
	struct signal x;
	struct level_moments seen; /* x as those that read it see it */
};

struct init {
	struct graph *g;
	const struct graph_draw *how;
	struct nas_arena *arena;
	double sigma_a;
	struct draw draw;
	int16_t *level;	   /* (DRAW_SIZE) NULL without bits */
	int8_t *small[9];  /* (DRAW_SIZE) level clipped to so many bits */
	float *real;	   /* (DRAW_SIZE) NULL where all have bits */
	struct flow *flow; /* (ntensors) */
};

/* Sums over the weights of one channel. */
struct sums {
	double first, second;
};

static int clip(int q, int bits)
{
	int high = bits > 30 ? INT_MAX : (1 << (bits - 1)) - 1;

	return q > high ? high : q < -high - 1 ? -high - 1 : q;
}

/* Levels of up to 8 bits, clipped in a table of their own. */
static void draw_small(struct init *in, struct graph_layer *l)
{
	int8_t **table = &in->small[l->bits_w];

	if (!*table) {
		*table = NAS_NEW(in->arena, int8_t, DRAW_SIZE);
		if (!*table)
			return;
		for (int i = 0; i < DRAW_SIZE; i++)
			(*table)[i] = (int8_t)clip(in->level[i], l->bits_w);
	}
	draw_bytes(&in->draw, *table, l->level, (size_t)l->out * l->fan);
}

static void draw_large(struct init *in, struct graph_layer *l)
{
	size_t n = (size_t)l->out * l->fan;
	int32_t *w = l->level;

	for (size_t i = 0; i < n; i++)
		w[i] = clip(in->level[draw_index(&in->draw)], l->bits_w);
}

/* A fixed number at once, which compilers make vectors of. */
#define LANES 64

static struct sums sums_small(const int8_t *w, size_t n)
{
	int64_t first = 0, second = 0;
	size_t i = 0;

	for (; i + LANES <= n; i += LANES) {
		int sum = 0, square = 0;

		for (int k = 0; k < LANES; k++) {
			sum += w[i + (size_t)k];
			square += w[i + (size_t)k] * w[i + (size_t)k];
		}
		first += sum;
		second += square;
	}
	for (; i < n; i++) {
		first += w[i];
		second += w[i] * w[i];
	}
	return (struct sums){ (double)first, (double)second };
}

static struct sums sums_of(const struct graph_layer *l, int channel)
{
	size_t at = (size_t)channel * l->fan;
	const int32_t *w = (int32_t *)l->level + at;
	struct sums total = {0};

	if (graph_level_size(l->bits_w) == 1)
		return sums_small((int8_t *)l->level + at, l->fan);
	for (size_t i = 0; i < l->fan; i++) {
		total.first += w[i];
		total.second += (double)w[i] * w[i];
	}
	return total;
}

/* Values of the levels of channel c. */
static void set_weights(struct graph_layer *l, int c)
{
	size_t at = (size_t)c * l->fan;
	float *w = l->weight + at, scale = l->scale[c];

	if (graph_level_size(l->bits_w) == 1)
		for (size_t i = 0; i < l->fan; i++)
			w[i] = (float)((int8_t *)l->level)[at + i] * scale;
	else
		for (size_t i = 0; i < l->fan; i++)
			w[i] = (float)((int32_t *)l->level)[at + i] * scale;
}

/* A layer with bits: one scale for all its channels, so that the tensor has
 * no more levels than its bits. grid: the scale of its input, 0 = float.
 * Returns the variance of the output. */
static double init_levels(struct init *in, struct graph_layer *l,
			  const struct level_moments *m, double grid)
{
	double power = 0, scale, step;

	if (graph_level_size(l->bits_w) == 1)
		draw_small(in, l);
	else
		draw_large(in, l);
	for (int c = 0; c < l->out; c++) {
		struct sums s = sums_of(l, c);

		l->bias[c] = (float)s.first;
		power += s.second / l->out;
	}
	scale = exp2(rint(-0.5 * log2(m->variance * fmax(power, 1))));
	/* a bias of whole steps keeps the sums exact */
	step = scale * (grid > 0 ? grid : 0x1p-12);
	for (int c = 0; c < l->out; c++) {
		double steps = -m->mean * (double)l->bias[c] * scale / step;

		l->scale[c] = (float)scale;
		/* + 0: no -0, whose sign is that of a rounding error */
		l->bias[c] = (float)(rint(steps) * step + 0);
		set_weights(l, c);
	}
	return scale * scale * m->variance * power;
}

static double init_reals(struct init *in, struct graph_layer *l,
			 const struct level_moments *m)
{
	double sd = 1 / sqrt(m->variance * (double)l->fan), square = 0;
	float *w = l->weight;

	for (int c = 0; c < l->out; c++, w += l->fan) {
		double sum = 0;

		for (size_t i = 0; i < l->fan; i++) {
			double x = (double)in->real[draw_index(&in->draw)];

			w[i] = (float)(sd * x);
			sum += sd * x;
			square += sd * x * sd * x;
		}
		l->bias[c] = (float)(-m->mean * sum);
	}
	return m->variance * square / l->out;
}

static void make_room(struct graph_layer *l, struct nas_arena *arena)
{
	size_t out = (size_t)l->out;

	l->weight = NAS_NEW2(arena, float, out, l->fan);
	l->bias = NAS_NEW(arena, float, out);
	if (!l->bits_w)
		return;
	l->scale = NAS_NEW(arena, float, out);
	l->level = arena_alloc2(arena, out, l->fan,
				graph_level_size(l->bits_w));
}

static void draw_layer(struct init *in, const struct graph_node *n)
{
	const struct graph_tensor *x = &in->g->tensor[n->in[0]];
	struct graph_layer *l = &in->g->layer[n->layer];
	struct flow *y = &in->flow[n->out];
	struct level_moments m = in->flow[n->in[0]].seen;
	double variance, grid = 0;

	make_room(l, in->arena);
	if (in->arena->failed)
		return;
	draw_seed(&in->draw, in->how->seed, (uint64_t)n->layer);
	if (l->bits_a)
		grid = (double)*in->g->tensor[in->g->node[x->producer].in[1]]
				.data;
	/* one bit of a positive input is always 0: then any scale will do */
	if (!(m.variance > 1e-12))
		m.variance = 1;
	variance = l->bits_w ? init_levels(in, l, &m, grid)
			     : init_reals(in, l, &m);
	y->x = (struct signal){.sigma = sqrt(fmax(variance, 1e-6)), .gain = 1};
	y->seen = signal_moments(&y->x);
}

/* A scale that is 0 is to be chosen. */
static void draw_grid(struct init *in, const struct graph_node *n)
{
	const struct flow *x = &in->flow[n->in[0]];
	float *scale = in->g->tensor[n->in[1]].data;
	struct flow *y = &in->flow[n->out];

	if (!(*scale > 0))
		*scale = (float)signal_scale(&x->x, in->sigma_a);
	y->x = x->x;
	y->seen = signal_quantised(&x->x, (double)*scale, n->bits);
}

/* Of what is neither layer nor grid. Pooling and the steps of a gate are taken
 * to leave a signal as it is. */
static void pass_on(struct init *in, const struct graph_node *n)
{
	const struct graph *g = in->g;
	bool two = n->nin == 2 && !g->tensor[n->in[1]].data;
	struct flow *y = &in->flow[n->out];

	*y = in->flow[n->in[0]];
	if (n->op == GRAPH_AVERAGE_POOL)
		return; /* of a shortcut, which adds what is seen */
	if (n->op == GRAPH_RELU)
		y->x.relu = true;
	if (n->op == GRAPH_MUL && two) /* by a gate */
		y->x.gain *= GATE_MEAN;
	if (n->op == GRAPH_ADD && two) {
		const struct level_moments *m = &in->flow[n->in[1]].seen;

		y->x.mean += m->mean;
		y->x.sigma = sqrt(y->x.sigma * y->x.sigma + m->variance);
	}
	y->seen = signal_moments(&y->x);
}

static bool make_tables(struct init *in)
{
	struct nas_arena *arena = in->arena;
	double sigma_w = in->how->sigma_w;
	bool levels = false, reals = false;

	for (int i = 0; i < in->g->nlayers; i++) {
		levels |= in->g->layer[i].bits_w > 0;
		reals |= in->g->layer[i].bits_w == 0;
	}
	in->flow = NAS_NEW(arena, struct flow, (size_t)in->g->ntensors);
	if (levels)
		in->level = NAS_NEW(arena, int16_t, DRAW_SIZE);
	if (reals)
		in->real = NAS_NEW(arena, float, DRAW_SIZE);
	if (arena->failed)
		return false;
	if (levels)
		draw_integers(in->level, sigma_w > 0 ? sigma_w : SIGMA_W);
	if (reals)
		draw_reals(in->real);
	return true;
}

enum nas_status graph_draw(struct graph *g, const struct graph_draw *how,
			   struct nas_arena *arena, struct nas_err *err)
{
	struct init in = {.g = g,
			  .how = how,
			  .arena = arena,
			  .sigma_a = how->sigma_a > 0 ? how->sigma_a : SIGMA_A};
	struct flow image = {.x = {.sigma = 1, .gain = 1}};

	if (!make_tables(&in))
		return nas_fail(err, NAS_ENOMEM, "out of memory for the weights");
	image.seen = signal_moments(&image.x);
	for (int k = 0; k < g->ninputs; k++)
		in.flow[g->input[k]] = image;
	for (int i = 0; i < g->nnodes && !arena->failed; i++) {
		const struct graph_node *n = &g->node[i];

		if (n->layer >= 0)
			draw_layer(&in, n);
		else if (n->op == GRAPH_QUANT)
			draw_grid(&in, n);
		else
			pass_on(&in, n);
	}
	return arena->failed
		       ? nas_fail(err, NAS_ENOMEM, "out of memory for the weights")
		       : NAS_OK;
}
