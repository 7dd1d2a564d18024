/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scoring/linear.h"

#include <math.h>
#include <string.h>

static void add_term(struct nas_linear *l, const struct nas_feature *f,
		     double weight)
{
	int i = 0;

	while (i < l->n && l->feature[i] != f)
		i++;
	if (i == l->n) {
		l->feature[l->n] = f;
		l->weight[l->n++] = 0;
	}
	l->weight[i] += weight;
}

/* What a larger A W brings by the terms it multiplies. */
static void note_sign(struct nas_linear *l, const struct nas_feature *f,
		      double weight)
{
	bool by_aw = f->root || (f->size && f->resource == RES_BITOPS);
	int sign = weight > 0 ? 1 : -1;

	if (by_aw && weight != 0)
		l->sign_aw = l->sign_aw && l->sign_aw != sign ? 2 : sign;
}

enum nas_status linear_make(struct nas_linear *l,
			    const struct nas_score_term *term,
			    struct nas_err *err)
{
	memset(l, 0, sizeof(*l));
	for (; term && term->feature; term++) {
		const struct nas_feature *f = feature_find(term->feature);

		if (!f)
			return nas_fail(err, NAS_EINPUT,
					"there is no feature '%.60s'",
					term->feature);
		if (!isfinite(term->weight))
			return nas_fail(err, NAS_EINPUT,
					"the weight of '%s' is not finite",
					f->name);
		add_term(l, f, term->weight);
	}
	for (int i = 0; i < l->n; i++) {
		const struct nas_feature *f = l->feature[i];

		l->shared |= f->shared && l->weight[i] != 0;
		note_sign(l, f, l->weight[i]);
		l->mixed |= f->gain && (!f->per_conv || l->weight[i] < 0);
	}
	l->mixed |= l->sign_aw < 0 || l->sign_aw > 1;
	return NAS_OK;
}

static void size_coef(const struct nas_feature *f, double weight,
		      const double *alone, const double *of_aw,
		      struct nas_linear_coef *c)
{
	c->fixed += weight * alone[f->resource];
	c->aw += weight * of_aw[f->resource];
}

void linear_coef(const struct nas_linear *l, const struct nas_feature_block *b,
		 const struct nas_linear_stage *stage, const double *alone,
		 const double *of_aw, struct nas_linear_coef *c)
{
	double (*last)(const struct nas_feature_block *) = NULL;
	double x = 0; /* of the last: neighbours in the table share it */

	*c = (struct nas_linear_coef){ 0 };
	for (int i = 0; i < l->n; i++) {
		const struct nas_feature *f = l->feature[i];
		double weight = l->weight[i] * stage->behind[f->stages];

		if (f->size)
			size_coef(f, weight, alone, of_aw, c);
		if (f->shape && f->shape != last)
			x = f->shape(b);
		last = f->shape ? f->shape : last;
		if (f->shape)
			*(f->shared ? &c->fixed_c : &c->fixed) += x * weight;
		if (f->root)
			*(f->shared ? &c->root_c : &c->root) +=
				f->root(b) * weight;
	}
}

double linear_ln_in(const struct nas_linear *l,
		    const struct nas_linear_stage *stage)
{
	double sum = 0;

	for (int i = 0; i < l->n; i++)
		if (!l->feature[i]->shared)
			sum += 2 * l->feature[i]->ln_in * l->weight[i] *
			       stage->behind[l->feature[i]->stages];
	return sum;
}

/* Weight of a feature's gain in a block of that kind. */
static double gain_weight(const struct nas_feature *f,
			  const struct nas_block_ops *kind)
{
	if (!f->gain || (f->inverted && !(kind->has & BLOCK_INVERTED)))
		return 0;
	return f->per_conv ? kind->nconvs : 1;
}

void linear_gain(const struct nas_linear *l, const struct nas_block_ops *kind,
		 const struct nas_linear_stage *stage, int a, int w,
		 const struct nas_qe_options *o, double gain[2])
{
	gain[0] = gain[1] = 0;
	for (int i = 0; i < l->n; i++) {
		const struct nas_feature *f = l->feature[i];
		double weight = gain_weight(f, kind);

		if (weight > 0)
			gain[f->shared] += l->weight[i] *
					   (weight * stage->behind[f->stages]) *
					   f->gain(a, w, o);
	}
}

double linear_end(const struct nas_linear *l,
		  const struct nas_linear_stage *stage, double ln_out,
		  const double *head)
{
	double sum = 0;

	for (int i = 0; i < l->n; i++) {
		const struct nas_feature *f = l->feature[i];

		if (f->size)
			sum += l->weight[i] * head[f->resource];
		else if (f->end && stage->end[f->stages] > 0)
			sum += l->weight[i] * (stage->end[f->stages] * ln_out);
	}
	return sum;
}

double linear_value(const struct nas_linear *l, const struct nas_arch *arch,
		    const struct nas_qe_options *options)
{
	double value[FEATURES_MAX], sum = 0;

	feature_values(arch, options, value);
	for (int i = 0; i < l->n; i++)
		sum += l->weight[i] * value[l->feature[i] - features];
	return sum;
}
