/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of an ONNX file and the values that they stand for. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "spaces/graph/graph_shape.h"
#include "spaces/import/import_onnx.h"

const char *import_subject(const struct importer *im, char *out, size_t size)
{
	const Onnx__NodeProto *n = im->node;
	const char *name = "";

	if (n->name && *n->name)
		name = n->name;
	else if (n->n_output && n->output[0])
		name = n->output[0];
	snprintf(out, size, "%.40s '%.60s'", n->op_type ? n->op_type : "", name);
	return out;
}

enum nas_status import_bad(const struct importer *im, const char *fmt, ...)
{
	char msg[200], subject[120];
	va_list ap;

	if (im->err->code != NAS_OK)
		return im->err->code;
	va_start(ap, fmt);
	vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	if (!im->node)
		return nas_fail_at(im->err, NAS_EINPUT, im->source, 0, 0, NULL,
				   "%s", msg);
	return nas_fail_at(im->err, NAS_EINPUT, im->source, 0, 0, NULL,
			   "%s: %s", import_subject(im, subject, sizeof(subject)),
			   msg);
}

struct value *import_find(const struct importer *im, const char *name)
{
	int low = 0, high = im->nvalues;

	if (!name || !*name)
		return NULL;
	while (low < high) {
		int mid = (low + high) / 2;
		int c = strcmp(name, im->value[mid].name);

		if (c == 0)
			return &im->value[mid];
		if (c < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

struct value *import_in(const struct importer *im, size_t i)
{
	struct value *v = i < im->node->n_input
				  ? import_find(im, im->node->input[i])
				  : NULL;

	return v && v->kind != VALUE_UNKNOWN ? v : NULL;
}

struct value *import_out(const struct importer *im, size_t i)
{
	return i < im->node->n_output ? import_find(im, im->node->output[i])
				      : NULL;
}

bool value_is_constant(const struct value *v)
{
	return v && (v->kind == VALUE_FLOAT || v->kind == VALUE_INT);
}

double value_get(const struct value *v, size_t i)
{
	return v->kind == VALUE_INT ? (double)v->i[i] : (double)v->f[i];
}

void value_set(struct value *v, size_t i, double x)
{
	if (v->kind == VALUE_FLOAT)
		v->f[i] = (float)x;
	else if (!(x > -0x1p63))
		v->i[i] = isnan(x) ? 0 : INT64_MIN;
	else
		v->i[i] = x < 0x1p63 ? (int64_t)x : INT64_MAX;
}

/* Values of a shape; false when they are too many. Empty is fine. */
static bool count_of(int rank, const int *size, size_t *count)
{
	int64_t n = 1;

	for (int k = 0; k < rank; k++) {
		if (size[k] < 0)
			return false;
		n *= size[k];
		if (n > GRAPH_VALUES_MAX)
			return false;
	}
	*count = (size_t)n;
	return true;
}

static enum nas_status set_shape(struct importer *im, struct value *v, int rank,
				 const int *size)
{
	if (rank < 0 || rank > GRAPH_RANK_MAX)
		return import_bad(im, "more than %d axes", GRAPH_RANK_MAX);
	v->rank = rank;
	if (rank)
		memcpy(v->size, size, (size_t)rank * sizeof(*size));
	if (!count_of(rank, size, &v->count))
		return import_bad(im, "a constant is too large");
	return NAS_OK;
}

enum nas_status value_make(struct importer *im, struct value *v,
			   enum value_kind kind, int rank, const int *size)
{
	if (set_shape(im, v, rank, size) != NAS_OK)
		return im->err->code;
	if (v->count > im->constants_max - im->constants)
		return import_bad(im, "constants exceed the %zu numbers that a "
				  "file of its size can hold",
				  im->constants_max);
	im->constants += v->count;
	v->kind = kind;
	v->tensor = -1;
	v->scale = NULL;
	if (kind == VALUE_FLOAT)
		v->f = NAS_NEW(im->arena, float, v->count);
	else
		v->i = NAS_NEW(im->arena, int64_t, v->count);
	if (im->arena->failed)
		return nas_fail(im->err, NAS_ENOMEM, "out of memory for '%.100s'",
				im->source);
	return NAS_OK;
}

enum nas_status value_view(struct importer *im, struct value *v,
			   const struct value *of, int rank, const int *size)
{
	const char *name = v->name;
	struct value copy = *of;

	copy.name = name;
	if (rank >= 0 && set_shape(im, &copy, rank, size) != NAS_OK)
		return im->err->code;
	if (copy.count != of->count)
		return import_bad(im, "the values do not match the new shape");
	if (rank >= 0) {
		copy.tensor = -1;
		copy.scale = NULL;
	}
	*v = copy;
	return NAS_OK;
}

static enum nas_status new_tensor(struct importer *im, const char *name, int *t)
{
	NAS_BUG_IF(im->g->ntensors >= im->tensors_max);
	*t = im->g->ntensors++;
	im->g->tensor[*t] = (struct graph_tensor){.name = name, .producer = -1};
	return NAS_OK;
}

/* Constants of the graph are floats. */
static enum nas_status floats_of(struct importer *im, const struct value *v,
				 float **out)
{
	float *f = v->f;

	if (v->kind == VALUE_INT) {
		f = NAS_NEW(im->arena, float, v->count);
		if (!f)
			return nas_fail(im->err, NAS_ENOMEM,
					"out of memory for a constant");
		for (size_t k = 0; k < v->count; k++)
			f[k] = (float)v->i[k];
	}
	*out = f;
	return NAS_OK;
}

enum nas_status import_tensor(struct importer *im, struct value *v, int *t)
{
	float *f = NULL;

	if (v->kind == VALUE_TENSOR || v->tensor >= 0) {
		*t = v->tensor;
		return NAS_OK;
	}
	if (floats_of(im, v, &f) != NAS_OK ||
	    import_constant(im, f, v->rank, v->size, t) != NAS_OK)
		return im->err->code;
	im->g->tensor[*t].name = v->name;
	v->tensor = *t;
	return NAS_OK;
}

enum nas_status import_input(struct importer *im, size_t i, int *t)
{
	struct value *v = import_in(im, i);

	if (!v)
		return import_bad(im, "input %zu is missing", i);
	return import_tensor(im, v, t);
}

enum nas_status import_constant(struct importer *im, float *data,
				int rank, const int *size, int *t)
{
	struct graph_tensor *x;
	size_t count;

	if (new_tensor(im, "", t) != NAS_OK)
		return im->err->code;
	x = &im->g->tensor[*t];
	x->rank = rank;
	if (rank)
		memcpy(x->size, size, (size_t)rank * sizeof(*size));
	if (!count_of(rank, size, &count) || count == 0)
		return import_bad(im, "a constant is empty");
	x->count = count;
	x->data = data;
	return NAS_OK;
}

struct graph_node *import_node(struct importer *im, enum graph_op op, int n,
			       const int *in)
{
	struct graph_node *node;
	int *inputs = NAS_NEW(im->arena, int, (size_t)n);
	int t;

	NAS_BUG_IF(im->g->nnodes >= im->nodes_max);
	if (!inputs || new_tensor(im, "", &t) != NAS_OK) {
		nas_fail(im->err, NAS_ENOMEM, "out of memory for a node");
		return NULL;
	}
	memcpy(inputs, in, (size_t)n * sizeof(*in));
	node = &im->g->node[im->g->nnodes++];
	*node = (struct graph_node){.name = im->node->name,
				    .op = op,
				    .nin = n,
				    .in = inputs,
				    .out = t,
				    .layer = -1};
	if (!node->name || !*node->name)
		node->name = im->node->n_output ? im->node->output[0] : "";
	im->g->tensor[t].producer = im->g->nnodes - 1;
	return node;
}

enum nas_status import_finish(struct importer *im, struct graph_node *n, int i,
			      int *out)
{
	const char *why = graph_infer(im->g, n);
	struct value *v;

	if (why)
		return import_bad(im, "%s", why);
	im->g->tensor[n->out].name = n->name;
	if (out)
		*out = n->out;
	if (i < 0)
		return NAS_OK;
	v = import_out(im, (size_t)i);
	if (!v)
		return import_bad(im, "has no output %d", i);
	v->kind = VALUE_TENSOR;
	v->tensor = n->out;
	im->g->tensor[n->out].name = v->name;
	return NAS_OK;
}
