/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evolve/ranks/checkpoint_format.h - what writer and reader share. For
 * checkpoint*.c. */
#ifndef EVOLVE_RANKS_CHECKPOINT_FORMAT_H
#define EVOLVE_RANKS_CHECKPOINT_FORMAT_H

#include <errno.h>
#include <stddef.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "evolve/ranks/checkpoint.h"

#define CHECKPOINT_MAGIC "nas checkpoint\n" /* 16 bytes with the NUL */
#define CHECKPOINT_FORMAT 4
#define CHECKPOINT_ORDER 0x01020304u /* reads otherwise on other machines */

struct checkpoint_end { /* closes the file */
	uint64_t length, hash; /* of all before it */
};

uint64_t checkpoint_head_hash(const struct checkpoint_head *head);

/* The name of the file before; false when it is too long. */
bool checkpoint_former(char *name, size_t size, const char *path);

#endif
