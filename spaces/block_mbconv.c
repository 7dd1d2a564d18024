/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mbconv, the inverted residual block: 1x1 in -> h, depthwise k x k stride s,
 * 1x1 h -> out, each with batch normalisation.
 *
 * The reference counts a ReLU after all three; the network has none after the
 * last.
 */
#include "spaces/block_kinds.h"

static struct nas_conv pointwise(const struct nas_block *b, int j)
{
	return (struct nas_conv){
		.role = j == 0 ? "expand" : "project",
		.in = j == 0 ? b->in : b->hidden,
		.out = j == 0 ? b->hidden : b->out,
		.kernel = 1,
		.stride = 1,
		.groups = 1,
		.bits_a = b->bits_a[j],
		.bits_w = b->bits_w[j],
		.relu = j == 0, /* a linear bottleneck */
	};
}

void block_mbconv_convs(const struct nas_block *b, struct nas_conv *c)
{
	c[0] = pointwise(b, 0);
	c[1] = (struct nas_conv){
		.role = "depthwise",
		.in = b->hidden,
		.out = b->hidden,
		.kernel = b->kernel,
		.stride = b->stride,
		.groups = b->hidden,
		.bits_a = b->bits_a[1],
		.bits_w = b->bits_w[1],
		.relu = true,
		.squeeze = b->squeeze,
		.holds = true,
	};
	c[2] = pointwise(b, 2);
}

void block_mbconv_terms(const struct nas_block *b, const struct nas_place *in,
			const struct nas_place *out, struct nas_block_terms *t)
{
	int k2 = b->kernel * b->kernel;
	double i = b->in, h = b->hidden, o = b->out;
	double expand = i * h, rest = h * (k2 + o);
	double channels = 2 * h + o;

	t->mul = in->area * expand + out->area * rest;
	t->add = 3 * (in->area * h + out->area * (h + o));
	if (b->stride > 1 && block_widths_meet(b))
		t->add += in->area * i;
	t->weights = expand + rest;
	t->aux_bytes = 2 * channels;
	t->macs = (double)in->height * in->width * expand +
		  (double)out->height * out->width * rest;
	t->macs_fixed = 0;
	t->params = t->weights + 2 * channels;
	block_add_squeeze(t, h, b->squeeze);
	t->nconvs = 3;
	t->inner = b->hidden;
	t->fan[0] = b->in;
	t->fan[1] = k2;
	t->fan[2] = b->hidden;
}
