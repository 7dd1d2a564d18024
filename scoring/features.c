/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of features. */
#include <math.h>
#include <string.h>

#include "scoring/feature.h"
#include "scoring/sigma_hat.h"

/* ---- of shapes ---- */

static double one(const struct nas_feature_block *b)
{
	(void)b;
	return 1;
}

static double shortcut(const struct nas_feature_block *b)
{
	return b->shortcut;
}

static double squeeze(const struct nas_feature_block *b)
{
	return b->block->squeeze > 0;
}

static double ln_k(const struct nas_feature_block *b)
{
	return log(b->block->kernel);
}

static double ln_in(const struct nas_feature_block *b)
{
	return log(b->block->in);
}

static double ln_hidden(const struct nas_feature_block *b)
{
	return log(b->terms->inner);
}

static double ln_out(const struct nas_feature_block *b)
{
	return log(b->block->out);
}

static double ln_expansion(const struct nas_feature_block *b)
{
	return ln_hidden(b) - ln_out(b);
}

static double ln_area(const struct nas_feature_block *b)
{
	return log((double)b->out->height * b->out->width);
}

static double ln_macs(const struct nas_feature_block *b)
{
	return log(b->terms->macs);
}

static double ln_params(const struct nas_feature_block *b)
{
	return log(b->terms->params);
}

/* Multiply-accumulates that have the block's bits. */
static double bit_macs(const struct nas_feature_block *b)
{
	return b->terms->macs - b->terms->macs_fixed;
}

static double ln_bit_macs(const struct nas_feature_block *b)
{
	return log(bit_macs(b));
}

static double root_macs(const struct nas_feature_block *b)
{
	return sqrt(b->terms->macs);
}

static double root_params(const struct nas_feature_block *b)
{
	return sqrt(b->terms->params);
}

static double root_bitops(const struct nas_feature_block *b)
{
	return 8 * sqrt(bit_macs(b));
}

static double entropy(const struct nas_feature_block *b)
{
	return b->entropy;
}

/* ---- of bits ---- */

static double gain_entropy(int a, int w, const struct nas_qe_options *o)
{
	return a ? log(sigma_hat(o->sigma_a, a) * sigma_hat(o->sigma_w, w) /
		       o->sigma_a)
		 : 0;
}

static double gain_ln_a(int a, int w, const struct nas_qe_options *o)
{
	(void)w;
	(void)o;
	return a ? log(sigma_hat(5, a) / 5) : 0;
}

static double gain_ln_w(int a, int w, const struct nas_qe_options *o)
{
	(void)a;
	(void)o;
	return w ? log(sigma_hat(4, w) / 4) : 0;
}

static double gain_ln_aw(int a, int w, const struct nas_qe_options *o)
{
	(void)o;
	return log((a ? a : 8) * (w ? w : 8));
}

static double gain_step_a(int a, int w, const struct nas_qe_options *o)
{
	(void)w;
	(void)o;
	return a ? ldexp(1, -a) : 0;
}

static double gain_step_w(int a, int w, const struct nas_qe_options *o)
{
	(void)a;
	(void)o;
	return w ? ldexp(1, -w) : 0;
}

static double gain_noise_a(int a, int w, const struct nas_qe_options *o)
{
	(void)w;
	(void)o;
	return a ? ldexp(1, -2 * (a - 1)) : 0;
}

static double gain_noise_w(int a, int w, const struct nas_qe_options *o)
{
	(void)a;
	(void)o;
	return w ? ldexp(1, -2 * (w - 1)) : 0;
}

static double gain_a(int a, int w, const struct nas_qe_options *o)
{
	(void)w;
	(void)o;
	return a ? a : 8;
}

static double gain_w(int a, int w, const struct nas_qe_options *o)
{
	(void)a;
	(void)o;
	return w ? w : 8;
}

/* ---- the table ---- */

/* The same as it is, and times the block's share of its stream. */
#define BOTH(name, unit, help, ...)                                          \
	{ name, unit, help, __VA_ARGS__ },                                   \
	{ "c_" name, unit, help ", times the share", .shared = true,         \
	  __VA_ARGS__ }

#define ENTROPY .shape = entropy, .ln_in = 0.5, .gain = gain_entropy, .per_conv = true

