/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One table of all jobs of a sweep, a row a job, done or not. */
#include <string.h>

#include "nas/cli/print.h"
#include "nas/cli/report_data.h"
#include "nas/run/sweep.h"

#define PATH_SIZE 4096
#define REPORTED_MOST 64 /* runs that a page compares */

/* Where a figure is in result.json. */
static const struct {
	const char *name, *path;
	bool printed;
} columns[] = {
	{ "status", "status", true },
	{ "best_found_by", "best_found_by", false },
	{ "score", "best.0.score", true },
	{ "qe_score", "best.0.qe_score", false },
	{ "upper_bound", "certificate.upper_bound", true },
	{ "gap", "certificate.gap", true },
	{ "optimal", "certificate.optimal", false },
	{ "bitops", "best.0.bitops", true },
	{ "flash_bytes", "best.0.flash_bytes", true },
	{ "peak_memory_bytes", "best.0.peak_memory_bytes", true },
	{ "macs", "best.0.macs", false },
	{ "params", "best.0.params", false },
	{ "layers", "best.0.layers", false },
	{ "evaluations", "evaluations", true },
	{ "ended_by", "ended_by", false },
};

#define NCOLUMNS (sizeof(columns) / sizeof(columns[0]))

struct merge {
	const struct cli *cli;
	const char *dir;
	struct sweep sweep;
	struct text csv, rows;
	cJSON *jobs;
	int done, nreported;
	char *reported[REPORTED_MOST];
};

/* "best.0.layers" of a tree, or NULL. */
static const cJSON *find(const cJSON *node, const char *path)
{
	char key[64];

	for (size_t n; node && *path; path += n + (path[n] == '.')) {
		n = strcspn(path, ".");
		snprintf(key, sizeof(key), "%.*s", (int)n, path);
		node = cJSON_IsArray(node)
			       ? cJSON_GetArrayItem(node, atoi(key))
			       : cJSON_GetObjectItemCaseSensitive(node, key);
	}
	return node;
}

static void cell_text(const cJSON *node, char *text, size_t size)
{
	text[0] = '\0';
	if (cJSON_IsNumber(node))
		json_format_number(text, node->valuedouble);
	else if (cJSON_IsString(node))
		snprintf(text, size, "%s", node->valuestring);
	else if (cJSON_IsBool(node))
		snprintf(text, size, "%s", cJSON_IsTrue(node) ? "true"
							      : "false");
}

/* Quoted where a comma, a quote or a line's end asks for it. */
static void add_csv(struct text *t, const char *s, const char *before)
{
	text_add(t, before);
	if (!s[strcspn(s, ",\"\n\r")]) {
		text_add(t, s);
		return;
	}
	text_add(t, "\"");
	for (; *s; s++)
		text_addn(t, *s == '"' ? "\"\"" : s, *s == '"' ? 2 : 1);
	text_add(t, "\"");
}

static void add_heads(struct merge *m)
{
	text_add(&m->csv, "job");
	text_add(&m->rows, "job");
	for (int i = 0; i < m->sweep.naxes; i++) {
		add_csv(&m->csv, m->sweep.axis[i].path, ",");
		text_addf(&m->rows, "\t%s", m->sweep.axis[i].path);
	}
	for (size_t i = 0; i < NCOLUMNS; i++) {
		add_csv(&m->csv, columns[i].name, ",");
		if (columns[i].printed)
			text_addf(&m->rows, "\t%s", columns[i].name);
	}
	text_add(&m->csv, "\n");
	text_add(&m->rows, "\n");
}

static void add_column(struct merge *m, cJSON *job, size_t i,
		       const cJSON *result)
{
	const cJSON *node = find(result, columns[i].path);
	char text[64];

	cell_text(node, text, sizeof(text));
	if (i == 0 && !node)
		snprintf(text, sizeof(text), "missing");
	add_csv(&m->csv, text, ",");
	if (columns[i].printed)
		text_addf(&m->rows, "\t%s", text);
	if (node)
		json_add(job, columns[i].name, cJSON_Duplicate(node, false));
	else if (i == 0)
		json_add_string(job, columns[i].name, text);
}

