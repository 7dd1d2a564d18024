/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/reproduce_figure.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nas/run/paper_kinds.h"

/* The next part of a JSON pointer; "*" is the row's item. */
static const cJSON *step(const cJSON *node, const char *part, size_t n,
			 int item)
{
	char key[128], *end;
	long i;

	if (n >= sizeof(key))
		return NULL;
	memcpy(key, part, n);
	key[n] = '\0';
	if (!cJSON_IsArray(node))
		return cJSON_GetObjectItemCaseSensitive(node, key);
	if (strcmp(key, "*") == 0)
		return cJSON_GetArrayItem(node, item);
	i = strtol(key, &end, 10);
	return *end || !n ? NULL : cJSON_GetArrayItem(node, (int)i);
}

/* The node of "/results/0/flash_bytes"; what stands behind a # is left. */
static const cJSON *find(const cJSON *tree, const char *pointer, int item)
{
	while (tree && *pointer == '/') {
		size_t n = strcspn(pointer + 1, "/#");

		tree = step(tree, pointer + 1, n, item);
		pointer += 1 + n;
	}
	return *pointer && *pointer != '#' ? NULL : tree;
}

/* The numbers of a list, and of lists in it; of objects those under a key. */
static void gather(struct nas_text *t, const cJSON *node, const char *key,
		   int decimals)
{
	if (cJSON_IsObject(node) && key)
		node = cJSON_GetObjectItemCaseSensitive(node, key);
	if (cJSON_IsNumber(node) && floor(node->valuedouble) ==
				    node->valuedouble)
		text_addf(t, "%s%.10g", t->length ? " " : "",
			  node->valuedouble);
	else if (cJSON_IsNumber(node))
		text_addf(t, "%s%.*f", t->length ? " " : "", decimals,
			  node->valuedouble);
	else if (cJSON_IsArray(node))
		for (const cJSON *i = node->child; i; i = i->next)
			gather(t, i, key, decimals);
}

/* Numbers of one digit without spaces, as policies are published: "8884". */
static char *list_text(const cJSON *list, const char *key, int decimals,
		       struct nas_arena *arena)
{
	struct nas_text t = { 0 };
	bool digits = true;
	char *text = NULL;
	size_t n = 0;

	text_add(&t, "");
	gather(&t, list, key, decimals);
	for (size_t i = 1; i < t.length; i += 2)
		digits = digits && t.data[i] == ' ';
	for (size_t i = 0; digits && i < t.length; i += 2)
		t.data[n++] = t.data[i];
	if (digits && t.data)
		t.data[n] = '\0';
	if (!t.failed && t.data)
		text = arena_strdup(arena, t.data);
	arena->failed |= t.failed;
	text_free(&t);
	return text;
}

/* Sum of the numbers of a list, or of those under a key; how many in *n. */
static double sum_of(const cJSON *list, const char *key, int *n)
{
	double sum = 0;

	*n = 0;
	for (const cJSON *i = list->child; i; i = i->next) {
		const cJSON *x = key && cJSON_IsObject(i)
			? cJSON_GetObjectItemCaseSensitive(i, key) : i;

		if (cJSON_IsNumber(x)) {
			sum += x->valuedouble;
			(*n)++;
		}
	}
	return sum;
}

static void take_node(struct reproduced_figure *f, const cJSON *node,
		      const char *key, const struct paper_column *column,
		      struct nas_arena *arena)
{
	int n;

	if (cJSON_IsNumber(node)) {
		f->is_number = true;
		f->x = node->valuedouble * column->times + column->plus;
	} else if (cJSON_IsArray(node) && column->mean) {
		f->x = sum_of(node, key, &n);
		f->is_number = n > 0;
		f->x *= column->times / (n ? n : 1);
		f->x += column->plus;
	} else if (cJSON_IsArray(node)) {
		f->text = list_text(node, key, column->decimals, arena);
	} else if (cJSON_IsString(node)) {
		f->text = arena_strdup(arena, node->valuestring);
	} else if (cJSON_IsBool(node)) {
		f->text = arena_strdup(arena, cJSON_IsTrue(node) ? "yes"
								 : "no");
	}
}

/* A design was found, not only counted. */
static bool is_search(const struct reproduced_row *row)
{
	return strcmp(paper_kinds[row->of->kind].name, "search") == 0 ||
	       row->of->budget;
}

/* PAPER_CPU is no part of the output: what a search or an allocation took. */
/* The row's item of the list before the star; none of its name: -1. */
static int item_of(const struct paper_row *row, const cJSON *tree,
		   const char *at, struct nas_arena *arena)
{
	const char *star = strstr(at, "/*");
	char *before = arena_strdup(arena, at);
	const cJSON *list;
	int n = 0;

	if (!row->named || !star || !before)
		return row->item;
	before[star - at] = '\0';
	list = find(tree, before, 0);
	for (const cJSON *i = list ? list->child : NULL; i; i = i->next, n++) {
		const cJSON *name = cJSON_GetObjectItemCaseSensitive(i, "name");

		if (cJSON_IsString(name) &&
		    strcmp(name->valuestring, row->named) == 0)
			return n;
	}
	return -1;
}

/* The pointer with the row's item in the place of its star. */
static char *place(const char *at, int item, struct nas_arena *arena)
{
	const char *star = strstr(at, "/*");
	size_t n = strlen(at) + 16;
	char *text;

	if (!star || (star[2] && star[2] != '/' && star[2] != '#'))
		return arena_strdup(arena, at);
	text = NAS_NEW(arena, char, n);
	if (text)
		snprintf(text, n, "%.*s/%d%s", (int)(star - at), at, item,
			 star + 2);
	return text;
}

static void take_figure(struct reproduced_row *row, int c, const cJSON *tree,
			const struct paper_column *column,
			struct nas_arena *arena)
{
	struct reproduced_figure *f = &row->figure[c];

	if (column->only_published &&
	    !reproduce_published(row->of, column->name))
		return;
	for (int i = 0; i < column->at.n && !f->is_number && !f->text; i++) {
		const char *at = column->at.text[i];
		const char *key = strchr(at, '#');
		int item = item_of(row->of, tree, at, arena);

		if (strcmp(at, PAPER_CPU) == 0) {
			f->is_number = is_search(row) && row->cpu_s > 0;
			f->x = row->cpu_s * column->times;
		} else if (*at == '/') {
			take_node(f, find(tree, at, item),
				  key ? key + 1 : NULL, column, arena);
		}
		f->is_number = f->is_number && isfinite(f->x);
		if (f->is_number || f->text)
			f->at = place(at, item, arena);
	}
}

void reproduce_take_figures(struct reproduced_row *row, const cJSON *tree,
			    const struct paper_table *of,
			    struct nas_arena *arena)
{
	bool any = false;

	for (int c = 0; c < of->ncolumns; c++) {
		take_figure(row, c, tree, &of->column[c], arena);
		any = any || row->figure[c].is_number ||
		      (row->figure[c].text && *row->figure[c].text);
	}
	if (!any)
		row->failed = arena_strdup(arena, "no column finds its figure "
					   "in what the command prints");
}
