/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/sensitivity_of.h - the sensitivities of a trained network's layers,
 * from its file and its images.
 *
 * Usage:
 *	struct sensitivity_options o = {
 *		.metric = sensitivity_find("te"), .label = -1,
 *		.model = { .images = "x.npy", .data = DATA_DEFAULTS },
 *		.job = { .quantiser = ..., .nw = 3, .bits_w = bits, ... } };
 *	status = sensitivity_of(&r, "model.onnx", &o, &env, err);
 *	r.s.loss_w[...]
 */
#ifndef NAS_RUN_SENSITIVITY_OF_H
#define NAS_RUN_SENSITIVITY_OF_H

#include "nas/form/json.h"
#include "nas/run/env.h"
#include "nas/run/model.h"
#include "scoring/sensitivity/sensitivity.h"

struct sensitivity_options {
	const struct sensitivity_metric *metric; /* NULL = sensitivity_auto's */
	struct model_options model;
	struct sensitivity_job job; /* but for graph, images, threads and
				     * progress */
	int label;  /* take images of this class only; -1 = all, or the first
		     * image's where the metric wants one */
	int images; /* to look at, at most; 0 = as many as the metric says */
};

struct sensitivity_run {
	const struct sensitivity_metric *metric;
	struct model model; /* its images are closed again */
	struct sensitivity_job job;
	struct sensitivity s;
	int label; /* -1 = all classes */
};

#define SENSITIVITY_AUTO "auto" /* where names of metrics are asked for */

/*
 * The metric that sees most of what a policy does within about two minutes of
 * one core (3e9 MACs a second, so the same wherever it runs): logits of 8 to
 * 64 images, else output; msqe-relative without images, or where even that
 * would take longer. *images: how many it looks at.
 */
const struct sensitivity_metric *
sensitivity_auto(const struct graph *g, const struct sensitivity_job *job,
		 bool has_images, int *images);

/* Tables live in env->arena. NAS_EUSAGE: the metric needs images, a label
 * needs labels; model_read's, data_open's and sensitivity_run's errors. */
enum nas_status sensitivity_of(struct sensitivity_run *r, const char *path,
			       const struct sensitivity_options *options,
			       const struct nas_run_env *env,
			       struct nas_err *err) NAS_MUST_CHECK;

extern const struct form sensitivity_form;
cJSON *sensitivity_json(const struct sensitivity_run *r);

/* sensitivity.csv and .json in a folder, which is made. */
enum nas_status sensitivity_write(const char *dir,
				  const struct sensitivity_run *r,
				  struct nas_err *err) NAS_MUST_CHECK;

#endif
