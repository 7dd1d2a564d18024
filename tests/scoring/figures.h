/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/scoring/figures.h - hold all figures of a network against expected
 * ones in JSON. Keys that are not expected are not looked at.
 */
#ifndef TESTS_SCORING_FIGURES_H
#define TESTS_SCORING_FIGURES_H

#include "nas/form/json.h"
#include "scoring/deepmad.h"
#include "scoring/qe.h"
#include "spaces/cost.h"
#include "tests/check.h"

#define FIGURES_STEPS_MAX (ARCH_BLOCKS_MAX * BLOCK_CONVS_MAX)

static inline int figure(const cJSON *expect, const char *key, double got)
{
	const cJSON *n = cJSON_GetObjectItemCaseSensitive(expect, key);

	if (n)
		CHECK_REL(got, n->valuedouble, 1e-9);
	return n != NULL;
}

/* Bytes of every step, and the peak as their maximum. */
static inline int figure_memory(const cJSON *expect, const char *key,
				const struct nas_arch *arch,
				const struct nas_memory_model *model)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(expect, key), *n;
	static struct nas_step steps[FIGURES_STEPS_MAX];
	struct nas_cost cost;
	double peak = 0;
	int i = 0;

	if (!list)
		return 0;
	cost_of(&cost, steps, arch, model);
	assert_int_equal(cJSON_GetArraySize(list), cost.nsteps);
	cJSON_ArrayForEach(n, list) {
		CHECK_REL(steps[i++].memory_bytes, n->valuedouble, 1e-12);
		peak = fmax(peak, n->valuedouble);
	}
	CHECK_REL(cost.peak_memory_bytes, peak, 1e-12);
	CHECK_REL(steps[cost.peak_step].memory_bytes, peak, 1e-12);
	return 1;
}

/* Returns the number of figures that were looked at. */
static inline int figures_check(const struct nas_arch *arch,
				const cJSON *expect)
{
	const struct nas_qe_options options = QE_DEFAULTS;
	struct nas_err err = {0};
	struct deepmad deepmad;
	struct nas_cost cost;
	double score;
	int n = 0;

	cost_of(&cost, NULL, arch, &memory_models[MEMORY_TINYENGINE]);
	deepmad_of(&deepmad, arch);
	CHECK_OK(qe_score(&score, NULL, arch, &qe_rule, &options, &err), &err);
	n += figure(expect, "qe_score", score);
	n += figure(expect, "flops", cost.flops);
	n += figure(expect, "bitops", cost.bitops);
	n += figure(expect, "macs", cost.macs);
	n += figure(expect, "params", cost.params);
	n += figure(expect, "size_bytes", cost.size_bytes);
	n += figure(expect, "flash_bytes", cost.flash_bytes);
	n += figure(expect, "layers", cost.layers);
	n += figure(expect, "peak_memory_bytes", cost.peak_memory_bytes);
	n += figure(expect, "deepmad_score", deepmad.score);
	n += figure(expect, "deepmad_rho_max", deepmad.rho_max);
	n += figure_memory(expect, "memory_per_step", arch,
			   &memory_models[MEMORY_TINYENGINE]);
	n += figure_memory(expect, "memory_tinyengine", arch,
			   &memory_models[MEMORY_TINYENGINE]);
	n += figure_memory(expect, "memory_plain", arch,
			   &memory_models[MEMORY_PLAIN]);
	return n;
}

#endif
