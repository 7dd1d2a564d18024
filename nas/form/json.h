/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/form/json.h - JSON text in, with places for errors; exact JSON text out.
 *
 * cJSON builds the tree. It accepts what RFC 8259 does not, knows no lines
 * and prints doubles that do not read back; so a strict scan of the text runs
 * first (grammar, UTF-8, duplicate keys, depth, sizes), remembers where every
 * value begins, and numbers are printed by us.
 *
 * Usage:
 *	struct json_doc doc;
 *	if (json_read(&doc, "configs/quick.json", err) != NAS_OK)
 *		return err->code;
 *	n = cJSON_GetObjectItemCaseSensitive(doc.root, "space");
 *	if (!cJSON_IsObject(n))
 *		json_fail(&doc, n, err, "must be an object");
 *	json_free(&doc);
 *
 * Limits: file 16 MiB (json_read_limit changes it), depth 64, string 64 KiB,
 * number 63 characters, 1,000,000 values (scaled with the file limit). A byte
 * order mark at the start is skipped. Columns count characters, not bytes.
 * A tree that came from json_parse is changed by json_set only: places are
 * found by the order of values.
 */
#ifndef NAS_FORM_JSON_H
#define NAS_FORM_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include <cjson/cJSON.h>

#include "nas/base/err.h"

struct nas_text; /* nas/base/file.h */

struct json_doc {
	cJSON *root;
	char *text;
	size_t length;
	size_t *offset; /* (values) where the i-th value begins, parents before
			 * children; SIZE_MAX = put there by json_set */
	size_t values;
	char source[256];
};

/* Parse length bytes (copied). Fails with NAS_EINPUT and the place. */
enum nas_status json_parse(struct json_doc *doc, const char *text,
			   size_t length, const char *source,
			   struct nas_err *err) NAS_MUST_CHECK;

/* Read a file; "-" is standard input. NAS_EIO or NAS_EINPUT. */
enum nas_status json_read(struct json_doc *doc, const char *path,
			  struct nas_err *err) NAS_MUST_CHECK;
enum nas_status json_read_limit(struct json_doc *doc, const char *path,
				size_t limit, struct nas_err *err)
	NAS_MUST_CHECK;
void json_free(struct json_doc *doc); /* accepts a zeroed or freed one */

/* Append an NAS_EINPUT failure at a node of doc (also at a node that a
 * --set put there: then the source is "--set" and there is no line). */
enum nas_status json_fail(const struct json_doc *doc, const cJSON *node,
			  struct nas_err *err, const char *fmt, ...)
	NAS_FORMAT(4, 5);

/* The same, at the node's key rather than its value. */
enum nas_status json_fail_key(const struct json_doc *doc, const cJSON *node,
			      struct nas_err *err, const char *fmt, ...)
	NAS_FORMAT(4, 5);

/* "an object", "a string", ...: for messages. */
const char *json_type_text(const cJSON *node);

/*
 * Apply "path=value" of the command line: path in dots (space.stages.2.kernel)
 * or slashes (/space/stages/2/kernel, a JSON pointer), value JSON; text that
 * is no JSON is taken as a string, which forms read as a number where they want
 * one ("100k", nas/base/quantity.h). Objects on the way are made, array elements
 * must exist. NAS_EUSAGE on a bad path; the tree is unchanged then.
 */
enum nas_status json_set(struct json_doc *doc, const char *assignment,
			 struct nas_err *err) NAS_MUST_CHECK;

/* The node was put there by json_set. */
bool json_was_set(const struct json_doc *doc, const cJSON *node);

/* A number node that json_print writes so that it reads back equal; a
 * non-finite x is NAS_BUG_IF. Integral values below 2^53 print without a point.
 * json_int64 beyond +-2^53 is a string of digits, which FORM_INT64 reads. */
cJSON *json_number(double x);
cJSON *json_int64(int64_t x);

/* text (at least 32 bytes) = the shortest decimal that reads back as x */
void json_format_number(char *text, double x);
/* A cell of CSV with such a number behind a comma; empty where x is not finite. */
void text_add_csv_number(struct nas_text *t, double x);

/*
 * Print a tree: two-space indentation; an array or object without nested
 * containers on one line where it fits 100 columns. Ends in a newline. The
 * caller frees it with free(); NULL when memory is out.
 */
char *json_print(const cJSON *node);
char *json_print_line(const cJSON *node); /* all on one line, however long */

/* Add a tree's text to t and free the tree; NAS_ENOMEM when it is NULL or was
 * marked. */
enum nas_status text_add_json(struct nas_text *t, cJSON *tree,
			      struct nas_err *err) NAS_MUST_CHECK;

/*
 * Shorthands that add to an object; they return the object. The item of
 * json_add and json_append is owned by the tree from then on. When memory is
 * out, or object, array or item is NULL, what could not be added is freed and
 * the container is marked: json_print of it is NULL. So a caller may build a
 * whole tree and look at the end only.
 */
cJSON *json_object(const char *schema); /* {"schema": "nas/score/1"} */
cJSON *json_add(cJSON *object, const char *key, cJSON *item);
cJSON *json_append(cJSON *array, cJSON *item);
cJSON *json_take(cJSON *object, cJSON *other); /* all keys of other, freed */
cJSON *json_add_number(cJSON *object, const char *key, double x);
cJSON *json_add_int64(cJSON *object, const char *key, int64_t x);
cJSON *json_add_string(cJSON *object, const char *key, const char *s);
cJSON *json_add_bool(cJSON *object, const char *key, int b);
cJSON *json_add_ints(cJSON *object, const char *key, const int *x, int n);
cJSON *json_add_numbers(cJSON *object, const char *key, const double *x,
			int n);

#endif
