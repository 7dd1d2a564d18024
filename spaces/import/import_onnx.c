/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An ONNX file as a graph. The names of the file are sorted once; nodes that
 * depend on constants and shapes only are computed on the way.
 */
#include <string.h>

#include "spaces/graph/graph_shape.h"
#include "spaces/import/import_onnx.h"

#define IR_MAX	     11
#define OPSET_MIN    7
#define OPSET_MAX    22
#define NODES_A_NODE 16/* of the graph for one of the file, at most */

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct value *)a)->name,
		      ((const struct value *)b)->name);
}

static void add_name(struct importer *im, const char *name)
{
	if (name && *name)
		im->value[im->nvalues++] =
			(struct value){.name = name, .tensor = -1};
}

static size_t count_names(const Onnx__GraphProto *file)
{
	size_t n = file->n_input + file->n_initializer;

	for (size_t k = 0; k < file->n_node; k++)
		n += file->node[k]->n_output;
	return n;
}

/* All names, sorted, each once. */
static enum nas_status collect_names(struct importer *im)
{
	const Onnx__GraphProto *file = im->file;
	size_t n = count_names(file);
	int kept = 0;

	im->value = NAS_NEW(im->arena, struct value, n);
	if (!im->value)
		return nas_fail(im->err, NAS_ENOMEM, "out of memory for the names");
	for (size_t k = 0; k < file->n_input; k++)
		add_name(im, file->input[k]->name);
	for (size_t k = 0; k < file->n_initializer; k++)
		add_name(im, file->initializer[k]->name);
	for (size_t k = 0; k < file->n_node; k++)
		for (size_t o = 0; o < file->node[k]->n_output; o++)
			add_name(im, file->node[k]->output[o]);
	qsort(im->value, (size_t)im->nvalues, sizeof(*im->value), by_name);
	for (int k = 0; k < im->nvalues; k++)
		if (k == 0 ||
		    strcmp(im->value[kept - 1].name, im->value[k].name) != 0)
			im->value[kept++] = im->value[k];
	im->nvalues = kept;
	return NAS_OK;
}

static enum nas_status allocate(struct importer *im)
{
	struct graph *g = im->g;
	size_t n = 0;

	for (size_t k = 0; k < im->file->n_node; k++)
		n += im->file->node[k]->n_output > 1
			     ? im->file->node[k]->n_output
			     : 1;
	if (n > GRAPH_NODES_MAX)
		return import_bad(im, "more than %d nodes", GRAPH_NODES_MAX);
	im->nodes_max = (int)n * NODES_A_NODE;
	im->tensors_max = 2 * im->nodes_max + im->nvalues;
	g->node = NAS_NEW(im->arena, struct graph_node, (size_t)im->nodes_max);
	g->layer = NAS_NEW(im->arena, struct graph_layer, n);
	g->tensor = NAS_NEW(im->arena, struct graph_tensor,
			    (size_t)im->tensors_max);
	g->input = NAS_NEW(im->arena, int, im->file->n_input);
	g->output = NAS_NEW(im->arena, int,
			    im->file->n_output + IMPORT_ENDS_MAX);
	if (im->arena->failed)
		return nas_fail(im->err, NAS_ENOMEM, "out of memory for the graph");
	return NAS_OK;
}

static enum nas_status read_initializers(struct importer *im)
{
	for (size_t k = 0; k < im->file->n_initializer; k++) {
		const Onnx__TensorProto *t = im->file->initializer[k];
		struct value *v = import_find(im, t->name);

		if (!v)
			continue;
		if (v->kind != VALUE_UNKNOWN)
			return import_bad(im, "two tensors are named '%.60s'",
					  v->name);
		if (value_from_tensor(im, v, t) != NAS_OK)
			return im->err->code;
	}
	return NAS_OK;
}

/* A size that the file leaves open. */
static int open_size(const struct importer *im, int axis, int rank)
{
	const struct graph_options *o = &im->options;

	if (axis == 0)
		return 1;
	if (rank == 4 && axis == 1)
		return 3;
	im->g->open_size = true;
	if (!o->height)
		im->g->assumed_size = true;
	if (axis == rank - 2)
		return o->height ? o->height : GRAPH_SIDE;
	return o->width ? o->width : GRAPH_SIDE;
}

