/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L /* open, isatty, fileno */
#include "nas/cli/streams.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "nas/base/err.h"

void streams_open(void)
{
	/* Standard output read-only: writing to it fails, as it should. */
	static const int mode[] = { O_WRONLY, O_RDONLY, O_WRONLY };

	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) == -1 && errno == EBADF)
			(void)!open("/dev/null", mode[fd]);
	signal(SIGPIPE, SIG_IGN);
}

int streams_close(int exit_status)
{
	int before = ferror(stdout), failed;

	errno = 0;
	failed = fflush(stdout) != 0 || before;
	if (!failed)
		return exit_status;
	fprintf(stderr, "nas: cannot write standard output%s%s\n",
		errno ? ": " : "", errno ? strerror(errno) : "");
	return exit_status ? exit_status : nas_exit_status(NAS_EIO);
}

bool stderr_is_terminal(void)
{
	return isatty(STDERR_FILENO) == 1;
}
