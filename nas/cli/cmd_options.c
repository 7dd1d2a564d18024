/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas options: every key of a config, from the tables that check them. */
#include <math.h>
#include <string.h>

#include "nas/form/form.h"
#include "nas/run/config.h"
#include "nas/cli/print.h"

#define PATH_SIZE 160

struct listing {
	const char *prefix; /* only keys that begin so; NULL = all */
	cJSON *keys;        /* array for JSON, or else */
	struct nas_text *rows;
};

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

#define RANGE_COLUMNS 64 /* of a table: JSON has the whole */

/* A long list of choices ends with "|...". */
static void shorten(struct nas_text *range)
{
	size_t n = RANGE_COLUMNS - 4;

	if (range->failed || range->length <= RANGE_COLUMNS)
		return;
	while (n > 0 && range->data[n] != '|')
		n--;
	range->length = n;
	text_add(range, "|...");
}

static const char *fallback_text(const struct form_field *f)
{
	if (!f->fallback)
		return "required";
	return *f->fallback ? f->fallback : "none";
}

static void list_field(struct listing *l, const char *path,
		       const struct form_field *f)
{
	struct nas_text range = {0};
	cJSON *o;

	add_range(&range, f);
	if (l->rows) {
		shorten(&range);
		text_addf(l->rows, "%s\t%s\t", path, type_names[f->type]);
		text_take(l->rows, &range);
		text_addf(l->rows, "\t%s\t%s\n", fallback_text(f), f->help);
		return;
	}
	o = json_add_string(cJSON_CreateObject(), "key", path);
	json_add_string(o, "type", type_names[f->type]);
	json_add_string(o, "range", text_said(&range));
	json_add_string(o, "default", fallback_text(f));
	json_add_string(o, "unit", f->unit ? f->unit : "");
	json_add_string(o, "help", f->help);
	json_append(l->keys, o);
	text_free(&range);
}

static void list_form(struct listing *l, const char *path,
		      const struct form *form)
{
	char key[PATH_SIZE];

	for (int i = 0; i < form->nfields; i++) {
		const struct form_field *f = &form->fields[i];

		snprintf(key, sizeof(key), "%s%s%s%s", path, *path ? "." : "",
			 f->key, f->type == FORM_OBJECTS ? ".N" : "");
		if (!l->prefix ||
		    strncmp(key, l->prefix, strlen(l->prefix)) == 0)
			list_field(l, key, f);
		if (f->form)
			list_form(l, key, f->form);
	}
}

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	struct nas_text rows = {0};
	struct listing l = { .prefix = cli->nargs ? cli->arg[0] : NULL };

	if (cli->json) {
		l.keys = cJSON_CreateArray();
		list_form(&l, "", &config_form);
		return print_json(json_add(json_object("nas/options/1"), "options",
					   l.keys), err);
	}
	text_add(&rows, "key\ttype\trange\tdefault\tmeaning\n");
	l.rows = &rows;
	list_form(&l, "", &config_form);
	print_table(&rows);
	text_free(&rows);
	return NAS_OK;
}

const struct command cmd_options = {
	"options", "[PREFIX]", "list the keys of a config: type, range, "
	"default, meaning", "nas options search", NULL, 0, 1, run,
	CLI_FORMAT,
};
