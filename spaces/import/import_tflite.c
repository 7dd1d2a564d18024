/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A .tflite file as a graph, by way of an ONNX message (tflite_build.h). */
#include <string.h>

#include "spaces/import/import_onnx.h"
#include "spaces/import/tflite_build.h"

/* A name of what is outside: float, whatever the levels inside. */
static enum nas_status read_input(struct build *b, int i)
{
	static const int nchw[4] = {0, 3, 1, 2};
	const struct tflite_tensor *t = &b->t.tensor[b->t.input[i]];
	Onnx__ValueInfoProto *v = NAS_NEW(b->arena, Onnx__ValueInfoProto, 1);
	Onnx__TypeProto *type = NAS_NEW(b->arena, Onnx__TypeProto, 1);
	Onnx__TypeProto__Tensor *tensor =
		NAS_NEW(b->arena, Onnx__TypeProto__Tensor, 1);
	Onnx__TensorShapeProto *shape =
		NAS_NEW(b->arena, Onnx__TensorShapeProto, 1);
	bool levels = t->type != TFLITE_FLOAT32;
	const char *name = levels ? build_name(b) : t->name;

	if (b->arena->failed)
		return nas_fail(b->err, NAS_ENOMEM, "out of memory for the "
				"inputs");
	*v = (Onnx__ValueInfoProto)ONNX__VALUE_INFO_PROTO__INIT;
	*type = (Onnx__TypeProto)ONNX__TYPE_PROTO__INIT;
	*tensor = (Onnx__TypeProto__Tensor)ONNX__TYPE_PROTO__TENSOR__INIT;
	*shape = (Onnx__TensorShapeProto)ONNX__TENSOR_SHAPE_PROTO__INIT;
	v->name = (char *)(uintptr_t)name;
	v->type = type;
	type->value_case = ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE;
	type->tensor_type = tensor;
	tensor->has_elem_type = true;
	tensor->elem_type = ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT;
	tensor->shape = shape;
	shape->dim = NAS_NEW(b->arena, Onnx__TensorShapeProto__Dimension *,
			     (size_t)t->rank);
	for (int k = 0; k < t->rank && shape->dim; k++) {
		Onnx__TensorShapeProto__Dimension *d = NAS_NEW(
			b->arena, Onnx__TensorShapeProto__Dimension, 1);

		if (!d)
			break;
		*d = (Onnx__TensorShapeProto__Dimension)
			ONNX__TENSOR_SHAPE_PROTO__DIMENSION__INIT;
		d->value_case =
			ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE;
		d->dim_value = t->size[t->rank == 4 ? nchw[k] : k];
		shape->dim[shape->n_dim++] = d;
	}
	if (b->arena->failed)
		return nas_fail(b->err, NAS_ENOMEM, "out of memory for the "
				"inputs");
	b->graph->input[b->graph->n_input++] = v;
	if (b->made[b->t.input[i]])
		return build_bad(b, "an input is listed twice");
	if (levels)
		return build_levels(b, t, name, false);
	b->made[b->t.input[i]] = true;
	return NAS_OK;
}

static enum nas_status read_output(struct build *b, int i)
{
	const struct tflite_tensor *t = &b->t.tensor[b->t.output[i]];
	Onnx__ValueInfoProto *v = NAS_NEW(b->arena, Onnx__ValueInfoProto, 1);

	if (!v)
		return nas_fail(b->err, NAS_ENOMEM, "out of memory for the "
				"outputs");
	if (!b->made[b->t.output[i]])
		return build_bad(b, "output '%.60s' is not computed by any "
				 "operator", t->name);
	*v = (Onnx__ValueInfoProto)ONNX__VALUE_INFO_PROTO__INIT;
	v->name = (char *)(uintptr_t)t->name;
	b->graph->output[b->graph->n_output++] = v;
	return NAS_OK;
}

static enum nas_status read_all(struct build *b)
{
	b->made = NAS_NEW(b->arena, bool, (size_t)b->t.ntensors);
	b->graph->input = NAS_NEW(b->arena, Onnx__ValueInfoProto *,
				  (size_t)b->t.ninputs);
	b->graph->output = NAS_NEW(b->arena, Onnx__ValueInfoProto *,
				   (size_t)b->t.noutputs);
	if (b->arena->failed)
		return nas_fail(b->err, NAS_ENOMEM, "out of memory for '%.200s'",
				b->source);
	for (int i = 0; i < b->t.ninputs; i++)
		if (read_input(b, i) != NAS_OK)
			return b->err->code;
	for (int i = 0; i < b->t.nops; i++) {
		b->op = &b->t.op[i];
		if (tflite_build_op(b) != NAS_OK || b->err->code)
			return b->err->code;
	}
	b->op = NULL;
	for (int i = 0; i < b->t.noutputs; i++)
		if (read_output(b, i) != NAS_OK)
			return b->err->code;
	return NAS_OK;
}

enum nas_status graph_from_tflite(struct graph *g, const void *bytes, size_t n,
				  const char *source,
				  const struct graph_options *options,
				  struct nas_arena *arena, struct nas_err *err)
{
	Onnx__ModelProto model = ONNX__MODEL_PROTO__INIT;
	Onnx__GraphProto graph = ONNX__GRAPH_PROTO__INIT;
	Onnx__OperatorSetIdProto opset = ONNX__OPERATOR_SET_ID_PROTO__INIT;
	Onnx__OperatorSetIdProto *opsets[1] = {&opset};
	struct build b = {.graph = &graph, .source = source, .arena = arena,
			  .err = err};

	*g = (struct graph){0};
	b.constants_max = import_values_max(IMPORT_FREE_CONSTANTS, n,
					    IMPORT_VALUES_MAX);
	if (tflite_parse(&b.t, bytes, n, source, arena, err) != NAS_OK ||
	    read_all(&b) != NAS_OK)
		return err->code;
	opset.has_version = true;
	opset.version = TFLITE_OPSET;
	model.graph = &graph;
	model.opset_import = opsets;
	model.n_opset_import = 1;
	if (import_model(g, &model, source, options, arena, err) == NAS_OK)
		g->integer = true;
	return err->code;
}
