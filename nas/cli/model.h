/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/cli/model.h - a trained network and the images it is given.
 *
 * For commands that take MODEL and --data. The image size that the file
 * leaves open comes from --image-size, or from --data where that is an array.
 *
 * Usage:
 *	static const struct cli_option options[] = { MODEL_OPTIONS, { 0 } };
 *	status = model_read(&m, cli->arg[0], cli, err);
 *	status = model_open_data(&m, cli, err);
 *	status = model_images(&m, 0, 16, x, labels, cli->threads, err);
 *	model_close(&m);
 */
#ifndef NAS_CLI_MODEL_H
#define NAS_CLI_MODEL_H

#include "nas/data/data.h"
#include "nas/cli/command.h"
#include "spaces/graph/graph.h"

#define IMAGE_OPTIONS                                                          \
	{"data", 0, "X",                                                       \
	 "images: .npy, IDX (.gz too), a folder of a "                         \
	 "folder a class, or an image"},                                       \
		{"limit", 0, "N", "take the first N images only"},             \
		{"image-size", 0, "N|HxW",                                     \
		 "where the network leaves it open; "                          \
		 "default the data's, or 224"},                                \
		{"mean", 0, "M[,M,M]",                                         \
		 "of p / 255 (p = 0 .. 255); default 0.5"},                    \
	{                                                                      \
		"std", 0, "S[,S,S]",                                           \
			"the network gets (p / 255 - mean) / std; "            \
			"default 0.5, that is p / 127.5 - 1"                   \
	}

#define MODEL_OPTIONS                                                          \
	IMAGE_OPTIONS,                                                         \
	{                                                                      \
		"labels", 0, "Y", "labels: .npy, IDX, or text, one a line"     \
	}

struct model {
	struct graph graph;
	struct data *data;  /* NULL without --data */
	bool channels_last; /* the network takes (N, H, W, C) */
	struct data_options options;
	size_t count; /* floats an image */
};

enum nas_status model_read(struct model *m, const char *path,
			   const struct cli *cli,
			   struct nas_err *err) NAS_MUST_CHECK;
/* NAS_EUSAGE without --data. */
enum nas_status model_open_data(struct model *m, const struct cli *cli,
				struct nas_err *err) NAS_MUST_CHECK;
/* As data_get, in the network's order of axes. */
enum nas_status model_images(const struct model *m, int first, int n, float *x,
			     int *labels, int threads,
			     struct nas_err *err) NAS_MUST_CHECK;
void model_close(struct model *m);

#endif
