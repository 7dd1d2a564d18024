/* SPDX-License-Identifier: 0BSD */
/* The largest of 3 x 3 or 2 x 2 levels, at every second row and column, in
 * place. */
#include "spaces/export/kernels/kernel.h"

static int32_t largest(const struct layer *l, int row, int column, uint32_t c)
{
	int32_t most = -32768;
	int before = l->kernel - 2;

	for (int i = row - before; i <= row + 1; i++)
		for (int j = column - before; j <= column + 1; j++) {
			uint32_t at = (uint32_t)(i * l->width + j) * l->in + c;
			int32_t x;

			if (i < 0 || j < 0 || i >= l->height || j >= l->width)
				continue;
			x = get(arena, l->x + at * l->bits_x, l->bits_x);
			most = x > most ? x : most;
		}
	return most;
}

static void max_pool(const struct layer *l)
{
	uint32_t columns = (l->width + 1U) / 2;
	uint32_t pixels = (l->height + 1U) / 2 * columns;

	for (uint32_t i = 0; i < pixels; i++) {
		uint32_t pixel = l->flags & DOWN ? pixels - 1 - i : i;
		int row = (int)(2 * (pixel / columns));
		int column = (int)(2 * (pixel % columns));

		for (uint32_t c = 0; c < l->in; c++)
			put(arena, l->y + (pixel * l->in + c) * l->bits_x,
			    l->bits_x, largest(l, row, column, c));
	}
}
