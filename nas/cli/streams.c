/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L /* open, isatty, fileno */
#include "nas/cli/streams.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "nas/base/err.h"

static bool pipe_was_ignored; /* by the program that started this one */

void streams_open(void)
{
	/* Standard output read-only: writing to it fails, as it should. */
	static const int mode[] = { O_WRONLY, O_RDONLY, O_WRONLY };

	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) == -1 && errno == EBADF)
			(void)!open("/dev/null", mode[fd]);
	pipe_was_ignored = signal(SIGPIPE, SIG_IGN) == SIG_IGN;
}

/* A pipe that nobody reads any more; asked afresh, because the write that
 * failed may be long ago. */
static bool reader_has_left(void)
{
	struct pollfd p = { .fd = STDOUT_FILENO, .events = POLLOUT };

	return poll(&p, 1, 0) == 1 && (p.revents & POLLERR);
}

/* As any program ends whose reader has left: by the signal, without a word,
 * but after its work. */
static void end_by_signal(void)
{
	signal(SIGPIPE, SIG_DFL);
	raise(SIGPIPE);
}

static bool cut; /* some output is missing */

void streams_cut(void)
{
	cut = true;
}

int streams_close(int exit_status)
{
	int before = ferror(stdout), failed;

	errno = 0;
	failed = fflush(stdout) != 0 || before;
	if (cut) {
		fprintf(stderr, "nas: out of memory for the output, which is "
			"not complete\n");
		exit_status = exit_status ? exit_status
					  : nas_exit_status(NAS_ENOMEM);
	}
	if (!failed)
		return exit_status;
	if (!pipe_was_ignored && reader_has_left())
		end_by_signal();
	fprintf(stderr, "nas: cannot write standard output%s%s\n",
		errno ? ": " : "", errno ? strerror(errno) : "");
	return exit_status ? exit_status : nas_exit_status(NAS_EIO);
}

bool stderr_is_terminal(void)
{
	return isatty(STDERR_FILENO) == 1;
}
