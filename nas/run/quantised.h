/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/quantised.h - a trained network with bits for its layers.
 *
 * Weights move onto the grid of their bits alone. Inputs of layers need the
 * ranges that they have in the float network, and biases make up for what the
 * weights change: images show both (scoring/forward/input_stats.h).
 *
 * Usage:
 *	struct quantised_options o = QUANTISED_DEFAULTS;
 *	status = quantised_read(&q, &model, &o, arena, err);
 *	if (quantised_needs_images(&q))
 *		status = quantised_calibrate(&q, threads, err);
 *	status = quantised_apply(&q, forward, err);        to run it
 *	status = quantised_graph(&graph, &q, true, err);   for export_write
 */
#ifndef NAS_RUN_QUANTISED_H
#define NAS_RUN_QUANTISED_H

#include "nas/base/file.h"
#include "nas/run/model.h"
#include "scoring/forward/input_stats.h"
#include "scoring/forward/rounding.h"
#include "scoring/forward/quantiser.h"

enum quantised_round { ROUND_GPTQ, ROUND_NEAREST };
extern const char *const quantised_round_names[]; /* NULL ends */

struct quantised_options {
	const char *policy; /* a file, "bits_w" and "bits_a"; NULL = none */
	int bits_w, bits_a; /* of all layers, over the policy's; 0 = its */
	enum quant_scope scope;
	const struct quantiser *quantiser; /* of weights; NULL = the
					    * policy's, or the first */
	const struct model_options *images; /* what calibrates; NULL = the data
					     * of the model */
	int calibration; /* the first so many of them */
	enum range_rule ranges;
	bool plain_biases; /* do not correct them */
	enum quantised_round round;
};
#define QUANTISED_DEFAULTS                                                   \
	{ .scope = QUANT_PER_CHANNEL, .calibration = 128 }

struct quantised {
	struct model *model;
	struct nas_arena *arena;
	const struct quantised_options *options;
	int *bits_w, *bits_a; /* (nlayers) 0 = float */
	const struct quantiser *quantiser; /* of weights */
	bool calibrated;
	int images;           /* that calibrated it */
	struct input_stats stats;
	float *low, *high; /* (nlayers) ranges of the inputs */
	struct rounded rounded; /* weights by ROUND_GPTQ; no arrays: nearest */
};

/* The model has been read; options must live as long as q. NAS_EIO, NAS_EINPUT
 * of the policy's file. */
enum nas_status quantised_read(struct quantised *q, struct model *model,
			       const struct quantised_options *options,
			       struct nas_arena *arena,
			       struct nas_err *err) NAS_MUST_CHECK;

/* Some layer's weights, or input, have bits. */
bool quantised_weights(const struct quantised *q);
bool quantised_inputs(const struct quantised *q);

/* Ranges of inputs, or biases that are to be corrected. */
bool quantised_needs_images(const struct quantised *q);

/* From the options' images, or those of the model, which are open. */
enum nas_status quantised_calibrate(struct quantised *q, int threads,
				    struct nas_err *err) NAS_MUST_CHECK;

/* Weights, biases and grids for a pass over the model's graph. */
enum nas_status quantised_apply(const struct quantised *q, struct forward *f,
				struct nas_err *err) NAS_MUST_CHECK;

/* The network with its bits, for exports: weights on their grids. Inputs of
 * layers too, where ranges: they have been calibrated. */
enum nas_status quantised_graph(struct graph *g, const struct quantised *q,
				bool ranges,
				struct nas_err *err) NAS_MUST_CHECK;

#endif
