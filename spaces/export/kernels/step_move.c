/* SPDX-License-Identifier: 0BSD */
/* Levels moved: other orders of axes, parts, joins, pads. */
#include "spaces/export/kernels/step.h"

struct walk {
	uint16_t size[4];
	int32_t from, step_x[4], to, step_y[4]; /* in values */
	uint32_t zeros; /* of the output that are set to 0 first */
};

static void step_move(const struct step *s)
{
	const struct walk *w = s->more;
	int32_t x = w->from, y = w->to;
	uint32_t index[4] = {0, 0, 0, 0};
	int k;

	for (uint32_t i = 0; i < w->zeros; i++)
		keep_level(s, i, s->zero_x);
	do {
		keep_level(s, (uint32_t)y, LEVEL_X(s, (uint32_t)x));
		for (k = 3; k >= 0; k--) {
			x += w->step_x[k];
			y += w->step_y[k];
			if (++index[k] < w->size[k])
				break;
			x -= w->step_x[k] * (int32_t)w->size[k];
			y -= w->step_y[k] * (int32_t)w->size[k];
			index[k] = 0;
		}
	} while (k >= 0);
}
