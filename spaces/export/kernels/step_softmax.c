/* SPDX-License-Identifier: 0BSD */
/* Softmax over the channels of each pixel. */
#include "spaces/export/kernels/step.h"

/* s->more: exp(-i x scale) in steps of 2^-30. */
static void step_softmax(const struct step *s)
{
	const uint32_t *e = s->more;

	for (uint32_t at = 0; at < s->pixels * s->channels; at += s->channels) {
		int32_t most = -32768;
		int64_t sum = 0;

		for (uint32_t i = at; i < at + s->channels; i++)
			most = LEVEL_X(s, i) > most ? LEVEL_X(s, i) : most;
		for (uint32_t i = at; i < at + s->channels; i++)
			sum += e[most - LEVEL_X(s, i)];
		for (uint32_t i = at; i < at + s->channels; i++)
			keep_level(s, i,
				   to_level_wide((int64_t)e[most - LEVEL_X(s, i)] *
							 s->a,
						 sum << s->shift, 16) +
					   s->zero_y);
	}
}
