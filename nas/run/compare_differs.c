/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Do the scores of two configs compare? */
#include <string.h>

#include "nas/run/compare.h"
#include "scoring/qe.h"

static void add_weights(struct nas_text *t, const struct nas_config *c)
{
	const struct nas_qe_options *qe = &c->score_options.qe;

	if (!qe->nstage_weights)
		text_add(t, "by the number of stages");
	for (int i = 0; i < qe->nstage_weights; i++)
		text_addf(t, "%s%g", i ? "," : "", qe->stage_weights[i]);
}

static bool same_weights(const struct nas_qe_options *x,
			 const struct nas_qe_options *y)
{
	return x->nstage_weights == y->nstage_weights &&
	       memcmp(x->stage_weights, y->stage_weights,
		      sizeof(x->stage_weights)) == 0;
}

static bool equal(double x, double y)
{
	return !(x < y) && !(x > y);
}

void compare_differences(struct nas_text *t, const struct nas_config *a,
			 const struct nas_config *b)
{
	const struct nas_qe_options *x = &a->score_options.qe;
	const struct nas_qe_options *y = &b->score_options.qe;
	const struct nas_qe_rule *rule = a->score_def->rule;

	if (!score_is_same(a->score_def, b->score_def)) {
		text_addf(t, "score %s and %s", a->score_def->name,
			  b->score_def->name);
		return;
	}
	if (!rule)
		return;
	if (rule->bits && !equal(x->sigma_a, y->sigma_a))
		text_addf(t, "sigma_a %g and %g", x->sigma_a, y->sigma_a);
	if (rule->bits && !equal(x->sigma_w, y->sigma_w))
		text_addf(t, "%ssigma_w %g and %g", t->length ? ", " : "",
			  x->sigma_w, y->sigma_w);
	if (a->score_def->value &&
	    !equal(a->score.depth_penalty, b->score.depth_penalty))
		text_addf(t, "%sdepth_penalty %g and %g",
			  t->length ? ", " : "", a->score.depth_penalty,
			  b->score.depth_penalty);
	if (!same_weights(x, y)) {
		text_addf(t, "%sstage_weights ", t->length ? ", " : "");
		add_weights(t, a);
		text_add(t, " and ");
		add_weights(t, b);
	}
}
