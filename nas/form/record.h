/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/form/record.h - rows of a form whose keys are the names of members, and
 * values that no type of a form is. What is written from such a table is what
 * its schema says: there is no other list of the keys.
 *
 * Usage:
 *	struct speed { int schema; const char *name; double gap; bool has_gap;
 *		       int nparts; const struct part *parts; };
 *	#define RECORD struct speed
 *	static const struct form_field speed_fields[] = {
 *		ROW_SCHEMA("nas/speed/1"),
 *		ROW(STRING, name, "of the config"),
 *		ROW_GIVEN(NUMBER, gap, "absent when no network is known"),
 *		ROW_LIST(OBJECTS, parts, "all", .form = &part_form),
 *	};
 *	const struct form speed_form =
 *		RECORD_FORM("nas/speed/1", "how fast it is", speed_fields);
 *	tree = form_write(&speed_form, &speed);
 */
#ifndef NAS_FORM_RECORD_H
#define NAS_FORM_RECORD_H

#include "nas/form/form.h"

/* A key with a name of its own; ROW: that of the member, FORM_kind. */
#define ROW_AS(name, kind, member, ...)                                      \
	{ .key = name, .type = FORM_##kind,                                  \
	  .offset = offsetof(RECORD, member), .help = __VA_ARGS__ }
#define ROW(kind, member, ...) ROW_AS(#member, kind, member, __VA_ARGS__)
/* Absent where it is zero; where has_member is false. */
#define ROW_MAY(kind, member, ...)                                           \
	ROW_AS(#member, kind, member, __VA_ARGS__, .fallback = "")
#define ROW_GIVEN(kind, member, ...)                                         \
	ROW_MAY(kind, member, __VA_ARGS__,                                   \
		.given = offsetof(RECORD, has_##member))
/* nmember items. */
#define ROW_LIST(kind, member, ...)                                          \
	ROW(kind, member, __VA_ARGS__,                                       \
	    .count_offset = offsetof(RECORD, n##member))
/* Made by a function from the whole record: a value, which custom writes; the
 * one object of a form; those of a list, as many as the member count says. */
#define ROW_MADE(name, how, ...)                                             \
	{ .key = name, .type = FORM_CUSTOM, .custom = how,                   \
	  .help = __VA_ARGS__ }
#define ROW_MADE_OBJECT(name, what, how, ...)                                \
	{ .key = name, .type = FORM_OBJECT, .form = what, .make = how,       \
	  .help = __VA_ARGS__ }
#define ROW_MADE_LIST(name, count, what, how, ...)                           \
	{ .key = name, .type = FORM_OBJECTS, .form = what, .make = how,      \
	  .count_offset = offsetof(RECORD, count), .help = __VA_ARGS__ }

/* The member schema is an int, and 0. */
#define ROW_SCHEMA(name)                                                     \
	ROW(CHOICE, schema, "of this output",                                \
	    .choices = (const char *const[]){ name, NULL })

/* name: of the schema; NULL = a part of another form. */
#define RECORD_FORM(id, what, rows)                                          \
	{                                                                    \
		.name = id, .title = what, .size = sizeof(RECORD),           \
		.fields = rows, .nfields = sizeof(rows) / sizeof((rows)[0])  \
	}

struct texts {
	int n;
	const char *const *text;
};
extern const struct form_custom texts_custom; /* writes struct texts */
/* The read of such a list; how long it may be is the caller's to check. */
enum nas_status texts_read(const struct json_doc *doc, const cJSON *node,
			   void *out, struct nas_arena *arena,
			   struct nas_err *err);

struct figures { /* without the short form of a list of one */
	int n;
	const double *x;
};
extern const struct form_custom figures_custom; /* struct figures */

extern const struct form_custom integer_or_null; /* int; 0 is null */

extern const struct form_custom ignored_custom; /* anything, of other programs */

/* Schemas of what a custom writes. */
cJSON *schema_texts(void);
cJSON *schema_numbers(void);
cJSON *schema_by_name(void); /* an object of numbers by name */
cJSON *schema_texts_by_name(void);
cJSON *schema_bools_by_name(void);

#endif
