/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/form/figure.h"

#include <math.h>

static enum nas_status read_figure(const struct json_doc *doc,
				   const cJSON *node, void *out,
				   struct nas_arena *arena, struct nas_err *err)
{
	(void)arena;
	*(double *)out = (double)NAN;
	if (cJSON_IsNull(node))
		return NAS_OK;
	if (!cJSON_IsNumber(node))
		return json_fail(doc, node, err, "must be a number or null");
	*(double *)out = node->valuedouble;
	return NAS_OK;
}

static cJSON *write_figure(const void *in)
{
	double x = *(const double *)in;

	return isfinite(x) ? json_number(x) : cJSON_CreateNull();
}

static cJSON *types(const char *const *type, int n)
{
	cJSON *list = cJSON_CreateArray();

	for (int i = 0; i < n; i++)
		json_append(list, cJSON_CreateString(type[i]));
	return json_add(cJSON_CreateObject(), "type", list);
}

static cJSON *figure_schema(void)
{
	return types((const char *const[]){ "number", "null" }, 2);
}

const struct form_custom figure_custom = { .read = read_figure,
					   .write = write_figure,
					   .schema = figure_schema };

static enum nas_status read_interval(const struct json_doc *doc,
				     const cJSON *node, void *out,
				     struct nas_arena *arena,
				     struct nas_err *err)
{
	struct interval *x = out;

	(void)arena;
	*x = (struct interval){ (double)NAN, (double)NAN };
	if (cJSON_IsNull(node))
		return NAS_OK;
	if (!cJSON_IsArray(node) || cJSON_GetArraySize(node) != 2 ||
	    !cJSON_IsNumber(node->child) || !cJSON_IsNumber(node->child->next))
		return json_fail(doc, node, err, "must be [low, high] or null");
	x->low = node->child->valuedouble;
	x->high = node->child->next->valuedouble;
	return NAS_OK;
}

static cJSON *write_interval(const void *in)
{
	const struct interval *x = in;
	cJSON *list;

	if (!isfinite(x->low) || !isfinite(x->high))
		return cJSON_CreateNull();
	list = cJSON_CreateArray();
	json_append(list, json_number(x->low));
	return json_append(list, json_number(x->high));
}

static cJSON *interval_schema(void)
{
	cJSON *o = types((const char *const[]){ "array", "null" }, 2);
	cJSON *number = json_add_string(cJSON_CreateObject(), "type", "number");

	json_add(o, "items", number);
	json_add_int64(o, "minItems", 2);
	return json_add_int64(o, "maxItems", 2);
}

const struct form_custom interval_custom = { .read = read_interval,
					     .write = write_interval,
					     .schema = interval_schema };

struct figure_text figure_text(double x, int decimals)
{
	struct figure_text t = { "-" };

	if (isfinite(x))
		snprintf(t.s, sizeof(t.s), "%.*f", decimals, x);
	return t;
}

struct figure_text interval_text(struct interval x, int decimals)
{
	struct figure_text t = { "-" };

	if (isfinite(x.low) && isfinite(x.high))
		snprintf(t.s, sizeof(t.s), "%.*f .. %.*f", decimals, x.low,
			 decimals, x.high);
	return t;
}
