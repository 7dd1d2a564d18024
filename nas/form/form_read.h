/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/form/form_read.h - what form_*.c share. Internal to them.
 */
#ifndef NAS_FORM_FORM_READ_H
#define NAS_FORM_FORM_READ_H

#include <stdbool.h>

#include "nas/form/form.h"

struct form_reader { /* one call of form_read */
	const struct json_doc *doc;
	struct nas_arena *arena;
	struct nas_err *err;
	const cJSON *object; /* that is read */
	const cJSON *base;   /* where it takes what it does not say; or NULL */
};

bool form_is_list(const struct form_field *f);
int form_count_choices(const struct form_field *f);

/* A value that one number or text gives: NAS_OK or the failure reported. */
enum nas_status form_read_number(const struct form_reader *r,
				 const struct form_field *f, const cJSON *node,
				 double *x);
enum nas_status form_read_scalar(const struct form_reader *r,
				 const struct form_field *f, const cJSON *node,
				 void *out);

/* Any value of a field, *out the struct it goes to. */
enum nas_status form_read_field(const struct form_reader *r,
				const struct form_field *f, const cJSON *node,
				void *out);

/* {min, max, step} as a list in the arena. */
enum nas_status form_read_range(const struct form_reader *r,
				const struct form_field *f, const cJSON *node,
				int **list, int *count);

/* True of a list that is evenly spaced and long enough; and its object. */
bool form_is_range(const int *list, int count);
cJSON *form_write_range(const int *list, int count);
cJSON *form_range_schema(void);

/* The default of a field, from its text; source "default of KEY". */
enum nas_status form_read_fallback(const struct form_field *f, void *out,
				   struct nas_arena *arena,
				   struct nas_err *err);

#endif
