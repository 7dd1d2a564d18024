/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "nas/base/file.h"
#include "nas/form/json.h"

#define LINE_WIDTH 100
#define EXACT_BELOW 9007199254740992.0 /* 2^53 */

/*
 * 15 digits survive text -> double -> text and are the shortest form of what
 * people write; 17 are enough for every double.
 */
void json_format_number(char *text, double x)
{
	int digits;

	NAS_BUG_IF(!isfinite(x));
	for (digits = 15; digits <= 17; digits++) {
		snprintf(text, 32, "%.*g", digits, x);
		if (strtod(text, NULL) == x)
			return;
	}
}

/* Code of the control character at s, C1 as UTF-8 (two bytes) among them, or
 * 0. RFC 8259 wants the first 32 escaped, a terminal obeys the others too. */
static unsigned control_at(const char *s)
{
	unsigned char c = (unsigned char)s[0], next = (unsigned char)s[1];

	if (c < 0x20 || c == 0x7F)
		return c;
	return c == 0xC2 && next >= 0x80 && next < 0xA0 ? next : 0;
}

static void print_string(struct nas_text *t, const char *s)
{
	static const char named[] = "\b\f\n\r\t", letters[] = "bfnrt";
	const char *begin, *found;

	text_addn(t, "\"", 1);
	for (begin = s; *s; s++) {
		unsigned control = control_at(s);

		if (!control && *s != '"' && *s != '\\')
			continue;
		text_addn(t, begin, (size_t)(s - begin));
		s += control >= 0x80;
		begin = s + 1;
		found = control && control < 0x80 ? strchr(named, *s) : NULL;
		if (found)
			text_addf(t, "\\%c", letters[found - named]);
		else if (control)
			text_addf(t, "\\u%04x", control);
		else
			text_addf(t, "\\%c", *s);
	}
	text_addn(t, begin, (size_t)(s - begin));
	text_addn(t, "\"", 1);
}

static void print_number(struct nas_text *t, double x)
{
	char number[32];

	json_format_number(number, x);
	text_add(t, number);
}

static bool is_container(const cJSON *node)
{
	return cJSON_IsObject(node) || cJSON_IsArray(node);
}

static void print_node(struct nas_text *t, const cJSON *node, int indent,
		       bool one_line);

static void print_key(struct nas_text *t, const cJSON *node)
{
	if (!node->string)
		return;
	print_string(t, node->string);
	text_add(t, ": ");
}

static void print_children(struct nas_text *t, const cJSON *node, int indent,
			   bool one_line)
{
	const cJSON *n;

	for (n = node->child; n; n = n->next) {
		if (!one_line)
			text_addf(t, "\n%*s", indent + 2, "");
		print_key(t, n);
		print_node(t, n, indent + 2, one_line);
		if (n->next)
			text_add(t, one_line ? ", " : ",");
	}
	if (!one_line)
		text_addf(t, "\n%*s", indent, "");
}

/* Characters since the last newline. */
static size_t column(const struct nas_text *t)
{
	size_t i, n = 0;

	for (i = t->length; i > 0 && t->data[i - 1] != '\n'; i--)
		n += ((unsigned char)t->data[i - 1] & 0xC0) != 0x80;
	return n;
}

/* All on one line, if that fits; else t is as before. */
static bool try_one_line(struct nas_text *t, const cJSON *node)
{
	size_t before = t->length;
	const cJSON *n;

	for (n = node->child; n; n = n->next)
		if (is_container(n) && n->child)
			return false;
	print_node(t, node, 0, true);
	/* one column is left for the comma after it */
	if (t->failed || column(t) < LINE_WIDTH)
		return true;
	t->length = before;
	t->data[before] = '\0';
	return false;
}

static void print_container(struct nas_text *t, const cJSON *node, int indent,
			    bool one_line)
{
	bool object = cJSON_IsObject(node);

	if (!one_line && try_one_line(t, node))
		return;
	text_add(t, object ? "{" : "[");
	print_children(t, node, indent, one_line);
	text_add(t, object ? "}" : "]");
}

