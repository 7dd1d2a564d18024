/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Our own ONNX files, back. The metadata says which architecture it is; the
 * graph that this architecture has is built again and the file's nodes, inputs
 * and outputs are held against it, so that nothing is read as something that
 * it is not. Numbers come from the initialisers and may be anybody's.
 */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "spaces/export/onnx_build.h"
#include "spaces/import/onnx_scan.h"

#define FLOAT ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT
#define INT8  ONNX__TENSOR_PROTO__DATA_TYPE__INT8
#define INT32 ONNX__TENSOR_PROTO__DATA_TYPE__INT32

struct reader {
	const char *source;
	const Onnx__ModelProto *model;
	const Onnx__GraphProto *graph;
	enum onnx_form form;
	size_t next; /* tensor to look at first */
	struct arena *arena;
	struct nas_err *err;
};

static enum nas_status bad(const struct reader *r, const char *fmt, ...)
	NAS_FORMAT(2, 3);
static enum nas_status bad(const struct reader *r, const char *fmt, ...)
{
	char msg[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	return nas_fail_at(r->err, NAS_EINPUT, r->source, 0, 0, NULL, "%s",
			   msg);
}

static const char *metadata(const struct reader *r, const char *key)
{
	for (size_t i = 0; i < r->model->n_metadata_props; i++) {
		const Onnx__StringStringEntryProto *e =
			r->model->metadata_props[i];

		if (e->key && e->value && strcmp(e->key, key) == 0)
			return e->value;
	}
	return NULL;
}

static enum nas_status read_architecture(const struct reader *r,
					 struct arch *arch)
{
	const char *text = metadata(r, "nas.architecture");
	const struct arch_defaults defaults = {0};
	struct json_doc doc = {0};
	struct arch_list list;
	char name[256];

	if (!text)
		return bad(r, "has no 'nas.architecture' in its metadata: only "
			      "ONNX files that nas has written are read");
	snprintf(name, sizeof(name), "%.200s, nas.architecture", r->source);
	if (json_parse(&doc, text, strlen(text), name, r->err) == NAS_OK &&
	    arch_from_json(&list, &doc, doc.root, &defaults, r->arena,
			   r->err) == NAS_OK) {
		if (list.n == 1)
			*arch = list.arch[0];
		else
			bad(r, "nas.architecture holds %d networks", list.n);
	}
	json_free(&doc);
	return r->err->code ? r->err->code : arch_check(arch, r->err);
}

static enum nas_status read_form(struct reader *r)
{
	const char *text = metadata(r, "nas.form");

	for (int f = 0; text && f < ONNX_FORMS; f++)
		if (strcmp(text, onnx_form_names[f]) == 0) {
			r->form = (enum onnx_form)f;
			return NAS_OK;
		}
	return bad(r, "has no 'nas.form' in its metadata that is known");
}

static enum nas_status read_seed(const struct reader *r, uint64_t *seed)
{
	const char *text = metadata(r, "nas.seed");
	size_t n = text ? strspn(text, "0123456789") : 0;

	if (n == 0 || n > 19 || text[n])
		return bad(r, "has no number 'nas.seed' in its metadata");
	*seed = strtoull(text, NULL, 10);
	return NAS_OK;
}

/* Tensors stand in the order in which they are asked for, as a rule. */
static const Onnx__TensorProto *find(struct reader *r, const char *name)
{
	size_t n = r->graph->n_initializer;

	for (size_t k = 0; k < n; k++) {
		size_t i = (r->next + k) % n;
		const Onnx__TensorProto *t = r->graph->initializer[i];

		if (t->name && strcmp(t->name, name) == 0) {
			r->next = i + 1;
			return t;
		}
	}
	return NULL;
}

/* Copy a tensor of this type and shape; size bytes an element. */
static enum nas_status read_tensor(struct reader *r, const char *name, int type,
				   const struct onnx_shape *shape, void *out,
				   size_t size)
{
	const Onnx__TensorProto *t = find(r, name);
	bool same;

	if (!t)
		return bad(r, "tensor '%s' is missing", name);
	same = t->data_type == type && t->n_dims == shape->n;
	for (size_t i = 0; same && i < shape->n; i++) {
		same = t->dims[i] == shape->size[i];
		size *= (size_t)shape->size[i];
	}
	if (!same)
		return bad(r,
			   "tensor '%s' has not the type and shape that the "
			   "architecture gives it",
			   name);
	if (!t->has_raw_data || t->raw_data.len != size)
		return bad(r,
			   "tensor '%s' has not the %zu bytes of raw data "
			   "of its shape",
			   name, size);
	memcpy(out, t->raw_data.data, size);
	return NAS_OK;
}

static enum nas_status check_finite(const struct reader *r, const char *name,
				    const float *x, size_t n, bool positive)
{
	for (size_t i = 0; i < n; i++)
		if (!isfinite(x[i]) || (positive && !(x[i] > 0)))
			return bad(r, "tensor '%s' holds a number that is %s",
				   name,
				   isfinite(x[i]) ? "not positive"
						  : "not finite");
	return NAS_OK;
}

/* A level as it is stored; NAS_EINPUT outside the layer's bits. */
static enum nas_status set_level(const struct reader *r, struct onnx_layer *l,
				 size_t i, double q)
{
	double half = ldexp(1, l->bits_w - 1);

	if (!(q >= -half && q <= half - 1))
		return bad(r, "a weight of '%s' is outside its %d bits",
			   l->name, l->bits_w);
	if (onnx_weight_size(l->bits_w) == 1)
		((int8_t *)l->weight)[i] = (int8_t)q;
	else
		((int32_t *)l->weight)[i] = (int32_t)q;
	return NAS_OK;
}

/* QONNX: values on the grid of their scale, or near it. */
static enum nas_status read_values(struct reader *r, struct onnx_layer *l,
				   const struct onnx_names *names,
				   const struct onnx_shape *shape)
{
	size_t n = (size_t)l->out * l->fan;
	float *x = NAS_NEW(r->arena, float, n);

	if (!x)
		return nas_fail(r->err, NAS_ENOMEM, "out of memory for the weights");
	if (read_tensor(r, names->levels, FLOAT, shape, x, sizeof(*x)) ||
	    check_finite(r, names->levels, x, n, false))
		return r->err->code;
	for (size_t i = 0; i < n; i++)
		if (set_level(
			    r, l, i,
			    rint((double)x[i] / (double)l->scale[i / l->fan])))
			return r->err->code;
	return NAS_OK;
}

static enum nas_status check_levels(const struct reader *r,
				    struct onnx_layer *l)
{
	size_t n = (size_t)l->out * l->fan;
	bool small = onnx_weight_size(l->bits_w) == 1;

