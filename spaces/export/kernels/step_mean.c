/* SPDX-License-Identifier: 0BSD */
/* Means over all pixels, to another grid. */
#include "spaces/export/kernels/step.h"

static void step_mean(const struct step *s)
{
	uint32_t n = s->pixels;

	for (uint32_t c = 0; c < s->channels; c++) {
		int32_t sum = 0;

		for (uint32_t i = 0; i < n; i++)
			sum += LEVEL_X(s, i * s->channels + c) - s->zero_x;
		keep_level(s, c,
			   to_level_wide((int64_t)sum * s->a,
					 (int64_t)n << s->shift, 16) +
				   s->zero_y);
	}
}
