/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Error of what comes out, relative: sum |y - y_q|^2 / sum |y|^2 over all
 * images, of the layer's own feature map, or of the network's output (before
 * a Softmax) while only this layer is quantised. The latter is ours: it sees
 * what the layers behind make of the error.
 */
#include "scoring/sensitivity/metrics.h"

static void measure(const struct probe *p, const float *reference,
		    const float *now, double *figure)
{
	size_t n = p->graph->tensor[p->tensor].count;
	double error = 0, size = 0;

	for (size_t i = 0; i < n; i++) {
		double y = (double)reference[i], d = y - (double)now[i];

		error += d * d;
		size += y * y;
	}
	figure[0] = error;
	figure[1] = size;
}

static int layer_output(const struct graph *g, int layer)
{
	return g->layer[layer].output;
}

/* Through what keeps or only squashes values. */
static int network_output(const struct graph *g, int layer)
{
	int t = g->output[0];

	(void)layer;
	for (int node = g->tensor[t].producer; node >= 0;
	     node = g->tensor[t].producer) {
		enum graph_op op = g->node[node].op;

		if (op != GRAPH_SOFTMAX && op != GRAPH_RESHAPE)
			break;
		t = g->node[node].in[0];
	}
	return t;
}

static enum nas_status run_output(struct sensitivity *s,
				  const struct sensitivity_job *job,
				  struct nas_arena *arena, struct nas_err *err)
{
	const struct probe_kind kind = { .tensor = layer_output,
					 .measure = measure, .ratio = true };

	return metric_probe(s, job, &kind, arena, err);
}

static enum nas_status run_logits(struct sensitivity *s,
				  const struct sensitivity_job *job,
				  struct nas_arena *arena, struct nas_err *err)
{
	const struct probe_kind kind = { .tensor = network_output,
					 .measure = measure, .ratio = true };

	return metric_probe(s, job, &kind, arena, err);
}

const struct sensitivity_metric metric_output = {
	"output", "relative error of the layer's feature map",
	.images = 64, .least = 1, .few = 8, .run = run_output
};

const struct sensitivity_metric metric_logits = {
	"logits", "relative error of the network's output",
	.images = 64, .least = 1, .few = 8, .run = run_logits
};
