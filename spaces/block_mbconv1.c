/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mbconv1, the inverted residual block of expansion 1 as MobileNetV2, MnasNet
 * and EfficientNet have it: no expanding convolution. Depthwise k x k stride s
 * on the input, with squeeze-and-excitation or without, then 1x1 in -> out
 * without ReLU. Counted by the rules of mbconv.
 */
#include "spaces/block_kinds.h"

void block_mbconv1_convs(const struct nas_block *b, struct nas_conv *c)
{
	c[0] = (struct nas_conv){
		.role = "depthwise",
		.in = b->in,
		.out = b->in,
		.kernel = b->kernel,
		.stride = b->stride,
		.groups = b->in,
		.bits_a = b->bits_a[0],
		.bits_w = b->bits_w[0],
		.relu = true,
		.squeeze = b->squeeze,
		.holds = true,
	};
	c[1] = (struct nas_conv){
		.role = "project",
		.in = b->in,
		.out = b->out,
		.kernel = 1,
		.stride = 1,
		.groups = 1,
		.bits_a = b->bits_a[1],
		.bits_w = b->bits_w[1],
	};
}

void block_mbconv1_terms(const struct nas_block *b, const struct nas_place *in,
			 const struct nas_place *out,
			 struct nas_block_terms *t)
{
	int k2 = b->kernel * b->kernel;
	double i = b->in, o = b->out, q = b->squeeze;
	double weights = i * (k2 + o), channels = i + o;

	(void)in;
	t->mul = weights * out->area;
	t->add = 3 * channels * out->area;
	t->weights = weights;
	t->aux_bytes = 2 * channels;
	t->macs = weights * ((double)out->height * out->width);
	t->macs_fixed = 0;
	t->params = weights + 2 * channels;
	if (b->squeeze) {
		t->aux_bytes += 2 * i * q + 2 * q + 2 * i;
		t->macs_fixed = 2 * i * q;
		t->macs += t->macs_fixed;
		t->params += 2 * i * q + q + i;
	}
	t->nconvs = 2;
	t->inner = b->in;
	t->fan[0] = k2;
	t->fan[1] = b->in;
}
