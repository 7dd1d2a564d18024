/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * basic, the block of ResNet-18 and -34 (He et al. 2016): k x k in -> out
 * stride s, k x k out -> out, and the shortcut added before the last ReLU. The
 * reference's quantised spaces do not have it; it is counted by their rules
 * for a convolution, that of the shortcut like the others but as no layer.
 */
#include "spaces/block_kinds.h"

void block_basic_convs(const struct nas_block *b, struct nas_conv *c)
{
	for (int j = 0; j < 2; j++)
		c[j] = (struct nas_conv){
			.role = j ? "conv2" : "conv1",
			.in = j ? b->out : b->in,
			.out = b->out,
			.kernel = b->kernel,
			.stride = j ? 1 : b->stride,
			.groups = 1,
			.bits_a = b->bits_a[j],
			.bits_w = b->bits_w[j],
			.relu = j == 0,
		};
}

void block_basic_terms(const struct nas_block *b, const struct nas_place *in,
		       const struct nas_place *out, struct nas_block_terms *t)
{
	int k2 = b->kernel * b->kernel;
	double i = b->in, o = b->out, projected = block_projects(b);
	double weights = (i + o) * o * k2 + projected * i * o;
	double channels = (2 + projected) * o;

	(void)in;
	block_set_terms(t, weights, channels, out);
	t->nconvs = 2;
	t->inner = b->out;
	t->fan[0] = b->in * k2;
	t->fan[1] = b->out * k2;
}
