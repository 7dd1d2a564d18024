/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>

#include "spaces/export/onnx_build.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
	       "raw data of ONNX is little-endian");

/* [{"name": "blocks.0.conv", "bits_a": 8, "bits_w": 8}, ...] */
static cJSON *layers_json(const struct onnx_net *net)
{
	cJSON *list = cJSON_CreateArray();

	for (int i = 0; i < net->nlayers; i++) {
		const struct onnx_layer *l = &net->layer[i];
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

static void add_metadata(struct onnx_graph *g, const struct onnx_net *net,
			 enum onnx_form form)
{
	add_json(g, "nas.architecture", arch_to_json(&net->arch));
	add_json(g, "nas.layers", layers_json(net));
	onnx_metadata(g, "nas.form", onnx_form_names[form]);
	onnx_metadata(g, "nas.seed", onnx_text(g, "%" PRIu64, net->seed));
}

enum nas_status onnx_write(struct text *out, const struct onnx_net *net,
			   enum onnx_form form, struct arena *arena,
			   struct nas_err *err)
{
	struct onnx_graph g;
	const char *name = net->arch.name;

	if (onnx_build(&g, net, form, arena, err) != NAS_OK)
		return err->code;
	g.model->has_ir_version = 1;
	g.model->ir_version = ONNX_IR;
	g.model->producer_name = onnx_text(&g, "nas");
	g.model->producer_version = onnx_text(&g, "%s", NAS_VERSION);
	g.graph->name = arena_strdup(arena, name && *name ? name : "network");
	onnx_import(&g, "", ONNX_OPSET);
	if (form == ONNX_QONNX)
		onnx_import(&g, ONNX_QUANT_DOMAIN, 1);
	add_metadata(&g, net, form);
	return onnx_graph_pack(out, &g, err);
}
