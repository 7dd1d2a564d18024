/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spaces/block_kinds.h"

#define ROW(id, name, nconvs, has, label, title)                               \
	[BLOCK_##id] = {#name,                                                 \
			nconvs,                                                \
			has,                                                   \
			label,                                                 \
			title,                                                 \
			block_##name##_convs,                                  \
			block_##name##_terms},

const struct nas_block_ops block_kinds[BLOCK_KINDS] = {BLOCK_LIST(ROW)};
