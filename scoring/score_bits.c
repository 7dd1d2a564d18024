/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which scores tell networks apart that differ in bits alone. */
#include "scoring/chain.h"
#include "scoring/score.h"

static bool feature_sees_bits(const struct nas_feature *f)
{
	return f->size ? chain_by[f->resource] != CHAIN_BY_NONE
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
