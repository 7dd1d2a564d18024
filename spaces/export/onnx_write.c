/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A graph as an ONNX file: names, inputs and outputs, constants, nodes, and what
 * is known of where it comes from.
 */
#include <inttypes.h>
#include <string.h>

#include "nas/form/json.h"
#include "spaces/export/onnx_writer.h"
#include "spaces/import/onnx.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
	       "raw data of ONNX is little-endian");

#define NODES_A_NODE   8
#define TENSORS_A_NODE 10
#define TENSORS_SHARED (3 * (ARCH_BITS_MAX + 1) + 1)

static const char *const form_names[ONNX_FORMS] = {
	[ONNX_STANDARD] = "standard", [ONNX_QONNX] = "qonnx",
	[ONNX_QDQ] = "qdq"};

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

static void name_all(struct writer *w)
{
	const struct graph *g = w->g;

	for (int t = 0; t < g->ntensors; t++)
		w->name[t] = w->named ? g->tensor[t].name
				      : onnx_text(&w->o, "nas/t%d", t);
	for (int k = 0; k < g->ninputs; k++)
		w->name[g->input[k]] = g->tensor[g->input[k]].name;
	for (int k = 0; k < g->noutputs; k++)
		w->name[g->output[k]] = g->tensor[g->output[k]].name;
	for (int l = 0; l < g->nlayers; l++)
		w->layer[l] = w->named ? g->layer[l].name
				       : onnx_text(&w->o, "nas/l%d", l);
}

static struct onnx_shape shape_of(const struct graph_tensor *t)
{
	struct onnx_shape s = {(size_t)t->rank, {ONNX_IMAGES}};

	for (int k = 1; k < t->rank && k < ONNX_DIMS_MAX; k++)
		s.size[k] = t->size[k];
	return s;
}

/* The number 0 is written once, whoever needs it first. */
static bool is_there(struct writer *w, int t)
{
	const struct graph_tensor *x = &w->g->tensor[t];
	bool zero = x->rank == 0 && !(*x->data > 0) && !(*x->data < 0);

	if (!zero)
		return false;
	if (w->zero) {
		w->name[t] = w->zero;
		return true;
	}
	w->zero = w->name[t];
	return false;
}

/* Constants before tensor end: before the node that they were made for. */
static void write_constants(struct writer *w, int end)
{
	for (; w->constants < end; w->constants++) {
		const struct graph_tensor *x = &w->g->tensor[w->constants];
		int64_t size[ONNX_DIMS_MAX] = {0};

		if (!x->data || !x->users || is_there(w, w->constants))
			continue;
		for (int k = 0; k < x->rank; k++)
			size[k] = x->size[k];
		write_floats(w, w->name[w->constants], x->data, x->rank, size);
	}
}

static void write_nodes(struct writer *w)
{
	for (int i = 0; i < w->g->nnodes; i++) {
		w->n = &w->g->node[i];
		write_constants(w, w->n->out);
		w->x = w->name[w->n->in[0]];
		w->y = w->name[w->n->out];
		onnx_writers[w->n->op](w);
	}
	write_constants(w, w->g->ntensors);
}

/* Images of any size, and maps that grow with them. */
static void open_size(struct onnx_shape *s, int height, int width)
{
	if (s->n == 4) {
		s->size[2] = height;
		s->size[3] = width;
	}
}

static void write_graph(struct writer *w, bool open)
{
	const struct graph *g = w->g;
	struct onnx_shape shape;

	name_all(w);
	for (int k = 0; k < g->ninputs; k++) {
		shape = shape_of(&g->tensor[g->input[k]]);
		if (open)
			open_size(&shape, ONNX_HEIGHT, ONNX_WIDTH);
		onnx_input(&w->o, w->name[g->input[k]], &shape);
	}
	write_nodes(w);
	for (int k = 0; k < g->noutputs; k++) {
		shape = shape_of(&g->tensor[g->output[k]]);
		if (open)
			open_size(&shape, ONNX_ANY, ONNX_ANY);
		onnx_output(&w->o, w->name[g->output[k]], &shape);
	}
}

/* [{"name": "blocks.0.conv", "bits_a": 8, "bits_w": 8}, ...] */
static cJSON *layers_json(const struct graph *g)
{
	cJSON *list = cJSON_CreateArray();

	for (int i = 0; i < g->nlayers; i++) {
		const struct graph_layer *l = &g->layer[i];
		cJSON *o =
			json_add_string(cJSON_CreateObject(), "name", l->name);

		json_add_int64(o, "bits_a", l->bits_a);
		json_append(list, json_add_int64(o, "bits_w", l->bits_w));
	}
	return list;
}

/* The tree is freed. */
static void add_json(struct onnx_graph *g, const char *key, cJSON *tree)
{
	char *text = json_print_line(tree);

	if (text)
		onnx_metadata(g, key, text);
	else
		g->arena->failed = true;
	free(text);
	cJSON_Delete(tree);
}

static void add_metadata(struct writer *w, const struct export_source *source)
{
	if (!source->arch)
		return;
	add_json(&w->o, ONNX_ARCHITECTURE, arch_to_json(source->arch));
	add_json(&w->o, "nas.layers", layers_json(w->g));
	onnx_metadata(&w->o, "nas.form", form_names[w->form]);
	onnx_metadata(&w->o, ONNX_SEED,
		      onnx_text(&w->o, "%" PRIu64, source->seed));
}

static void add_model(struct writer *w, const struct export_source *source)
{
	const char *name = source->arch ? source->arch->name : w->g->name;

	w->o.model->has_ir_version = 1;
	w->o.model->ir_version = ONNX_IR;
	w->o.model->producer_name = onnx_text(&w->o, "nas");
	w->o.model->producer_version = onnx_text(&w->o, "%s", NAS_VERSION);
	w->o.graph->name = arena_strdup(w->o.arena,
					name && *name ? name : "network");
	onnx_import(&w->o, "", ONNX_OPSET);
	if (w->form == ONNX_QONNX)
		onnx_import(&w->o, ONNX_QUANT_DOMAIN, 1);
	add_metadata(w, source);
}

enum nas_status onnx_write(struct nas_text *out,
			   const struct export_source *source,
			   enum onnx_form form, struct nas_arena *arena,
			   struct nas_err *err)
{
	const struct graph *g = source->graph;
	struct writer w = {.g = g, .form = form, .named = source->arch != NULL};
	size_t nodes = (size_t)g->nnodes, tensors = (size_t)g->ntensors;

	if (check_ranks(g, err) != NAS_OK)
		return err->code;
	w.name = NAS_NEW(arena, const char *, tensors);
	w.layer = NAS_NEW(arena, const char *, (size_t)g->nlayers);
	if (arena->failed ||
	    !onnx_graph_init(&w.o, arena, nodes * NODES_A_NODE,
			     nodes * TENSORS_A_NODE + tensors + TENSORS_SHARED))
		return nas_fail(err, NAS_ENOMEM, "out of memory for the ONNX graph");
	write_graph(&w, source->open_size);
	add_model(&w, source);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the ONNX graph");
	return onnx_graph_pack(out, &w.o, err);
}
