/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bits of a network's layers, from a policy file or the same for all. */
#include <string.h>

#include "nas/base/file.h"
#include "nas/cli/cmd_evaluate.h"
#include "nas/cli/print.h"

static enum nas_status read_list(const struct json_doc *doc, const char *key,
				 int *bits, int n, struct nas_err *err)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(doc->root, key);
	const cJSON *item;
	int i = 0;

	if (!list)
		return NAS_OK;
	if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) != n)
		return json_fail(doc, list, err,
				 "must be an array of %d "
				 "numbers, one a layer of the network",
				 n);
	cJSON_ArrayForEach(item, list)
	{
		double x = cJSON_IsNumber(item) ? item->valuedouble : -1;

		if (!(x >= 0 && x <= 32) || x > (double)(int)x)
			json_fail(doc, item, err, "must be bits, 0 .. 32");
		bits[i++] = (int)x;
	}
	return err->code;
}

static enum nas_status read_policy(struct evaluation *e, const char *path,
				   struct nas_err *err)
{
	int n = e->model.graph.nlayers;
	struct json_doc doc = {0};

	if (json_read(&doc, path, err) == NAS_OK) {
		if (!cJSON_IsObject(doc.root) ||
		    !cJSON_GetObjectItemCaseSensitive(doc.root, "bits_w"))
			json_fail(&doc, doc.root, err,
				  "must be an object "
				  "with \"bits_w\", as 'nas allocate --format "
				  "json' prints it");
		else if (read_list(&doc, "bits_w", e->bits_w, n, err) == NAS_OK)
			(void)!read_list(&doc, "bits_a", e->bits_a, n, err);
	}
	json_free(&doc);
	return err->code;
}

static enum nas_status same_bits(const struct evaluation *e, const char *name,
				 int *bits, struct nas_err *err)
{
	double x = 0;

	if (cli_number(e->cli, name, QUANT_BITS_MIN, 32, &x, err) != NAS_OK)
		return err->code;
	if (x > (double)(int)x)
		return nas_fail(err, NAS_EUSAGE, "--%s is a whole number",
				name);
	for (int i = 0; x > 0 && i < e->model.graph.nlayers; i++)
		bits[i] = (int)x;
	return NAS_OK;
}

enum nas_status evaluation_bits(struct evaluation *e, struct nas_err *err)
{
	const char *path = cli_value(e->cli, "policy");
	size_t n = (size_t)e->model.graph.nlayers;

	e->bits_w = NAS_NEW(e->cli->arena, int, n);
	e->bits_a = NAS_NEW(e->cli->arena, int, n);
	e->low = NAS_NEW(e->cli->arena, float, n);
	e->high = NAS_NEW(e->cli->arena, float, n);
	if (e->cli->arena->failed)
		return nas_fail(err, NAS_ENOMEM, "cannot hold the bits");
	if (path && read_policy(e, path, err) != NAS_OK)
		return err->code;
	if (same_bits(e, "bits-w", e->bits_w, err) != NAS_OK)
		return err->code;
	return same_bits(e, "bits-a", e->bits_a, err);
}

static const float *layer_weights(const struct evaluation *e, int i,
				  struct nas_err *err)
{
	const struct graph_layer *l = &e->model.graph.layer[i];
	float *q;

	if (e->bits_w[i] < QUANT_BITS_MIN || e->bits_w[i] > QUANT_BITS_MAX)
		return l->weight;
	q = NAS_NEW2(e->cli->arena, float, (size_t)l->out, l->fan);
	if (!q)
		nas_fail(err, NAS_ENOMEM, "cannot hold the weights");
	else
		fake_quant_weights(q, l->weight, l->out, l->fan, e->bits_w[i],
				   e->scope);
	return q;
}

enum nas_status evaluation_write(const struct evaluation *e, const char *path,
				 struct nas_err *err)
{
	const struct graph *g = &e->model.graph;
	const float **weight =
		NAS_NEW(e->cli->arena, const float *, (size_t)g->nlayers);
	struct graph_quant quant = {e->bits_w, e->bits_a, weight, e->low,
				    e->high};
	struct text out = {0};

	if (!weight)
		return nas_fail(err, NAS_ENOMEM, "cannot hold the weights");
	for (int i = 0; i < g->nlayers && err->code == NAS_OK; i++)
		weight[i] = layer_weights(e, i, err);
	if (err->code == NAS_OK &&
	    graph_write_onnx(&out, g, &quant, e->cli->arena, err) == NAS_OK &&
	    file_write(path, out.data, out.length, err) == NAS_OK)
		cli_note(e->cli, "wrote %s", path);
	text_free(&out);
	return err->code;
}
