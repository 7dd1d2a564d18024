/* SPDX-License-Identifier: 0BSD */
/* Functions of one value, and levels of other grids. */
#include "spaces/export/kernels/step.h"

static void step_table(const struct step *s, int down)
{
	uint32_t n = s->pixels * s->channels;

	for (uint32_t k = 0; k < n; k++) {
		uint32_t i = down ? n - 1 - k : k;

		keep_level(s, i, LEVEL_X(s, i));
	}
}
