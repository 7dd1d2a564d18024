/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scales as integers, and the proof that sums stay inside theirs. */
#include <math.h>

#include "spaces/export/format_c.h"

#define LIMIT_32  ((int64_t)1 << 31)
#define SCALE_MAX 65536 /* of a channel, in the C */

struct odd { /* m 2^e, m odd; m = 0 is 0 */
	int64_t m;
	int e;
};

static struct odd odd_of(double x)
{
	struct odd o = {0, 0};

	if (!(x > 0) || isinf(x))
		return o;
	o.m = (int64_t)ldexp(frexp(x, &o.e), 53);
	o.e -= 53;
	for (; o.m % 2 == 0; o.m /= 2)
		o.e++;
	return o;
}

static int64_t gcd(int64_t a, int64_t b)
{
	while (b) {
		int64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* m 2^shift; -1 = above 2^31. */
static int64_t scaled(int64_t m, int shift)
{
	if (m == 0)
		return 0;
	if (shift > 31 || m >= LIMIT_32 >> shift)
		return -1;
	return m * ((int64_t)1 << shift);
}

/* scale : residual : divisor = a : b : d, as the smallest integers. */
static bool integers(double a, double b, double d, int64_t *scale,
		     int64_t *residual, int64_t *divisor)
{
	struct odd x = odd_of(a), r = odd_of(b), y = odd_of(d);
	int low = x.e < y.e ? x.e : y.e;
	int64_t common;

	if (r.m && r.e < low)
		low = r.e;
	*scale = scaled(x.m, x.e - low);
	*residual = scaled(r.m, r.m ? r.e - low : 0);
	*divisor = scaled(y.m, y.e - low);
	if (*scale <= 0 || *residual < 0 || *divisor <= 0)
		return false;
	common = gcd(gcd(*scale, *divisor), *residual);
	*scale /= common;
	*residual /= common;
	*divisor /= common;
	return true;
}

double c_input_scale(const struct c_plan *p, int layer)
{
	const struct graph *g = p->graph;
	const struct graph_tensor *x = &g->tensor[g->layer[layer].input];

	return (double)*g->tensor[g->node[x->producer].in[1]].data;
}

static enum nas_status refuse(struct c_plan *p, const char *layer,
			      const char *why)
{
	return nas_fail(p->err, NAS_EINPUT, "C: layer %s: %s", layer, why);
}

/* The largest number of which all channels' scales are multiples. */
static double common_scale(const struct graph_layer *l)
{
	struct odd all = odd_of((double)l->scale[0]);

	for (int c = 1; c < l->out; c++) {
		struct odd one = odd_of((double)l->scale[c]);
		int low = one.e < all.e ? one.e : all.e;

		if (one.e - low > 31 || all.e - low > 31)
			return 0;
		all.m = gcd(all.m * ((int64_t)1 << (all.e - low)),
			    one.m * ((int64_t)1 << (one.e - low)));
		all.e = low;
	}
	return ldexp((double)all.m, all.e);
}

/* Unit of sums: scale of weights x scale of inputs; 0 = no common one. Sums of
 * a channel are multiples of it. */
static double unit_of(const struct c_plan *p, const struct graph_layer *l,
		      int layer)
{
	return common_scale(l) * c_input_scale(p, layer);
}

/* Those of channels, where they differ: multiples of the common one. */
static bool set_scales(struct c_plan *p, struct c_call *c,
		       const struct graph_layer *l)
{
	double one = common_scale(l);
	bool same = true;

	for (int i = 1; i < l->out; i++)
		same &= !(l->scale[i] < l->scale[0]) &&
			!(l->scale[i] > l->scale[0]);
	c->scales = NULL;
	if (same || !(one > 0))
		return same;
	c->scales = NAS_NEW(p->arena, int64_t, (size_t)l->out);
	for (int i = 0; i < l->out && c->scales; i++) {
		double k = (double)l->scale[i] / one;

		if (!(k < SCALE_MAX))
			return false;
		c->scales[i] = (int64_t)k;
	}
	return true;
}

/* The largest |acc| that any input can give; *most_t: times its channel's
 * scale. unit: of what comes of that. */
static int64_t set_bias(struct c_plan *p, struct c_call *c,
			const struct graph_layer *l, double unit,
			double *most_t)
{
	int64_t most = 0;

	*most_t = 0;

	c->bits_b = 1;
	c->bias = NAS_NEW(p->arena, int64_t, (size_t)l->out);
	if (!c->bias)
		return 0;
	for (int i = 0; i < l->out; i++) {
		const int8_t *w = (const int8_t *)l->level + (size_t)i * l->fan;
		double times = c->scales ? (double)c->scales[i] : 1;
		double exact = (double)l->bias[i] / (unit * times);
		double b = rint(exact);
		int64_t sum = 0;

		if (!(fabs(b) < 0x1p30))
			return LIMIT_32;
		p->rounded += fabs(exact - b) > 1e-6 * fmax(1, fabs(b));
		for (size_t j = 0; j < l->fan; j++)
			sum += w[j] < 0 ? -w[j] : w[j];
		sum = sum * ((int64_t)1 << (c->bits_x - 1)) + (int64_t)fabs(b);
		most = sum > most ? sum : most;
		*most_t = fmax(*most_t, (double)sum * times);
		c->bias[i] = (int64_t)b;
		c_fit_bias(c, b);
	}
	return most;
}

/* Bounds: acc always in 32 bits, 16 times it where weights have 4 (their
 * kernel adds so); t in 32 or 64. */
static enum nas_status prove(struct c_plan *p, struct c_call *c, int64_t acc,
			     double most_t, int64_t gate)
{
	const char *name = p->graph->layer[c->layer].name;
	int64_t residual = c->bits_r ? (int64_t)1 << (c->bits_r - 1) : 1;
	double t;

	if (acc * (c->bits_w == 4 ? 16 : 1) >= LIMIT_32)
		return refuse(p, name, "its sums need more than 32 bits");
	t = most_t * (double)c->scale * (double)gate +
	    (double)residual * (double)c->residual_scale;
	c->most_acc = (double)acc;
	c->most_t = t;
	if (t < 0x1p31 && (c->flags & (C_MAP | C_RAW)))
		return NAS_OK;
	/* to_level() adds so much to t */
	if (t + (double)c->divisor * (ldexp(0.5, c->bits_y) + 1) < 0x1p31)
		return NAS_OK;
	if (!(t < 0x1p61) || (c->flags & (C_MAP | C_RAW)))
		return refuse(p, name, "its outputs need more than 32 bits");
	c->flags |= C_WIDE;
	return NAS_OK;
}

/* The layer's scale into its channels'. */
static enum nas_status fold_scale(struct c_plan *p, struct c_call *c)
{
	for (int i = 0; i < c->out; i++) {
		if (c->scales[i] * c->scale >= SCALE_MAX)
			return refuse(p, p->graph->layer[c->layer].name,
				      "its channels' scales need more than 16 "
				      "bits");
		c->scales[i] *= c->scale;
	}
	c->scale = 0;
	return NAS_OK;
}

enum nas_status c_numbers(struct c_plan *p, struct c_call *c, double out,
			  double residual, int parts)
{
	const struct graph_layer *l = &p->graph->layer[c->layer];
	double unit = unit_of(p, l, c->layer), one, most_t = 0;
	int64_t acc = 0, gate = c->gate >= 0 ? 128 : 1;

	if (!set_scales(p, c, l) || !(unit > 0))
		return refuse(p, l->name,
			      "its channels' scales are no multiples "
			      "below 65536 of one");
	if (!p->arena->failed)
		acc = set_bias(p, c, l, unit, &most_t);
	if (p->arena->failed)
		return nas_fail(p->err, NAS_ENOMEM, "out of memory for biases");
	one = out > 0 ? out : unit;
	if (!integers(unit * parts, residual, one * parts, &c->scale,
		      &c->residual_scale, &c->divisor))
		return refuse(p, l->name,
			      "its scales are no ratio of small integers");
	c->unit = one / (double)c->divisor;
	if (c->gate >= 0 && c->divisor < LIMIT_32 / 128)
		c->divisor *= 128;
	else if (c->gate >= 0)
		return refuse(p, l->name, "its gate needs more than 32 bits");
	if (prove(p, c, acc, most_t, gate) != NAS_OK)
		return p->err->code;
	return c->scales ? fold_scale(p, c) : NAS_OK;
}

enum nas_status c_quotient(struct c_plan *p, const char *name,
			   const struct c_mean *mean, int64_t *scale,
			   int64_t *divisor)
{
	int64_t none, common;

	if (!integers(mean->unit, 0, mean->out, scale, &none, divisor))
		return refuse(p, name,
			      "its scales are no ratio of small integers");
	if (!(mean->most * (double)mean->count * (double)*scale < 0x1p61) ||
	    !((double)*divisor * (double)mean->count < 0x1p61))
		return refuse(p, name, "its mean needs more than 64 bits");
	*divisor *= mean->count;
	common = gcd(*scale, *divisor);
	*scale /= common;
	*divisor /= common;
	return NAS_OK;
}

/* clip(x + 3, 0, 6) / 6 in steps of 1 / 128: 3 is added as a residual of 1. */
enum nas_status c_gate_numbers(struct c_plan *p, struct c_call *c,
			       int64_t pixels, double out)
{
	struct c_call *squeeze = &p->gate[c->gate], *excite = squeeze + 1;
	const struct graph_layer *l = p->graph->layer;
	double unit = unit_of(p, &l[c->layer], c->layer), most;
	struct c_mean mean;

	if (c_numbers(p, c, out, 0, 1) != NAS_OK)
		return p->err->code;
	most = c->most_acc;
	if (c->scales) { /* sums are multiplied with them first */
		unit = (double)l[c->layer].scale[0] *
		       c_input_scale(p, c->layer) / (double)c->scales[0];
		most *= SCALE_MAX;
	}
	mean = (struct c_mean){ unit, c_input_scale(p, squeeze->layer), pixels,
				most };
	if (c_quotient(p, l[squeeze->layer].name, &mean, &c->gate_scale,
		       &c->gate_divisor) != NAS_OK ||
	    c_numbers(p, squeeze, c_input_scale(p, excite->layer), 0, 1) !=
		    NAS_OK)
		return p->err->code;
	return c_numbers(p, excite, 6.0 / 128, 3, 1);
}
