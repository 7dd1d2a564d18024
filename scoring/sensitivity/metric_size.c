/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every layer loses the same by a bit: only costs decide. The baseline that
 * the others have to beat. */
#include "scoring/sensitivity/metrics.h"

static enum nas_status run(struct sensitivity *s,
			   const struct sensitivity_job *job,
			   struct nas_arena *arena, struct nas_err *err)
{
	s->value = NAS_NEW(arena, double, (size_t)s->nlayers);
	if (!s->value)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the values");
	for (int i = 0; i < s->nlayers; i++)
		s->value[i] = 1;
	metric_from_values(s, job);
	return NAS_OK;
}

const struct sensitivity_metric metric_size = {
	"size", "one a bit for every layer: cheap layers get bits",
	.alike = true, .run = run
};
