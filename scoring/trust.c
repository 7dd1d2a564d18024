/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scoring/trust.h"

#include <math.h>

#include "scoring/chain.h"

#define WIDER 1e-9 /* of a limit, or of 1 */

const char *const trust_features[] = { "blocks", "shortcuts", "ln_k", "ln_h",
				       "ln_h_o", NULL };

bool trust_can_hold(const struct nas_feature *f)
{
	return f->shape && !f->shared && !f->gain && !f->root && !f->size &&
	       !f->end && f->stages == FEATURE_ALONE;
}

bool trust_hold(struct nas_budgets *b, const char *feature, double low,
		double high)
{
	const struct nas_feature *f = feature_find(feature);

	if (b->ntrust == TRUST_MAX || !f || !trust_can_hold(f) || !(low <= high))
		return false;
	b->trust[b->ntrust++] = (struct nas_trust){
		f, low - WIDER * fmax(1, fabs(low)),
		high + WIDER * fmax(1, fabs(high)) };
	return true;
}

void trust_coef(const struct nas_trust *trust, int n,
		const struct nas_feature_block *b, double x[TRUST_MAX])
{
	for (int i = 0; i < TRUST_MAX; i++)
		x[i] = i < n ? trust[i].feature->shape(b) : 0;
}

double trust_excess(const struct nas_budgets *b, const double x[TRUST_MAX])
{
	double sum = 0;

	for (int i = 0; i < b->ntrust; i++) {
		const struct nas_trust *t = &b->trust[i];
		double unit = fmax(1, fmax(fabs(t->low), fabs(t->high)));

		if (!(x[i] <= t->high))
			sum += (x[i] - t->high) / unit;
		else if (x[i] < t->low)
			sum += (t->low - x[i]) / unit;
	}
	return sum;
}

void problem_trust_sums(const struct nas_problem *problem,
			const struct nas_genome *g, double x[TRUST_MAX])
{
	const struct nas_chain *chain = &problem->chain[g->variant];
	int in = chain->channels;

	for (int i = 0; i < TRUST_MAX; i++)
		x[i] = 0;
	for (int s = 0; s < chain->nstages; s++) {
		const struct nas_stage *st = chain->stage[s].choices;
		const struct nas_gene *gene = &g->stage[s];
		struct nas_coef c;

		for (int b = 0; b < st->depth[gene->depth]; b++) {
			chain_coef_block(chain, s, gene, in, b, &c);
			for (int i = 0; i < chain->ntrust; i++)
				x[i] += c.trust[i];
		}
		in = st->width[gene->width];
	}
}

double problem_trust(const struct nas_problem *problem,
		     const struct nas_genome *g)
{
	double x[TRUST_MAX];

	if (!problem->budgets.ntrust)
		return 0;
	problem_trust_sums(problem, g, x);
	return trust_excess(&problem->budgets, x);
}

int trust_violations(const struct nas_budgets *b, const struct nas_arch *arch,
		     struct nas_excess *out)
{
	const struct nas_qe_options options = QE_DEFAULTS;
	double value[FEATURES_MAX];
	int n = 0;

	if (!b->ntrust)
		return 0;
	feature_values(arch, &options, value);
	for (int i = 0; i < b->ntrust; i++) {
		const struct nas_trust *t = &b->trust[i];
		double x = value[t->feature - features];
		bool high = !(x <= t->high);

		if (high || x < t->low)
			out[n++] = (struct nas_excess){
				t->feature->name, x, high ? t->high : t->low };
	}
	return n;
}