static void add_row(struct merge *m, int number, const cJSON *result)
{
	cJSON *job = json_add_int64(cJSON_CreateObject(), "job", number);
	cJSON *set = cJSON_CreateObject();

	text_addf(&m->csv, "%04d", number);
	text_addf(&m->rows, "%04d", number);
	for (int i = 0; i < m->sweep.naxes; i++) {
		const char *value = sweep_value(&m->sweep, number, i);

		json_add_string(set, m->sweep.axis[i].path, value);
		add_csv(&m->csv, value, ",");
		text_addf(&m->rows, "\t%s", value);
	}
	json_add(job, "set", set);
	for (size_t i = 0; i < NCOLUMNS; i++)
		add_column(m, job, i, result);
	text_add(&m->csv, "\n");
	text_add(&m->rows, "\n");
	json_append(m->jobs, job);
}

static enum nas_status merge_job(struct merge *m, int number,
				 struct nas_err *err)
{
	char dir[PATH_SIZE], path[PATH_SIZE];
	struct json_doc doc = {0};

	if (sweep_job_dir(dir, sizeof(dir), m->dir, number, err) ||
	    file_join(path, sizeof(path), dir, "result.json", err))
		return err->code;
	if (file_exists(path)) {
		if (json_read(&doc, path, err) != NAS_OK)
			return err->code;
		m->done++;
		if (m->nreported < REPORTED_MOST)
			m->reported[m->nreported++] =
				arena_strdup(m->cli->arena, dir);
	}
	add_row(m, number, doc.root);
	json_free(&doc);
	return NAS_OK;
}

static enum nas_status write_tables(struct merge *m, struct nas_err *err)
{
	cJSON *o = json_add_string(cJSON_CreateObject(), "schema",
				   "nas/sweep-table/1");
	char path[PATH_SIZE];
	struct text t = {0};

	json_add(o, "jobs", m->jobs);
	m->jobs = NULL;
	if (text_add_json(&t, o, err) == NAS_OK &&
	    file_join(path, sizeof(path), m->dir, "table.json", err) ==
		    NAS_OK &&
	    text_write(&t, path, err) == NAS_OK &&
	    file_join(path, sizeof(path), m->dir, "table.csv", err) == NAS_OK &&
	    text_write(&m->csv, path, err) == NAS_OK && m->cli->json)
		fputs(t.data, stdout);
	text_free(&t);
	return err->code;
}

/* The page of several runs, as nas report makes it. */
static enum nas_status write_page(struct merge *m, struct nas_err *err)
{
	struct arena *arena = m->cli->arena;
	struct report report = { .nruns = m->nreported };
	struct text t = {0};
	char path[PATH_SIZE];

	if (m->nreported < 2)
		return NAS_OK;
	report.run = NAS_NEW(arena, struct report_run, (size_t)report.nruns);
	if (!report.run)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the runs");
	for (int i = 0; i < report.nruns; i++) {
		if (report_run_read(&report.run[i], m->reported[i], arena, err))
			return err->code;
		report.run[i].label = strrchr(m->reported[i], '/') + 1;
	}
	if (file_join(path, sizeof(path), m->dir, "report.html", err) ==
		    NAS_OK &&
	    report_page(&t, &report, err) == NAS_OK &&
	    text_write(&t, path, err) == NAS_OK)
		cli_note(m->cli, "the page is '%s'", path);
	text_free(&t);
	return err->code;
}

static enum nas_status merge_all(struct merge *m, struct nas_err *err)
{
	if (sweep_read(&m->sweep, m->dir, m->cli->arena, err) != NAS_OK)
		return err->code;
	add_heads(m);
	for (int job = 1; job <= m->sweep.njobs; job++)
		if (merge_job(m, job, err) != NAS_OK)
			return err->code;
	if (write_tables(m, err) != NAS_OK || write_page(m, err) != NAS_OK)
		return err->code;
	if (!m->cli->json)
		print_table(&m->rows);
	cli_note(m->cli, "%d of %d jobs have a result; the tables are in "
		 "'%s'", m->done, m->sweep.njobs, m->dir);
	return NAS_OK;
}

enum nas_status sweep_merge(const struct cli *cli, const char *dir,
			    struct nas_err *err)
{
	struct merge *m = NAS_NEW(cli->arena, struct merge, 1);
	enum nas_status status;

	if (!m)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a sweep");
	m->cli = cli;
	m->dir = dir;
	m->jobs = cJSON_CreateArray();
	status = merge_all(m, err);
	cJSON_Delete(m->jobs);
	text_free(&m->csv);
	text_free(&m->rows);
	return status;
}
