/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is drawn of a run and follows from its records. */
#include "nas/report/run_data.h"

#include <stdlib.h>
#include <string.h>

#include "nas/form/json.h"
#include "nas/report/run_page.h"
#include "nas/report/space_text.h"
#include "nas/run/folder.h"

/* The arena's copy of a text, which is freed. */
static enum nas_status keep_text(const char **out, struct nas_text *t,
				 struct nas_arena *arena, struct nas_err *err)
{
	char *copy = NULL;

	if (!t->failed)
		copy = arena_strdup(arena, t->data ? t->data : "");
	text_free(t);
	*out = copy;
	if (!copy)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the report");
	return NAS_OK;
}

/* Equal for equal spaces and scores: their JSON text. */
static enum nas_status make_key(const char **out,
				const struct nas_config *config,
				struct nas_arena *arena, struct nas_err *err)
{
	cJSON *tree = config_write(config);
	const char *const keys[] = { "space", "score" };
	struct nas_text t = {0};

	for (int i = 0; i < 2; i++) {
		char *s = json_print_line(
			cJSON_GetObjectItemCaseSensitive(tree, keys[i]));

		if (s)
			text_add(&t, s);
		else
			t.failed = true;
		free(s);
	}
	cJSON_Delete(tree);
	return keep_text(out, &t, arena, err);
}

static enum nas_status fill_space(struct report_run *run,
				  struct nas_arena *arena, struct nas_err *err)
{
	struct nas_text t = {0};

	space_text(&t, &run->config->space);
	if (keep_text(&run->space, &t, arena, err) != NAS_OK)
		return err->code;
	return make_key(&run->space_key, run->config, arena, err);
}

static enum nas_status fill_network(struct report_network *out,
				    const struct report_run *run,
				    struct nas_arena *arena,
				    struct nas_err *err)
{
	struct nas_text structure = {0}, bits = {0};

	text_add_structure(&structure, &out->of->arch);
	text_add_bits(&bits, &out->of->arch);
	if (keep_text(&out->structure, &structure, arena, err) != NAS_OK ||
	    keep_text(&out->bits, &bits, arena, err) != NAS_OK)
		return err->code;
	out->latency = run->config->limits.latency;
	return report_count(out, &memory_models[run->config->limits.memory],
			    arena, err);
}

/* The best networks, or the least violating one. */
static enum nas_status fill_networks(struct report_run *run,
				     struct nas_arena *arena,
				     struct nas_err *err)
{
	const struct nas_result *r = run->result;
	const struct nas_network *net = r->nbest ? r->best
						 : &r->infeasible.least;

	run->nbest = r->nbest ? r->nbest : r->infeasible.present;
	run->best = NAS_NEW(arena, struct report_network, (size_t)run->nbest);
	if (!run->best)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the report");
	for (int i = 0; i < run->nbest; i++) {
		run->best[i].rank = r->nbest ? i + 1 : 0;
		run->best[i].of = &net[i];
		if (fill_network(&run->best[i], run, arena, err) != NAS_OK)
			return err->code;
	}
	return NAS_OK;
}

enum nas_status report_run_make(struct report_run *run, struct nas_arena *arena,
				struct nas_err *err)
{
	if (!run->label)
		run->label = run->config->name;
	budget_limits(&run->config->limits, run->limit);
	if (fill_space(run, arena, err) != NAS_OK)
		return err->code;
	return fill_networks(run, arena, err);
}

enum nas_status report_run_read(struct report_run *run, const char *dir,
				struct nas_arena *arena, struct nas_err *err)
{
	struct folder *f = NAS_NEW(arena, struct folder, 1);

	if (!f)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a run");
	if (folder_read(f, dir, arena, err) != NAS_OK)
		return err->code;
	*run = (struct report_run){ .dir = dir, .config = &f->config,
				    .result = &f->result,
				    .history = &f->history,
				    .meta = f->has_meta ? &f->meta : NULL };
	return report_run_make(run, arena, err);
}

/* Without what meta.json has, so that the page of two runs compares; nas
 * report draws it again with times. */
static enum nas_status make_page(struct nas_text *t, const struct nas_run *run,
				 struct nas_err *err)
{
	struct nas_arena *arena = run->env->arena;
	struct history history;
	struct report_run drawn = { .dir = "", .config = &run->config,
				    .result = &run->result,
				    .history = &history };
	struct report report = { .nruns = 1, .run = &drawn };

	if (history_make(&history, &run->evolved, arena, err) != NAS_OK ||
	    report_run_make(&drawn, arena, err) != NAS_OK)
		return err->code;
	return report_page(t, &report, err);
}

const struct nas_run_file report_run_files[] = {
	{ "report.html", make_page },
	{ 0 },
};

/* The last part of a path, without slashes behind it. */
static void last_part(char *out, size_t size, const char *dir)
{
	size_t n = strlen(dir), from;

	while (n > 1 && dir[n - 1] == '/')
		n--;
	for (from = n; from > 0 && dir[from - 1] != '/';)
		from--;
	snprintf(out, size, "%.*s", (int)(n - from), dir + from);
}

static bool is_taken(const struct report *report, int run, const char *label)
{
	for (int i = 0; i < run; i++)
		if (strcmp(report->run[i].label, label) == 0)
			return true;
	return false;
}

/* Its folder's name; the whole path, or a number with it, where a run before it
 * has that label. */
static enum nas_status label_run(struct report *report, int i,
				 struct nas_arena *arena, struct nas_err *err)
{
	const char *dir = report->run[i].dir;
	char label[4096 + 16];

	last_part(label, sizeof(label), dir);
	if (is_taken(report, i, label))
		snprintf(label, sizeof(label), "%s", dir);
	if (is_taken(report, i, label))
		snprintf(label, sizeof(label), "%s (%d)", dir, i + 1);
	report->run[i].label = arena_strdup(arena, label);
	if (!report->run[i].label)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a name");
	return NAS_OK;
}

enum nas_status report_runs_read(struct report *report, char *const *dir, int n,
				 struct nas_arena *arena, struct nas_err *err)
{
	report->nruns = n;
	report->run = NAS_NEW(arena, struct report_run, (size_t)n);
	if (!report->run)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the runs");
	for (int i = 0; i < n; i++)
		if (report_run_read(&report->run[i], dir[i], arena, err) !=
			    NAS_OK ||
		    label_run(report, i, arena, err) != NAS_OK)
			return err->code;
	return NAS_OK;
}

enum nas_status report_runs_page(struct nas_text *t, char *const *dir, int n,
				 struct nas_arena *arena, struct nas_err *err)
{
	struct report report = { 0 };

	if (report_runs_read(&report, dir, n, arena, err) != NAS_OK)
		return err->code;
	return report_page(t, &report, err);
}
