/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the metrics share: losses from values, weights on the grid. */
#include <math.h>

#include "scoring/sensitivity/metrics.h"

static double bits_lost(int bits, bool linear)
{
	if (bits >= SENSITIVITY_BITS)
		return 0;
	return linear ? SENSITIVITY_BITS - bits
		      : ldexp(1, -2 * bits) - ldexp(1, -2 * SENSITIVITY_BITS);
}

static void lose(double *loss, const int *bits, int n, double value,
		 bool linear)
{
	for (int k = 0; k < n; k++)
		loss[k] = value * bits_lost(bits[k], linear);
}

void metric_from_values(struct sensitivity *s,
			const struct sensitivity_job *job)
{
	for (int i = 0; i < s->nlayers; i++) {
		lose(s->loss_w + i * s->nw, s->bits_w, s->nw, s->value[i],
		     job->linear);
		lose(s->loss_a + i * s->na, s->bits_a, s->na, s->value[i],
		     job->linear);
	}
}

void metric_quantise(float *wq, float *scale, const struct graph_layer *layer,
		     const struct sensitivity_job *job, int bits)
{
	quantiser_scales(job->quantiser, scale, layer->weight, layer->out,
			 layer->fan, bits, job->scope);
	fake_quant_scaled(wq, layer->weight, layer->out, layer->fan, bits,
			  scale);
}

size_t metric_weights_max(const struct graph *g)
{
	size_t most = 1;

	for (int i = 0; i < g->nlayers; i++) {
		size_t n = (size_t)g->layer[i].out * g->layer[i].fan;

		most = n > most ? n : most;
	}
	return most;
}

int metric_channels_max(const struct graph *g)
{
	int most = 1;

	for (int i = 0; i < g->nlayers; i++)
		most = g->layer[i].out > most ? g->layer[i].out : most;
	return most;
}
