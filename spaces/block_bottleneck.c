/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bottleneck, the block of ResNet-50 (He et al. 2016): 1x1 in -> h with the
 * stride s, k x k h -> h, 1x1 h -> out, and the shortcut added before the last
 * ReLU. Counted as basic is.
 */
#include "spaces/block_kinds.h"

void block_bottleneck_convs(const struct nas_block *b, struct nas_conv *c)
{
	static const char *const role[3] = { "conv1", "conv2", "conv3" };

	for (int j = 0; j < 3; j++)
		c[j] = (struct nas_conv){
			.role = role[j],
			.in = j ? b->hidden : b->in,
			.out = j < 2 ? b->hidden : b->out,
			.kernel = j == 1 ? b->kernel : 1,
			.stride = j ? 1 : b->stride,
			.groups = 1,
			.bits_a = b->bits_a[j],
			.bits_w = b->bits_w[j],
			.relu = j < 2,
			.holds = j == 1,
		};
}

void block_bottleneck_terms(const struct nas_block *b,
			    const struct nas_place *in,
			    const struct nas_place *out,
			    struct nas_block_terms *t)
{
	int k2 = b->kernel * b->kernel;
	double i = b->in, h = b->hidden, o = b->out;
	double projected = block_projects(b);
	double weights = h * (i + h * k2 + o) + projected * i * o;
	double channels = 2 * h + (1 + projected) * o;

	(void)in;
	block_set_terms(t, weights, channels, out);
	t->nconvs = 3;
	t->inner = b->hidden;
	t->fan[0] = b->in;
	t->fan[1] = b->hidden * k2;
	t->fan[2] = b->hidden;
}
