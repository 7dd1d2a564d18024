/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/sensitivity/metrics.h - the rows of sensitivity_metrics[] and what they share.
 *
 * To add a metric: a file metric_NAME.c with a struct sensitivity_metric and
 * its name in METRIC_LIST. Its run fills the tables, which are there and 0;
 * s->value and s->extra_w are its own to allocate.
 */
#ifndef SCORING_SENSITIVITY_METRICS_H
#define SCORING_SENSITIVITY_METRICS_H

#include "scoring/forward/forward.h"
#include "scoring/sensitivity/sensitivity.h"

#define METRIC_LIST(X)                                                        \
	X(te) X(te_mean) X(arp) X(msqe) X(msqe_relative) X(output) X(logits)  \
	X(orm) X(qe) X(size)

#define METRIC_DECLARATION(name)                                              \
	extern const struct sensitivity_metric metric_##name;
METRIC_LIST(METRIC_DECLARATION)

/* value (L) to losses: value (4^-bits - 4^-8), bits at most 8, or by
 * job->linear. */
void metric_from_values(struct sensitivity *s,
			const struct sensitivity_job *job);

/* A layer's weights on the job's grid, wq (out, fan); bits up to 8. */
void metric_quantise(float *wq, float *scale, const struct graph_layer *layer,
		     const struct sensitivity_job *job, int bits);

/* Most values that a layer's weights are, and most output channels. */
size_t metric_weights_max(const struct graph *g);
int metric_channels_max(const struct graph *g);

/*
 * Probes: every layer alone gets every number of bits, and one tensor of the
 * network is compared with what it is in float, image by image.
 */
struct probe {
	const struct sensitivity_job *job;
	const struct graph *graph;
	int layer, tensor;
	int bits_w, bits_a;  /* of the layer now; 32 = float */
	const float *weight; /* (out, fan) of the layer now */
	const void *context;
};

#define PROBE_FIGURES 2

struct probe_kind {
	/* Tensor to compare while a layer is probed, -1 with err set. */
	int (*tensor)(const struct graph *g, int layer);
	/* figure of one image: reference and now have the tensor's count.
	 * Called from several threads. */
	void (*measure)(const struct probe *p, const float *reference,
			const float *now, double *figure);
	bool ratio; /* loss = sum figure[0] / sum figure[1]; else the mean of
		     * figure[0], and of figure[1] goes to extra_w */
	const void *context;
};

enum nas_status metric_probe(struct sensitivity *s,
			     const struct sensitivity_job *job,
			     const struct probe_kind *kind,
			     struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

#endif
