/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/env.h"

#include <stdarg.h>

#include "evolve/ranks/comm.h"
#include "nas/base/parallel.h"

#define EVENT_LINE 1024

static const struct nas_run_events nobody;
static struct nas_comm alone = COMM_SELF; /* never written to */

void run_env_init(struct nas_run_env *env, struct nas_arena *arena)
{
	*env = (struct nas_run_env){ .arena = arena,
				     .threads = parallel_cores(),
				     .events = &nobody };
	env->comm = &alone;
}

static void NAS_FORMAT(3, 0)
tell(void (*to)(void *context, const char *text), void *context,
     const char *fmt, va_list ap)
{
	char line[EVENT_LINE];

	if (!to)
		return;
	vsnprintf(line, sizeof(line), fmt, ap);
	to(context, line);
}

void run_note(const struct nas_run_env *env, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell(env->events->note, env->events->context, fmt, ap);
	va_end(ap);
}

void run_detail(const struct nas_run_env *env, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell(env->events->detail, env->events->context, fmt, ap);
	va_end(ap);
}

void run_warn(const struct nas_run_env *env, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tell(env->events->warn, env->events->context, fmt, ap);
	va_end(ap);
}

void run_step(const struct nas_run_env *env, const char *what, int done, int of)
{
	if (env->events->step)
		env->events->step(env->events->context, what, done, of);
}

void run_steps_end(const struct nas_run_env *env)
{
	run_step(env, "", -1, 0);
}
