/* SPDX-License-Identifier: GPL-3.0-or-later */
/* result.json and meta.json. */
#include <math.h>

#include "nas/form/form.h"
#include "nas/run/published.h"
#include "spaces/latency.h"

static const char *const result_schemas[] = { "nas/result/1", NULL };
static const char *const meta_schemas[] = { "nas/meta/1", NULL };
static const char *const statuses[] = {
	[RESULT_OK] = "ok",
	[RESULT_INFEASIBLE] = "infeasible",
	[RESULT_INTERRUPTED] = "interrupted",
	NULL
};
static const char *const finders[] = {
	[FOUND_EVOLUTION] = "evolution",
	[FOUND_REFINEMENT] = "refinement",
	[FOUND_CERTIFICATE] = "certificate",
	NULL
};

#define AT(member) .offset = offsetof(struct nas_result, member)
#define COUNT(name, what)                                                    \
	{ .key = #name, .type = FORM_INT64, AT(name), .low = 0,              \
	  .high = HUGE_VAL, .help = what }

static const struct form_field result_fields[] = {
	{ .key = "schema", .type = FORM_CHOICE, AT(schema),
	  .choices = result_schemas, .help = "of this file" },
	{ .key = "name", .type = FORM_STRING, AT(name),
	  .help = "of the config" },
	{ .key = "status", .type = FORM_CHOICE, AT(status),
	  .choices = statuses,
	  .help = "ok; infeasible: no network meets the budgets; "
		  "interrupted: best is what was found until then" },
	{ .key = "best_found_by", .type = FORM_CHOICE, AT(best_found_by),
	  .choices = finders, .fallback = "\"evolution\"",
	  .help = "who found the first of best" },
	COUNT(evaluations, "networks evaluated"),
	COUNT(feasible, "of them inside the budgets"),
	COUNT(duplicates, "duplicate children, not counted as evaluations"),
	{ .key = "ended_by", .type = FORM_CHOICE, AT(ended_by),
	  .choices = evolve_end_names, .help = "what ended the search" },
	{ .key = "latency_by", .type = FORM_STRING, AT(latency_by),
	  .fallback = "",
	  .help = LATENCY_BY_HELP },
	{ .key = "latency_error_percent", .type = FORM_CUSTOM,
	  AT(latency_error_percent), .custom = &number_slot_custom,
	  .fallback = "", .help = "of that model, on average; absent when it "
	  "is not known" },
	{ .key = "certificate", .type = FORM_CUSTOM, AT(certificate),
	  .custom = &certificate_custom, .fallback = "",
	  .help = "a proven bound; absent when none was asked for" },
	{ .key = "infeasible", .type = FORM_CUSTOM, AT(infeasible),
	  .custom = &infeasible_custom, .fallback = "",
	  .help = "why there is no network; absent when there is one" },
	{ .key = "published", .type = FORM_OBJECTS, AT(published),
	  .count_offset = offsetof(struct nas_result, npublished),
	  .form = &published_form, .fallback = "[]",
	  .help = "networks that others published, of the same input and "
		  "classes and inside the budgets, best first" },
	{ .key = "best", .type = FORM_OBJECTS, AT(best),
	  .count_offset = offsetof(struct nas_result, nbest),
	  .form = &network_form, .fallback = "[]",
	  .help = "the best networks, distinct in structure, best first" },
};

const struct form result_form = {
	.name = "nas/result/1",
	.title = "what a search found",
	.size = sizeof(struct nas_result),
	.fields = result_fields,
	.nfields = sizeof(result_fields) / sizeof(result_fields[0]),
};

#undef AT
#define AT(member) .offset = offsetof(struct nas_meta, member)
#define TEXT(name, what)                                                     \
	{ .key = #name, .type = FORM_STRING, AT(name), .fallback = "",       \
	  .help = what }
#define NUMBER(name, units, what)                                            \
	{ .key = #name, .type = FORM_NUMBER, AT(name), .low = 0,             \
	  .high = HUGE_VAL, .fallback = "0", .unit = units, .help = what }

static const struct form_field meta_fields[] = {
	{ .key = "schema", .type = FORM_CHOICE, AT(schema),
	  .choices = meta_schemas, .help = "of this file" },
	TEXT(program, "that wrote the folder"),
	TEXT(version, "of the program"),
	TEXT(command, "the command line"),
	{ .key = "seed", .type = FORM_INT64, AT(seed), .fallback = "0",
	  .help = "of the random numbers, as the config has it" },
	TEXT(started, "date and time, UTC"),
	TEXT(host, "name of the machine"),
	TEXT(system, "operating system and processor"),
	{ .key = "threads", .type = FORM_INT, AT(threads), .low = 1,
	  .high = 65536, .fallback = "1", .help = "that were used" },
	{ .key = "ranks", .type = FORM_INT, AT(ranks), .low = 1,
	  .high = 1e7, .fallback = "1", .help = "processes, of so many "
	  "threads each" },
	{ .key = "sessions", .type = FORM_INT, AT(sessions), .low = 1,
	  .high = 1e9, .fallback = "1", .help = "of which all but the first "
	  "went on from a checkpoint" },
	NUMBER(migration_bytes, "bytes", "from one rank to the next, each "
	       "epoch"),
	NUMBER(row_bytes, "bytes", "of each island to rank 0, each epoch"),
	NUMBER(checkpoints, NULL, "written in this session"),
	NUMBER(checkpoint_bytes, "bytes", "of the last one"),
	NUMBER(checkpoint_s, "s", "spent on all of them"),
	NUMBER(seconds, "s", "wall time of the whole run"),
	NUMBER(search_s, "s", "of the evolutionary search"),
	NUMBER(refine_s, "s", "of the refinement at the end"),
	NUMBER(certify_s, "s", "of the certificate"),
	NUMBER(cpu_s, "s", "CPU time of all threads"),
	NUMBER(evaluations_per_second, "1/s", "of the search"),
	NUMBER(peak_rss_bytes, "bytes", "most memory held"),
	{ .key = "signal", .type = FORM_INT, AT(signal), .low = 0,
	  .high = 128, .fallback = "", .help = "that interrupted the run" },
	TEXT(built_in, "optional parts of the program"),
	TEXT(compiler, "that built it"),
	TEXT(flags, "that it was built with"),
};

const struct form meta_form = {
	.name = "nas/meta/1",
	.title = "figures of a run that depend on the clock or the machine",
	.size = sizeof(struct nas_meta),
	.fields = meta_fields,
	.nfields = sizeof(meta_fields) / sizeof(meta_fields[0]),
};
