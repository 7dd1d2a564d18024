/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bits of a network's layers, from a policy file or the same for all. */
#include "nas/run/quantised.h"

#include "nas/form/json.h"
#include "qbr/policy_answer.h"

#define BATCH 32 /* of images that show ranges */

/* One list of a policy that fits the network, with bits that can be run. */
static enum nas_status take_list(const struct json_doc *doc, const char *key,
				 const int *from, int count, int *bits, int n,
				 struct nas_err *err)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(doc->root, key);

	if (!list)
		return NAS_OK;
	if (count != n)
		return json_fail(doc, list, err,
				 "must be an array of %d numbers, one per "
				 "layer of the network",
				 n);
	for (int i = 0; i < n; i++) {
		bits[i] = from[i];
		if (bits[i] == 1 || bits[i] > 32)
			json_fail(doc, cJSON_IsArray(list)
					       ? cJSON_GetArrayItem(list, i)
					       : list, err,
				  "must be 2 to 8 bits; 0 or 32 means float");
	}
	return err->code;
}

static enum nas_status take_policy(struct quantised *q,
				   const struct json_doc *doc,
				   struct nas_err *err)
{
	int n = q->model->graph.nlayers;
	struct policy_answer a;

	if (form_read(&policy_form, doc, doc->root, &a, q->arena, err))
		return err->code;
	if (a.policy.nbits_w == 0)
		return json_fail(doc, doc->root, err, "has no \"bits_w\", as "
				 "'nas allocate --format json' prints it");
	if (take_list(doc, "bits_w", a.policy.bits_w, a.policy.nbits_w,
		      q->bits_w, n, err) != NAS_OK)
		return err->code;
	return take_list(doc, "bits_a", a.policy.bits_a, a.policy.nbits_a,
			 q->bits_a, n, err);
}

static enum nas_status read_policy(struct quantised *q, const char *path,
				   struct nas_err *err)
{
	struct json_doc doc = {0};

	if (json_read(&doc, path, err) == NAS_OK)
		(void)!take_policy(q, &doc, err);
	json_free(&doc);
	return err->code;
}

static void same_bits(const struct quantised *q, int bits, int *out)
{
	for (int i = 0; bits > 0 && i < q->model->graph.nlayers; i++)
		out[i] = bits;
}

enum nas_status quantised_read(struct quantised *q, struct model *model,
			       const struct quantised_options *o,
			       struct nas_arena *arena, struct nas_err *err)
{
	size_t n = (size_t)model->graph.nlayers;

	*q = (struct quantised){ .model = model, .arena = arena,
				 .calibration = o->calibration,
				 .scope = o->scope };
	q->bits_w = NAS_NEW(arena, int, n);
	q->bits_a = NAS_NEW(arena, int, n);
	q->low = NAS_NEW(arena, float, n);
	q->high = NAS_NEW(arena, float, n);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the bits");
	if (o->policy && read_policy(q, o->policy, err) != NAS_OK)
		return err->code;
	same_bits(q, o->bits_w, q->bits_w);
	same_bits(q, o->bits_a, q->bits_a);
	return NAS_OK;
}

static bool any_bits(const struct quantised *q, const int *bits)
{
	for (int i = 0; i < q->model->graph.nlayers; i++)
		if (bits[i] && bits[i] <= QUANT_BITS_MAX)
			return true;
	return false;
}

bool quantised_weights(const struct quantised *q)
{
	return any_bits(q, q->bits_w);
}

bool quantised_inputs(const struct quantised *q)
{
	return any_bits(q, q->bits_a);
}

static void widen(struct quantised *q, const float *low, const float *high)
{
	for (int l = 0; l < q->model->graph.nlayers; l++) {
		q->low[l] = low[l] < q->low[l] ? low[l] : q->low[l];
		q->high[l] = high[l] > q->high[l] ? high[l] : q->high[l];
	}
}

enum nas_status quantised_calibrate(struct quantised *q, struct forward *f,
				    float *x, int batch, int threads,
				    struct nas_err *err)
{
	size_t layers = (size_t)q->model->graph.nlayers;
	float *low = NAS_NEW(q->arena, float, layers);
	float *high = NAS_NEW(q->arena, float, layers);
	int images = q->calibration;

	if (!low || !high)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the ranges");
	if (images > q->model->data->n)
		images = q->model->data->n;
	for (int i = 0; i < images; i += batch) {
		int n = images - i < batch ? images - i : batch;

		if (model_images(q->model, i, n, x, NULL, threads,
				 err) != NAS_OK ||
		    forward_calibrate(f, x, n, low, high, err) != NAS_OK)
			return err->code;
		widen(q, low, high);
	}
	return NAS_OK;
}

enum nas_status quantised_ranges(struct quantised *q, int threads,
				 struct nas_err *err)
{
	struct forward_options o = { .threads = threads };
	struct forward *f = NULL;
	float *x = NAS_NEW2(q->arena, float, BATCH, q->model->count);

	if (!x)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a batch");
	if (forward_new(&f, &q->model->graph, &o, err) == NAS_OK)
		(void)!quantised_calibrate(q, f, x, BATCH, threads, err);
	forward_free(f);
	return err->code;
}

struct forward_policy quantised_policy(const struct quantised *q)
{
	return (struct forward_policy){q->bits_w, q->bits_a, q->scope, q->low,
				       q->high};
}

/* Weights and scales of layer i on the grid of its bits. */
static enum nas_status fill_layer(const struct quantised *q, int i,
				  float **weight, float **scale,
				  struct nas_err *err)
{
	const struct graph_layer *l = &q->model->graph.layer[i];
	size_t out = (size_t)l->out;

	*weight = l->weight;
	if (q->bits_w[i] < QUANT_BITS_MIN || q->bits_w[i] > QUANT_BITS_MAX)
		return NAS_OK;
	*weight = NAS_NEW2(q->arena, float, out, l->fan);
	*scale = NAS_NEW(q->arena, float, out);
	if (q->arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the weights");
	quant_max_abs_scales(*scale, l->weight, l->out, l->fan, q->bits_w[i],
			     q->scope);
	fake_quant_scaled(*weight, l->weight, l->out, l->fan, q->bits_w[i],
			  *scale);
	/* where all weights are 0, any scale will do but that */
	for (size_t o = 0; o < out; o++)
		if (!((*scale)[o] > 0))
			(*scale)[o] = 1;
	return NAS_OK;
}

enum nas_status quantised_graph(struct graph *g, const struct quantised *q,
				bool ranges, struct nas_err *err)
{
	const struct graph *from = &q->model->graph;
	size_t n = (size_t)from->nlayers;
	float **weight = NAS_NEW(q->arena, float *, n);
	float **scale = NAS_NEW(q->arena, float *, n);
	struct graph_quant quant = {q->bits_w, q->bits_a, weight, scale,
				    NULL,      NULL};

	if (!weight || !scale)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the weights");
	if (ranges) {
		quant.low = q->low;
		quant.high = q->high;
	}
	for (int i = 0; i < from->nlayers; i++)
		if (fill_layer(q, i, &weight[i], &scale[i], err) != NAS_OK)
			return err->code;
	return graph_quantise(g, from, &quant, q->arena, err);
}
