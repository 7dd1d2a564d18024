/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/outputs.h - what commands print as JSON about themselves: records
 * that they fill, with the forms that write them.
 *
 * Usage:
 *	struct export_output o = { .output = path, .format = "onnx" };
 *	tree = form_write(&export_form, &o);
 */
#ifndef NAS_RUN_OUTPUTS_H
#define NAS_RUN_OUTPUTS_H

#include "nas/form/record.h"

struct export_output {
	int schema; /* 0: nas/export/1 */
	const char *output, *format;
	int64_t bytes;
};

struct report_output {
	int schema; /* 0: nas/report/1 */
	const char *page, *plots; /* plots NULL = none */
};

struct option_output { /* of a command */
	const char *name, *letter, *value, *help; /* letter, value may be NULL */
};

struct command_output {
	const char *name, *arguments, *help;
	int noptions;
	struct option_output *options;
	struct texts examples;
};

struct help_output {
	int schema; /* 0: nas/help/1 */
	int ncommands;
	struct command_output *commands;
};

extern const struct form export_form, report_form, help_form;

#endif
