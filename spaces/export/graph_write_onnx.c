/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A graph as an ONNX file, opset 13. Operators that opset lacks (HardSwish,
 * SiLU) are spelled out; fake quantisation is Div, Round, Clip, Mul.
 */
#include <string.h>

#include "spaces/export/graph_write_onnx.h"

#define NODES_A_NODE   8
#define TENSORS_A_NODE 10

static enum nas_status check_ranks(const struct graph *g, struct nas_err *err)
{
	for (int t = 0; t < g->ntensors; t++)
		if (g->tensor[t].users && g->tensor[t].rank > ONNX_DIMS_MAX &&
		    g->tensor[t].producer < 0)
			return nas_fail(err, NAS_EINPUT,
					"'%.60s' has more "
					"than %d axes",
					g->tensor[t].name, ONNX_DIMS_MAX);
	return NAS_OK;
}

static void name_tensors(struct writer *w)
{
	const struct graph *g = w->g;

	for (int t = 0; t < g->ntensors; t++)
		w->name[t] = onnx_text(&w->o, "nas/t%d", t);
	for (int k = 0; k < g->ninputs; k++)
		w->name[g->input[k]] = g->tensor[g->input[k]].name;
	for (int k = 0; k < g->noutputs; k++)
		w->name[g->output[k]] = g->tensor[g->output[k]].name;
}

static struct onnx_shape shape_of(const struct graph_tensor *t)
{
	struct onnx_shape s = {(size_t)t->rank, {-1}};

	for (int k = 1; k < t->rank && k < ONNX_DIMS_MAX; k++)
		s.size[k] = t->size[k];
	return s;
}

static void write_constants(struct writer *w)
{
	for (int t = 0; t < w->g->ntensors; t++) {
		const struct graph_tensor *x = &w->g->tensor[t];
		int64_t size[ONNX_DIMS_MAX] = {0};

		if (!x->data || !x->users)
			continue;
		for (int k = 0; k < x->rank; k++)
			size[k] = x->size[k];
		w->name[t] = write_floats(w, x->data, x->rank, size);
	}
}

static void write_nodes(struct writer *w)
{
	for (int i = 0; i < w->g->nnodes; i++) {
		w->n = &w->g->node[i];
		w->x = w->name[w->n->in[0]];
		w->y = w->name[w->n->out];
		if (graph_writers[w->n->op])
			graph_writers[w->n->op](w);
		else
			write_plain(w);
	}
}

enum nas_status graph_write_onnx(struct text *out, const struct graph *g,
				 const struct graph_quant *quant,
				 struct arena *arena, struct nas_err *err)
{
	struct writer w = {.g = g, .quant = quant};
	size_t nodes = (size_t)g->nnodes;
	struct onnx_shape shape;

	if (check_ranks(g, err) != NAS_OK)
		return err->code;
	w.name = NAS_NEW(arena, const char *, (size_t)g->ntensors);
	if (!w.name ||
	    !onnx_graph_init(&w.o, arena, nodes * NODES_A_NODE,
			     nodes * TENSORS_A_NODE + (size_t)g->ntensors))
		return nas_fail(err, NAS_ENOMEM, "out of memory for the ONNX graph");
	w.o.model->has_ir_version = 1;
	w.o.model->ir_version = ONNX_IR;
	w.o.model->producer_name = onnx_text(&w.o, "nas");
	w.o.graph->name = onnx_text(&w.o, "%s", g->name ? g->name : "network");
	onnx_import(&w.o, "", ONNX_OPSET);
	name_tensors(&w);
	for (int k = 0; k < g->ninputs; k++) {
		shape = shape_of(&g->tensor[g->input[k]]);
		onnx_input(&w.o, w.name[g->input[k]], &shape);
	}
	write_constants(&w);
	write_nodes(&w);
	for (int k = 0; k < g->noutputs; k++) {
		shape = shape_of(&g->tensor[g->output[k]]);
		onnx_output(&w.o, w.name[g->output[k]], &shape);
	}
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the ONNX graph");
	return onnx_graph_pack(out, &w.o, err);
}
