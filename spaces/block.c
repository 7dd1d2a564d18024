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
	return block_has(b, BLOCK_SHORTCUT) && block_widths_meet(b);
}

bool block_has_residual(const struct nas_block *b)
{
	return shortcut_fits(b) &&
	       (b->stride == 1 || b->shortcut == SHORTCUT_POOL);
}

bool block_counts_shortcut(const struct nas_block *b)
{
	return shortcut_fits(b) && (b->stride == 1 || block_has(b, BLOCK_POOLS));
}

int block_steps(const struct nas_block *b, struct nas_conv c[BLOCK_STEPS_MAX])
{
	int n = block_kinds[b->kind].nconvs;
	bool projection = block_has_projection(b);

	if (!c)
		return n + projection;
	block_kinds[b->kind].convs(b, c);
	if (!projection)
		return n;
	for (int j = n; j > 1; j--)
		c[j] = c[j - 1];
	c[1] = (struct nas_conv){
		.role = "downsample",
		.in = b->in,
		.out = b->out,
		.kernel = 1,
		.stride = b->stride,
		.groups = 1,
		.bits_a = b->bits_a[0],
		.bits_w = b->bits_w[0],
		.of_shortcut = true,
	};
	return n + 1;
}

void block_places(const struct nas_conv *c, int n, const struct nas_place *in,
		  struct nas_place from[BLOCK_STEPS_MAX],
		  struct nas_place to[BLOCK_STEPS_MAX])
{
	for (int j = 0; j < n; j++) {
		from[j] = j == 0 || c[j].of_shortcut ? *in : to[j - 1];
		to[j] = place_after(&from[j], c[j].stride);
	}
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