	for (size_t i = 0; i < n; i++)
		if (set_level(r, l, i,
			      small ? ((int8_t *)l->weight)[i]
				    : ((int32_t *)l->weight)[i]))
			return r->err->code;
	return NAS_OK;
}

static enum nas_status read_weights(struct reader *r, struct onnx_layer *l,
				    const struct onnx_names *names)
{
	size_t out = (size_t)l->out, size = onnx_weight_size(l->bits_w);
	struct onnx_shape shape, scale;

	onnx_weight_shape(&shape, l);
	onnx_scale_shape(&scale, l, r->form);
	if (!l->bits_w) {
		if (read_tensor(r, names->weight, FLOAT, &shape, l->weight,
				size))
			return r->err->code;
		return check_finite(r, names->weight, l->weight, out * l->fan,
				    false);
	}
	if (read_tensor(r, names->weight_scale, FLOAT, &scale, l->scale,
			sizeof(float)) ||
	    check_finite(r, names->weight_scale, l->scale, out, true))
		return r->err->code;
	if (r->form == ONNX_QONNX)
		return read_values(r, l, names, &shape);
	if (read_tensor(r, names->levels, size == 1 ? INT8 : INT32, &shape,
			l->weight, size))
		return r->err->code;
	return check_levels(r, l);
}

static enum nas_status read_layer(struct reader *r, struct onnx_layer *l)
{
	struct onnx_shape scalar = {0}, channels = {1, {l->out}};
	struct onnx_names names;

	onnx_names(&names, l);
	if (l->bits_a &&
	    (read_tensor(r, names.input_scale, FLOAT, &scalar, &l->input_scale,
			 sizeof(float)) ||
	     check_finite(r, names.input_scale, &l->input_scale, 1, true)))
		return r->err->code;
	if (read_weights(r, l, &names) != NAS_OK ||
	    read_tensor(r, names.bias, FLOAT, &channels, l->bias,
			sizeof(float)))
		return r->err->code;
	return check_finite(r, names.bias, l->bias, (size_t)l->out, false);
}

enum nas_status onnx_read(struct onnx_net *net, const void *bytes, size_t n,
			  const char *source, struct arena *arena,
			  struct nas_err *err)
{
	struct reader r = {.source = source, .arena = arena, .err = err};
	Onnx__ModelProto *model;
	struct arch *arch = NAS_NEW(arena, struct arch, 1);
	uint64_t seed = 0;

	*net = (struct onnx_net){0};
	if (!arch)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a network");
	if (onnx_unpack(&model, bytes, n, source, arena, err) != NAS_OK)
		return err->code;
	r.model = model;
	r.graph = model->graph;
	if (!r.graph)
		return bad(&r, "holds no graph");
	if (read_architecture(&r, arch) != NAS_OK || read_form(&r) != NAS_OK ||
	    read_seed(&r, &seed) != NAS_OK ||
	    onnx_layout(net, arch, arena, err) != NAS_OK)
		return err->code;
	net->seed = seed;
	for (int i = 0; i < net->nlayers; i++)
		if (read_layer(&r, &net->layer[i]) != NAS_OK)
			return err->code;
	return onnx_match(r.graph, net, r.form, source, arena, err);
}

enum nas_status onnx_is_ours(bool *ours, const void *bytes, size_t n,
			     const char *source, struct arena *arena,
			     struct nas_err *err)
{
	struct arena_mark mark = arena_mark(arena);
	Onnx__ModelProto *model;

	*ours = false;
	if (onnx_unpack(&model, bytes, n, source, arena, err) == NAS_OK)
		*ours = metadata(&(struct reader){.model = model},
				 "nas.architecture") != NULL;
	arena_rewind(arena, mark);
	return err->code;
}

/* The first field of a model is its IR version: tag 8, a small number. */
bool onnx_looks_like(const void *bytes, size_t n)
{
	const uint8_t *b = bytes;

	return n > 2 && b[0] == 8 && b[1] < 32 && b[2] != '{';
}
