/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attributes of an ONNX node, and lists that may be attribute or input. */
#include <string.h>

#include "spaces/import/import_onnx.h"

const Onnx__AttributeProto *import_attr(const struct importer *im,
					const char *name)
{
	for (size_t k = 0; k < im->node->n_attribute; k++) {
		const Onnx__AttributeProto *a = im->node->attribute[k];

		if (a->name && strcmp(a->name, name) == 0)
			return a;
	}
	return NULL;
}

int64_t attr_int(const struct importer *im, const char *name, int64_t fallback)
{
	const Onnx__AttributeProto *a = import_attr(im, name);

	return a && a->has_i ? a->i : fallback;
}

float attr_float(const struct importer *im, const char *name, float fallback)
{
	const Onnx__AttributeProto *a = import_attr(im, name);

	return a && a->has_f ? a->f : fallback;
}

bool attr_text_is(const struct importer *im, const char *name, const char *text)
{
	const Onnx__AttributeProto *a = import_attr(im, name);

	return a && a->has_s && a->s.len == strlen(text) &&
	       memcmp(a->s.data, text, a->s.len) == 0;
}

int attr_ints(const struct importer *im, const char *name, int64_t *x, int max)
{
	const Onnx__AttributeProto *a = import_attr(im, name);

	if (!a)
		return -1;
	for (size_t k = 0; k < a->n_ints && k < (size_t)max; k++)
		x[k] = a->ints[k];
	return a->n_ints <= (size_t)max ? (int)a->n_ints : max;
}

enum nas_status import_ints(struct importer *im, const char *name, size_t i,
			    int64_t *x, int max, int *n)
{
	const Onnx__AttributeProto *a = name ? import_attr(im, name) : NULL;
	const struct value *v = import_in(im, i);
	size_t count;

	*n = -1;
	if (!a && (i >= im->node->n_input || !*im->node->input[i]))
		return NAS_OK;
	if (!a && !value_is_constant(v))
		return import_bad(im, "input %zu must be constant", i);
	count = a ? a->n_ints : v->count;
	if (!a && v->kind != VALUE_INT)
		return import_bad(im, "input %zu must hold integers", i);
	if (count > (size_t)max)
		return import_bad(im, "more than %d numbers", max);
	if (count)
		memcpy(x, a ? a->ints : v->i, count * sizeof(*x));
	*n = (int)count;
	return NAS_OK;
}

enum nas_status import_sizes(struct importer *im, size_t i, int *size, int *n)
{
	int64_t x[GRAPH_RANK_MAX];

	if (import_ints(im, NULL, i, x, GRAPH_RANK_MAX, n) != NAS_OK)
		return im->err->code;
	for (int k = 0; k < *n; k++) {
		if (x[k] < 0 || x[k] > GRAPH_VALUES_MAX)
			return import_bad(im, "invalid size %lld",
					  (long long)x[k]);
		size[k] = (int)x[k];
	}
	return NAS_OK;
}

enum nas_status import_axis(struct importer *im, int64_t axis, int rank,
			    int *out)
{
	if (axis < -rank || axis >= rank)
		return import_bad(im, "axis %lld is out of range, there are "
				      "%d", (long long)axis, rank);
	*out = (int)(axis < 0 ? axis + rank : axis);
	return NAS_OK;
}

enum nas_status import_axes(struct importer *im, const int64_t *x, int n,
			    int rank, int *mask)
{
	int axis = 0;

	memset(mask, 0, GRAPH_RANK_MAX * sizeof(*mask));
	for (int k = 0; k < n; k++) {
		if (import_axis(im, x[k], rank, &axis) != NAS_OK)
			return im->err->code;
		mask[axis] = 1;
	}
	return NAS_OK;
}
