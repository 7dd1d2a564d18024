/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The form nas/paper/1. */
#include <math.h>
#include <string.h>

#include "nas/form/record.h"
#include "nas/run/paper.h"
#include "nas/run/paper_check.h"
#include "nas/run/paper_kinds.h"

#define NAME_MAX_LENGTH 40
#define TEXT_MAX_LENGTH 1000

static const char *const paper_charts[PAPER_CHARTS + 1] = {
	"none", "bars", "grid", "curve", "bits", NULL
};

/* ---- lists of texts ------------------------------------------------------ */

static enum nas_status read_texts(const struct json_doc *doc, const cJSON *node,
				  void *out, struct nas_arena *arena,
				  struct nas_err *err)
{
	if (cJSON_IsArray(node) && cJSON_GetArraySize(node) == 0)
		return json_fail(doc, node, err, "must be a list of texts, and "
				 "not empty");
	return texts_read(doc, node, out, arena, err);
}

static const struct form_custom paper_texts = { .read = read_texts,
						.schema = schema_texts };

/* ---- published values by column ------------------------------------------ */

static enum nas_status read_value(struct paper_value *v,
				  const struct json_doc *doc,
				  const cJSON *node, struct nas_arena *arena,
				  struct nas_err *err)
{
	v->column = arena_strdup(arena, node->string);
	v->is_number = cJSON_IsNumber(node);
	if (v->is_number)
		v->x = node->valuedouble;
	else if (cJSON_IsString(node))
		v->text = arena_strdup(arena, node->valuestring);
	else
		return json_fail(doc, node, err, "must be a number or a string");
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a paper");
	return NAS_OK;
}

static enum nas_status read_values(const struct json_doc *doc,
				   const cJSON *node, void *out,
				   struct nas_arena *arena, struct nas_err *err)
{
	struct paper_values *values = out;
	int n = cJSON_IsObject(node) ? cJSON_GetArraySize(node) : 0;

	if (!cJSON_IsObject(node))
		return json_fail(doc, node, err, "must be an object of values "
				 "by column");
	values->value = NAS_NEW(arena, struct paper_value, (size_t)n + 1);
	if (!values->value)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a paper");
	for (const cJSON *i = node->child; i; i = i->next)
		if (read_value(&values->value[values->n++], doc, i, arena,
			       err) == NAS_ENOMEM)
			break;
	return err->code;
}

static cJSON *typed(const char *type)
{
	return json_add_string(cJSON_CreateObject(), "type", type);
}

static cJSON *values_schema(void)
{
	cJSON *either = cJSON_CreateArray();

	json_append(either, typed("number"));
	json_append(either, typed("string"));
	return json_add(typed("object"), "additionalProperties",
			json_add(cJSON_CreateObject(), "anyOf", either));
}

static const struct form_custom values_custom = {
	.read = read_values, .schema = values_schema
};

/* ---- the tables ---------------------------------------------------------- */

#define TEXT(name, member, required, most, ...)                              \
	{ .key = name, .type = FORM_STRING, AT(member), .low = 1,            \
	  .high = (most), .fallback = (required) ? NULL : "",                \
	  .help = __VA_ARGS__ }
#define NAMED(name, member, required, ...)                                   \
	TEXT(name, member, required, NAME_MAX_LENGTH, __VA_ARGS__)
#define SAID(name, member, required, ...)                                    \
	TEXT(name, member, required, TEXT_MAX_LENGTH, __VA_ARGS__)

