/* SPDX-License-Identifier: 0BSD */
/* Sums of two maps. */
#include "spaces/export/kernels/step.h"

/* Halves go up. down: where it writes over an input of fewer bits. */
static void step_add(const struct step *s, int down)
{
	uint32_t n = s->pixels * s->channels;
	int32_t half = (int32_t)1 << (s->shift - 1);

	for (uint32_t k = 0; k < n; k++) {
		uint32_t i = down ? n - 1 - k : k;
		int32_t t = (LEVEL_X(s, i) - s->zero_x) * s->a +
			    (LEVEL_R(s, i) - s->zero_r) * s->b + half;

		keep_level(s, i, (t >> s->shift) + s->zero_y);
	}
}
