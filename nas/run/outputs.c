/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Outputs about spaces, searches and the program. */
#include "nas/run/outputs.h"

#include "nas/run/config.h"
#include "nas/run/records.h"

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