static enum nas_status input_shape(struct importer *im,
				   const Onnx__ValueInfoProto *info,
				   struct graph_tensor *t)
{
	const Onnx__TypeProto__Tensor *type =
		info->type && info->type->value_case ==
					ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE
			? info->type->tensor_type
			: NULL;
	const Onnx__TensorShapeProto *shape = type ? type->shape : NULL;

	if (!shape || shape->n_dim < 1 || shape->n_dim > GRAPH_RANK_MAX)
		return import_bad(im,
				  "input '%.60s' has no shape of 1 to %d "
				  "axes",
				  info->name, GRAPH_RANK_MAX);
	if (type->elem_type != ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT &&
	    type->elem_type != ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT16)
		return import_bad(im, "input '%.60s' must hold floats",
				  info->name);
	t->rank = (int)shape->n_dim;
	for (int k = 0; k < t->rank; k++) {
		int64_t n =
			shape->dim[k]->value_case ==
					ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE
				? shape->dim[k]->dim_value
				: 0;

		if (n > GRAPH_VALUES_MAX)
			return import_bad(im, "input '%.60s' is too large",
					  info->name);
		t->size[k] = n > 0 ? (int)n : open_size(im, k, t->rank);
	}
	if (!graph_count(t) || t->count > im->tensor_max)
		return import_bad(im, "input '%.60s' is too large", info->name);
	return NAS_OK;
}

static enum nas_status read_inputs(struct importer *im)
{
	struct graph *g = im->g;

	for (size_t k = 0; k < im->file->n_input; k++) {
		const Onnx__ValueInfoProto *info = im->file->input[k];
		struct value *v = import_find(im, info->name);

		if (!v || v->kind != VALUE_UNKNOWN)
			continue; /* an initialiser, listed as old files do */
		v->kind = VALUE_TENSOR;
		v->tensor = g->ntensors++;
		g->tensor[v->tensor].name = v->name;
		g->tensor[v->tensor].producer = -1;
		g->input[g->ninputs++] = v->tensor;
		if (input_shape(im, info, &g->tensor[v->tensor]) != NAS_OK)
			return im->err->code;
	}
	if (!g->ninputs)
		return import_bad(im, "the graph has no input");
	return NAS_OK;
}

static bool all_constant(const struct importer *im)
{
	for (size_t k = 0; k < im->node->n_input; k++)
		if (*im->node->input[k] && !value_is_constant(import_in(im, k)))
			return false;
	return im->node->n_input > 0;
}

static bool reads_levels(const struct importer *im)
{
	for (size_t k = 0; k < im->node->n_input; k++) {
		const struct value *v = import_in(im, k);

		if (v && v->levels_scale)
			return true;
	}
	return false;
}

static bool joins(const struct value *a, const struct value *b)
{
	return b && b->levels_scale &&
	       value_same(a->levels_scale, b->levels_scale) &&
	       value_same(a->levels_zero, b->levels_zero);
}

/* An operator that moves levels makes levels of the same scale. */
static enum nas_status read_mover(struct importer *im,
				  const struct import_op *op)
{
	static const char *const movers[] = {
		"Concat", "Dropout", "Flatten", "Identity", "MaxPool",
		"Reshape", "Slice", "Split", "Squeeze", "Transpose",
		"Unsqueeze"};
	const struct value *in = import_in(im, 0);
	size_t i = 0, n = sizeof(movers) / sizeof(*movers);

	while (i < n && strcmp(movers[i], op->name) != 0)
		i++;
	if (i == n || !in || !in->levels_scale)
		return import_bad(im, "computes with quantised levels, which "
				  "is not supported");
	for (size_t k = 1; strcmp(op->name, "Concat") == 0 &&
			   k < im->node->n_input; k++)
		if (!joins(in, import_in(im, k)))
			return import_bad(im, "joins levels of other scales");
	if (op->emit(im) != NAS_OK)
		return im->err->code;
	for (size_t k = 0; k < im->node->n_output; k++) {
		struct value *v = import_out(im, k);

		if (v && v->kind == VALUE_TENSOR) {
			v->levels_scale = in->levels_scale;
			v->levels_zero = in->levels_zero;
		}
	}
	return NAS_OK;
}

static enum nas_status check_outputs(const struct importer *im)
{
	const Onnx__NodeProto *node = im->node;

	if (node->n_output < 1 || node->n_input > GRAPH_INPUTS_MAX)
		return import_bad(im, "has no output, or more than %d inputs",
				  GRAPH_INPUTS_MAX);
	for (size_t k = 0; k < node->n_output; k++) {
		struct value *v = import_out(im, k);

		if (v && v->kind != VALUE_UNKNOWN)
			return import_bad(im,
					  "duplicate output '%.60s'",
					  v->name);
	}
	return NAS_OK;
}

