/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/cli/latency_option.h - the option --latency-model of commands without a
 * config: a model that is built in, or a file.
 *
 * Usage:
 *	static const struct cli_option options[] = { LATENCY_OPTION, { 0 } };
 *	status = latency_option_read(&model, cli, err);
 */
#ifndef NAS_CLI_LATENCY_OPTION_H
#define NAS_CLI_LATENCY_OPTION_H

#include "nas/cli/command.h"
#include "spaces/latency.h"

#define LATENCY_OPTION                                                       \
	{ "latency-model", 0, "MODEL", "count milliseconds too, by a name "  \
				       "that 'nas latency show' lists or a " \
				       "file of nas/latency/1" }

/* NULL: not given. The model lives in cli->arena. NAS_EIO, NAS_EINPUT. */
enum nas_status latency_option_read(const struct nas_latency **m,
				    const struct cli *cli,
				    struct nas_err *err) NAS_MUST_CHECK;

#endif
