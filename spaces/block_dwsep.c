/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * dwsep, MobileNetV1's block: depthwise k x k stride s, then 1x1 in -> out,
 * each with batch normalisation and ReLU. The reference does not have it; it
 * is counted by the reference's rules for a convolution. No shortcut.
 */
#include "spaces/block_kinds.h"

void block_dwsep_convs(const struct nas_block *b, struct nas_conv *c)
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
		.relu = true,
	};
}

void block_dwsep_terms(const struct nas_block *b, const struct nas_place *in,
		       const struct nas_place *out, struct nas_block_terms *t)
{
	int k2 = b->kernel * b->kernel;
	double i = b->in, o = b->out;
	double weights = i * (k2 + o), channels = i + o;

	(void)in;
	block_set_terms(t, weights, channels, out);
	t->nconvs = 2;
	t->inner = b->in;
	t->fan[0] = k2;
	t->fan[1] = b->in;
}
