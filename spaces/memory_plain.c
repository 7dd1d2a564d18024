/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Input and output of each convolution, and the residual from the expanding
 * convolution (which reads it as its input) to the addition, which is done in
 * the output of the projection. A pooled shortcut is kept pooled.
 */
#include "spaces/memory_models.h"

struct nas_live memory_plain_live(const struct nas_block *b,
				  const struct nas_conv *c, int j,
				  const struct nas_place *in,
				  const struct nas_place *out)
{
	int64_t area_in = (int64_t)in->height * in->width;
	int64_t area_out = (int64_t)out->height * out->width;
	struct nas_live live = {
		.in = area_in * c->in,
		.out = area_out * c->out,
	};

	/* after the depthwise convolution all places of a block are equal */
	if (j > 0 && block_has_residual(b))
		live.residual = area_out * b->out;
	return live;
}
