/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scoring/score.h"

#include <math.h>
#include <string.h>

#include "scoring/deepmad.h"
#include "scoring/zen.h"

static const struct qe_rule rqe = { .bits = true, .residual = true,
				    .weights = QE_EQUAL };
static const struct qe_rule rqe_r = { .bits = true, .residual = true,
				      .resolution = true,
				      .weights = QE_EQUAL };
static const struct qe_rule deepmad = { .resolution = true,
					.weights = QE_LAST_8 };
static const struct qe_rule mae = { .weights = QE_PUBLISHED };

#define RULE .resource = -1, .rule
#define SIZE .additive = true, .resource

const struct score_def scores[] = {
	{ "qe", "QE-Score", "entropy of the quantised network, multi-scale",
	  RULE = &qe_rule, .additive = true },
	{ "rqe", "R-QE", "residual-aware QE-Score: a block with a shortcut "
	  "counts by its share of the stream", RULE = &rqe, .additive = true },
	{ "rqe-r", "R-QE(r)", "R-QE, each stage times ln(C r^2) of its map",
	  RULE = &rqe_r },
	{ "mae", "MAE entropy", "entropy of the full-precision network, "
	  "multi-scale", RULE = &mae, .additive = true },
	{ "deepmad", "DeepMAD", "full-precision entropy by stage times "
	  "ln(C r^2), less a depth penalty", RULE = &deepmad,
	  .no_squeeze = true, .value = score_deepmad },
	{ "params", "parameters", "trainable parameters", SIZE = RES_PARAMS },
	{ "macs", "FLOPs", "multiply-accumulates", SIZE = RES_MACS },
	{ "bitops", "BitOps", "multiply-accumulates times bits",
	  SIZE = RES_BITOPS },
	{ "depth", "depth", "convolutions", SIZE = RES_LAYERS },
	{ "zen", "Zen-score", "how a random network answers to noise: "
	  "Monte-Carlo, slow", .resource = -1, .sampled = true,
	  .value = score_zen },
	{ 0 },
};

const struct score_def *score_find(const char *name)
{
	for (const struct score_def *s = scores; s->name; s++)
		if (strcmp(s->name, name) == 0)
			return s;
	return NULL;
}

enum qe_weights score_weights(const struct score_def *def)
{
	return def->rule ? def->rule->weights : QE_PUBLISHED;
}

static enum nas_status size_value(double *value, const struct score_def *def,
				  const struct arch *arch)
{
	double res[RESOURCES];
	struct cost cost;

	cost_of(&cost, NULL, arch, &memory_models[MEMORY_TINYENGINE]);
	cost_resources(&cost, res);
	*value = res[def->resource];
	return NAS_OK;
}

enum nas_status score_value(double *value, const struct score_def *def,
			    const struct arch *arch,
			    const struct score_options *options,
			    struct nas_err *err)
{
	if (def->value)
		return def->value(value, arch, options, err);
	if (def->rule)
		return qe_score(value, NULL, arch, def->rule, &options->qe,
				err);
	return size_value(value, def, arch);
}
