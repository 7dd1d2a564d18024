/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/quantised.h - a trained network with bits for its layers.
 *
 * Weights move onto the grid of their bits alone. Inputs of layers need the
 * ranges that they have in the float network: images show them.
 *
 * Usage:
 *	struct quantised_options o = QUANTISED_DEFAULTS;
 *	status = quantised_read(&q, &model, &o, arena, err);
 *	if (quantised_inputs(&q))
 *		status = quantised_calibrate(&q, forward, x, batch, threads,
 *					     err);
 *	policy = quantised_policy(&q);                  for forward_set_policy
 *	status = quantised_graph(&graph, &q, true, err);   for export_write
 */
#ifndef NAS_RUN_QUANTISED_H
#define NAS_RUN_QUANTISED_H

#include "nas/base/file.h"
#include "nas/run/model.h"
#include "scoring/forward/forward.h"

struct quantised_options {
	const char *policy; /* a file, "bits_w" and "bits_a"; NULL = none */
	int bits_w, bits_a; /* of all layers, over the policy's; 0 = its */
	enum quant_scope scope;
	int calibration;    /* images that give the inputs' ranges */
};
#define QUANTISED_DEFAULTS                                                   \
	{ .scope = QUANT_PER_CHANNEL, .calibration = 128 }

struct quantised {
	struct model *model;
	struct nas_arena *arena;
	int calibration;
	int *bits_w, *bits_a; /* (nlayers) 0 = float */
	enum quant_scope scope;
	float *low, *high; /* (nlayers) ranges of the inputs */
};

/* The model has been read. NAS_EIO, NAS_EINPUT of the policy's file. */
enum nas_status quantised_read(struct quantised *q, struct model *model,
			       const struct quantised_options *options,
			       struct nas_arena *arena,
			       struct nas_err *err) NAS_MUST_CHECK;

/* Some layer's weights, or input, have bits. */
bool quantised_weights(const struct quantised *q);
bool quantised_inputs(const struct quantised *q);

/* Ranges over the model's first images, of which x holds a batch. */
enum nas_status quantised_calibrate(struct quantised *q, struct forward *f,
				    float *x, int batch, int threads,
				    struct nas_err *err) NAS_MUST_CHECK;

/* The same with a forward pass and a batch of its own. */
enum nas_status quantised_ranges(struct quantised *q, int threads,
				 struct nas_err *err) NAS_MUST_CHECK;

struct forward_policy quantised_policy(const struct quantised *q);

/* The network with its bits, for exports: weights on their grids. Inputs of
 * layers too, where ranges: they have been calibrated. */
enum nas_status quantised_graph(struct graph *g, const struct quantised *q,
				bool ranges,
				struct nas_err *err) NAS_MUST_CHECK;

#endif
