/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Features of a whole network, layer by layer. */
#include <math.h>
#include <string.h>

#include "scoring/feature.h"

/* A block as it stands in a network. */
struct placed {
	struct nas_feature_block of;
	struct nas_block_terms terms;
	double share;
	double behind[FEATURE_STAGES]; /* weights of ends at or behind it */
	double end[FEATURE_STAGES];    /* of its own end; 0 inside a stage */
	double mean_aw; /* of A W / 64, by multiply-accumulates */
};

/* Mean of a gain over the convolutions of a block. */
static double mean_gain(const struct nas_feature *f, const struct nas_block *b,
			const struct nas_qe_options *o)
{
	const struct nas_block_ops *ops = &block_kinds[b->kind];
	double sum = 0;

	if (f->inverted && !(ops->has & BLOCK_INVERTED))
		return 0;
	for (int j = 0; j < ops->nconvs; j++)
		sum += f->gain(b->bits_a[j], b->bits_w[j], o);
	return f->per_conv ? sum : sum / ops->nconvs;
}

static double block_value(const struct nas_feature *f, const struct placed *p,
			  const struct nas_qe_options *o)
{
	double x = 0;

	if (f->shape)
		x += f->shape(&p->of);
	if (f->gain)
		x += mean_gain(f, p->of.block, o);
	if (f->root)
		x += f->root(&p->of) * sqrt(p->mean_aw);
	if (f->shared)
		x *= p->share;
	x *= p->behind[f->stages];
	if (f->end && p->end[f->stages] > 0)
		x += p->end[f->stages] * log(p->of.block->out);
	return x;
}

static void take_convs(struct placed *p, const struct nas_block *b,
		       const struct nas_place *in)
{
	struct nas_place from[BLOCK_STEPS_MAX], to[BLOCK_STEPS_MAX];
	struct nas_conv c[BLOCK_STEPS_MAX];
	double macs = 0, bitops = 0;
	int n = block_steps(b, c);

	block_places(c, n, in, from, to);
	p->of.entropy = 0;
	for (int j = 0; j < n; j++) {
		double bits = (c[j].bits_a ? c[j].bits_a : 8) *
			      (c[j].bits_w ? c[j].bits_w : 8);
		double fan = (double)(c[j].in / c[j].groups) * c[j].kernel *
			     c[j].kernel;
		double m;

		m = fan * c[j].out * to[j].height * to[j].width;
		macs += m;
		bitops += m * bits;
		if (!c[j].of_shortcut)
			p->of.entropy += 0.5 * log(fan);
	}
	p->mean_aw = bitops / macs / 64;
}

struct walk {
	struct nas_place at;
	int stage, nstages, units;
	double published[ARCH_STAGES_MAX];
};

static double weight_of(const struct walk *w, int kind, int stage)
{
	if (kind == FEATURE_PUBLISHED)
		return w->published[stage];
	return kind != FEATURE_LAST || stage == w->nstages - 1;
}

static void take_stages(struct placed *p, struct walk *w, bool ends)
{
	p->behind[FEATURE_ALONE] = 1;
	p->end[FEATURE_ALONE] = 0;
	for (int k = FEATURE_ALONE + 1; k < FEATURE_STAGES; k++) {
		p->behind[k] = 0;
		for (int s = w->stage; s < w->nstages; s++)
			p->behind[k] += weight_of(w, k, s);
		p->end[k] = ends ? weight_of(w, k, w->stage) : 0;
	}
	w->stage += ends;
}

static void take_block(struct placed *p, struct walk *w,
		       const struct nas_arch *arch, int i)
{
	const struct nas_block *b = &arch->block[i];
	struct nas_place in = w->at;

	w->at = place_after(&w->at, b->stride);
	block_kinds[b->kind].terms(b, &in, &w->at, &p->terms);
	p->of.block = b;
	p->of.out = &w->at;
	p->of.terms = &p->terms;
	p->of.shortcut = b->stride == 1 && block_has_residual(b);
	take_convs(p, b, &in);
	p->share = p->of.shortcut ? qe_residual_share(w->units) : 1;
	w->units = p->of.shortcut ? w->units + 1 : 1;
	take_stages(p, w, arch_ends_stage(arch, i));
}

static void take_sizes(const struct nas_arch *arch, double *value)
{
	double res[RESOURCES];
	struct nas_cost cost;

	cost_of(&cost, NULL, arch, &memory_models[MEMORY_TINYENGINE]);
	cost_resources(&cost, res);
	for (int i = 0; i < nfeatures; i++)
		if (features[i].size)
			value[i] = res[features[i].resource];
}

void feature_values(const struct nas_arch *arch,
		    const struct nas_qe_options *options,
		    double value[FEATURES_MAX])
{
	struct nas_qe_options o = *options;
	struct walk w = { .at = place_input(arch->height, arch->width),
			  .nstages = arch_stages(arch, NULL), .units = 1 };
	struct placed p;

	if (arch->sigma_a > 0)
		o.sigma_a = arch->sigma_a;
	if (arch->sigma_w > 0)
		o.sigma_w = arch->sigma_w;
	qe_default_weights(QE_PUBLISHED, w.published, w.nstages);
	memset(value, 0, FEATURES_MAX * sizeof(*value));
	take_sizes(arch, value);
	for (int b = 0; b < arch->nblocks; b++) {
		take_block(&p, &w, arch, b);
		for (int i = 0; i < nfeatures; i++)
			if (!features[i].size)
				value[i] += block_value(&features[i], &p, &o);
	}
}