const struct nas_feature features[] = {
	{ "blocks", NULL, "number of blocks", .shape = one },
	{ "shortcuts", NULL, "blocks with a shortcut", .shape = shortcut },
	{ "c", NULL, "shares of the blocks in their streams", .shared = true,
	  .shape = one },
	BOTH("se", NULL, "blocks with squeeze-and-excitation",
	     .shape = squeeze),
	BOTH("ln_k", "nats", "kernel", .shape = ln_k),
	BOTH("ln_i", "nats", "channels in", .shape = ln_in, .ln_in = 1),
	BOTH("ln_h", "nats", "hidden channels", .shape = ln_hidden),
	{ "ln_o", "nats", "channels out", .shape = ln_out },
	BOTH("ln_h_o", "nats", "hidden channels over channels out",
	     .shape = ln_expansion),
	{ "ln_r", "nats", "height times width of the output",
	  .shape = ln_area },
	BOTH("ln_m", "nats", "multiply-accumulates", .shape = ln_macs),
	BOTH("ln_p", "nats", "parameters", .shape = ln_params),
	BOTH("ln_q", "nats", "BitOps of the convolutions",
	     .shape = ln_bit_macs, .gain = gain_ln_aw),
	BOTH("root_m", NULL, "root of multiply-accumulates",
	     .shape = root_macs),
	BOTH("root_p", NULL, "root of parameters", .shape = root_params),
	BOTH("root_q", NULL, "root of BitOps of the convolutions",
	     .root = root_bitops),
	{ "macs", NULL, "multiply-accumulates, classifier included",
	  .size = true, .resource = RES_MACS },
	{ "params", NULL, "parameters, classifier included", .size = true,
	  .resource = RES_PARAMS },
	{ "bitops", NULL, "BitOps, classifier included", .size = true,
	  .resource = RES_BITOPS },
	{ "layers", NULL, "convolutions", .size = true,
	  .resource = RES_LAYERS },
	BOTH("e", "nats", "entropy", ENTROPY),
	{ "ends_c_e", "nats", "entropy times the share and the number of "
	  "stage ends at or behind", .shared = true, .stages = FEATURE_EQUAL,
	  ENTROPY },
	{ "ln_ends", "nats", "widths of stage ends", .end = true,
	  .stages = FEATURE_EQUAL },
	{ "ln_last", "nats", "width of the last block", .end = true,
	  .stages = FEATURE_LAST },
	BOTH("la", "nats", "ln(sigma_hat(5, A) / 5) of inverted residuals",
	     .gain = gain_ln_a, .inverted = true),
	BOTH("lw", "nats", "ln(sigma_hat(4, W) / 4) of inverted residuals",
	     .gain = gain_ln_w, .inverted = true),
	BOTH("step_a", NULL, "2^-A", .gain = gain_step_a),
	{ "step_w", NULL, "2^-W", .gain = gain_step_w },
	{ "noise_a", NULL, "4^-(A - 1)", .gain = gain_noise_a },
	{ "noise_w", NULL, "4^-(W - 1)", .gain = gain_noise_w },
	{ "bits_a", "bits", "A", .gain = gain_a },
	{ "bits_w", "bits", "W", .gain = gain_w },
	{ "qe", "nats", "QE-Score", .stages = FEATURE_PUBLISHED, .end = true,
	  ENTROPY },
	{ "qe_equal", "nats", "QE-Score, stages weigh alike",
	  .stages = FEATURE_EQUAL, .end = true, ENTROPY },
	{ "rqe", "nats", "R-QE", .shared = true, .stages = FEATURE_FLAT,
	  .end = true, ENTROPY },
	{ "rqe_last", "nats", "R-QE of the last stage alone", .shared = true,
	  .stages = FEATURE_LAST, .end = true, ENTROPY },
	{ "mae", "nats", "entropy without bits", .stages = FEATURE_PUBLISHED,
	  .end = true, .shape = entropy, .ln_in = 0.5 },
	{ 0 },
};

const int nfeatures = sizeof(features) / sizeof(features[0]) - 1;

_Static_assert(sizeof(features) / sizeof(features[0]) <= FEATURES_MAX,
	       "FEATURES_MAX is too small");

/* Of the parts of products (struct nas_score_def, summed); no choice of
 * configs and fits, where bits weigh. */
static const struct nas_feature parts[] = {
	{ "e_plain", "nats", "entropy without bits", .shape = entropy,
	  .ln_in = 0.5 },
	{ 0 },
};

const struct nas_feature *feature_find(const char *name)
{
	for (const struct nas_feature *f = parts; f->name; f++)
		if (strcmp(f->name, name) == 0)
			return f;
	for (int i = 0; i < nfeatures; i++)
		if (strcmp(features[i].name, name) == 0)
			return &features[i];
	return NULL;
}
