/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/cli/events.h - the surroundings of a job of nas/run, from a command line:
 * its notes and its progress go to standard error.
 *
 * Usage:
 *	struct cli_events events;
 *	status = cli_events_init(&events, cli, err);
 *	status = run_all(run, &events.env, &request, err);
 */
#ifndef NAS_CLI_EVENTS_H
#define NAS_CLI_EVENTS_H

#include "nas/cli/command.h"
#include "nas/cli/progress.h"
#include "nas/run/env.h"

struct cli_events {
	struct nas_run_env env;
	struct nas_run_events events;
	const struct cli *cli;
	struct progress progress;
	bool idle_told; /* what has no island was said */
};

/* events must stay where it is, for env points into it. NAS_ENOMEM. */
enum nas_status cli_events_init(struct cli_events *events,
				const struct cli *cli, struct nas_err *err)
	NAS_MUST_CHECK;

#endif
