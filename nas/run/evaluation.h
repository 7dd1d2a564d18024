/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/evaluation.h - how right a trained network is, float and quantised.
 *
 * The class of an image is that of the largest output. A network with one
 * output has two classes: 1 above a threshold, which is 0.5 where the network
 * ends in a sigmoid and 0 elsewhere. Labels beyond the classes are refused.
 *
 * Usage:
 *	struct evaluation_options o = { .model = ..., .bits = ..., .batch = 32 };
 *	status = evaluation_run(&e, "model.onnx", &o, &env, err);
 *	e.plain.top1, e.quantised.top1, of e.plain.n
 *	evaluation_free(&e);
 */
#ifndef NAS_RUN_EVALUATION_H
#define NAS_RUN_EVALUATION_H

#include "nas/form/json.h"
#include "nas/run/env.h"
#include "nas/run/quantised.h"

#define EVALUATION_PREDICTIONS 1000 /* of images without labels, in JSON */

struct evaluation_options {
	struct model_options model;
	struct quantised_options bits;
	int batch;    /* images at a time */
	bool outputs; /* keep what the network gives for every image */
	bool grids;   /* every map on a grid, as the C of a network has it */
};

struct tally { /* of images with labels */
	int n, top1, top5;
};

struct prediction { /* of one image, by the network that counts */
	int class;
	float score;
};

struct evaluation {
	struct model model; /* its data stay open: names of images */
	struct quantised bits;
	bool has_bits; /* some layer has bits: there is a quantised network */
	int batch;
	int noutputs; /* of an image */
	int classes;  /* as many; 2 where there is one output */
	float threshold; /* one output: above it, class 1 */
	double seconds; /* of the batches */
	struct tally plain, quantised;
	int agree; /* images with the same first class in both */
	struct prediction *prediction; /* (images) */
	float *outputs; /* (images, noutputs), of the quantised network where
			 * there is one; NULL = not kept */
};

/* Arrays live in env->arena. NAS_EINTERRUPTED when it was asked to stop;
 * model_read's, data_open's and quantised_read's errors. evaluation_free is
 * due after a failure as well. */
enum nas_status evaluation_run(struct evaluation *e, const char *path,
			       const struct evaluation_options *options,
			       const struct nas_run_env *env,
			       struct nas_err *err) NAS_MUST_CHECK;
void evaluation_free(struct evaluation *e);

/* The quantised network as ONNX, and what was kept of the outputs as .npy.
 * NAS_EIO, NAS_ENOMEM; NAS_EINPUT: ONNX has no form for the network. */
enum nas_status evaluation_write_model(const struct evaluation *e,
				       const char *path,
				       struct nas_arena *arena,
				       struct nas_err *err) NAS_MUST_CHECK;
enum nas_status evaluation_write_outputs(const struct evaluation *e,
					 const char *path,
					 struct nas_err *err) NAS_MUST_CHECK;

extern const struct form evaluation_form;
cJSON *evaluation_json(const struct evaluation *e);

#endif
