/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/cli/cmd_evaluate.h - how right a network is, float and quantised.
 *
 * Usage:
 *	tally_add(&e.plain, logits, n, classes, labels);
 *	status = evaluation_print(&e, err);
 */
#ifndef NAS_CLI_CMD_EVALUATE_H
#define NAS_CLI_CMD_EVALUATE_H

#include "nas/form/json.h"
#include "nas/cli/quantised.h"

struct tally { /* of images with labels */
	int n, top1, top5;
};

struct prediction { /* of one image, by the network that counts */
	int class;
	float score;
};

struct evaluation {
	const struct cli *cli;
	struct model model;
	struct quantised bits;
	struct forward *plain, *quantised; /* NULL without bits */
	int batch, classes;
	struct tally plain_tally, quantised_tally;
	int agree; /* images with the same first class in both */
	struct prediction *prediction; /* (images) */
	float *outputs; /* (images, classes) for --outputs, or NULL */
};

void tally_add(struct tally *t, const float *logits, int n, int classes,
	       const int *labels);
int first_class(const float *logits, int classes);

enum nas_status evaluation_print(const struct evaluation *e,
				 struct nas_err *err) NAS_MUST_CHECK;

#endif