#define AT(member) .offset = offsetof(struct paper_column, member)
static const struct form_field column_fields[] = {
	TEXT("name", name, true, 60, "of the figure"),
	NAMED("unit", unit, false, "of what is shown"),
	{ .key = "at", .type = FORM_CUSTOM, AT(at), .custom = &paper_texts,
	  .fallback = "",
	  .help = "JSON pointers into what the row's command prints with "
		  "--format json; the first that is there counts; a part * is "
		  "the row's item; a # behind one takes the numbers under "
		  "that key from a list of objects; #cpu_s: CPU seconds that "
		  "the command took, of searches and allocations inside a "
		  "budget" },
	{ .key = "mean", .type = FORM_BOOL, AT(mean), .fallback = "false",
	  .help = "of the numbers of a list" },
	{ .key = "times", .type = FORM_NUMBER, AT(times), .fallback = "1",
	  .low = -HUGE_VAL, .high = HUGE_VAL,
	  .help = "factor from that number to the unit" },
	{ .key = "plus", .type = FORM_NUMBER, AT(plus), .fallback = "0",
	  .low = -HUGE_VAL, .high = HUGE_VAL,
	  .help = "added behind it: what the command leaves out and the "
		  "published figure has" },
	{ .key = "decimals", .type = FORM_INT, AT(decimals), .low = 0,
	  .high = 15, .fallback = "2", .help = "of ours that are shown" },
	{ .key = "only_published", .type = FORM_BOOL, AT(only_published),
	  .fallback = "false",
	  .help = "ours is left out of rows in which nothing was published" },
	SAID("cannot", cannot, false, "why no row has this figure here"),
};
#undef AT

static const struct form column_form = {
	.title = "a figure of a table",
	.size = sizeof(struct paper_column),
	.fields = column_fields,
	.nfields = sizeof(column_fields) / sizeof(column_fields[0]),
	.check = paper_check_column,
};

#define AT(member) .offset = offsetof(struct paper_row, member)
static const struct form_field row_fields[] = {
	TEXT("label", label, true, 80, "what the row is about"),
	{ .key = "command", .type = FORM_CHOICE, AT(kind),
	  FORM_ROWS(paper_kinds, 0), .fallback = "\"none\"",
	  .help = "command that computes it; none: cannot says why" },
	SAID("file", file, false, "that the command reads; MODEL: the "
	     "caller's trained network"),
	SAID("network", network, false, "the one of this name in the file"),
	NAMED("bits", bits, false, "A/W, of score"),
	NAMED("memory", memory, false, "memory model, of score"),
	NAMED("image_size", image_size, false, "N or HxW, of score"),
	SAID("config", config, false, "of refine"),
	NAMED("metric", metric, false, "of allocate and sensitivity"),
	SAID("budget", budget, false, "NAME=X, of allocate"),
	NAMED("bits_w", bits_w, false,
	      "candidates of weights, of allocate and sensitivity"),
	NAMED("pin", pin, false, "bits of the first and last layer, of "
				 "allocate"),
	NAMED("bits_a", bits_a, false,
	      "candidates of inputs, of allocate and sensitivity"),
	NAMED("latency_model", latency_model, false, "of allocate"),
	NAMED("measure_size", measure_size, false,
	      "N or HxW of the images that sensitivities are measured on, of "
	      "allocate"),
	{ .key = "trained", .type = FORM_BOOL, AT(trained),
	  .fallback = "false",
	  .help = "the caller's trained network and images take the place of "
		  "file and data, if its layers are those of file" },
	SAID("data", data, false, "images, of allocate and sensitivity; DATA: "
				  "the caller's; OTHER: those of another data "
				  "set of the caller's"),
	SAID("labels", labels, false, "of the images; LABELS, OTHER LABELS: "
				      "the caller's, if there are any"),
	NAMED("mean", mean, false, "of p / 255, one number or three, of images; "
				   "the caller's come with their own"),
	NAMED("std", std, false, "standard deviation of p / 255, as the mean is given"),
	{ .key = "images", .type = FORM_INT, AT(images), .low = 1,
	  .high = 100000, .fallback = "",
	  .help = "how many, of sensitivity" },
	{ .key = "class", .type = FORM_INT, AT(class), .low = -1,
	  .high = 1000000, .fallback = "-1",
	  .help = "images of this label only, of sensitivity; -1: any" },
	SAID("sweep", sweep, false, "BUDGET=LO:HI:N, of certify"),
	{ .key = "set", .type = FORM_CUSTOM, AT(set), .custom = &paper_texts,
	  .fallback = "", .help = "keys of the config, \"path=value\"" },
	{ .key = "item", .type = FORM_INT, AT(item), .low = 0, .high = 1e6,
	  .fallback = "0", .help = "what * is in the columns' pointers" },
	SAID("named", named, false, "in place of item: the name of that one in "
	     "its list"),
	{ .key = "published", .type = FORM_CUSTOM, AT(published),
	  .custom = &values_custom, .fallback = "",
	  .help = "by column: a number in its unit, or text" },
	SAID("cannot", cannot, false, "why nothing is computed here"),
	SAID("note", note, false, "what else must be known"),
};
#undef AT

