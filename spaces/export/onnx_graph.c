/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spaces/export/onnx_graph.h"

#include <stdarg.h>
#include <string.h>

#define LIST_MAX 64 /* outputs, metadata, imports */

/* A message of its type in the arena, or NULL. */
#define NEW(g, type, descriptor)                                               \
	((type *)new_message((g)->arena, sizeof(type), &(descriptor)))

static void *new_message(struct nas_arena *arena, size_t size,
			 const ProtobufCMessageDescriptor *descriptor)
{
	ProtobufCMessage *m = arena_alloc(arena, 1, size);

	if (m)
		protobuf_c_message_init(descriptor, m);
	return m;
}

bool onnx_graph_init(struct onnx_graph *g, struct nas_arena *arena,
		     size_t nodes_max, size_t tensors_max)
{
	*g = (struct onnx_graph){.arena = arena,
				 .nodes_max = nodes_max,
				 .tensors_max = tensors_max};
	g->model = NEW(g, Onnx__ModelProto, onnx__model_proto__descriptor);
	g->graph = NEW(g, Onnx__GraphProto, onnx__graph_proto__descriptor);
	if (arena->failed)
		return false;
	g->model->graph = g->graph;
	g->model->opset_import =
		NAS_NEW(arena, Onnx__OperatorSetIdProto *, LIST_MAX);
	g->model->metadata_props =
		NAS_NEW(arena, Onnx__StringStringEntryProto *, LIST_MAX);
	g->graph->node = NAS_NEW(arena, Onnx__NodeProto *, nodes_max);
	g->graph->initializer =
		NAS_NEW(arena, Onnx__TensorProto *, tensors_max);
	g->graph->input = NAS_NEW(arena, Onnx__ValueInfoProto *, LIST_MAX);
	g->graph->output = NAS_NEW(arena, Onnx__ValueInfoProto *, LIST_MAX);
	return !arena->failed;
}

/* Strings of messages are never NULL, so that a lack of memory is seen once,
 * at the end. */
static char *keep(struct onnx_graph *g, const char *s)
{
	static char empty[] = "";
	char *copy = arena_strdup(g->arena, s);

	return copy ? copy : empty;
}

char *onnx_text(struct onnx_graph *g, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return keep(g, text);
}

Onnx__NodeProto *onnx_node(struct onnx_graph *g, const char *op,
			   const char *name, const char *output,
			   const char *const *input)
{
	Onnx__NodeProto *n =
		NEW(g, Onnx__NodeProto, onnx__node_proto__descriptor);
	size_t inputs = 0;

	while (input[inputs])
		inputs++;
	if (!n)
		return NULL;
	NAS_BUG_IF(g->graph->n_node == g->nodes_max);
	n->op_type = keep(g, op);
	n->name = keep(g, name);
	n->input = NAS_NEW(g->arena, char *, inputs);
	n->output = NAS_NEW(g->arena, char *, 1);
	n->attribute =
		NAS_NEW(g->arena, Onnx__AttributeProto *, ONNX_ATTRIBUTES_MAX);
	if (g->arena->failed)
		return NULL;
	for (; n->n_input < inputs; n->n_input++)
		n->input[n->n_input] = keep(g, input[n->n_input]);
	n->output[n->n_output++] = keep(g, output);
	g->graph->node[g->graph->n_node++] = n;
	return n;
}

static Onnx__AttributeProto *attribute(struct onnx_graph *g,
				       Onnx__NodeProto *node, const char *name,
				       Onnx__AttributeProto__AttributeType t)
{
	Onnx__AttributeProto *a =
		NEW(g, Onnx__AttributeProto, onnx__attribute_proto__descriptor);

	if (!a || !node)
		return NULL;
	NAS_BUG_IF(node->n_attribute == ONNX_ATTRIBUTES_MAX);
	a->name = keep(g, name);
	a->has_type = 1;
	a->type = t;
	node->attribute[node->n_attribute++] = a;
	return a;
}

void onnx_attribute_int(struct onnx_graph *g, Onnx__NodeProto *node,
			const char *name, int64_t x)
{
	Onnx__AttributeProto *a = attribute(
		g, node, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT);

	if (!a)
		return;
	a->has_i = 1;
	a->i = x;
}

void onnx_attribute_ints(struct onnx_graph *g, Onnx__NodeProto *node,
			 const char *name, const int64_t *x, size_t n)
{
	Onnx__AttributeProto *a = attribute(
		g, node, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS);
	int64_t *copy = NAS_NEW(g->arena, int64_t, n);

	if (!a || !copy)
		return;
	memcpy(copy, x, n * sizeof(*x));
	a->ints = copy;
	a->n_ints = n;
}

void onnx_attribute_text(struct onnx_graph *g, Onnx__NodeProto *node,
			 const char *name, const char *x)
{
	Onnx__AttributeProto *a = attribute(
		g, node, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING);

	if (!a)
		return;
	a->has_s = 1;
	a->s.data = (uint8_t *)keep(g, x);
	a->s.len = strlen((char *)a->s.data);
}

