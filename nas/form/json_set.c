/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * json_set - "path=value" of the command line. The list of places runs
 * parallel to the tree, parents before children, so a subtree that is replaced
 * or added is replaced or added there too.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "nas/form/json.h"
#include "nas/form/json_scan.h"

struct route { /* the steps of a path, cut out of one copy of its text */
	char *text;
	char *step[JSON_MAX_DEPTH];
	int steps;
};

static enum nas_status refuse(struct nas_err *err, const char *assignment,
			      const char *why, const char *step)
{
	return nas_fail_at(err, NAS_EUSAGE, "--set", 0, 0, NULL,
			   "%s '%.80s' in '%.80s'", why, step, assignment);
}

/* RFC 6901: ~1 is '/', ~0 is '~'. */
static void unescape_step(char *s)
{
	char *to = s;

	for (; *s; s++) {
		if (s[0] == '~' && (s[1] == '0' || s[1] == '1'))
			*to++ = *++s == '0' ? '~' : '/';
		else
			*to++ = *s;
	}
	*to = '\0';
}

static enum nas_status cut_route(struct route *r, const char *assignment,
				 struct nas_err *err)
{
	size_t n = strcspn(assignment, "=");
	bool slashes;
	char *s, *end;

	r->text = malloc(n + 1);
	if (!r->text)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a path");
	memcpy(r->text, assignment, n);
	r->text[n] = '\0';
	slashes = strchr(r->text, '/') != NULL;
	for (s = r->text + (r->text[0] == '/'); s; s = end) {
		end = strchr(s, slashes ? '/' : '.');
		if (end)
			*end++ = '\0';
		if (!*s)
			return refuse(err, assignment, "empty step", s);
		if (r->steps == JSON_MAX_DEPTH)
			return refuse(err, assignment, "path too deep at", s);
		if (slashes)
			unescape_step(s);
		r->step[r->steps++] = s;
	}
	return NAS_OK;
}

/* An index of an array: digits without a leading zero, or -1. */
static int index_of_step(const char *s)
{
	size_t n = strspn(s, "0123456789");

	if (n == 0 || n > 8 || s[n] || (s[0] == '0' && n > 1))
		return -1;
	return atoi(s);
}

static cJSON *child_of(const cJSON *node, const char *step)
{
	if (cJSON_IsArray(node))
		return cJSON_GetArrayItem(node, index_of_step(step));
	return cJSON_GetObjectItemCaseSensitive(node, step);
}

static bool valid_utf8(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;
	const unsigned char *end = p + strlen(s);
	size_t n = 1;

	for (; p < end && n > 0; p += n)
		n = json_utf8(p, end);
	return n > 0;
}

/* JSON, or else a string; NULL when memory is out. */
static cJSON *value_of(const char *text)
{
	struct nas_err ignored = {0};
	struct json_doc doc;
	cJSON *value;

	if (json_parse(&doc, text, strlen(text), "", &ignored) == NAS_OK) {
		value = doc.root;
		doc.root = NULL;
		json_free(&doc);
		return value;
	}
	return ignored.code == NAS_ENOMEM ? NULL : cJSON_CreateString(text);
}

/* Wrap value in the objects of the steps after number i, innermost first. */
static cJSON *wrap(const struct route *r, int i, cJSON *value)
{
	int k;

	for (k = r->steps - 1; value && k > i; k--) {
		value = json_add(cJSON_CreateObject(), r->step[k], value);
		if (cJSON_IsInvalid(value)) {
			cJSON_Delete(value);
			value = NULL;
		}
	}
	return value;
}

static size_t count_nodes(const cJSON *node)
{
	const cJSON *n;
	size_t count = 1;

	for (n = node->child; n; n = n->next)
		count += count_nodes(n);
	return count;
}

/* Nodes before this one, parents first; false when it is not below at. */
static bool count_before(const cJSON *at, const cJSON *node, size_t *count)
{
	const cJSON *n;

	if (at == node)
		return true;
	++*count;
	for (n = at->child; n; n = n->next)
		if (count_before(n, node, count))
			return true;
	return false;
}

/* Room for added more places, so that splice cannot fail. */
static bool reserve(struct json_doc *doc, size_t added)
{
	size_t *grown = realloc(doc->offset,
				(doc->values + added) * sizeof(*grown));

	if (grown)
		doc->offset = grown;
	return grown != NULL;
}

/* Added places at offset[at] in place of removed ones. */
static void splice(struct json_doc *doc, size_t at, size_t removed,
		   size_t added)
{
	size_t *offset = doc->offset, i;

	memmove(offset + at + added, offset + at + removed,
		(doc->values - at - removed) * sizeof(*offset));
	for (i = at; i < at + added; i++)
		offset[i] = SIZE_MAX;
	doc->values += added - removed;
}

/* Put value in place of old, whose key it takes over. */
static bool replace(cJSON *parent, cJSON *old, cJSON *value)
{
	value->string = old->string;
	value->type |= old->type & cJSON_StringIsConst;
	old->string = NULL;
	return cJSON_ReplaceItemViaPointer(parent, old, value);
}

/* Put value at a step of parent in place of old (NULL = a new key). */
static bool attach(struct json_doc *doc, cJSON *parent, cJSON *old,
		   const char *step, cJSON *value)
{
	size_t at = 0, removed = old ? count_nodes(old) : 0;
	size_t added = count_nodes(value);

	if (!reserve(doc, added))
		return false;
	NAS_BUG_IF(!count_before(doc->root, old ? old : parent, &at));
	if (!old)
		at += count_nodes(parent);
	if (old ? !replace(parent, old, value)
		: !cJSON_AddItemToObject(parent, step, value))
		return false;
	splice(doc, at, removed, added);
	return true;
}

static enum nas_status set_route(struct json_doc *doc, const struct route *r,
				 const char *assignment, struct nas_err *err)
{
	cJSON *parent = doc->root, *old = parent, *value;
	int i;

	for (i = 0; i < r->steps; i++) {
		parent = old;
		if (!cJSON_IsObject(parent) && !cJSON_IsArray(parent))
			return refuse(err, assignment,
				      "no object or array to hold", r->step[i]);
		old = child_of(parent, r->step[i]);
		if (!old)
			break;
	}
	if (!old && cJSON_IsArray(parent))
		return refuse(err, assignment, "no array element", r->step[i]);
	if (old)
		i = r->steps - 1;
	if (!valid_utf8(assignment))
		return refuse(err, assignment, "not valid UTF-8 after", "=");
	value = wrap(r, i, value_of(strchr(assignment, '=') + 1));
	if (!value || !attach(doc, parent, old, r->step[i], value)) {
		cJSON_Delete(value);
		return nas_fail(err, NAS_ENOMEM, "out of memory for '%.80s'",
				assignment);
	}
	return NAS_OK;
}

enum nas_status json_set(struct json_doc *doc, const char *assignment,
			 struct nas_err *err)
{
	struct route r = {0};
	enum nas_status status;

	if (!strchr(assignment, '=') || assignment[0] == '=')
		return nas_fail_at(err, NAS_EUSAGE, "--set", 0, 0, NULL,
				   "needs path=value, got '%.80s'",
				   assignment);
	status = cut_route(&r, assignment, err);
	if (status == NAS_OK)
		status = set_route(doc, &r, assignment, err);
	free(r.text);
	return status;
}