/* A row that says why there is nothing takes no command from the defaults. */
static bool takes(const cJSON *node, const cJSON *base, const char *key)
{
	(void)base;
	return strcmp(key, "command") != 0 ||
	       !cJSON_GetObjectItemCaseSensitive(node, "cannot");
}

static const struct form row_form = {
	.title = "a row: one computation",
	.takes = takes,
	.size = sizeof(struct paper_row),
	.fields = row_fields,
	.nfields = sizeof(row_fields) / sizeof(row_fields[0]),
	.check = paper_check_row,
};

/* Values are looked at where a row takes them. */
static enum nas_status read_defaults(const struct json_doc *doc,
				     const cJSON *node, void *out,
				     struct nas_arena *arena,
				     struct nas_err *err)
{
	(void)out;
	(void)arena;
	return form_check_keys(&row_form, doc, node, err);
}

static cJSON *defaults_schema(void)
{
	cJSON *schema = form_part_schema(&row_form);

	cJSON_DeleteItemFromObjectCaseSensitive(schema, "required");
	return schema;
}

static const struct form_custom defaults_custom = {
	.read = read_defaults, .schema = defaults_schema
};

#define AT(member) .offset = offsetof(struct paper_table, member)
#define COUNT_AT(member) .count_offset = offsetof(struct paper_table, member)
static const struct form_field table_fields[] = {
	NAMED("name", name, true, "in PAPER/TABLE: letters, digits and -"),
	SAID("title", title, true, "for people"),
	SAID("source", source, true, "where it stands: table, figure, page"),
	SAID("text", text, false, "what is seen, and how ours is counted"),
	{ .key = "chart", .type = FORM_CHOICE, AT(chart),
	  .choices = paper_charts, .fallback = "\"none\"",
	  .help = "how the page draws it" },
	{ .key = "columns", .type = FORM_OBJECTS, AT(column),
	  COUNT_AT(ncolumns), .form = &column_form, .min_count = 1,
	  .max_count = 32, .help = "figures" },
	{ .key = "row_defaults", .type = FORM_CUSTOM, AT(name),
	  .custom = &defaults_custom, .fallback = "",
	  .help = "keys of rows: what a row does not say it takes from here" },
	{ .key = "rows", .type = FORM_OBJECTS, AT(row), COUNT_AT(nrows),
	  .form = &row_form, .min_count = 1, .max_count = 1000,
	  .base = "row_defaults",
	  .help = "what was published and is computed" },
};
#undef AT
#undef COUNT_AT

static const struct form table_form = {
	.title = "a table or figure of a paper",
	.size = sizeof(struct paper_table),
	.fields = table_fields,
	.nfields = sizeof(table_fields) / sizeof(table_fields[0]),
	.check = paper_check_table,
};

static const char *const schemas[] = { "nas/paper/1", NULL };

#define AT(member) .offset = offsetof(struct paper, member)
static const struct form_field paper_fields[] = {
	{ .key = "schema", .type = FORM_CHOICE, AT(schema), .choices = schemas,
	  .help = "the format and its version" },
	NAMED("name", name, true, "in PAPER/TABLE: letters, digits and -"),
	SAID("title", title, true, "of the paper"),
	SAID("source", source, true, "authors, where and when"),
	{ .key = "tables", .type = FORM_OBJECTS, AT(table),
	  .count_offset = offsetof(struct paper, ntables),
	  .form = &table_form, .min_count = 1, .max_count = 100,
	  .help = "tables and figures" },
};
#undef AT

const struct form paper_form = {
	.name = "nas/paper/1",
	.title = "published figures, and what computes them here",
	.size = sizeof(struct paper),
	.fields = paper_fields,
	.nfields = sizeof(paper_fields) / sizeof(paper_fields[0]),
	.check = paper_check,
};
