/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Forms: from JSON to a struct.
 */
#include "nas/form/form_read.h"

#include <string.h>

#include "nas/form/file_kinds.h"

static void keep_first(enum nas_status *status, enum nas_status next)
{
	if (*status == NAS_OK)
		*status = next;
}

bool form_is_list(const struct form_field *f)
{
	return f->type == FORM_INTS || f->type == FORM_NUMBERS ||
	       f->type == FORM_OBJECTS;
}

static enum nas_status check_count(const struct form_reader *r,
				   const struct form_field *f,
				   const cJSON *node, int n)
{
	if (n < f->min_count)
		return json_fail(r->doc, node, r->err,
				 "must have at least %d element%s, not %d",
				 f->min_count, f->min_count == 1 ? "" : "s",
				 n);
	if (f->max_count > 0 && n > f->max_count)
		return json_fail(r->doc, node, r->err,
				 "must have at most %d element%s, not %d",
				 f->max_count, f->max_count == 1 ? "" : "s",
				 n);
	return NAS_OK;
}

static size_t element_size(const struct form_field *f)
{
	if (f->type == FORM_OBJECTS)
		return f->form->size;
	return f->type == FORM_INTS ? sizeof(int) : sizeof(double);
}

static enum nas_status read_object(const struct form *form,
				   const struct form_reader *r, void *out);

static enum nas_status read_element(const struct form_reader *r,
				    const struct form_field *f,
				    const cJSON *node, void *out)
{
	if (f->type == FORM_OBJECTS) {
		struct form_reader item = *r;

		item.object = node;
		item.base = !f->base ? NULL
			    : cJSON_GetObjectItemCaseSensitive(r->object,
							       f->base);
		return read_object(f->form, &item, out);
	}
	return form_read_scalar(r, f, node, out);
}

static enum nas_status read_range(const struct form_reader *r,
				  const struct form_field *f,
				  const cJSON *node, void *out)
{
	int *list = NULL, count = 0;
	enum nas_status status = form_read_range(r, f, node, &list, &count);

	memcpy((char *)out + f->offset, &list, sizeof(list));
	memcpy((char *)out + f->count_offset, &count, sizeof(count));
	return status;
}

/* An array, or one number where a list of numbers is wanted. */
static enum nas_status read_list(const struct form_reader *r,
				 const struct form_field *f, const cJSON *node,
				 void *out)
{
	bool single = f->type != FORM_OBJECTS && cJSON_IsNumber(node);
	const cJSON *n = single ? node : node->child;
	int i, count = single ? 1 : cJSON_GetArraySize(node);
	enum nas_status status;
	void *list = NULL;

	if (f->ranges && cJSON_IsObject(node))
		return read_range(r, f, node, out);
	if (!single && !cJSON_IsArray(node))
		return json_fail(r->doc, node, r->err,
				 "must be an array, not %s",
				 json_type_text(node));
	status = check_count(r, f, node, count);
	if (status != NAS_OK)
		return status;
	if (count > 0) {
		list = arena_alloc(r->arena, (size_t)count, element_size(f));
		if (!list)
			return nas_fail(r->err, NAS_ENOMEM, "out of memory for '%s'",
					f->key);
	}
	for (i = 0; i < count; i++, n = n->next)
		keep_first(&status,
			   read_element(r, f, n,
					(char *)list +
						(size_t)i * element_size(f)));
	memcpy((char *)out + f->offset, &list, sizeof(list));
	memcpy((char *)out + f->count_offset, &count, sizeof(count));
	return status;
}

enum nas_status form_read_field(const struct form_reader *r,
				const struct form_field *f, const cJSON *node,
				void *out)
{
	void *place = (char *)out + f->offset;

	if (form_is_list(f))
		return read_list(r, f, node, out);
	if (f->type == FORM_OBJECT)
		return form_read(f->form, r->doc, node, place, r->arena,
				 r->err);
	if (f->type == FORM_CUSTOM)
		return f->custom->read(r->doc, node, place, r->arena, r->err);
	return form_read_scalar(r, f, node, place);
}

enum nas_status form_read_fallback(const struct form_field *f, void *out,
				   struct nas_arena *arena, struct nas_err *err)
{
	struct json_doc doc;
	struct form_reader r = {&doc, arena, err, NULL, NULL};
	enum nas_status status;
	char source[80];

	if (!*f->fallback)
		return NAS_OK;
	snprintf(source, sizeof(source), "default of '%s'", f->key);
	status = json_parse(&doc, f->fallback, strlen(f->fallback), source,
			    err);
	if (status != NAS_OK)
		return status;
	status = form_read_field(&r, f, doc.root, out);
	json_free(&doc);
	return status;
}

static bool is_ignored(const char *key)
{
	return !strcmp(key, "$schema") || !strcmp(key, "comment");
}

