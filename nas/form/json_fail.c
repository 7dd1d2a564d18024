/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Places of failures: a node's number, counted parents before children, is the
 * same in the tree and in the scanned text, so one walk finds both the JSON
 * pointer and the line.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "nas/form/json.h"
#include "nas/form/json_scan.h"

struct place {
	size_t order; /* nodes before the one looked for */
	size_t length;
	char path[160]; /* JSON pointer */
};

/* Append to the pointer; what does not fit is left out. */
static void put(struct place *p, const char *s, size_t n)
{
	if (n > sizeof(p->path) - 1 - p->length)
		n = sizeof(p->path) - 1 - p->length;
	memcpy(p->path + p->length, s, n);
	p->length += n;
	p->path[p->length] = '\0';
}

/* RFC 6901: '~' and '/' of a key are written ~0 and ~1. */
static void put_step(struct place *p, const cJSON *node, size_t index)
{
	char number[32];
	const char *s;

	put(p, "/", 1);
	if (!node->string) {
		snprintf(number, sizeof(number), "%zu", index);
		put(p, number, strlen(number));
		return;
	}
	for (s = node->string; *s && p->length < sizeof(p->path) - 1; s++) {
		if (*s == '~')
			put(p, "~0", 2);
		else if (*s == '/')
			put(p, "~1", 2);
		else
			put(p, s, 1);
	}
}

/* Walk to the node; p holds its number and pointer when it is found. */
static bool find(const cJSON *at, const cJSON *node, struct place *p)
{
	size_t length = p->length, index = 0;
	const cJSON *n;

	if (at == node)
		return true;
	p->order++;
	for (n = at->child; n; n = n->next, index++) {
		put_step(p, n, index);
		if (find(n, node, p))
			return true;
		p->length = length;
		p->path[length] = '\0';
	}
	return false;
}

bool json_was_set(const struct json_doc *doc, const cJSON *node)
{
	struct place p = {0};

	return find(doc->root, node, &p) && p.order < doc->values &&
	       doc->offset[p.order] == SIZE_MAX;
}

/* From the first byte of a value back to the first byte of its key. */
static size_t key_before(const char *text, size_t pos)
{
	size_t i = pos, backslashes;

	while (i > 0 && text[i] != ':')
		i--;
	while (i > 0 && text[i] != '"')
		i--;
	/* A quote of the key's text has an odd number of '\' before it. */
	while (i > 0) {
		i--;
		if (text[i] != '"')
			continue;
		backslashes = 0;
		while (backslashes < i && text[i - 1 - backslashes] == '\\')
			backslashes++;
		if (backslashes % 2 == 0)
			return i;
	}
	return pos;
}

static enum nas_status fail_at_node(const struct json_doc *doc,
				    const cJSON *node, bool at_key,
				    struct nas_err *err, const char *msg)
{
	struct place p = {0};
	const char *source = doc->source;
	int line = 0, column = 0;
	size_t pos;

	/* A walk each for a million failures would take hours. */
	if (nas_err_is_full(err))
		return nas_fail(err, NAS_EINPUT, "%s", msg);
	if (doc->root && node && find(doc->root, node, &p) &&
	    p.order < doc->values) {
		pos = doc->offset[p.order];
		if (pos == SIZE_MAX) {
			source = "--set";
		} else {
			if (at_key && node->string)
				pos = key_before(doc->text, pos);
			json_place(doc->text, pos, &line, &column);
		}
	}
	return nas_fail_at(err, NAS_EINPUT, source, line, column, p.path, "%s",
			   msg);
}

enum nas_status json_fail(const struct json_doc *doc, const cJSON *node,
			  struct nas_err *err, const char *fmt, ...)
{
	char msg[NAS_MSG_SIZE];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	return fail_at_node(doc, node, false, err, msg);
}

enum nas_status json_fail_key(const struct json_doc *doc, const cJSON *node,
			      struct nas_err *err, const char *fmt, ...)
{
	char msg[NAS_MSG_SIZE];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	return fail_at_node(doc, node, true, err, msg);
}

const char *json_type_text(const cJSON *node)
{
	if (cJSON_IsObject(node))
		return "an object";
	if (cJSON_IsArray(node))
		return "an array";
	if (cJSON_IsString(node))
		return "a string";
	if (cJSON_IsNumber(node))
		return "a number";
	if (cJSON_IsBool(node))
		return cJSON_IsTrue(node) ? "true" : "false";
	return "null";
}
