/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/block_kinds.h - the two functions of each kind of block.
 *
 * For the table in spaces/block.c only; everybody else calls
 * block_kinds[b->kind].convs and .terms.
 */
#ifndef SPACES_BLOCK_KINDS_H
#define SPACES_BLOCK_KINDS_H

#include "spaces/block.h"

void block_conv_convs(const struct block *b, struct conv *c);
void block_conv_terms(const struct block *b, const struct place *in,
		      const struct place *out, struct block_terms *t);

void block_mbconv_convs(const struct block *b, struct conv *c);
void block_mbconv_terms(const struct block *b, const struct place *in,
			const struct place *out, struct block_terms *t);

void block_dwsep_convs(const struct block *b, struct conv *c);
void block_dwsep_terms(const struct block *b, const struct place *in,
		       const struct place *out, struct block_terms *t);

#endif
