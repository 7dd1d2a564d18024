/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/cli/sensitivity_options.h - options of nas sensitivity and of nas
 * allocate: how sensitivities are measured.
 *
 * Usage:
 *	status = sensitivity_read(&options, cli, err);
 *	status = sensitivity_of(r, cli->arg[0], &options, &env, err);
 */
#ifndef NAS_CLI_SENSITIVITY_OPTIONS_H
#define NAS_CLI_SENSITIVITY_OPTIONS_H

#include "nas/cli/trained.h"
#include "nas/run/sensitivity_of.h"

#define SENSITIVITY_OPTIONS                                                  \
	{ "metric", 'm', "METRIC", "sensitivity of a layer to its bits" },   \
	{ "label", 0, "N", "use images of this class only; te and arp: "     \
			   "default the first image's class" },              \
	{ "images", 0, "N", "number of images; default 64, te 128; too few " \
			    "are refused" },                             \
	{ "quantiser", 0, "QUANTISER", "grid of the weights, the first by "  \
				       "default" },                          \
	{ "per-tensor", 0, NULL, "one scale per layer instead of one per "   \
				 "channel" },                                \
	{ "bits-w", 0, "LIST", "bits of weights; default 2,3,4,5,6,8" },     \
	{ "bits-a", 0, "LIST", "bits of layers' inputs, 32 = float; "        \
			       "default 32" },                               \
	MODEL_OPTIONS,                                                       \
	{ "linear", 0, NULL, "te, orm, size: loss by 8 - bits as in the "    \
			     "papers, not by 4^-bits" },                     \
	{ "power", 0, "P", "arp: exponent, 0 = by capacity; default 3" },    \
	{ "beta", 0, "B", "orm: decay; default 0.1" }

/* Metric, quantiser, bits and images; lists live in cli->arena. NAS_EUSAGE. */
enum nas_status sensitivity_read(struct sensitivity_options *o,
				 const struct cli *cli,
				 struct nas_err *err) NAS_MUST_CHECK;

#endif
