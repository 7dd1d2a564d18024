/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Squared error of the weights: sum (w - w_q)^2 of a layer, and that relative
 * to sum w^2 of each output channel, averaged over channels (the latter is
 * ours: it does not change when a channel is scaled, as batch norm does).
 * Of the input's bits the variance of rounding, 4^-bits / 12 relative to the
 * range, is taken for every layer alike (ours): weights say nothing of it.
 */
#include <math.h>

#include "nas/base/parallel.h"
#include "scoring/sensitivity/metrics.h"

struct msqe {
	struct sensitivity *s;
	const struct sensitivity_job *job;
	bool relative;
	float *scale; /* (L, channels) */
	int channels;
};

static double power(const float *w, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)w[i] * (double)w[i];
	return sum;
}

static double layer_error(const struct msqe *m,
			  const struct graph_layer *layer, float *scale,
			  int bits)
{
	double sum = 0;

	quantiser_scales(m->job->quantiser, scale, layer->weight, layer->out,
			 layer->fan, bits, m->job->scope);
	for (int o = 0; o < layer->out; o++) {
		const float *w = layer->weight + (size_t)o * layer->fan;
		double error = 0, size = power(w, layer->fan);

		if (scale[o] > 0)
			error = quantiser_error(w, layer->fan, bits,
						(double)scale[o]);
		if (m->relative)
			error /= size > 0 ? size * layer->out : 1;
		sum += error;
	}
	return sum;
}

static void work(void *context, int i)
{
	const struct msqe *m = context;
	struct sensitivity *s = m->s;
	float *scale = m->scale + (size_t)i * (size_t)m->channels;

	for (int k = 0; k < s->nw; k++)
		if (s->bits_w[k] <= QUANT_BITS_MAX)
			s->loss_w[i * s->nw + k] =
				layer_error(m, &m->job->graph->layer[i], scale,
					    s->bits_w[k]);
	for (int k = 0; k < s->na; k++)
		if (s->bits_a[k] <= QUANT_BITS_MAX)
			s->loss_a[i * s->na + k] =
				ldexp(1.0 / 12, -2 * s->bits_a[k]);
}

static enum nas_status run_either(struct sensitivity *s,
				  const struct sensitivity_job *job,
				  bool relative, struct nas_arena *arena,
				  struct nas_err *err)
{
	struct msqe m = { .s = s, .job = job, .relative = relative,
			  .channels = metric_channels_max(job->graph) };

	m.scale = NAS_NEW2(arena, float, (size_t)s->nlayers,
			   (size_t)m.channels);
	if (!m.scale)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the scales");
	parallel_for(s->nlayers, job->threads, work, &m);
	return NAS_OK;
}

static enum nas_status run(struct sensitivity *s,
			   const struct sensitivity_job *job,
			   struct nas_arena *arena, struct nas_err *err)
{
	return run_either(s, job, false, arena, err);
}

static enum nas_status run_relative(struct sensitivity *s,
				    const struct sensitivity_job *job,
				    struct nas_arena *arena,
				    struct nas_err *err)
{
	return run_either(s, job, true, arena, err);
}

const struct sensitivity_metric metric_msqe = {
	"msqe", "squared error of the weights", .run = run
};

const struct sensitivity_metric metric_msqe_relative = {
	"msqe-relative", "the same, relative to each channel's weights",
	.run = run_relative
};
