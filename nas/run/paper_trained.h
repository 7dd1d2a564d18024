/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/paper_trained.h - whether a trained network is the one that a list of
 * layers with random weights stands for.
 *
 * Usage:
 *	if (paper_trained_alike("configs/graphs/resnet18.json", &model))
 *		row->file = "r18.onnx";
 */
#ifndef NAS_RUN_PAPER_TRAINED_H
#define NAS_RUN_PAPER_TRAINED_H

#include <stdbool.h>

struct graph;

/* Layers of the same widths, kernels and multiply-accumulates in the same
 * order; false where the list cannot be read, which its row says. */
bool paper_trained_alike(const char *list, const struct graph *model);

#endif
