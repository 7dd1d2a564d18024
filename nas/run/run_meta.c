/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L /* gmtime_r */
#include "nas/run/run_meta.h"

#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "nas/base/clock.h"
#include "nas/base/file.h"
#include "nas/form/form.h"
#include "nas/run/version.h"

char *run_time_text(struct nas_arena *arena)
{
	time_t now = time(NULL);
	struct tm tm;
	char text[40] = "";

	if (gmtime_r(&now, &tm))
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	return arena_strdup(arena, text);
}

static char *copy(struct nas_arena *arena, const char *s)
{
	return arena_strdup(arena, s ? s : "");
}

static void fill_machine(struct nas_meta *meta, struct nas_arena *arena)
{
	struct utsname u;
	char system[256];

	if (uname(&u) != 0)
		return;
	snprintf(system, sizeof(system), "%.80s %.80s", u.sysname, u.machine);
	meta->host = copy(arena, u.nodename);
	meta->system = copy(arena, system);
}

static void fill(struct nas_meta *meta, const struct nas_run *run,
		 struct nas_arena *arena)
{
	const struct nas_run_times *times = &run->times;
	double evaluations = (double)run->evolved.evaluations;
	const struct nas_evolve_traffic *traffic = &run->evolved.traffic;

	*meta = (struct nas_meta){
		.program = copy(arena, NAS_PROGRAM),
		.version = copy(arena, NAS_VERSION),
		.command = copy(arena, run->env->command),
		.started = run->started,
		.threads = run->env->threads,
		.ranks = traffic->ranks,
		.sessions = traffic->sessions,
		.migration_bytes = (double)traffic->message_bytes,
		.row_bytes = (double)traffic->row_bytes,
		.checkpoints = traffic->saves,
		.checkpoint_bytes = (double)traffic->save_bytes,
		.checkpoint_s = traffic->save_s,
		.seed = run->config.search.seed,
		.seconds = clock_s() - times->start,
		.search_s = times->search,
		.refine_s = times->refine,
		.certify_s = times->certify,
		.cpu_s = clock_cpu_s(),
		.peak_rss_bytes = (double)clock_peak_rss_bytes(),
		.signal = stop_signal(),
		.built_in = copy(arena, version_features()),
		.compiler = copy(arena, version_compiler()),
		.flags = copy(arena, version_flags()),
	};
	if (times->search > 0)
		meta->evaluations_per_second = evaluations / times->search;
	fill_machine(meta, arena);
}

enum nas_status run_make_meta(struct nas_text *t, const struct nas_run *run,
			      struct nas_err *err)
{
	struct nas_arena *arena = run->env->arena;
	struct nas_meta meta;

	fill(&meta, run, arena);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for meta.json");
	return text_add_json(t, form_write(&meta_form, &meta), err);
}
