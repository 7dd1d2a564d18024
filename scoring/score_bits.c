/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which scores tell networks apart that differ in bits alone. */
#include "scoring/linear.h"
#include "scoring/score.h"

static bool resource_sees_bits(enum nas_resource r)
{
	return r == RES_FLOPS || r == RES_BITOPS || r == RES_SIZE ||
	       r == RES_FLASH;
}

static bool feature_sees_bits(const struct nas_feature *f)
{
	return f->size ? resource_sees_bits(f->resource)
		       : f->gain != NULL || f->root != NULL;
}

bool score_sees_bits(const struct nas_score_def *def)
{
	const struct nas_score_term *t = def->terms;

	if (!t)
		return def->rule && def->rule->bits;
	for (; t->feature; t++) {
		const struct nas_feature *f = feature_find(t->feature);

		if (f && feature_sees_bits(f))
			return true;
	}
	return false;
}