enum nas_status import_read_node(struct importer *im,
				 const Onnx__NodeProto *node)
{
	const struct import_op *op;

	im->node = node;
	if (check_outputs(im) != NAS_OK)
		return im->err->code;
	op = import_op_find(node->op_type ? node->op_type : "");
	if (import_reads_left(im) || !op)
		return import_leave_out(im, op && op->layer,
					"operator is not supported");
	im->code = op->code;
	if (attr_int(im, "channels_last", 0)) /* of QLinearConv and pools */
		return import_bad(im, "channels_last is not supported");
	if (reads_levels(im) && strcmp(node->op_type, "DequantizeLinear") != 0)
		return read_mover(im, op);
	if (op->always || (op->fold && all_constant(im)))
		return op->fold(im);
	if (!op->emit)
		return import_leave_out(im, false,
					"is supported only on constants");
	return op->emit(im);
}

static enum nas_status read_opset(struct importer *im,
				  const Onnx__ModelProto *model)
{
	int64_t opset = 0;

	for (size_t k = 0; k < model->n_opset_import; k++) {
		const Onnx__OperatorSetIdProto *o = model->opset_import[k];

		if (!o->domain || !*o->domain ||
		    strcmp(o->domain, "ai.onnx") == 0)
			opset = o->version;
	}
	if (model->has_ir_version && model->ir_version > IR_MAX)
		return import_bad(im, "is of IR version %lld; up to %d are "
				  "supported", (long long)model->ir_version,
				  IR_MAX);
	if (opset < OPSET_MIN || opset > OPSET_MAX)
		return import_bad(im,
				  "is of opset %lld; %d to %d are "
				  "supported",
				  (long long)opset, OPSET_MIN, OPSET_MAX);
	im->opset = (int)opset;
	return NAS_OK;
}

/* Nobody has made room for feature maps yet. */
static enum nas_status check_sizes(struct importer *im)
{
	im->node = NULL;
	for (int t = 0; t < im->g->ntensors; t++)
		if (im->g->tensor[t].count > im->tensor_max)
			return import_bad(im, "tensor '%.60s' of %zu numbers "
					  "is more than a file of its size may "
					  "ask for", im->g->tensor[t].name,
					  im->g->tensor[t].count);
	return NAS_OK;
}

/* The size of the picture, say, that boxes are drawn on. */
static void drop_unread_inputs(struct graph *g)
{
	int kept = 0;

	for (int k = 0; k < g->ninputs; k++)
		if (g->tensor[g->input[k]].users)
			g->input[kept++] = g->input[k];
	g->ninputs = kept;
}

enum nas_status import_model(struct graph *g, const Onnx__ModelProto *model,
			     const char *source,
			     const struct graph_options *options,
			     struct nas_arena *arena, struct nas_err *err)
{
	struct importer im = {.g = g,
			      .file = model->graph,
			      .source = source,
			      .arena = arena,
			      .err = err};
	size_t bytes = onnx__model_proto__get_packed_size(model);

	err->code = NAS_OK;
	*g = (struct graph){.name = arena_strdup(arena, source)};
	if (options)
		im.options = *options;
	im.constants_max = import_values_max(IMPORT_FREE_CONSTANTS, bytes,
					     IMPORT_VALUES_MAX);
	im.tensor_max = import_values_max(IMPORT_FREE_TENSOR, bytes,
					  (size_t)GRAPH_VALUES_MAX);
	if (!im.file)
		return import_bad(&im, "contains no graph");
	im.file = import_expanded(&im);
	if (!im.file)
		return nas_fail(err, NAS_ENOMEM, "out of memory for '%.200s'",
				source);
	if (read_opset(&im, model) != NAS_OK || collect_names(&im) != NAS_OK ||
	    allocate(&im) != NAS_OK || read_initializers(&im) != NAS_OK ||
	    read_inputs(&im) != NAS_OK || import_read_nodes(&im) != NAS_OK ||
	    import_outputs(&im) != NAS_OK || check_sizes(&im) != NAS_OK)
		return err->code;
	if (graph_finish(g, &im.options, arena, err) != NAS_OK)
		return err->code;
	if (g->left_out)
		drop_unread_inputs(g);
	return NAS_OK;
}
