/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/block_kinds.h - the two functions of each kind of block.
 *
 * For the table in spaces/block_kinds.c only; everybody else calls
 * block_kinds[b->kind].convs and .terms.
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

#endif
