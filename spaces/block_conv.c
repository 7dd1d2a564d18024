/* SPDX-License-Identifier: GPL-3.0-or-later */
/* conv: k x k, in -> out, stride s, with batch normalisation and ReLU. */
#include "spaces/block_kinds.h"

void block_conv_convs(const struct nas_block *b, struct nas_conv *c)
{
	c[0] = (struct nas_conv){
		.role = "conv",
		.in = b->in,
		.out = b->out,
		.kernel = b->kernel,
		.stride = b->stride,
		.groups = 1,
		.bits_a = b->bits_a[0],
		.bits_w = b->bits_w[0],
		.relu = true,
	};
}

void block_conv_terms(const struct nas_block *b, const struct nas_place *in,
		      const struct nas_place *out, struct nas_block_terms *t)
{
	int fan = b->in * b->kernel * b->kernel;

	(void)in;
	block_set_terms(t, (double)fan * b->out, b->out, out);
	t->nconvs = 1;
	t->inner = b->out;
	t->fan[0] = fan;
}
