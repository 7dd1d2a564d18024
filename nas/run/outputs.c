/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Outputs about spaces, searches and the program. */
#include "nas/run/outputs.h"

#include "nas/run/config.h"
#include "nas/run/records.h"

/* ---- sweep ---- */

static const struct form_field job_fields[] = {
	OUT("job", INT, "number of the job, from 1"),
	OUT("set", CUSTOM, "values of the grid by their paths",
	    .custom = &out_texts_by_name),
	OUT_MAY("directory", STRING, "folder of its run"),
	OUT_MAY("status", STRING, "how it ended: ok, failed, ..."),
};
OUT_PART(job_form, "a job of a sweep", job_fields);

static const struct form_field sweep_jobs_fields[] = {
	OUT_SCHEMA("nas/sweep-jobs/1"),
	OUT("config", STRING, "file of the config"),
	OUT("jobs_of_grid", INT, "of the whole grid"),
	OUT("jobs", OBJECTS, "of this shard", .form = &job_form),
};
OUT_FORM(output_sweep_jobs, "nas/sweep-jobs/1", "jobs of a sweep, and how "
	 "they ended", sweep_jobs_fields);

static const struct form_field row_fields[] = {
	OUT("job", INT, "number of the job, from 1"),
	OUT("set", CUSTOM, "values of the grid by their paths",
	    .custom = &out_texts_by_name),
	OUT("status", STRING, "of its result; missing: there is none"),
	OUT_MAY("best_found_by", STRING, "of its result"),
	OUT_MAY("score", NUMBER, "of its best network"),
	OUT_MAY("qe_score", NUMBER, "of its best network"),
	OUT_MAY("upper_bound", NUMBER, "of its certificate"),
	OUT_MAY("gap", NUMBER, "of its certificate"),
	OUT_MAY("optimal", BOOL, "of its certificate"),
	OUT_MAY("bitops", NUMBER, "of its best network"),
	OUT_MAY("flash_bytes", NUMBER, "of its best network"),
	OUT_MAY("peak_memory_bytes", NUMBER, "of its best network"),
	OUT_MAY("macs", NUMBER, "of its best network"),
	OUT_MAY("params", NUMBER, "of its best network"),
	OUT_MAY("layers", INT, "of its best network"),
	OUT_MAY("evaluations", INT, "of its search"),
	OUT_MAY("ended_by", STRING, "what ended its search"),
};
OUT_PART(row_form, "a job and its result", row_fields);

static const struct form_field sweep_table_fields[] = {
	OUT_SCHEMA("nas/sweep-table/1"),
	OUT("jobs", OBJECTS, "all of the grid", .form = &row_form),
};
OUT_FORM(output_sweep_table, "nas/sweep-table/1", "results of a sweep, "
	 "table.json", sweep_table_fields);

static const struct form_field axis_fields[] = {
	OUT("path", STRING, "key of the config"),
	OUT("values", CUSTOM, "that it takes, JSON texts",
	    .custom = &out_texts),
};
OUT_PART(axis_form, "an axis of the grid", axis_fields);

static const struct form_field grown_fields[] = {
	OUT("values", INTS, "how many of each axis"),
};
OUT_PART(grown_form, "a grid that there was", grown_fields);

static const struct form_field sweep_fields[] = {
	OUT_SCHEMA("nas/sweep/1"),
	OUT("config", STRING, "file of the config"),
	OUT("jobs", INT, "of the whole grid"),
	OUT("grid", OBJECTS, "its axes", .form = &axis_form),
	OUT_MAY("grown", OBJECTS, "where values were added: the grids that "
		"there were, the last with all", .form = &grown_form),
};
OUT_FORM(output_sweep, "nas/sweep/1", "what a sweep is made of, sweep.json",
	 sweep_fields);

static const struct form_field status_fields[] = {
	OUT_SCHEMA("nas/sweep-status/1"),
	OUT("jobs", INT, "of the whole grid"),
	OUT("ok", INT, "jobs with an answer"),
	OUT("infeasible", INT, "jobs without a network inside the budgets"),
	OUT("failed", INT, "jobs that could not run"),
	OUT("running", INT, "jobs that a program works on now"),
	OUT("missing", INT, "jobs that nobody works on yet"),
	OUT("seconds", NUMBER, "of a job that ended, mean"),
	OUT("seconds_left", NUMBER, "of all jobs without an answer, one after "
	    "another"),
	OUT("next", INTS, "the first jobs that are missing"),
	OUT("failures", INTS, "the first jobs that failed"),
	OUT("lines_of_no_job", INT, "of jobs.jsonl: cut short, or of other "
	    "grids"),
};
OUT_FORM(output_sweep_status, "nas/sweep-status/1", "how far a sweep is",
	 status_fields);

