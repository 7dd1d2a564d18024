/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bits of a network's layers, from a policy file or the same for all. */
#include "nas/run/quantised.h"

#include <string.h>

#include "nas/form/json.h"
#include "qbr/policy_answer.h"

#define BATCH 32 /* images that calibrate, at a time */

const char *const quantised_round_names[] = {
	[ROUND_GPTQ] = "gptq",
	[ROUND_NEAREST] = "nearest",
	NULL,
};

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
	if (a.quantiser && !q->options->quantiser)
		q->quantiser = quantiser_find(a.quantiser);
	if (!q->quantiser)
		return json_fail(doc, cJSON_GetObjectItemCaseSensitive(
				 doc->root, "quantiser"), err,
				 "unknown quantiser '%.80s'", a.quantiser);
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
				 .options = o, .quantiser = o->quantiser
						 ? o->quantiser
						 : quantisers[0] };
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
		if (quant_has_grid(bits[i]))
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

bool quantised_needs_images(const struct quantised *q)
{
	const struct quantised_options *o = q->options;

	return quantised_inputs(q) ||
	       (quantised_weights(q) &&
		(!o->plain_biases || o->round != ROUND_NEAREST));
}

/* Weights for what the layers put out, on the images that calibrate. */
static enum nas_status round_weights(struct quantised *q,
				     const struct stats_images *images,
				     int threads, struct nas_err *err)
{
	float *x = NAS_NEW2(q->arena, float, (size_t)images->n, images->count);
	struct rounding_job job = { .graph = &q->model->graph, .n = images->n,
				    .x = x, .threads = threads,
				    .bits_w = q->bits_w, .bits_a = q->bits_a,
				    .low = q->low, .high = q->high,
				    .quantiser = q->quantiser,
				    .scope = q->options->scope,
				    .plain_biases = q->options->plain_biases };

	if (!x)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the images; "
				"--calibration N takes fewer");
	if (images->give(images->context, 0, images->n, x, err) != NAS_OK)
		return err->code;
	return rounding_run(&q->rounded, &job, q->arena, err);
}

static enum nas_status calibrate_on(struct quantised *q,
				    const struct model *model, int threads,
				    struct nas_err *err)
{
	struct model_shown shown = { model, threads };
	struct stats_images images = model_first(&shown,
						 q->options->calibration);

	if (images.batch > BATCH)
		images.batch = BATCH;
	if (input_stats_gather(&q->stats, &q->model->graph, &images, threads,
			       q->arena, err) != NAS_OK)
		return err->code;
	for (int i = 0; i < q->model->graph.nlayers; i++)
		if (quant_has_grid(q->bits_a[i]))
			input_range(&q->stats, i, q->bits_a[i],
				    q->options->ranges, &q->low[i],
				    &q->high[i]);
	q->calibrated = true;
	q->images = images.n;
	if (q->options->round == ROUND_GPTQ && quantised_weights(q))
		return round_weights(q, &images, threads, err);
	return NAS_OK;
}

enum nas_status quantised_calibrate(struct quantised *q, int threads,
				    struct nas_err *err)
{
	struct model other = *q->model;

	if (!q->options->images)
		return calibrate_on(q, q->model, threads, err);
	other.data = NULL;
	if (model_open_data(&other, q->options->images, err) == NAS_OK)
		(void)!calibrate_on(q, &other, threads, err);
	model_close(&other);
	return err->code;
}

/* Weights, scales and biases of layer i on the grid of its bits. */
static enum nas_status fill_layer(const struct quantised *q, int i,
				  float **weight, float **scale, float **bias,
				  struct nas_err *err)
{
	const struct quantised_options *o = q->options;
	const struct graph_layer *l = &q->model->graph.layer[i];
	size_t out = (size_t)l->out;

	*weight = l->weight;
	*bias = l->bias;
	if (!quant_has_grid(q->bits_w[i]))
		return NAS_OK;
	if (q->rounded.weight) {
		*weight = q->rounded.weight[i];
		*scale = q->rounded.scale[i];
		*bias = q->rounded.bias[i];
		return NAS_OK;
	}
	*weight = NAS_NEW2(q->arena, float, out, l->fan);
	*scale = NAS_NEW(q->arena, float, out);
	*bias = NAS_NEW(q->arena, float, out);
	if (q->arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the weights");
	quantiser_scales(q->quantiser, *scale, l->weight, l->out, l->fan,
			 q->bits_w[i], o->scope);
	fake_quant_scaled(*weight, l->weight, l->out, l->fan, q->bits_w[i],
			  *scale);
	memcpy(*bias, l->bias, out * sizeof(**bias));
	if (q->calibrated && !o->plain_biases)
		input_corrected_bias(&q->stats, i, *weight, *bias);
	/* where all weights are 0, any scale will do but that */
	for (size_t k = 0; k < out; k++)
		if (!((*scale)[k] > 0))
			(*scale)[k] = 1;
	return NAS_OK;
}

enum nas_status quantised_apply(const struct quantised *q, struct forward *f,
				struct nas_err *err)
{
	for (int i = 0; i < q->model->graph.nlayers; i++) {
		bool on_grid = quant_has_grid(q->bits_a[i]);
		float *weight, *bias, *scale = NULL;
		struct quant_grid grid = {0};

		if (fill_layer(q, i, &weight, &scale, &bias, err) != NAS_OK ||
		    forward_set_weights(f, i, weight, bias, err) != NAS_OK)
			return err->code;
		if (on_grid)
			grid = quant_grid_of(q->low[i], q->high[i],
					     q->bits_a[i]);
		forward_set_grid(f, i, on_grid ? &grid : NULL);
	}
	return NAS_OK;
}

enum nas_status quantised_graph(struct graph *g, const struct quantised *q,
				bool ranges, struct nas_err *err)
{
	const struct graph *from = &q->model->graph;
	size_t n = (size_t)from->nlayers;
	float **weight = NAS_NEW(q->arena, float *, n);
	float **scale = NAS_NEW(q->arena, float *, n);
	float **bias = NAS_NEW(q->arena, float *, n);
	struct graph_quant quant = { .bits_w = q->bits_w, .bits_a = q->bits_a,
				     .weight = weight, .scale = scale,
				     .bias = bias };

	if (!weight || !scale || !bias)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the weights");
	if (ranges) {
		quant.low = q->low;
		quant.high = q->high;
	}
	for (int i = 0; i < from->nlayers; i++)
		if (fill_layer(q, i, &weight[i], &scale[i], &bias[i],
			       err) != NAS_OK)
			return err->code;
	return graph_quantise(g, from, &quant, q->arena, err);
}