void onnx_tensor(struct onnx_graph *g, const char *name, int type,
		 const struct onnx_shape *shape, void *data, size_t bytes)
{
	Onnx__TensorProto *t =
		NEW(g, Onnx__TensorProto, onnx__tensor_proto__descriptor);
	int64_t *dims = NAS_NEW(g->arena, int64_t, shape->n);

	if (!t || !dims)
		return;
	NAS_BUG_IF(g->graph->n_initializer == g->tensors_max);
	memcpy(dims, shape->size, shape->n * sizeof(*dims));
	t->name = keep(g, name);
	t->has_data_type = 1;
	t->data_type = type;
	t->n_dims = shape->n;
	t->dims = dims;
	t->has_raw_data = 1;
	t->raw_data.data = data;
	t->raw_data.len = bytes;
	g->graph->initializer[g->graph->n_initializer++] = t;
}

void onnx_tensor_float(struct onnx_graph *g, const char *name, float x)
{
	const struct onnx_shape scalar = {0};
	float *copy = NAS_NEW(g->arena, float, 1);

	if (!copy)
		return;
	*copy = x;
	onnx_tensor(g, name, ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT, &scalar,
		    copy, sizeof(*copy));
}

static Onnx__TensorShapeProto *shape_message(struct onnx_graph *g,
					     const struct onnx_shape *shape)
{
	static const char *const params[] = { "N", "height", "width", "any" };
	Onnx__TensorShapeProto *s = NEW(g, Onnx__TensorShapeProto,
					onnx__tensor_shape_proto__descriptor);
	Onnx__TensorShapeProto__Dimension *d;

	if (!s)
		return NULL;
	s->dim = NAS_NEW(g->arena, Onnx__TensorShapeProto__Dimension *,
			 shape->n);
	for (size_t i = 0; i < shape->n && !g->arena->failed; i++) {
		d = NEW(g, Onnx__TensorShapeProto__Dimension,
			onnx__tensor_shape_proto__dimension__descriptor);
		if (!d)
			return NULL;
		d->value_case =
			ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE;
		d->dim_value = shape->size[i];
		if (shape->size[i] < 0) {
			d->value_case =
				ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM;
			d->dim_param = keep(g, params[-1 - shape->size[i]]);
		}
		s->dim[s->n_dim++] = d;
	}
	return s;
}

static Onnx__ValueInfoProto *value(struct onnx_graph *g, const char *name,
				   const struct onnx_shape *shape)
{
	Onnx__ValueInfoProto *v = NEW(g, Onnx__ValueInfoProto,
				      onnx__value_info_proto__descriptor);
	Onnx__TypeProto *type =
		NEW(g, Onnx__TypeProto, onnx__type_proto__descriptor);
	Onnx__TypeProto__Tensor *t = NEW(g, Onnx__TypeProto__Tensor,
					 onnx__type_proto__tensor__descriptor);

	if (!v || !type || !t)
		return NULL;
	t->has_elem_type = 1;
	t->elem_type = ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT;
	t->shape = shape_message(g, shape);
	type->value_case = ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE;
	type->tensor_type = t;
	v->name = keep(g, name);
	v->type = type;
	return v;
}

void onnx_input(struct onnx_graph *g, const char *name,
		const struct onnx_shape *shape)
{
	Onnx__ValueInfoProto *v = value(g, name, shape);

	NAS_BUG_IF(g->graph->n_input == LIST_MAX);
	if (v)
		g->graph->input[g->graph->n_input++] = v;
}

void onnx_output(struct onnx_graph *g, const char *name,
		 const struct onnx_shape *shape)
{
	Onnx__ValueInfoProto *v = value(g, name, shape);

	NAS_BUG_IF(g->graph->n_output == LIST_MAX);
	if (v)
		g->graph->output[g->graph->n_output++] = v;
}

void onnx_import(struct onnx_graph *g, const char *domain, int version)
{
	Onnx__OperatorSetIdProto *o =
		NEW(g, Onnx__OperatorSetIdProto,
		    onnx__operator_set_id_proto__descriptor);

	NAS_BUG_IF(g->model->n_opset_import == LIST_MAX);
	if (!o)
		return;
	o->domain = keep(g, domain);
	o->has_version = 1;
	o->version = version;
	g->model->opset_import[g->model->n_opset_import++] = o;
}

void onnx_metadata(struct onnx_graph *g, const char *key, const char *value)
{
	Onnx__StringStringEntryProto *e =
		NEW(g, Onnx__StringStringEntryProto,
		    onnx__string_string_entry_proto__descriptor);

	NAS_BUG_IF(g->model->n_metadata_props == LIST_MAX);
	if (!e)
		return;
	e->key = keep(g, key);
	e->value = keep(g, value);
	g->model->metadata_props[g->model->n_metadata_props++] = e;
}

struct sink { /* a protobuf-c buffer that adds to a text */
	ProtobufCBuffer base;
	struct nas_text *text;
};

static void append(ProtobufCBuffer *buffer, size_t n, const uint8_t *data)
{
	struct sink *sink = (struct sink *)buffer;

	text_addn(sink->text, (const char *)data, n);
}

enum nas_status onnx_graph_pack(struct nas_text *out,
				const struct onnx_graph *g, struct nas_err *err)
{
	struct sink sink = {{append}, out};

	if (g->arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the ONNX graph");
	protobuf_c_message_pack_to_buffer(&g->model->base, &sink.base);
	return out->failed
		       ? nas_fail(err, NAS_ENOMEM, "out of memory for the ONNX file")
		       : NAS_OK;
}