/* ---- files that were written ---- */

static const struct form_field export_fields[] = {
	OUT_SCHEMA("nas/export/1"),
	OUT("output", STRING, "file or folder that was written"),
	OUT("format", STRING, "of it"),
	OUT("bytes", INT64, "written"),
};
OUT_FORM(output_export, "nas/export/1", "a network that was written",
	 export_fields);

static const struct form_field report_fields[] = {
	OUT_SCHEMA("nas/report/1"),
	OUT("page", STRING, "that was written"),
	OUT_MAY("plots", STRING, "folder of the charts"),
};
OUT_FORM(output_report, "nas/report/1", "a report that was written",
	 report_fields);

/* ---- the program ---- */

static const struct form_field board_fields[] = {
	OUT("name", STRING, "in configs"),
	OUT("title", STRING, "for people"),
	OUT("sram_bytes", NUMBER, "memory"),
	OUT("flash_bytes", NUMBER, "storage"),
	OUT("kernels", STRING, "whose bits are listed"),
	OUT("bits_a", INTS, "of activations that they run"),
	OUT("bits_w", INTS, "of weights that they run"),
	OUT_MAY("latency_model", STRING, "what a config that names it has"),
};
OUT_PART(board_form, "a board", board_fields);

static const struct form_field boards_fields[] = {
	OUT_SCHEMA("nas/boards/1"),
	OUT("boards", OBJECTS, "that budgets.board may name",
	    .form = &board_form),
};
OUT_FORM(output_boards, "nas/boards/1", "the boards", boards_fields);

static const struct form_field option_fields[] = {
	OUT("key", STRING, "path in a config"),
	OUT("type", STRING, "of its value"),
	OUT("range", STRING, "of its value"),
	OUT("default", STRING, "JSON text"),
	OUT("unit", STRING, "of its value"),
	OUT("help", STRING, "what it means"),
};
OUT_PART(option_form, "a key of configs", option_fields);

static const struct form_field options_fields[] = {
	OUT_SCHEMA("nas/options/1"),
	OUT("options", OBJECTS, "all keys", .form = &option_form),
};
OUT_FORM(output_options, "nas/options/1", "the keys of configs",
	 options_fields);

static const struct form_field schemas_fields[] = {
	OUT_SCHEMA("nas/schemas/1"),
	OUT("schemas", CUSTOM, "their names", .custom = &out_texts),
};
OUT_FORM(output_schemas, "nas/schemas/1", "the names of all schemas",
	 schemas_fields);

static const struct form_field command_option_fields[] = {
	OUT("name", STRING, "without its dashes"),
	OUT_MAY("letter", STRING, "its short form"),
	OUT_MAY("value", STRING, "what follows it"),
	OUT("help", STRING, "what it does"),
};
OUT_PART(command_option_form, "an option", command_option_fields);

static const struct form_field command_fields[] = {
	OUT("name", STRING, "of the command"),
	OUT("arguments", STRING, "that it takes"),
	OUT("help", STRING, "what it does"),
	OUT("options", OBJECTS, "its own and the common ones",
	    .form = &command_option_form),
	OUT("examples", CUSTOM, "command lines", .custom = &out_texts),
};
OUT_PART(command_form, "a command", command_fields);

static const struct form_field help_fields[] = {
	OUT_SCHEMA("nas/help/1"),
	OUT("commands", OBJECTS, "all, or the one asked for",
	    .form = &command_form),
};
OUT_FORM(output_help, "nas/help/1", "commands and their options",
	 help_fields);

static const struct form_field version_fields[] = {
	OUT_SCHEMA("nas/version/1"),
	OUT("program", STRING, "its name"),
	OUT("version", STRING, "its version"),
	OUT("built_in", CUSTOM, "optional parts, whether they are there",
	    .custom = &out_bools_by_name),
	OUT("compiler", STRING, "that built it"),
	OUT("flags", STRING, "of the compiler"),
};
OUT_FORM(output_version, "nas/version/1", "the program", version_fields);
