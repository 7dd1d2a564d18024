/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of the scores. */
#include "scoring/score.h"

#include <string.h>

#include "scoring/deepmad.h"
#include "scoring/linear.h"
#include "scoring/qe.h"
#include "scoring/zen.h"

static const struct nas_qe_rule rqe = { .bits = true, .residual = true,
				    .weights = QE_EQUAL };
static const struct nas_qe_rule rqe_r = { .bits = true, .residual = true,
				      .resolution = true,
				      .weights = QE_EQUAL };
static const struct nas_qe_rule deepmad = { .resolution = true,
					.weights = QE_LAST_8 };
static const struct nas_qe_rule mae = { .weights = QE_PUBLISHED };

#define TERMS(...)                                                           \
	.terms = (const struct nas_score_term[]){ __VA_ARGS__, { NULL, 0 } }

/* What products sum: entropies of blocks, of rqe-r times their shares. */
static const struct nas_score_def shared_entropy = {
	"shared-entropy", "entropy times share", "", TERMS({ "c_e", 1 }) };
static const struct nas_score_def plain_entropy = {
	"plain-entropy", "entropy without bits", "", TERMS({ "e_plain", 1 }) };

const struct nas_score_def scores[] = {
	{ "qe", "QE-Score", "entropy of the quantised network, multi-scale",
	  .rule = &qe_rule, TERMS({ "qe", 1 }) },
	{ "rqe", "R-QE", "residual-aware QE-Score: a block with a shortcut "
	  "counts by its share of the stream", .rule = &rqe,
	  TERMS({ "rqe", 1 }) },
	{ "rqe-r", "R-QE(r)", "R-QE, each stage times ln(C r^2) of its map",
	  .rule = &rqe_r, .summed = &shared_entropy },
	{ "mae", "MAE entropy", "entropy of the full-precision network, "
	  "multi-scale", .rule = &mae, TERMS({ "mae", 1 }) },
	{ "deepmad", "DeepMAD", "full-precision entropy by stage times "
	  "ln(C r^2), less a depth penalty", .rule = &deepmad,
	  .summed = &plain_entropy, .no_squeeze = true,
	  .value = score_deepmad },
	{ "lean", "lean", "a block pays only if it is wide; weights fitted to "
	  "nine tables of trained networks",
	  TERMS({ "c_ln_k", 0.309 }, { "c_ln_h", 0.168 }, { "c_ln_i", -0.045 },
		{ "c", -0.921 }, { "la", 0.189 }, { "lw", 0.134 },
		{ "ln_ends", 0.153 }, { "ln_last", 0.066 }, { "c_se", 0.050 },
		{ "ln_r", 0.0104 }) },
	{ "params", "parameters", "trainable parameters",
	  TERMS({ "params", 1 }) },
	{ "macs", "FLOPs", "multiply-accumulates", TERMS({ "macs", 1 }) },
	{ "bitops", "BitOps", "multiply-accumulates times bits",
	  TERMS({ "bitops", 1 }) },
	{ "depth", "depth", "convolutions", TERMS({ "layers", 1 }) },
	{ "zen", "Zen-score", "how a random network answers to noise: "
	  "Monte-Carlo, slow", .sampled = true, .value = score_zen },
	{ 0 },
};

const struct nas_score_def *score_find(const char *name)
{
	for (const struct nas_score_def *s = scores; s->name; s++)
		if (strcmp(s->name, name) == 0)
			return s;
	return NULL;
}
