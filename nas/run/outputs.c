/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/outputs.h"

#define RECORD struct export_output

static const struct form_field export_fields[] = {
	ROW_SCHEMA("nas/export/1"),
	ROW(STRING, output, "file or folder that was written"),
	ROW(STRING, format, "of it"),
	ROW(INT64, bytes, "written"),
};

const struct form export_form = RECORD_FORM(
	"nas/export/1", "a network that was written", export_fields);

#undef RECORD
#define RECORD struct report_output

static const struct form_field report_fields[] = {
	ROW_SCHEMA("nas/report/1"),
	ROW(STRING, page, "that was written"),
	ROW_MAY(STRING, plots, "folder of the charts"),
};

const struct form report_form = RECORD_FORM(
	"nas/report/1", "a report that was written", report_fields);

#undef RECORD
#define RECORD struct option_output

static const struct form_field option_fields[] = {
	ROW(STRING, name, "without its dashes"),
	ROW_MAY(STRING, letter, "its short form"),
	ROW_MAY(STRING, value, "what follows it"),
	ROW(STRING, help, "what it does"),
};

static const struct form option_form =
	RECORD_FORM(NULL, "an option", option_fields);

#undef RECORD
#define RECORD struct command_output

static const struct form_field command_fields[] = {
	ROW(STRING, name, "of the command"),
	ROW(STRING, arguments, "that it takes"),
	ROW(STRING, help, "what it does"),
	ROW_LIST(OBJECTS, options, "its own and the common ones",
		 .form = &option_form),
	ROW(CUSTOM, examples, "command lines", .custom = &texts_custom),
};

static const struct form command_form =
	RECORD_FORM(NULL, "a command", command_fields);

#undef RECORD
#define RECORD struct help_output

static const struct form_field help_fields[] = {
	ROW_SCHEMA("nas/help/1"),
	ROW_LIST(OBJECTS, commands, "all, or the one asked for",
		 .form = &command_form),
};

const struct form help_form = RECORD_FORM(
	"nas/help/1", "commands and their options", help_fields);
