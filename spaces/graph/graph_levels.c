/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Weights on a grid as integers. */
#include <math.h>

#include "spaces/graph/graph.h"

/* A channel of weight 0 alone may have any scale. */
static double level_of(const struct graph_layer *l, size_t i)
{
	float scale = l->scale[i / l->fan];

	return scale > 0 ? rint((double)l->weight[i] / (double)scale) : 0;
}

bool graph_find_levels(struct graph_layer *l, struct nas_arena *arena)
{
	double half = ldexp(1, l->bits_w - 1), q;
	size_t n = (size_t)l->out * l->fan;

	l->level = arena_alloc(arena, n, graph_level_size(l->bits_w));
	if (!l->level)
		return false;
	for (size_t i = 0; i < n; i++) {
		q = level_of(l, i);
		/* 2^31 - 1 is not a float: it is read as 2^31 */
		if (half > 0x1p24 && q >= half && q <= half + 256)
			q = half - 1;
		if (!(q >= -half && q <= half - 1))
			return false;
		if (graph_level_size(l->bits_w) == 1)
			((int8_t *)l->level)[i] = (int8_t)q;
		else
			((int32_t *)l->level)[i] = (int32_t)q;
	}
	return true;
}
