/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/formats.h - the formats of files, each with its JSON Schema.
 *
 * Usage:
 *	const struct file_format *f = format_find("config");
 *	tree = format_schema(f);
 */
#ifndef NAS_RUN_FORMATS_H
#define NAS_RUN_FORMATS_H

#include "nas/form/form.h"

struct file_format {
	const char *name;        /* "nas/config/1" */
	const struct form *form; /* or else */
	cJSON *(*schema)(void);
	const char *title;       /* of one without a form */
};

extern const struct file_format file_formats[];
extern const int nfile_formats;

/* By its name, or the middle of it: "config". NULL: not known. */
const struct file_format *format_find(const char *name);

/* NAS_EUSAGE, with the nearest name. */
enum nas_status format_unknown(const char *name, struct nas_err *err);

const char *format_title(const struct file_format *f);
cJSON *format_schema(const struct file_format *f); /* of the caller */

#endif
