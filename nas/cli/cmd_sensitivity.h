/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/cli/cmd_sensitivity.h - a model's sensitivities from a command line;
 * nas sensitivity and nas allocate share it.
 *
 * Usage:
 *	status = sensitivity_of_model(r, cli, err);    r in the arena
 *	r->s.loss_w[...]
 */
#ifndef NAS_CLI_CMD_SENSITIVITY_H
#define NAS_CLI_CMD_SENSITIVITY_H

#include "nas/cli/model.h"
#include "scoring/sensitivity/sensitivity.h"

#define SENSITIVITY_OPTIONS                                                  \
	{ "metric", 'm', "NAME", "what a layer loses by its bits: te, "      \
				 "te-mean, arp, msqe, msqe-relative, "       \
				 "output, logits, orm, qe, size" },          \
	{ "label", 0, "N", "take images of this class only; te and arp: "    \
			   "default the first image's class" },              \
	{ "images", 0, "N", "images to look at; default 64, te 128" },       \
	{ "quantiser", 0, "NAME", "grid of the weights: max-abs, msqe, "     \
				  "po2-max-abs, po2-msqe, po2-masked, "      \
				  "po2-lower; default max-abs" },            \
	{ "per-tensor", 0, NULL, "one scale a layer, not one a channel" },   \
	{ "bits-w", 0, "LIST", "bits of weights; default 2,3,4,5,6,8" },     \
	{ "bits-a", 0, "LIST", "bits of layers' inputs, 32 = float; "        \
			       "default 32" },                               \
	MODEL_OPTIONS,                                                       \
	{ "noise", 0, NULL, "te, orm, size: loss by 4^-bits, not 8 - bits" },  \
	{ "power", 0, "P", "arp: exponent, 0 = by capacity; default 3" },    \
	{ "beta", 0, "B", "orm: decay; default 0.1" }

#define BITS_LIST_MAX 16

struct sensitivity_run {
	const struct cli *cli;
	const struct sensitivity_metric *metric;
	struct model model; /* its images are closed again */
	struct sensitivity_job job;
	struct sensitivity s;
	int bits_w[BITS_LIST_MAX], bits_a[BITS_LIST_MAX];
	int label; /* -1 = all classes */
};

/* cli->arg[0] is the model. */
enum nas_status sensitivity_of_model(struct sensitivity_run *r,
				     const struct cli *cli,
				     struct nas_err *err) NAS_MUST_CHECK;

/* Images by --data, --labels, --label and --images into r->job. */
enum nas_status sensitivity_images(struct sensitivity_run *r,
				   struct nas_err *err) NAS_MUST_CHECK;

/* "2,3,4" ascending, different, 1 .. 32. */
enum nas_status sensitivity_bits(const struct cli *cli, const char *option,
				 const char *fallback, int *bits, int *n,
				 struct nas_err *err) NAS_MUST_CHECK;

#endif
