/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a row of the table of scores says of a network. */
#include <math.h>
#include <string.h>

#include "scoring/linear.h"
#include "scoring/qe.h"
#include "scoring/score.h"

bool score_is_same(const struct nas_score_def *a, const struct nas_score_def *b)
{
	const struct nas_score_term *p = a->terms, *q = b->terms;

	if (a == b)
		return true;
	if (!p || !q || a->rule || b->rule)
		return false;
	for (; p->feature && q->feature; p++, q++)
		if (strcmp(p->feature, q->feature) != 0 ||
		    p->weight != q->weight)
			return false;
	return !p->feature && !q->feature;
}

enum nas_qe_weights score_weights(const struct nas_score_def *def)
{
	return def->rule ? def->rule->weights : QE_PUBLISHED;
}

/* By its features, layer by layer. */
static enum nas_status terms_value(double *value,
				   const struct nas_score_def *def,
				   const struct nas_arch *arch,
				   const struct nas_score_options *options,
				   struct nas_err *err)
{
	struct nas_linear linear;

	if (linear_make(&linear, def->terms, err) != NAS_OK)
		return err->code;
	*value = linear_value(&linear, arch, &options->qe);
	if (!isfinite(*value))
		return nas_fail(err, NAS_ENUM, "the score of '%s' is not "
				"finite", arch->name ? arch->name : "");
	return NAS_OK;
}

enum nas_status score_value(double *value, const struct nas_score_def *def,
			    const struct nas_arch *arch,
			    const struct nas_score_options *options,
			    struct nas_err *err)
{
	if (def->value)
		return def->value(value, arch, options, err);
	if (def->rule)
		return qe_score(value, NULL, arch, def->rule, &options->qe,
				err);
	return terms_value(value, def, arch, options, err);
}
