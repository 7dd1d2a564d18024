/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/cli/quantised.h - a trained network with bits for its layers, from a
 * command line; nas evaluate and nas export share it.
 *
 * Weights move onto the grid of their bits alone. Inputs of layers need the
 * ranges that they have in the float network: images show them.
 *
 * Usage:
 *	static const struct cli_option options[] = { QUANTISED_OPTIONS, { 0 } };
 *	status = quantised_read(&q, &model, cli, err);
 *	if (quantised_inputs(&q))
 *		status = quantised_calibrate(&q, forward, x, batch, err);
 *	policy = quantised_policy(&q);                  for forward_set_policy
 *	status = quantised_onnx(&text, &q, err);
 */
#ifndef NAS_CLI_QUANTISED_H
#define NAS_CLI_QUANTISED_H

#include "nas/base/file.h"
#include "nas/cli/model.h"
#include "scoring/forward/forward.h"

#define QUANTISED_OPTIONS                                                      \
	{"policy", 'p', "FILE",                                                \
	 "bits of each layer: what 'nas allocate "                             \
	 "--format json' prints"},                                             \
		{"bits-w", 0, "N", "bits of all weights, 2 .. 8; 32 = float"}, \
		{"bits-a", 0, "N", "bits of all layers' inputs, likewise"},    \
		{"per-tensor", 0, NULL, "one scale a layer, not one a channel"}, \
	{                                                                      \
		"calibration", 0, "N",                                         \
			"images that give the inputs' ranges; default 128"     \
	}

struct quantised {
	const struct cli *cli;
	struct model *model;
	int *bits_w, *bits_a; /* (nlayers) 0 = float */
	enum quant_scope scope;
	float *low, *high; /* (nlayers) ranges of the inputs */
};

/* Bits by --policy, --bits-w and --bits-a; the model has been read. */
enum nas_status quantised_read(struct quantised *q, struct model *model,
			       const struct cli *cli,
			       struct nas_err *err) NAS_MUST_CHECK;

/* Some layer's weights, or input, have bits. */
bool quantised_weights(const struct quantised *q);
bool quantised_inputs(const struct quantised *q);

/* Ranges over the model's first images, of which x holds a batch. */
enum nas_status quantised_calibrate(struct quantised *q, struct forward *f,
				    float *x, int batch,
				    struct nas_err *err) NAS_MUST_CHECK;

struct forward_policy quantised_policy(const struct quantised *q);

/* The same for exports, with weights on their grids. */
enum nas_status quantised_quant(struct graph_quant *quant,
				const struct quantised *q,
				struct nas_err *err) NAS_MUST_CHECK;

/* The network in its fake-quantised form, graph_write_onnx. */
enum nas_status quantised_onnx(struct text *out, const struct quantised *q,
			       struct nas_err *err) NAS_MUST_CHECK;

#endif
