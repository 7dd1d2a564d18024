/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/outputs.h - what commands print as JSON and no form writes: one
 * form each, for the JSON Schema alone. tests/cli/test_json.sh holds what is
 * printed against it, so a key that is missing here is found there.
 */
#ifndef NAS_RUN_OUTPUTS_H
#define NAS_RUN_OUTPUTS_H

#include "nas/form/form.h"

extern const struct form output_export, output_report;
extern const struct form output_boards, output_options;
extern const struct form output_schemas, output_help, output_version;
extern const struct form output_verify;
extern const struct form output_sigma, output_reproduction;

/* ---- for the tables of outputs ---- */

#define OUT(name, kind, ...)                                                 \
	{ .key = name, .type = FORM_##kind, .help = __VA_ARGS__ }
#define OUT_MAY(name, kind, ...)                                             \
	{ .key = name, .type = FORM_##kind, .fallback = "",                  \
	  .help = __VA_ARGS__ }
#define OUT_SCHEMA(name)                                                     \
	{ .key = "schema", .type = FORM_CHOICE, .help = "of this output",    \
	  .choices = (const char *const[]){ name, NULL } }
#define OUT_FORM(id, schema, what, rows)                                     \
	const struct form id = {                                             \
		.name = schema, .title = what, .size = 64, .fields = rows,   \
		.nfields = sizeof(rows) / sizeof((rows)[0])                  \
	}
#define OUT_PART(id, what, rows)                                             \
	static const struct form id = {                                      \
		.title = what, .size = 64, .fields = rows,                   \
		.nfields = sizeof(rows) / sizeof((rows)[0])                  \
	}

/* Values that no type of a form is: lists of texts and of numbers, an object
 * of numbers, texts or truth values by name, an integer or null. */
extern const struct form_custom out_texts, out_numbers, out_by_name;
extern const struct form_custom out_texts_by_name, out_bools_by_name;
extern const struct form_custom out_integer_or_null;

#endif
