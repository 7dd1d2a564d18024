/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Numbers for a network that nobody has trained: spaces/export/onnx.h says which.
 *
 * Symbols: x input, w = s q weights (s scale, q levels), y output. Of a
 * channel with inputs of mean m and variance v, y has the mean m sum(w) and
 * the variance v sum(w^2); the bias brings the one to 0, the layer's scale the
 * other near 1.
 */
#include <limits.h>
#include <math.h>

#include "spaces/export/onnx.h"
#include "spaces/export/onnx_draw.h"
#include "spaces/export/onnx_signal.h"

#define SIGMA_A	  5.0
#define SIGMA_W	  4.0
#define GATE_MEAN 0.5 /* of a hard sigmoid around 0 */

struct init {
	struct onnx_net *net;
	struct arena *arena;
	double sigma_a;
	struct draw draw;
	int16_t *level;	  /* (DRAW_SIZE) NULL without bits */
	int8_t *small[9]; /* (DRAW_SIZE) level clipped to so many bits */
	float *real;	  /* (DRAW_SIZE) NULL where all have bits */
	int next;	  /* layer */
	struct signal x;
	struct moments seen; /* x as the last layer's weights saw it */
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
static void draw_small(struct init *in, struct onnx_layer *l)
{
	int8_t **table = &in->small[l->bits_w];

	if (!*table) {
		*table = NAS_NEW(in->arena, int8_t, DRAW_SIZE);
		if (!*table)
			return;
		for (int i = 0; i < DRAW_SIZE; i++)
			(*table)[i] = (int8_t)clip(in->level[i], l->bits_w);
	}
	draw_bytes(&in->draw, *table, l->weight, (size_t)l->out * l->fan);
}

static void draw_large(struct init *in, struct onnx_layer *l)
{
	size_t n = (size_t)l->out * l->fan;
	int32_t *w = l->weight;

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

static struct sums sums_of(const struct onnx_layer *l, int channel)
{
	size_t at = (size_t)channel * l->fan;
	const int32_t *w = (int32_t *)l->weight + at;
	struct sums total = {0};

	if (onnx_weight_size(l->bits_w) == 1)
		return sums_small((int8_t *)l->weight + at, l->fan);
	for (size_t i = 0; i < l->fan; i++) {
		total.first += w[i];
		total.second += (double)w[i] * w[i];
	}
	return total;
}

/* A layer with bits: one scale for all its channels, so that the tensor has
 * no more levels than its bits. Returns the variance of the output. */
static double init_levels(struct init *in, struct onnx_layer *l,
			  const struct moments *m)
{
	double power = 0, scale, step;

	if (onnx_weight_size(l->bits_w) == 1)
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
	step = scale * (l->bits_a ? (double)l->input_scale : 0x1p-12);
	for (int c = 0; c < l->out; c++) {
		double steps = -m->mean * (double)l->bias[c] * scale / step;

		l->scale[c] = (float)scale;
		l->bias[c] = (float)(rint(steps) * step);
	}
	return scale * scale * m->variance * power;
}

static double init_reals(struct init *in, struct onnx_layer *l,
			 const struct moments *m)
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

/* Draw the next layer for an input like x; x becomes its output. */
static void init_layer(struct init *in, bool relu)
{
	struct onnx_layer *l = &in->net->layer[in->next];
	struct moments m;
	double variance;

	draw_seed(&in->draw, in->net->seed, (uint64_t)in->next++);
	if (l->bits_a)
		l->input_scale = (float)signal_scale(&in->x, in->sigma_a);
	m = signal_quantised(&in->x, (double)l->input_scale, l->bits_a);
	in->seen = m;
	/* one bit of a positive input is always 0: then any scale will do */
	if (!(m.variance > 1e-12))
		m.variance = 1;
	variance = l->bits_w ? init_levels(in, l, &m) : init_reals(in, l, &m);
	in->x = (struct signal){
		.sigma = sqrt(fmax(variance, 1e-6)),
		.gain = 1,
		.relu = relu,
	};
}

/* Squeeze-and-excitation: pooling is taken to leave the variance as it is. */
static void init_squeeze(struct init *in)
{
	struct signal x = in->x;

	init_layer(in, true);
	init_layer(in, false);
	in->x = x;
	in->x.gain *= GATE_MEAN;
}

static void init_block(struct init *in, const struct block *b)
{
	int n = block_kinds[b->kind].nconvs;
	struct moments shortcut = {0};

	for (int j = 0; j < n; j++) {
		init_layer(in, b->kind != BLOCK_MBCONV || j + 1 < n);
		if (j == 0)
			shortcut = in->seen;
		if (j == 1 && b->squeeze)
			init_squeeze(in);
	}
	if (block_has_residual(b)) {
		in->x.mean += shortcut.mean;
		in->x.sigma =
			sqrt(in->x.sigma * in->x.sigma + shortcut.variance);
	}
}

static bool make_tables(struct init *in)
{
	struct arena *arena = in->arena;
	double sigma_w = in->net->arch.sigma_w;
	bool levels = false, reals = false;

	for (int i = 0; i < in->net->nlayers; i++) {
		levels |= in->net->layer[i].bits_w > 0;
		reals |= in->net->layer[i].bits_w == 0;
	}
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

enum nas_status onnx_init(struct onnx_net *net, const struct arch *arch,
			  uint64_t seed, struct arena *arena,
			  struct nas_err *err)
{
	struct init in = {.net = net,
			  .arena = arena,
			  .sigma_a = arch->sigma_a > 0 ? arch->sigma_a
						       : SIGMA_A,
			  .x = {.sigma = 1, .gain = 1}};

	if (onnx_layout(net, arch, arena, err) != NAS_OK)
		return err->code;
	net->seed = seed;
	if (!make_tables(&in))
		return nas_fail(err, NAS_ENOMEM, "out of memory for the weights");
	for (int b = 0; b < arch->nblocks; b++)
		init_block(&in, &arch->block[b]);
	if (arch->head.classes > 0)
		init_layer(&in, false);
	return arena->failed
		       ? nas_fail(err, NAS_ENOMEM, "out of memory for the weights")
		       : NAS_OK;
}
