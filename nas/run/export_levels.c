/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For formats of integers: every map of a network on a grid. */
#include "nas/run/export_levels.h"

#include <string.h>

#include "nas/base/rng.h"
#include "scoring/forward/tensor_ranges.h"

#define NOISE_IMAGES 16

/* Pictures for a network that nobody has trained: as its numbers were drawn,
 * mean 0 and variance 1. */
struct noise {
	struct rng rng;
	size_t count;
};

static enum nas_status give_noise(void *context, int first, int n, float *x,
				  struct nas_err *err)
{
	struct noise *noise = context;

	(void)first;
	(void)err;
	for (size_t i = 0; i < noise->count * (size_t)n; i++) {
		double sum = 0;

		for (int k = 0; k < 12; k++)
			sum += rng_uniform(&noise->rng);
		x[i] = (float)(sum - 6);
	}
	return NAS_OK;
}

/* Images of --images, or the first of --data. */
static enum nas_status ranges_of_images(float *low, float *high,
					const struct graph *g,
					const struct export_job *job,
					const struct nas_run_env *env,
					struct nas_err *err)
{
	struct model m = {.graph = *g};
	struct model_shown shown = {&m, env->threads};
	struct stats_images images;
	struct model_options options = job->model;

	if (job->bits.images)
		options = *job->bits.images;
	if (model_open_data(&m, &options, err) != NAS_OK)
		return err->code;
	images = model_first(&shown, job->bits.calibration);
	(void)!tensor_ranges(low, high, g, &images, env->arena, err);
	model_close(&m);
	return err->code;
}

/* Of networks that are on grids already. */
static enum nas_status without_images(struct graph *out, const struct graph *g,
				      bool any, struct nas_arena *arena,
				      struct nas_err *err)
{
	struct nas_err why = {0};
	const char *text;

	if (graph_on_grids(out, g, NULL, NULL, any, arena, &why) == NAS_OK)
		return NAS_OK;
	text = nas_err_msg(&why, 0);
	return nas_fail(err, why.code, "%s%s", text,
			strstr(text, "no images") ? " (--data X)" : "");
}

enum nas_status export_levels(struct graph *out, const struct graph *g,
			      bool drawn, const struct export_job *job,
			      const struct nas_run_env *env,
			      struct nas_err *err)
{
	bool any = job->format && job->format->needs == EXPORT_INTEGERS;
	float *low = NAS_NEW(env->arena, float, (size_t)g->ntensors);
	float *high = NAS_NEW(env->arena, float, (size_t)g->ntensors);
	struct noise noise = {.count = g->tensor[g->input[0]].count};
	struct stats_images images = {.n = NOISE_IMAGES, .count = noise.count,
				      .give = give_noise, .context = &noise};

	if (!low || !high)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the ranges");
	if (job->model.images || job->bits.images) {
		if (ranges_of_images(low, high, g, job, env, err) != NAS_OK)
			return err->code;
	} else if (drawn) {
		rng_seed(&noise.rng, job->options.seed, 0);
		if (tensor_ranges(low, high, g, &images, env->arena, err))
			return err->code;
	} else {
		return without_images(out, g, any, env->arena, err);
	}
	return graph_on_grids(out, g, low, high, any, env->arena, err);
}
