/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/config_keys.h"

#include <math.h>
#include <string.h>

#include "nas/base/file.h"
#include "nas/form/record.h"
#include "nas/run/config.h"

#define PATH_SIZE 160

static const char *const type_names[] = {
	[FORM_INT] = "integer",	     [FORM_INT64] = "integer",
	[FORM_NUMBER] = "number",    [FORM_BYTES] = "bytes",
	[FORM_BOOL] = "true|false",  [FORM_STRING] = "text",
	[FORM_CHOICE] = "choice",    [FORM_INTS] = "integers",
	[FORM_NUMBERS] = "numbers",  [FORM_OBJECT] = "object",
	[FORM_OBJECTS] = "objects",  [FORM_CUSTOM] = "value",
};

static void add_bound(struct nas_text *t, double x)
{
	char number[32] = "";

	if (isfinite(x))
		json_format_number(number, x);
	text_add(t, number);
}

/* "1..6", ">0..", "a|b"; empty where there are no bounds. */
static void add_range(struct nas_text *t, const struct form_field *f)
{
	bool bounded = f->low != 0 || f->high != 0 || f->exclusive_low;
	double high = f->high == 0 && f->low >= 0 ? HUGE_VAL : f->high;

	for (int i = 0; form_choice(f, i); i++)
		text_addf(t, "%s%s", i ? "|" : "", form_choice(f, i));
	if (f->choices || !bounded || f->type == FORM_STRING)
		return;
	text_add(t, f->exclusive_low ? ">" : "");
	add_bound(t, f->low);
	text_add(t, "..");
	add_bound(t, high);
}

static const char *fallback_text(const struct form_field *f)
{
	if (!f->fallback)
		return "required";
	return *f->fallback ? f->fallback : "none";
}

static void list_field(struct config_keys *l, const char *path,
		       const struct form_field *f, struct nas_arena *arena)
{
	struct nas_text range = { 0 };

	add_range(&range, f);
	if (l->options)
		l->options[l->noptions] = (struct config_key){
			.key = arena_strdup(arena, path),
			.type = type_names[f->type],
			.range = arena_strdup(arena, range.data ? range.data : ""),
			.fallback = fallback_text(f),
			.unit = f->unit ? f->unit : "",
			.help = f->help,
		};
	l->noptions++;
	if (range.failed)
		arena->failed = true;
	text_free(&range);
}

/* Counts them where there is no room for them yet. */
static void list_form(struct config_keys *l, const char *prefix,
		      const char *path, const struct form *form,
		      struct nas_arena *arena)
{
	char key[PATH_SIZE];

	for (int i = 0; i < form->nfields; i++) {
		const struct form_field *f = &form->fields[i];

		snprintf(key, sizeof(key), "%s%s%s%s", path, *path ? "." : "",
			 f->key, f->type == FORM_OBJECTS ? ".N" : "");
		if (!prefix || strncmp(key, prefix, strlen(prefix)) == 0)
			list_field(l, key, f, arena);
		if (f->form)
			list_form(l, prefix, key, f->form, arena);
	}
}

enum nas_status config_keys(struct config_keys *out, const char *prefix,
			    struct nas_arena *arena, struct nas_err *err)
{
	*out = (struct config_keys){ 0 };
	list_form(out, prefix, "", &config_form, arena);
	out->options = NAS_NEW(arena, struct config_key,
			       (size_t)out->noptions);
	out->noptions = 0;
	if (out->options)
		list_form(out, prefix, "", &config_form, arena);
	return arena->failed ? nas_fail(err, NAS_ENOMEM,
					"out of memory for the options")
			     : NAS_OK;
}

#define RECORD struct config_key

static const struct form_field key_fields[] = {
	ROW(STRING, key, "path in a config"),
	ROW(STRING, type, "of its value"),
	ROW(STRING, range, "of its value"),
	ROW_AS("default", STRING, fallback, "JSON text"),
	ROW(STRING, unit, "of its value"),
	ROW(STRING, help, "what it means"),
};

static const struct form key_form =
	RECORD_FORM(NULL, "a key of configs", key_fields);

#undef RECORD
#define RECORD struct config_keys

static const struct form_field fields[] = {
	ROW_SCHEMA("nas/options/1"),
	ROW_LIST(OBJECTS, options, "all keys", .form = &key_form),
};

const struct form config_keys_form =
	RECORD_FORM("nas/options/1", "the keys of configs", fields);
