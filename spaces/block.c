/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spaces/block.h"

#include <math.h>

const char *const shortcut_names[SHORTCUTS + 1] = {
	[SHORTCUT_IDENTITY] = "identity",
	[SHORTCUT_POOL] = "pool",
	[SHORTCUT_NONE] = "none",
};

static bool shortcut_fits(const struct nas_block *b)
{
	return block_kinds[b->kind].has_shortcut && block_widths_meet(b);
}

bool block_has_residual(const struct nas_block *b)
{
	return shortcut_fits(b) &&
	       (b->stride == 1 || b->shortcut == SHORTCUT_POOL);
}

bool block_counts_shortcut(const struct nas_block *b)
{
	return shortcut_fits(b);
}

int block_squeeze_channels(int hidden)
{
	int quarter = hidden / 4, rest = hidden % 4;

	/* hidden / 4, half to even, in integers */
	if (rest == 3 || (rest == 2 && quarter % 2 == 1))
		quarter++;
	return quarter < 16 ? 8 : quarter / 8 * 8;
}

int round_to_8(double x)
{
	double eighths = rint(x / 8); /* the default mode: half to even */

	if (!(eighths > 1))
		return 8;
	return eighths < 1e8 ? 8 * (int)eighths : 800000000;
}
