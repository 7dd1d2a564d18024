/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/cli/cmd_export_model.h - a trained network handed over, with bits.
 *
 * For ONNX files that nas has not made, or has and gives other bits.
 *
 * Usage:
 *	status = export_model(&text, format, &options, cli, err);  cli->arg[0]
 */
#ifndef NAS_CLI_CMD_EXPORT_MODEL_H
#define NAS_CLI_CMD_EXPORT_MODEL_H

#include "nas/cli/trained.h"
#include "spaces/export/export_formats.h"

#define EXPORT_MODEL_OPTIONS QUANTISED_OPTIONS, IMAGE_OPTIONS

/* An option gives layers other bits than the file does. */
bool export_model_has_bits(const struct cli *cli);

/* Write cli->arg[0] with the bits of --policy and its like. Bits of inputs need
 * --data where the format holds numbers. NAS_EUSAGE: the format is for
 * architectures; NAS_EINPUT. */
enum nas_status export_model(struct text *out, const struct export_format *f,
			     const struct export_options *options,
			     const struct cli *cli,
			     struct nas_err *err) NAS_MUST_CHECK;

#endif
