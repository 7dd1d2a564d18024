/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/cli/streams.h - the three standard streams, at start and at exit.
 *
 * Usage:
 *	streams_open();
 *	...
 *	return streams_close(status);
 */
#ifndef NAS_CLI_STREAMS_H
#define NAS_CLI_STREAMS_H

#include <stdbool.h>

/* A closed stream is opened on the null device, so that no result file takes
 * its number; a closed pipe is an error of the write, not a signal. */
void streams_open(void);

/* Part of the output is missing, for want of memory: streams_close says so,
 * and the exit status is that of NAS_ENOMEM in place of 0. */
void streams_cut(void);

/* Flush standard output. When that fails, say so, and the exit status is that
 * of NAS_EIO in place of 0. Where the reader of a pipe has left (nas ... |
 * head), the program ends by SIGPIPE and says nothing, unless the program that
 * started it ignores that signal. */
int streams_close(int exit_status);

bool stderr_is_terminal(void);

#endif
