/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One table of all jobs of a sweep, a row a job, done or not. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "nas/base/csv.h"
#include "nas/form/record.h"
#include "nas/run/sweep_records.h"

#define PATH_SIZE 4096

/* X(column, its path in result.json, type, printed, "" where it may be
 * absent, what it is) */
#define RESULT_COLUMNS(X)                                                    \
	X(status, "status", STRING, true, NULL,                              \
	  "of its result; missing: there is none")                           \
	X(best_found_by, "best_found_by", STRING, false, "", "of its result") \
	X(score, "best.0.score", NUMBER, true, "", "of its best network")    \
	X(qe_score, "best.0.qe_score", NUMBER, false, "", "of its best network") \
	X(upper_bound, "certificate.upper_bound", NUMBER, true, "",          \
	  "of its certificate")                                              \
	X(gap, "certificate.gap", NUMBER, true, "", "of its certificate")    \
	X(optimal, "certificate.optimal", BOOL, false, "", "of its certificate") \
	X(bitops, "best.0.bitops", NUMBER, true, "", "of its best network")  \
	X(flash_bytes, "best.0.flash_bytes", NUMBER, true, "",               \
	  "of its best network")                                             \
	X(peak_memory_bytes, "best.0.peak_memory_bytes", NUMBER, true, "",   \
	  "of its best network")                                             \
	X(latency_ms, "best.0.latency_ms", NUMBER, true, "",                 \
	  "of its best network; a column where some job counts it")          \
	X(latency_error_percent, "latency_error_percent", NUMBER, false, "", \
	  "of the model that counts it, on average")                         \
	X(macs, "best.0.macs", NUMBER, false, "", "of its best network")     \
	X(params, "best.0.params", NUMBER, false, "", "of its best network") \
	X(layers, "best.0.layers", INT, false, "", "of its best network")    \
	X(evaluations, "evaluations", INT, true, "", "of its search")        \
	X(ended_by, "ended_by", STRING, false, "", "what ended its search")