static bool is_known(const struct form *form, const char *key)
{
	int i;

	for (i = 0; i < form->nfields; i++)
		if (!strcmp(key, form->fields[i].key))
			return true;
	return is_ignored(key);
}

static enum nas_status unknown_key(const struct form *form,
				   const struct json_doc *doc,
				   const cJSON *node, struct nas_err *err)
{
	const char *keys[64];
	int i, n = 0;

	for (i = 0; i < form->nfields && n < 64; i++)
		keys[n++] = form->fields[i].key;
	return json_fail_key(doc, node, err, "unknown key '%.80s'%s",
			     node->string,
			     nas_hint(node->string, keys, n, "", "").s);
}

/* What the object says of a key, or its base. */
static const cJSON *value_of(const struct form *form,
			     const struct form_reader *r, const char *key)
{
	const cJSON *own = cJSON_GetObjectItemCaseSensitive(r->object, key);

	if (own || !r->base ||
	    (form->takes && !form->takes(r->object, r->base, key)))
		return own;
	return cJSON_GetObjectItemCaseSensitive(r->base, key);
}

static enum nas_status read_fields(const struct form *form,
				   const struct form_reader *r, void *out)
{
	enum nas_status status = NAS_OK;
	const struct form_field *f;
	const cJSON *value;

	for (f = form->fields; f < form->fields + form->nfields; f++) {
		value = value_of(form, r, f->key);
		if (value && f->given)
			*(bool *)((char *)out + f->given) = true;
		if (value)
			keep_first(&status, form_read_field(r, f, value, out));
		else if (!f->fallback)
			keep_first(&status,
				   json_fail(r->doc, r->object, r->err,
					     "missing key '%s'", f->key));
		else
			keep_first(&status, form_read_fallback(f, out, r->arena,
							       r->err));
	}
	return status;
}

enum nas_status form_check_keys(const struct form *form,
				const struct json_doc *doc, const cJSON *node,
				struct nas_err *err)
{
	enum nas_status status = NAS_OK;

	if (!cJSON_IsObject(node))
		return json_fail(doc, node, err, "must be an object, not %s",
				 json_type_text(node));
	for (const cJSON *n = node->child; n; n = n->next)
		if (!is_known(form, n->string))
			keep_first(&status, unknown_key(form, doc, n, err));
	return status;
}

static bool is_own_kind(const struct form *form, const char *schema)
{
	const struct form_field *f = form_find(form, "schema");

	for (int i = 0; f && form_choice(f, i); i++)
		if (strcmp(form_choice(f, i), schema) == 0)
			return true;
	return false;
}

/* Of a file of another kind only that is said, not each key that it lacks. */
static enum nas_status check_kind(const struct form *form,
				  const struct form_reader *r)
{
	const cJSON *schema =
		cJSON_GetObjectItemCaseSensitive(r->object, "schema");
	const struct file_kind *kind;

	if (!cJSON_IsString(schema) || is_own_kind(form, schema->valuestring))
		return NAS_OK;
	kind = file_kind_find(schema->valuestring);
	if (!kind)
		return NAS_OK;
	return json_fail(r->doc, schema, r->err, "this is a file of %s (%s), "
			 "which is for %s; %s is expected here", kind->schema,
			 kind->title, kind->commands,
			 form->name ? form->name : "another kind of file");
}

static enum nas_status read_object(const struct form *form,
				   const struct form_reader *r, void *out)
{
	enum nas_status status;

	memset(out, 0, form->size);
	if (check_kind(form, r) != NAS_OK)
		return r->err->code;
	status = form_check_keys(form, r->doc, r->object, r->err);
	if (!cJSON_IsObject(r->object))
		return status;
	keep_first(&status, read_fields(form, r, out));
	if (status == NAS_OK && form->check)
		status = form->check(r->doc, r->object, out, r->arena, r->err);
	return status;
}

enum nas_status form_read(const struct form *form, const struct json_doc *doc,
			  const cJSON *node, void *out, struct nas_arena *arena,
			  struct nas_err *err)
{
	struct form_reader r = {doc, arena, err, node, NULL};

	return read_object(form, &r, out);
}

const struct form_field *form_find(const struct form *form, const char *path)
{
	size_t n = strcspn(path, ".");

	for (int i = 0; form && i < form->nfields; i++) {
		const struct form_field *f = &form->fields[i];

		if (strncmp(f->key, path, n) == 0 && !f->key[n])
			return path[n] ? form_find(f->form, path + n + 1) : f;
	}
	return NULL;
}

void form_defaults(const struct form *form, void *out, struct nas_arena *arena)
{
	struct nas_err err = {0};
	int i;

	memset(out, 0, form->size);
	for (i = 0; i < form->nfields; i++) {
		NAS_BUG_IF(!form->fields[i].fallback);
		NAS_BUG_IF(form_read_fallback(&form->fields[i], out, arena,
					      &err) != NAS_OK &&
			   err.code != NAS_ENOMEM);
	}
}
