/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scoring/sensitivity/sensitivity.h"

#include <math.h>
#include <string.h>

#include "scoring/sensitivity/metrics.h"

const struct sensitivity_metric *const sensitivity_metrics[] = {
	&metric_te,	       &metric_te_mean, &metric_arp,
	&metric_msqe,	       &metric_msqe_relative, &metric_output,
	&metric_logits,	       &metric_orm, &metric_qe,
	&metric_size,	       NULL,
};

const struct sensitivity_metric *sensitivity_find(const char *name)
{
	for (int i = 0; sensitivity_metrics[i]; i++)
		if (strcmp(sensitivity_metrics[i]->name, name) == 0)
			return sensitivity_metrics[i];
	return NULL;
}

static enum nas_status check_finite(const struct sensitivity *s,
				    const struct graph *g, const double *table,
				    int n, struct nas_err *err)
{
	for (int i = 0; i < s->nlayers * n; i++)
		if (!isfinite(table[i]))
			return nas_fail(err, NAS_ENUM, "metric '%s': the loss "
					"of layer '%.80s' is not finite",
					s->metric, g->layer[i / n].name);
	return NAS_OK;
}

enum nas_status sensitivity_run(struct sensitivity *s,
				const struct sensitivity_metric *metric,
				const struct sensitivity_job *job,
				struct arena *arena, struct nas_err *err)
{
	size_t n = (size_t)job->graph->nlayers;

	memset(s, 0, sizeof(*s));
	if (n == 0)
		return nas_fail(err, NAS_ERUN, "the network has no layers "
				"that can be quantised");
	if (metric->images && (job->n < 1 || !job->x))
		return nas_fail(err, NAS_ERUN, "metric '%s' needs images",
				metric->name);
	s->metric = metric->name;
	s->nlayers = (int)n;
	s->nw = job->nw;
	s->na = job->na;
	s->bits_w = job->bits_w;
	s->bits_a = job->bits_a;
	s->loss_w = NAS_NEW2(arena, double, n, (size_t)job->nw);
	s->loss_a = NAS_NEW2(arena, double, n, (size_t)job->na);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the losses");
	if (metric->run(s, job, arena, err) != NAS_OK ||
	    check_finite(s, job->graph, s->loss_w, s->nw, err) != NAS_OK)
		return err->code;
	return check_finite(s, job->graph, s->loss_a, s->na, err);
}

static double bits_lost(int bits, bool noise)
{
	if (bits >= SENSITIVITY_BITS)
		return 0;
	return noise ? ldexp(1, -2 * bits) - ldexp(1, -2 * SENSITIVITY_BITS)
		     : SENSITIVITY_BITS - bits;
}

static void lose(double *loss, const int *bits, int n, double value,
		 bool noise)
{
	for (int k = 0; k < n; k++)
		loss[k] = value * bits_lost(bits[k], noise);
}

void metric_from_values(struct sensitivity *s,
			const struct sensitivity_job *job)
{
	for (int i = 0; i < s->nlayers; i++) {
		lose(s->loss_w + i * s->nw, s->bits_w, s->nw, s->value[i],
		     job->noise);
		lose(s->loss_a + i * s->na, s->bits_a, s->na, s->value[i],
		     job->noise);
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