#define COLUMN(name, path, type, printed, absent, help)                      \
	{ #name, path, printed },
static const struct {
	const char *name, *path;
	bool printed;
} columns[] = { RESULT_COLUMNS(COLUMN) };

#define NCOLUMNS (sizeof(columns) / sizeof(columns[0]))

/* ---- the table's schema -------------------------------------------------- */

struct record { /* what is written has the columns' values as they are */
	int schema, job, njobs;
	const void *jobs;
};

static const struct form_custom set_custom = {
	.schema = schema_texts_by_name
};

#define RECORD struct record
#define FIELD(name, path, form_type, printed, absent, what)                  \
	{ .key = #name, .type = FORM_##form_type, .fallback = absent,        \
	  .help = what },

static const struct form_field row_fields[] = {
	ROW(INT, job, "number of the job, from 1"),
	ROW_MADE("set", &set_custom, "values of the grid by their paths"),
	RESULT_COLUMNS(FIELD)
};

static const struct form row_form =
	RECORD_FORM(NULL, "a job and its result", row_fields);

static const struct form_field table_fields[] = {
	ROW_SCHEMA("nas/sweep-table/1"),
	ROW_LIST(OBJECTS, jobs, "all of the grid", .form = &row_form),
};

const struct form sweep_table_form = RECORD_FORM(
	"nas/sweep-table/1", "results of a sweep, table.json", table_fields);

/* ---- the table ----------------------------------------------------------- */

struct merge {
	struct sweep_table *table;
	const char *dir;
	struct nas_arena *arena;
	struct sweep_records records;
	cJSON *jobs;
	bool latency; /* some job counts it: the column is there */
};

static bool has_column(const struct merge *m, size_t i)
{
	return m->latency || strncmp(columns[i].name, "latency_", 8) != 0;
}

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

/* A number for people: counts with separators, gaps in %. */
static void cell_printed(const cJSON *node, const char *name, char *text,
			 size_t size)
{
	double x = cJSON_IsNumber(node) ? node->valuedouble : 0;

	if (!cJSON_IsNumber(node))
		cell_text(node, text, size);
	else if (strcmp(name, "gap") == 0)
		snprintf(text, size, "%.4f %%", 100 * x);
	else if (x == (double)(int64_t)x)
		with_commas(text, size, x);
	else
		snprintf(text, size, "%.4f", x);
}

static void add_csv(struct nas_text *t, const char *s, const char *before)
{
	text_add(t, before);
	csv_add(t, s);
}

static void add_cell(struct nas_text *rows, const char *s)
{
	text_add(rows, "\t");
	text_add_cell(rows, s);
}

static void add_heads(struct merge *m)
{
	text_add(&m->table->csv, "job");
	text_add(&m->table->rows, "job");
	for (int i = 0; i < m->table->sweep.naxes; i++) {
		add_csv(&m->table->csv, m->table->sweep.axis[i].path, ",");
		add_cell(&m->table->rows, m->table->sweep.axis[i].path);
	}
	for (size_t i = 0; i < NCOLUMNS; i++) {
		if (!has_column(m, i))
			continue;
		add_csv(&m->table->csv, columns[i].name, ",");
		if (columns[i].printed)
			text_addf(&m->table->rows, "\t%s", columns[i].name);
	}
	text_add(&m->table->csv, "\n");
	text_add(&m->table->rows, "\n");
}

static void add_column(struct merge *m, cJSON *job, size_t i,
		       const cJSON *result)
{
	const cJSON *node = find(result, columns[i].path);
	char text[80], printed[80];

	cell_text(node, text, sizeof(text));
	cell_printed(node, columns[i].name, printed, sizeof(printed));
	if (i == 0 && !node) {
		snprintf(text, sizeof(text), "missing");
		snprintf(printed, sizeof(printed), "missing");
	}
	add_csv(&m->table->csv, text, ",");
	if (columns[i].printed)
		add_cell(&m->table->rows, printed);
	if (node)
		json_add(job, columns[i].name, cJSON_Duplicate(node, false));
	else if (i == 0)
		json_add_string(job, columns[i].name, text);
}

static void add_row(struct merge *m, int number, const cJSON *result)
{
	cJSON *job = json_add_int64(cJSON_CreateObject(), "job", number);

	text_addf(&m->table->csv, "%04d", number);
	text_addf(&m->table->rows, "%04d", number);
	for (int i = 0; i < m->table->sweep.naxes; i++) {
		const char *value = sweep_value(&m->table->sweep, number, i);

		add_csv(&m->table->csv, value, ",");
		add_cell(&m->table->rows, value);
	}
	json_add(job, "set", sweep_set_json(&m->table->sweep, number));
	for (size_t i = 0; i < NCOLUMNS; i++)
		if (has_column(m, i))
			add_column(m, job, i, result);
	text_add(&m->table->csv, "\n");
	text_add(&m->table->rows, "\n");
	json_append(m->jobs, job);
}

/* The line of a job, or of one that was asked for files its folder. */
static enum nas_status read_result(struct merge *m, int number,
				   struct json_doc *doc, const cJSON **result,
				   struct nas_err *err)
{
	char dir[PATH_SIZE], path[PATH_SIZE];

	*result = NULL;
	if (m->records.job[number - 1].length) {
		if (sweep_records_get(&m->records, number, doc, err) != NAS_OK)
			return err->code;
		*result = cJSON_GetObjectItemCaseSensitive(doc->root, "result");
		if (!*result) /* it failed */
			*result = doc->root;
		return NAS_OK;
	}
	if (sweep_job_dir(dir, sizeof(dir), m->dir, number, err) ||
	    file_join(path, sizeof(path), dir, "result.json", err))
		return err->code;
	if (!file_exists(path))
		return NAS_OK;
	if (json_read(doc, path, err) != NAS_OK)
		return err->code;
	*result = doc->root;
	if (m->table->nreported < SWEEP_REPORTED)
		m->table->reported[m->table->nreported++] =
			arena_strdup(m->arena, dir);
	return NAS_OK;
}

static double figure(const cJSON *result, const char *path)
{
	const cJSON *node = find(result, path);

	return cJSON_IsNumber(node) ? node->valuedouble : (double)NAN;
}

static const char several_models[] = "several models; table.csv says the error "
				     "of each job's";

static void say_model(struct merge *m, const char *by)
{
	char **said = &m->table->latency_by;

	if (!*said)
		*said = arena_strdup(m->arena, by);
	else if (strcmp(*said, by) != 0 && strcmp(*said, several_models) != 0)
		*said = arena_strdup(m->arena, several_models);
}

/* What the page shows of a job; line: of jobs.jsonl, or NULL. */
static void add_result(struct merge *m, int number, const cJSON *line,
		       const cJSON *result)
{
	struct sweep_row *row = &m->table->row[m->table->nrows++];
	const cJSON *design =
		cJSON_GetObjectItemCaseSensitive(line, "design");
	const cJSON *optimal = find(result, "certificate.optimal");
	const cJSON *by = find(result, "latency_by");
	const cJSON *end = cJSON_GetObjectItemCaseSensitive(line, "status");

	*row = (struct sweep_row){
		.job = number,
		.score = figure(result, "best.0.score"),
		.bound = figure(result, "certificate.upper_bound"),
		.flash = figure(result, "best.0.flash_bytes"),
		.memory = figure(result, "best.0.peak_memory_bytes"),
		.bitops = figure(result, "best.0.bitops"),
		.latency = figure(result, "best.0.latency_ms"),
		.optimal = cJSON_IsTrue(optimal),
		.design = arena_strdup(m->arena, cJSON_IsString(design)
							 ? design->valuestring
							 : ""),
	};
	row->found = isfinite(row->score);
	row->failed = cJSON_IsString(end) && !strcmp(end->valuestring, "failed");
	m->table->failed += row->failed;
	m->table->done += !row->failed;
	if (cJSON_IsString(by))
		say_model(m, by->valuestring);
}

static enum nas_status merge_job(struct merge *m, int number,
				 struct nas_err *err)
{
	struct json_doc doc = {0};
	const cJSON *result;

	if (read_result(m, number, &doc, &result, err) == NAS_OK) {
		if (result)
			add_result(m, number, doc.root, result);
		add_row(m, number, result);
	}
	json_free(&doc);
	return err->code;
}

static enum nas_status write_tables(struct merge *m, struct nas_err *err)
{
	struct sweep_table *t = m->table;
	cJSON *o = json_object("nas/sweep-table/1");

	json_add(o, "jobs", m->jobs);
	m->jobs = NULL;
	if (text_add_json(&t->json, o, err) != NAS_OK ||
	    text_write_in(&t->json, m->dir, "table.json", err) != NAS_OK)
		return err->code;
	return text_write_in(&t->csv, m->dir, "table.csv", err);
}

static void merge_jobs(struct merge *m, struct nas_err *err)
{
	int njobs = m->table->sweep.njobs;

	add_heads(m);
	for (int job = 1; job <= njobs && err->code == NAS_OK; job++)
		(void)!merge_job(m, job, err);
}

static void start_again(struct merge *m)
{
	struct sweep_table *t = m->table;

	text_free(&t->csv);
	text_free(&t->rows);
	cJSON_Delete(m->jobs);
	m->jobs = cJSON_CreateArray();
	t->nrows = t->done = t->failed = t->nreported = 0;
}

static enum nas_status merge_all(struct merge *m, struct nas_err *err)
{
	struct sweep *sweep = &m->table->sweep;

	if (sweep_read(sweep, m->dir, m->arena, err) != NAS_OK ||
	    sweep_records_open(&m->records, m->dir, sweep, false, m->arena,
			       err) != NAS_OK)
		return err->code;
	m->table->row = NAS_NEW(m->arena, struct sweep_row,
				(size_t)sweep->njobs);
	if (!m->table->row)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a sweep");
	merge_jobs(m, err);
	if (m->table->latency_by && err->code == NAS_OK) {
		start_again(m);
		m->latency = true;
		merge_jobs(m, err);
	}
	sweep_records_close(&m->records);
	if (err->code != NAS_OK)
		return err->code;
	if (m->arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a sweep");
	return write_tables(m, err);
}

enum nas_status sweep_merge(struct sweep_table *table, const char *dir,
			    struct nas_arena *arena, struct nas_err *err)
{
	struct merge m = { .table = table, .dir = dir, .arena = arena,
			   .jobs = cJSON_CreateArray() };

	memset(table, 0, sizeof(*table));
	(void)!merge_all(&m, err);
	cJSON_Delete(m.jobs);
	return err->code;
}

void sweep_table_free(struct sweep_table *table)
{
	text_free(&table->csv);
	text_free(&table->json);
	text_free(&table->rows);
}
