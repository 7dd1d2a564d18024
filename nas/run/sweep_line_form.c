/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line of jobs.jsonl. */
#include "nas/form/record.h"
#include "nas/run/sweep_line.h"

static const char *const statuses[] = {
	[SWEEP_LINE_OK] = "ok",
	[SWEEP_LINE_INFEASIBLE] = "infeasible",
	[SWEEP_LINE_FAILED] = "failed",
	NULL
};

#define RECORD struct sweep_line_meta

static const struct form_field meta_fields[] = {
	ROW(NUMBER, seconds, "that the job took"),
	ROW(STRING, host, "that ran it", .fallback = ""),
	ROW(STRING, started, "when, in UTC", .fallback = ""),
};

static const struct form meta_of_line =
	RECORD_FORM(NULL, "what depends on clock and machine", meta_fields);

static cJSON *write_set(const void *in)
{
	const struct sweep_line *l = in;

	return sweep_set_json(l->sweep, l->job);
}

static cJSON *write_config(const void *in)
{
	const struct sweep_line *l = in;

	return l->config ? config_write(l->config) : FORM_NOTHING;
}

static cJSON *write_result(const void *in)
{
	const struct sweep_line *l = in;

	return l->result ? form_write(&result_form, l->result) : FORM_NOTHING;
}

static cJSON *config_schema(void)
{
	return form_part_schema(&config_form);
}

static cJSON *result_schema(void)
{
	return form_part_schema(&result_form);
}

static const struct form_custom set_custom = {
	.write = write_set, .schema = schema_texts_by_name
};
static const struct form_custom config_custom = {
	.write = write_config, .schema = config_schema
};
static const struct form_custom result_custom = {
	.write = write_result, .schema = result_schema
};

#undef RECORD
#define RECORD struct sweep_line

static const struct form_field line_fields[] = {
	ROW_SCHEMA("nas/sweep-line/1"),
	ROW(INT, job, "number of the job, from 1"),
	ROW_MADE("set", &set_custom, "values of the grid by their paths"),
	ROW(CHOICE, status, "how it ended", .choices = statuses),
	ROW(OBJECT, meta, "what depends on clock and machine",
	    .form = &meta_of_line),
	ROW_MAY(STRING, error, "why it failed"),
	ROW_MAY(STRING, design, "structure and bits of the best network"),
	ROW_MADE("config", &config_custom, "as it was run, all keys",
		 .fallback = ""),
	ROW_MADE("result", &result_custom, "its first networks",
		 .fallback = ""),
};

const struct form sweep_line_form =
	RECORD_FORM("nas/sweep-line/1", "a job of a sweep that ended, a line "
		    "of jobs.jsonl", line_fields);
