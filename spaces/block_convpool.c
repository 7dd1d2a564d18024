/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * convpool, a convolution and a pooling: of an even stride s, k x k stride s / 2
 * with batch normalisation and ReLU, then max pooling of stride 2; of an odd
 * one the convolution alone. ResNet's stem (stride 4, pooling 3x3) and what ends
 * a stage of VGG (stride 2, 2x2). Pooling is done in place and has no
 * multiply-accumulates: memory is that of the convolution. Of n rows it makes
 * n / 2, rounded up: 3x3 is padded by 1 at each edge, 2x2 behind an odd last
 * row alone.
 */
#include "spaces/block_kinds.h"

static int conv_stride(const struct nas_block *b)
{
	return b->stride % 2 ? b->stride : b->stride / 2;
}

void block_convpool_convs(const struct nas_block *b, struct nas_conv *c)
{
	c[0] = (struct nas_conv){
		.role = "conv",
		.in = b->in,
		.out = b->out,
		.kernel = b->kernel,
		.stride = conv_stride(b),
		.groups = 1,
		.bits_a = b->bits_a[0],
		.bits_w = b->bits_w[0],
		.relu = true,
		.pool = conv_stride(b) < b->stride ? block_pool(b) : 0,
	};
}

void block_convpool_terms(const struct nas_block *b, const struct nas_place *in,
			  const struct nas_place *out,
			  struct nas_block_terms *t)
{
	int fan = b->in * b->kernel * b->kernel;
	const struct nas_place at = place_after(in, conv_stride(b));

	(void)out;
	block_set_terms(t, (double)fan * b->out, b->out, &at);
	t->nconvs = 1;
	t->inner = b->out;
	t->fan[0] = fan;
}
