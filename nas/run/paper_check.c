/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/paper_check.h"

#include <string.h>

#include "nas/run/paper.h"
#include "nas/run/paper_kinds.h"

static bool is_name(const char *s)
{
	for (; *s; s++)
		if (!(*s >= 'a' && *s <= 'z') && !(*s >= '0' && *s <= '9') &&
		    *s != '-')
			return false;
	return true;
}

static void check_name(const struct json_doc *doc, const cJSON *node,
		       const char *name, struct nas_err *err)
{
	if (!is_name(name))
		json_fail(doc, cJSON_GetObjectItemCaseSensitive(node, "name"),
			  err, "the name must be of a to z, 0 to 9 and -");
}

/* Of the objects in a list, each has a text of its own under the key. */
static void check_once(const struct json_doc *doc, const cJSON *list,
		       const char *key, struct nas_err *err)
{
	const cJSON *i, *k;

	for (i = list ? list->child : NULL; i; i = i->next) {
		const cJSON *a = cJSON_GetObjectItemCaseSensitive(i, key);

		for (k = list->child; cJSON_IsString(a) && k != i; k = k->next) {
			const cJSON *b =
				cJSON_GetObjectItemCaseSensitive(k, key);

			if (cJSON_IsString(b) &&
			    strcmp(a->valuestring, b->valuestring) == 0) {
				json_fail(doc, a, err, "the %s '%.60s' is "
					  "there twice", key, a->valuestring);
				break;
			}
		}
	}
}

PAPER_CHECK(paper_check)
{
	const struct paper *paper = out;

	(void)arena;
	check_name(doc, node, paper->name, err);
	check_once(doc, cJSON_GetObjectItemCaseSensitive(node, "tables"),
		   "name", err);
	return err->code;
}

PAPER_CHECK(paper_check_column)
{
	const struct paper_column *column = out;

	(void)arena;
	if (!column->at.n && !column->cannot)
		return json_fail(doc, node, err, "needs at, or cannot that "
				 "says why no row has this figure");
	for (int i = 0; i < column->at.n; i++)
		if (*column->at.text[i] != '/' &&
		    strcmp(column->at.text[i], PAPER_CPU) != 0)
			return json_fail(doc, cJSON_GetObjectItemCaseSensitive(
					 node, "at"), err, "'%.60s' is no JSON "
					 "pointer: it must begin with /",
					 column->at.text[i]);
	return NAS_OK;
}

/* Something is computed, or it is said why not. */
PAPER_CHECK(paper_check_row)
{
	const struct paper_row *row = out;
	const struct paper_kind *kind = &paper_kinds[row->kind];

	(void)arena;
	if (!kind->run != (row->cannot != NULL))
		return json_fail(doc, node, err, row->cannot
				 ? "has both command and cannot"
				 : "needs command, or cannot that says why "
				   "there is none");
	if (kind->needs_file && !row->file)
		return json_fail(doc, node, err, "missing key 'file', which "
				 "'%s' needs", kind->name);
	if (kind->needs_config && !row->config)
		return json_fail(doc, node, err, "missing key 'config', which "
				 "'%s' needs", kind->name);
	for (const cJSON *i = node->child; i; i = i->next)
		if (!paper_kind_takes(row, i->string))
			json_fail_key(doc, i, err, kind->run
				      ? "'%s' is nothing that '%s' takes here"
				      : "'%s' is nothing for a row without "
					"command", i->string, kind->name);
	return err->code;
}

/* A key of the defaults is of use to a row. */
static void check_defaults(const struct json_doc *doc, const cJSON *defaults,
			   const struct paper_table *table, struct nas_err *err)
{
	for (const cJSON *i = defaults ? defaults->child : NULL; i; i = i->next) {
		int r = 0;

		while (r < table->nrows &&
		       !paper_kind_takes(&table->row[r], i->string))
			r++;
		if (r == table->nrows)
			json_fail_key(doc, i, err, "'%s' is nothing that a "
				      "row's command takes", i->string);
	}
}

static bool has_column(const struct paper_table *table, const char *name)
{
	for (int i = 0; i < table->ncolumns; i++)
		if (strcmp(table->column[i].name, name) == 0)
			return true;
	return false;
}

static bool has_star(const struct paper_table *table)
{
	for (int c = 0; c < table->ncolumns; c++)
		for (int i = 0; i < table->column[c].at.n; i++)
			if (strstr(table->column[c].at.text[i], "/*"))
				return true;
	return false;
}

/* Every published value is in a column, every item in a list. */
static void check_rows(const struct json_doc *doc, const cJSON *rows,
		       const struct paper_table *table, struct nas_err *err)
{
	const cJSON *at = rows ? rows->child : NULL;
	bool star = has_star(table);

	for (int r = 0; at && r < table->nrows; r++, at = at->next) {
		const struct paper_values *values = &table->row[r].published;
		const cJSON *item = cJSON_GetObjectItemCaseSensitive(at,
								     "item");
		const cJSON *named = cJSON_GetObjectItemCaseSensitive(at,
								      "named");

		for (int i = 0; i < values->n; i++) {
			const char *name = values->value[i].column;

			if (!has_column(table, name))
				json_fail(doc, at, err, "published '%.40s' is "
					  "in no column", name);
		}
		if ((item || named) && !star)
			json_fail_key(doc, item ? item : named, err,
				      "no column has a * for an item");
		if (item && named)
			json_fail_key(doc, named, err,
				      "the row has an item as well");
	}
}

PAPER_CHECK(paper_check_table)
{
	const struct paper_table *table = out;
	const cJSON *rows = cJSON_GetObjectItemCaseSensitive(node, "rows");

	(void)arena;
	check_name(doc, node, table->name, err);
	check_once(doc, cJSON_GetObjectItemCaseSensitive(node, "columns"),
		   "name", err);
	check_once(doc, rows, "label", err);
	check_rows(doc, rows, table, err);
	check_defaults(doc, cJSON_GetObjectItemCaseSensitive(node,
							     "row_defaults"),
		       table, err);
	return err->code;
}
