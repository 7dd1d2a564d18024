/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mbconv1, the inverted residual block of expansion 1 as MobileNetV2, MnasNet
 * and EfficientNet have it: no expanding convolution. Depthwise k x k stride s
 * on the input, with squeeze-and-excitation or without, then 1x1 in -> out
 * without ReLU: the convolutions of dwsep. Counted by the rules of mbconv.
 */
#include "spaces/block_kinds.h"

void block_mbconv1_convs(const struct nas_block *b, struct nas_conv *c)
{
	block_dwsep_convs(b, c);
	c[0].squeeze = b->squeeze;
	c[0].holds = true;
	c[1].relu = false;
}

void block_mbconv1_terms(const struct nas_block *b, const struct nas_place *in,
			 const struct nas_place *out,
			 struct nas_block_terms *t)
{
	block_dwsep_terms(b, in, out, t);
	block_add_squeeze(t, b->in, b->squeeze);
}
