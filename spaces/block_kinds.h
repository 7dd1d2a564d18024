/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/block_kinds.h - the two functions of each kind of block, and what
 * they have in common.
 *
 * For the files of blocks and the table in spaces/block_kinds.c only; everybody
 * else calls block_kinds[b->kind].convs and .terms.
 */
#ifndef SPACES_BLOCK_KINDS_H
#define SPACES_BLOCK_KINDS_H

#include "spaces/block.h"

#define BLOCK_PROTOTYPES(id, name, ...)                                        \
	void block_##name##_convs(const struct nas_block *b,                   \
				  struct nas_conv *c);                         \
	void block_##name##_terms(                                             \
		const struct nas_block *b, const struct nas_place *in,         \
		const struct nas_place *out, struct nas_block_terms *t);
BLOCK_LIST(BLOCK_PROTOTYPES)

/*
 * The terms of convolutions that all make maps of the size of at: so many
 * weights and normalised channels in all. An output has 3 additions, 2 of the
 * normalisation and 1 of the ReLU.
 */
static inline void block_set_terms(struct nas_block_terms *t, double weights,
				   double channels, const struct nas_place *at)
{
	t->mul = weights * at->area;
	t->add = 3 * channels * at->area;
	t->weights = weights;
	t->aux_bytes = 2 * channels;
	t->macs = weights * ((double)at->height * at->width);
	t->macs_fixed = 0;
	t->params = weights + 2 * channels;
}

/*
 * Squeeze-and-excitation (h -> q -> h on pooled 1x1 maps, with biases, 8 by 8
 * bits) adds bytes, macs, bitops and params; its flops are not counted, as in
 * the reference.
 */
static inline void block_add_squeeze(struct nas_block_terms *t, double h,
				     double q)
{
	if (!(q > 0))
		return;
	t->aux_bytes += 2 * h * q + 2 * q + 2 * h;
	t->macs_fixed += 2 * h * q;
	t->macs += 2 * h * q;
	t->params += 2 * h * q + q + h;
}

#endif