static void print_node(struct nas_text *t, const cJSON *node, int indent,
		       bool one_line)
{
	if (is_container(node))
		print_container(t, node, indent, one_line);
	else if (cJSON_IsString(node))
		print_string(t, node->valuestring);
	else if (cJSON_IsNumber(node))
		print_number(t, node->valuedouble);
	else if (cJSON_IsBool(node))
		text_add(t, cJSON_IsTrue(node) ? "true" : "false");
	else if (cJSON_IsNull(node))
		text_add(t, "null");
	else if (cJSON_IsRaw(node))
		text_add(t, node->valuestring);
	else
		t->failed = true; /* marked by json_add: memory was out */
}

static char *print(const cJSON *node, bool one_line)
{
	struct nas_text t = {0};

	if (!node)
		return NULL;
	print_node(&t, node, 0, one_line);
	text_add(&t, "\n");
	if (t.failed)
		text_free(&t);
	return t.data;
}

char *json_print(const cJSON *node)
{
	return print(node, false);
}

char *json_print_line(const cJSON *node)
{
	return print(node, true);
}

cJSON *json_number(double x)
{
	NAS_BUG_IF(!isfinite(x));
	return cJSON_CreateNumber(x);
}

cJSON *json_int64(int64_t x)
{
	char digits[32];

	if (x <= (int64_t)EXACT_BELOW && x >= -(int64_t)EXACT_BELOW)
		return cJSON_CreateNumber((double)x);
	snprintf(digits, sizeof(digits), "%lld", (long long)x);
	return cJSON_CreateString(digits);
}

/* What json_print finds and gives up at. */
static cJSON *mark(cJSON *container, cJSON *lost)
{
	cJSON_Delete(lost);
	if (container)
		container->type = cJSON_Invalid;
	return container;
}

cJSON *json_add(cJSON *object, const char *key, cJSON *item)
{
	if (!object || !item || !cJSON_AddItemToObject(object, key, item))
		return mark(object, item);
	return object;
}

cJSON *json_object(const char *schema)
{
	return json_add_string(cJSON_CreateObject(), "schema", schema);
}

cJSON *json_take(cJSON *object, cJSON *other)
{
	cJSON *n;

	while (object && other && (n = other->child)) {
		cJSON_DetachItemViaPointer(other, n);
		cJSON_AddItemToArray(object, n); /* keeps its key */
	}
	if (!other || cJSON_IsInvalid(other))
		return mark(object, other);
	cJSON_Delete(other);
	return object;
}

cJSON *json_append(cJSON *array, cJSON *item)
{
	if (!array || !item || !cJSON_AddItemToArray(array, item))
		return mark(array, item);
	return array;
}

cJSON *json_add_number(cJSON *object, const char *key, double x)
{
	return json_add(object, key, json_number(x));
}

cJSON *json_add_int64(cJSON *object, const char *key, int64_t x)
{
	return json_add(object, key, json_int64(x));
}

cJSON *json_add_string(cJSON *object, const char *key, const char *s)
{
	return json_add(object, key, cJSON_CreateString(s));
}

cJSON *json_add_bool(cJSON *object, const char *key, int b)
{
	return json_add(object, key, cJSON_CreateBool(b != 0));
}

cJSON *json_add_ints(cJSON *object, const char *key, const int *x, int n)
{
	cJSON *array = cJSON_CreateArray();
	int i;

	for (i = 0; i < n; i++)
		json_append(array, cJSON_CreateNumber(x[i]));
	return json_add(object, key, array);
}

cJSON *json_add_numbers(cJSON *object, const char *key, const double *x,
			int n)
{
	cJSON *array = cJSON_CreateArray();
	int i;

	for (i = 0; i < n; i++)
		json_append(array, json_number(x[i]));
	return json_add(object, key, array);
}

void text_add_csv_number(struct nas_text *t, double x)
{
	char number[32] = "";

	if (isfinite(x))
		json_format_number(number, x);
	text_addf(t, ",%s", number);
}

enum nas_status text_add_json(struct nas_text *t, cJSON *tree,
			      struct nas_err *err)
{
	char *s = tree ? json_print(tree) : NULL;

	cJSON_Delete(tree);
	if (!s)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the output");
	text_add(t, s);
	free(s);
	return NAS_OK;
}
