/* SPDX-License-Identifier: 0BSD */
/* Shortcuts around a stride. */
#include "spaces/export/kernels/kernel.h"

/* Means over stride x stride windows, those at the edge smaller, each times
 * l->scale, which is a multiple of all their sizes. */
static void pool(const struct layer *l)
{
	uint32_t s = l->stride, at = l->y;

	for (uint32_t top = 0; top < l->height; top += s)
		for (uint32_t left = 0; left < l->width; left += s) {
			uint32_t h = l->height - top, w = l->width - left;

			h = h < s ? h : s;
			w = w < s ? w : s;
			for (uint32_t c = 0; c < l->in; c++, at += l->bits_y) {
				int32_t sum = 0;

				for (uint32_t i = 0; i < h * w; i++) {
					uint32_t pixel = (top + i / w) *
							 l->width + left + i % w;

					sum += get(arena, l->x +
						   (pixel * l->in + c) *
							   l->bits_x,
						   l->bits_x);
				}
				put(arena, at, l->bits_y,
				    sum * (l->scale / (int32_t)(h * w)));
			}
		}
}
