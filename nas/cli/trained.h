/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/cli/trained.h - options of commands that take a trained network: its
 * images, and bits for its layers.
 *
 * Usage:
 *	static const struct cli_option options[] = { MODEL_OPTIONS,
 *		QUANTISED_OPTIONS, { 0 } };
 *	status = trained_model_options(&model_options, cli, err);
 *	status = trained_quantised_options(&quantised_options, cli, err);
 */
#ifndef NAS_CLI_TRAINED_H
#define NAS_CLI_TRAINED_H

#include "nas/cli/command.h"
#include "nas/run/quantised.h"

#define IMAGE_OPTIONS                                                          \
	{"data", 0, "X",                                                       \
	 "images: .npy, IDX (.gz too), a folder with "                         \
	 "one subfolder per class, or an image"},                              \
		{"limit", 0, "N", "use the first N images only"},              \
		{"image-size", 0, "N|HxW",                                     \
		 "size of the input if the network does not fix it; "          \
		 "default: that of the data, or 224"},                         \
		{"mean", 0, "M[,M,M]",                                         \
		 "mean of p / 255 (p = 0 .. 255); default 0.5"},               \
	{                                                                      \
		"std", 0, "S[,S,S]",                                           \
			"the network gets (p / 255 - mean) / std; "            \
			"default 0.5, that is p / 127.5 - 1"                   \
	}

#define MODEL_OPTIONS                                                          \
	IMAGE_OPTIONS,                                                         \
	{                                                                      \
		"labels", 0, "Y", "labels: .npy, IDX, or text, one per line"   \
	}

#define QUANTISED_OPTIONS                                                      \
	{"policy", 'p', "FILE",                                                \
	 "bits of each layer, as 'nas allocate --format "                      \
	 "json' prints them"},                                                 \
		{"bits-w", 0, "N", "bits of all weights, 2 .. 8; 32 = float"}, \
		{"bits-a", 0, "N",                                             \
		 "bits of all layers' inputs, 2 .. 8; 32 = float"},            \
		{"per-tensor", 0, NULL,                                        \
		 "one scale per layer instead of one per channel"},            \
		{"calibrate", 0, "X",                                          \
		 "images that show ranges and biases, as --data; "             \
		 "default those of --data"},                                   \
		{"calibration", 0, "N",                                        \
		 "take the first N of them; default 128"},                     \
		{"ranges", 0, "RANGES",                                        \
		 "what of its range an input's grid spans, the first by "      \
		 "default"},                                                   \
	{                                                                      \
		"no-bias-correction", 0, NULL,                                 \
			"leave biases as they are; else they make up for "     \
			"what the weights change on average"                   \
	}

/* NAS_EUSAGE. */
enum nas_status trained_model_options(struct model_options *o,
				      const struct cli *cli,
				      struct nas_err *err) NAS_MUST_CHECK;
enum nas_status trained_quantised_options(struct quantised_options *o,
					  const struct cli *cli,
					  struct nas_err *err) NAS_MUST_CHECK;

/* NAS_EUSAGE without --data. */
enum nas_status trained_need_images(const struct cli *cli,
				    struct nas_err *err) NAS_MUST_CHECK;

#endif
