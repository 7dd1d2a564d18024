/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L
#include "nas/base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nas/base/clock.h"

extern char **environ;

bool process_exists(const char *name)
{
	const char *path = getenv("PATH");
	char file[4096];

	if (strchr(name, '/'))
		return access(name, X_OK) == 0;
	while (path && *path) {
		size_t n = strcspn(path, ":");

		snprintf(file, sizeof(file), "%.*s/%s", (int)n, path, name);
		if (access(file, X_OK) == 0)
			return true;
		path += n + (path[n] == ':');
	}
	return false;
}

static int start(pid_t *pid, const char *const *argv, int out)
{
	posix_spawn_file_actions_t a;
	int error = posix_spawn_file_actions_init(&a);

	if (error)
		return error;
	error = posix_spawn_file_actions_addopen(&a, 0, "/dev/null", O_RDONLY,
						 0);
	if (!error)
		error = posix_spawn_file_actions_adddup2(&a, out, 1);
	if (!error)
		error = posix_spawn_file_actions_adddup2(&a, out, 2);
	if (!error)
		error = posix_spawnp(pid, argv[0], &a, NULL,
				     (char *const *)(uintptr_t)argv, environ);
	posix_spawn_file_actions_destroy(&a);
	return error;
}

/* Until the end of what it says; false: time is over. */
static bool listen_to(int in, double limit_s, struct nas_text *said)
{
	double end = clock_s() + limit_s, left;
	char buffer[4096];
	size_t held = 0; /* whole buffers, however the pipe cuts what is said */

	while ((left = end - clock_s()) > 0) {
		struct pollfd p = {.fd = in, .events = POLLIN};
		ssize_t n;

		n = poll(&p, 1, (int)(left < 1000 ? left * 1000 + 1 : 1000000));
		if (n <= 0)
			continue;
		n = read(in, buffer + held, sizeof(buffer) - held);
		if (n == 0 || (n < 0 && errno != EINTR))
			break;
		held += n > 0 ? (size_t)n : 0;
		if (held == sizeof(buffer)) {
			text_addn(said, buffer, held);
			held = 0;
		}
	}
	text_addn(said, buffer, held);
	return left > 0;
}

enum nas_status process_run(const char *const *argv, double limit_s,
			    struct nas_text *said, int *status,
			    struct nas_err *err)
{
	int ends[2], error, how = 0;
	pid_t pid;
	bool over;

	if (pipe(ends) != 0)
		return file_fail(err, "start", argv[0], errno);
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	error = start(&pid, argv, ends[1]);
	close(ends[1]);
	if (error) {
		close(ends[0]);
		return file_fail(err, "start", argv[0], error);
	}
	over = !listen_to(ends[0], limit_s, said);
	close(ends[0]);
	if (over)
		kill(pid, SIGKILL);
	while (waitpid(pid, &how, 0) < 0 && errno == EINTR)
		;
	*status = over		     ? 124
		  : WIFEXITED(how)   ? WEXITSTATUS(how)
		  : WIFSIGNALED(how) ? 128 + WTERMSIG(how)
				     : 1;
	return text_check(said, "what a program says", err);
}
