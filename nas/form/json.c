/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/form/json.h"

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "nas/base/file.h"
#include "nas/form/json_scan.h"

static enum nas_status fail_in_text(const struct json_doc *doc, size_t pos,
				    const char *message, struct nas_err *err)
{
	int line, column;

	json_place(doc->text, pos, &line, &column);
	return nas_fail_at(err, NAS_EINPUT, doc->source, line, column, NULL,
			   "%s", message);
}

/* The grammar and the limits; fills doc->offset. */
static enum nas_status scan_text(struct json_doc *doc, size_t max_values,
				 struct nas_err *err)
{
	struct json_scan scan = {.text = doc->text, .length = doc->length};

	scan.max_values = max_values;
	if (!json_scan(&scan)) {
		free(scan.offset);
		if (scan.no_memory)
			return nas_fail(err, NAS_ENOMEM, "out of memory for '%s'",
					doc->source);
		return fail_in_text(doc, scan.pos, scan.message, err);
	}
	doc->offset = scan.offset;
	doc->values = scan.values;
	return NAS_OK;
}

struct member { /* of an object, for the search for duplicates */
	const cJSON *node;
	size_t order;
};

static int compare_members(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	int c = strcmp(x->node->string, y->node->string);

	return c ? c : (x->order > y->order) - (x->order < y->order);
}

/* Sorting keeps an object of a million keys from taking forever. */
static enum nas_status check_keys(const struct json_doc *doc,
				  const cJSON *object, struct nas_err *err)
{
	enum nas_status status = NAS_OK;
	struct member *m;
	const cJSON *n;
	size_t i, count = 0;

	for (n = object->child; n; n = n->next)
		count++;
	if (count < 2)
		return NAS_OK;
	m = malloc(count * sizeof(*m));
	if (!m)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the keys");
	for (n = object->child, i = 0; n; n = n->next, i++)
		m[i] = (struct member){n, i};
	qsort(m, count, sizeof(*m), compare_members);
	for (i = 1; i < count; i++)
		if (!strcmp(m[i - 1].node->string, m[i].node->string))
			status = json_fail_key(doc, m[i].node, err,
					       "duplicate key '%.80s'",
					       m[i].node->string);
	free(m);
	return status;
}

/* What the scan cannot see: duplicate keys, numbers beyond a double. */
static enum nas_status check_tree(const struct json_doc *doc,
				  const cJSON *node, struct nas_err *err)
{
	enum nas_status status = NAS_OK, s;
	const cJSON *n;

	if (cJSON_IsNumber(node) && !isfinite(node->valuedouble))
		return json_fail(doc, node, err, "number is too large");
	if (cJSON_IsObject(node))
		status = check_keys(doc, node, err);
	for (n = node->child; n; n = n->next) {
		s = check_tree(doc, n, err);
		if (status == NAS_OK)
			status = s;
	}
	return status;
}

static enum nas_status parse_limited(struct json_doc *doc, size_t limit,
				     struct nas_err *err)
{
	size_t max_values = JSON_MAX_VALUES;
	enum nas_status status;

	if (limit > JSON_MAX_BYTES)
		max_values = max_values * (limit / JSON_MAX_BYTES + 1);
	if (doc->length > limit)
		return nas_fail_at(err, NAS_EINPUT, doc->source, 0, 0, NULL,
				   "larger than %zu bytes", limit);
	status = scan_text(doc, max_values, err);
	if (status != NAS_OK)
		return status;
	doc->root = cJSON_ParseWithLength(doc->text, doc->length);
	if (!doc->root)
		return nas_fail(err, NAS_ENOMEM, "out of memory for '%s'",
				doc->source);
	return check_tree(doc, doc->root, err);
}

enum nas_status json_parse(struct json_doc *doc, const char *text,
			   size_t length, const char *source,
			   struct nas_err *err)
{
	enum nas_status status;

	memset(doc, 0, sizeof(*doc));
	snprintf(doc->source, sizeof(doc->source), "%s", source ? source : "");
	doc->text = malloc(length + 1);
	if (!doc->text)
		return nas_fail(err, NAS_ENOMEM, "out of memory for '%s'",
				doc->source);
	memcpy(doc->text, text, length);
	doc->text[length] = '\0';
	doc->length = length;
	status = parse_limited(doc, JSON_MAX_BYTES, err);
	if (status != NAS_OK)
		json_free(doc);
	return status;
}

enum nas_status json_read_limit(struct json_doc *doc, const char *path,
				size_t limit, struct nas_err *err)
{
	enum nas_status status;

	memset(doc, 0, sizeof(*doc));
	snprintf(doc->source, sizeof(doc->source), "%s",
		 strcmp(path, "-") ? path : "standard input");
	status = file_read(path, limit, &doc->text, &doc->length, err);
	if (status != NAS_OK)
		return status;
	status = parse_limited(doc, limit, err);
	if (status != NAS_OK)
		json_free(doc);
	return status;
}

enum nas_status json_read(struct json_doc *doc, const char *path,
			  struct nas_err *err)
{
	return json_read_limit(doc, path, JSON_MAX_BYTES, err);
}

void json_free(struct json_doc *doc)
{
	cJSON_Delete(doc->root);
	free(doc->text);
	free(doc->offset);
	memset(doc, 0, sizeof(*doc));
}
