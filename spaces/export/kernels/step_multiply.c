/* SPDX-License-Identifier: 0BSD */
/* Products of two maps, or of a map and a vector of its channels. */
#include "spaces/export/kernels/factor.c"
#include "spaces/export/kernels/step.h"

static void step_multiply(const struct step *s, int down)
{
	uint32_t n = s->pixels * s->channels;
	uint32_t c = down ? s->channels - 1u : 0;

	for (uint32_t k = 0; k < n; k++) {
		uint32_t i = down ? n - 1 - k : k;
		int32_t t = (LEVEL_X(s, i) - s->zero_x) *
			    (LEVEL_R(s, s->b ? c : i) - s->zero_r);

		keep_level(s, i, level_of(t, scaling_of((uint32_t)s->a)) + s->zero_y);
		if (down)
			c = c ? c - 1 : s->channels - 1u;
		else
			c = c + 1 < s->channels ? c + 1 : 0;
	}
}
