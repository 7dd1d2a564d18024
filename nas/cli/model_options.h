/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/cli/model_options.h - options that several commands have: images and bits
 * of a trained network, how sensitivities are measured, what a network is
 * written as, and --latency-model, a model that is built in, or a file.
 *
 * Usage:
 *	static const struct cli_option options[] = { MODEL_OPTIONS,
 *		QUANTISED_OPTIONS, { 0 } };
 *	status = model_options_read(&model_options, cli, err);
 *	status = quantised_options_read(&quantised_options, cli, err);
 *	status = sensitivity_options_read(&sensitivity_options, cli, err);
 *	status = export_options_read(&export_job, cli, err);
 *	status = latency_option_read(&model, cli, err);
 */
#ifndef NAS_CLI_MODEL_OPTIONS_H
#define NAS_CLI_MODEL_OPTIONS_H

#include "nas/cli/command.h"
#include "nas/run/export_job.h"
#include "nas/run/quantised.h"
#include "nas/run/sensitivity_of.h"
#include "spaces/latency.h"

#define IMAGE_OPTIONS                                                          \
	{"data", 0, "X",                                                       \
	 "images: .npy, IDX (.gz too), a folder with "                         \
	 "one subfolder per class, or an image; noise or "                     \
	 "noise:SEED: random images"},                                         \
		{"limit", 0, "N", "use the first N images only"},              \
		{"image-size", 0, "N|HxW",                                     \
		 "size of the input if the network does not fix it; "          \
		 "default: that of the data"},                                 \
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

/* How inputs and biases are quantised. */
#define ROUNDING_OPTIONS                                                       \
	{"ranges", 0, "RANGES",                                                \
	 "what of its range an input's grid spans, the first by "              \
	 "default"},                                                           \
	{"equalise", 0, NULL,                                                  \
	 "first scale the channels of neighbouring layers so that the "        \
	 "ranges of their weights are alike; says how many pairs"},            \
	{                                                                      \
		"no-bias-correction", 0, NULL,                                 \
			"leave biases as they are; else they make up for "     \
			"what the weights change on average"                   \
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
		{"round", 0, "ROUND",                                          \
		 "weights for what layers put out on these images (the "       \
		 "default where there are images), or each by itself"},        \
		ROUNDING_OPTIONS

#define SENSITIVITY_OPTIONS                                                  \
	{ "metric", 'm', "METRIC", "sensitivity of a layer to its bits; "    \
				"auto: what two minutes and --data allow" },  \
	{ "label", 0, "N", "use images of this class only; te and arp: "     \
			   "default the first image's class" },              \
	{ "images", 0, "N", "number of images; default 64, te 128; too few " \
			    "are refused" },                             \
	{ "quantiser", 0, "QUANTISER", "grid of the weights, the first by "  \
				       "default" },                          \
	{ "per-tensor", 0, NULL, "one scale per layer instead of one per "   \
				 "channel" },                                \
	ROUNDING_OPTIONS,                                                    \
	{ "judge", 0, "NAME", "the network's output that output, logits, te " \
			      "and arp look at; default the first" },        \
	{ "bits-w", 0, "LIST", "bits of weights; default 2,3,4,5,6,8" },     \
	{ "bits-a", 0, "LIST", "bits of layers' inputs, 32 = float; "        \
			       "default 32" },                               \
	MODEL_OPTIONS,                                                       \
	{ "linear", 0, NULL, "te, orm, size: loss by 8 - bits as in the "    \
			     "papers, not by 4^-bits" },                     \
	{ "power", 0, "P", "arp: exponent, 0 = by capacity; default 3" },    \
	{ "beta", 0, "B", "orm: decay; default 0.1" }

#define LATENCY_OPTION                                                       \
	{ "latency-model", 0, "MODEL", "count milliseconds too, by a name "  \
				       "that 'nas latency show' lists or a " \
				       "file of nas/latency/1" }

/* Of export and verify. */
#define PICK_OPTION                                                          \
	{ "pick", 0, "N", "the N-th network of a file that holds several" }

/* NAS_EUSAGE. */
enum nas_status model_options_read(struct model_options *o,
				      const struct cli *cli,
				      struct nas_err *err) NAS_MUST_CHECK;
enum nas_status quantised_options_read(struct quantised_options *o,
					  const struct cli *cli,
					  struct nas_err *err) NAS_MUST_CHECK;

/* Of a job that writes a network: --memory, --pick, --seed, QUANTISED_OPTIONS
 * and IMAGE_OPTIONS. NAS_EUSAGE. */
enum nas_status export_options_read(struct export_job *job,
				    const struct cli *cli,
				    struct nas_err *err) NAS_MUST_CHECK;

/* NULL: not given. The model lives in cli->arena. NAS_EIO, NAS_EINPUT. */
enum nas_status latency_option_read(const struct nas_latency **m,
				    const struct cli *cli,
				    struct nas_err *err) NAS_MUST_CHECK;

/* NAS_EUSAGE without --data. */
enum nas_status model_need_images(const struct cli *cli,
				    struct nas_err *err) NAS_MUST_CHECK;

/* Metric, quantiser, bits and images; lists live in cli->arena. NAS_EUSAGE. */
enum nas_status sensitivity_options_read(struct sensitivity_options *o,
				 const struct cli *cli,
				 struct nas_err *err) NAS_MUST_CHECK;

#endif
