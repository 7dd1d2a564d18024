/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scoring/qe.h"

#include <math.h>

#include "scoring/sigma_hat.h"

double qe_conv(int fan, int bits_a, int bits_w, double sigma_a,
	       double sigma_w)
{
	double e = 0.5 * log(fan);

	if (bits_a)
		e += log(sigma_hat(sigma_a, bits_a)) - log(sigma_a);
	if (bits_w)
		e += log(sigma_hat(sigma_w, bits_w));
	return e;
}

const struct nas_qe_rule qe_rule = { .bits = true, .weights = QE_PUBLISHED };

double qe_residual_share(int n)
{
	return 0.5 * log1p(1.0 / n);
}

static void published_weights(double *weights, int n)
{
	static const double seven[7] = { 0, 0, 1, 1, 2, 2, 6 };

	for (int s = 0; s < n; s++) {
		if (n == 7)
			weights[s] = seven[s];
		else
			weights[s] = s == n - 1 ? 6 : s >= n - 3 ? 1 : 0;
	}
}

void qe_default_weights(enum nas_qe_weights kind, double *weights, int n)
{
	if (kind == QE_PUBLISHED) {
		published_weights(weights, n);
		return;
	}
	for (int s = 0; s < n; s++)
		weights[s] = kind == QE_LAST_8 && s == n - 1 ? 8 : 1;
}

#define BITS_MAX 32

/* ln sigma_hat at each number of bits, computed when first asked for. */
struct ln_sigma {
	double sigma;
	double ln[BITS_MAX + 1]; /* 0 = not yet */
};

static double ln_sigma_hat(struct ln_sigma *t, int bits)
{
	if (bits == 0)
		return 0;
	if (t->ln[bits] == 0)
		t->ln[bits] = log(sigma_hat(t->sigma, bits));
	return t->ln[bits];
}

/* Fan-in C k^2, C = 1 for a depthwise conv. */
static int fan_in(const struct nas_conv *c)
{
	return c->in / c->groups * c->kernel * c->kernel;
}

/* sum of e over the convolutions of a block */
static double entropy_of(const struct nas_block *b, bool bits,
			 struct ln_sigma *a, struct ln_sigma *w)
{
	struct nas_conv c[BLOCK_CONVS_MAX];
	double e = 0;

	block_kinds[b->kind].convs(b, c);
	for (int j = 0; j < block_kinds[b->kind].nconvs; j++) {
		e += 0.5 * log(fan_in(&c[j]));
		if (!bits)
			continue;
		e += ln_sigma_hat(w, c[j].bits_w);
		if (c[j].bits_a)
			e += ln_sigma_hat(a, c[j].bits_a) - log(a->sigma);
	}
	return e;
}

/* A record gives weights for the multi-scale scores only. */
enum nas_status qe_stage_weights(double *weights, const struct nas_arch *arch,
				 const struct nas_qe_rule *rule,
				 const struct nas_qe_options *options,
				 struct nas_err *err)
{
	const double *given = arch->stage_weights;
	int n = arch->nstage_weights, nstages = arch_stages(arch, NULL);

	if (n == 0 || rule->weights != QE_PUBLISHED) {
		given = options->stage_weights;
		n = options->nstage_weights;
	}
	if (n == 0) {
		qe_default_weights(rule->weights, weights, nstages);
		return NAS_OK;
	}
	if (n != nstages)
		return nas_fail(err, NAS_EINPUT,
				"%d stage weights for the %d stages of '%s'",
				n, nstages, arch->name ? arch->name : "");
	for (int s = 0; s < n; s++)
		weights[s] = given[s];
	return NAS_OK;
}

/* c_b of the next block; n: units of variance in the stream. */
static double share_of(const struct nas_qe_rule *rule,
		       const struct nas_block *b, int *n)
{
	if (!rule->residual)
		return 1;
	if (b->stride == 1 && block_has_residual(b))
		return qe_residual_share((*n)++);
	*n = 1;
	return 1;
}

/* What a stage's end makes of the entropy so far. */
static double stage_end(const struct nas_qe_rule *rule,
			const struct nas_block *b, const struct nas_place *p,
			double e)
{
	if (!rule->resolution)
		return e + log(b->out);
	return e * log((double)b->out * p->floor_height * p->floor_width);
}

static double sum_stages(const struct nas_arch *arch,
			 const struct nas_qe_rule *rule, const double *weights,
			 struct ln_sigma *a, struct ln_sigma *w,
			 double *block_entropy)
{
	struct nas_place p = place_input(arch->height, arch->width);
	double e = 0, total = 0;
	int stage = 0, units = 1;

	for (int b = 0; b < arch->nblocks; b++) {
		const struct nas_block *block = &arch->block[b];
		double own = entropy_of(block, rule->bits, a, w);

		p = place_after(&p, block->stride);
		e += own * share_of(rule, block, &units);
		if (block_entropy)
			block_entropy[b] = own;
		if (arch_ends_stage(arch, b))
			total += weights[stage++] *
				 stage_end(rule, block, &p, e);
	}
	return total;
}

enum nas_status qe_score(double *score, double *block_entropy,
			 const struct nas_arch *arch,
			 const struct nas_qe_rule *rule,
			 const struct nas_qe_options *options,
			 struct nas_err *err)
{
	double weights[ARCH_STAGES_MAX];
	struct ln_sigma a = { .sigma = options->sigma_a };
	struct ln_sigma w = { .sigma = options->sigma_w };

	if (arch->sigma_a > 0)
		a.sigma = arch->sigma_a;
	if (arch->sigma_w > 0)
		w.sigma = arch->sigma_w;
	*score = 0;
	if (qe_stage_weights(weights, arch, rule, options, err) != NAS_OK)
		return err->code;
	*score = sum_stages(arch, rule, weights, &a, &w, block_entropy);
	if (!isfinite(*score))
		return nas_fail(err, NAS_ENUM, "the score of '%s' is not "
				"finite", arch->name ? arch->name : "");
	return NAS_OK;
}
