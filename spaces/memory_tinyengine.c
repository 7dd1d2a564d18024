/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The reference's peak memory, in the manner of TinyEngine: sides are halved
 * rounding down, and the output of a strided convolution is its unstrided
 * size divided by s^2, rounded down.
 */
#include "spaces/memory_models.h"

struct nas_live memory_tinyengine_live(const struct nas_block *b,
				       const struct nas_conv *c, int j,
				       const struct nas_place *in,
				       const struct nas_place *out)
{
	int64_t area = (int64_t)in->floor_height * in->floor_width;
	int64_t s2 = (int64_t)c->stride * c->stride;
	bool depthwise = c->groups == c->in && c->in == c->out;
	struct nas_live live = { .in = area * c->in };

	(void)j;
	(void)out;
	/* in place: one channel of output beside the input */
	live.out = (depthwise ? area : area * c->out) / s2;
	if (c->holds && block_counts_shortcut(b))
		live.residual = area * b->out / s2;
	return live;
}
