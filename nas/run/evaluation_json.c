/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/evaluation.h"

static cJSON *tally_json(const struct tally *t)
{
	cJSON *o = cJSON_CreateObject();

	json_add_number(o, "top1", (double)t->top1 / t->n);
	json_add_number(o, "top5", (double)t->top5 / t->n);
	return o;
}

static cJSON *predictions_json(const struct evaluation *e)
{
	const struct data *d = e->model.data;
	cJSON *list = cJSON_CreateArray();

	for (int i = 0; i < d->n && i < EVALUATION_PREDICTIONS; i++) {
		cJSON *o = cJSON_CreateObject();

		if (*data_name(d, i))
			json_add_string(o, "image", data_name(d, i));
		json_add_int64(o, "class", e->prediction[i].class);
		json_add_number(o, "score", (double)e->prediction[i].score);
		json_append(list, o);
	}
	return list;
}

cJSON *evaluation_json(const struct evaluation *e)
{
	const struct data *d = e->model.data;
	cJSON *o = json_object("nas/evaluation/1");

	json_add_string(o, "model", e->model.graph.name);
	json_add_int64(o, "layers", e->model.graph.nlayers);
	json_add_int64(o, "classes", e->classes);
	if (e->noutputs == 1)
		json_add_number(o, "threshold", (double)e->threshold);
	json_add_int64(o, "images", d->n);
	if (d->labels)
		json_add(o, "float", tally_json(&e->plain));
	if (d->labels && e->has_bits)
		json_add(o, "quantised", tally_json(&e->quantised));
	if (e->has_bits) {
		const struct quantised_options *how = e->bits.options;

		json_add_string(o, "quantiser", e->bits.quantiser->name);
		json_add_string(o, "ranges", range_rule_names[how->ranges]);
		json_add_bool(o, "bias_correction", !how->plain_biases);
		json_add_int64(o, "calibration_images", e->bits.images);
		json_add_bool(o, "calibrated_on_judged",
			      e->bits.calibrated && !how->images);
		json_add_number(o, "agreement", (double)e->agree / d->n);
		json_add_ints(o, "bits_w", e->bits.bits_w, e->model.graph.nlayers);
		json_add_ints(o, "bits_a", e->bits.bits_a, e->model.graph.nlayers);
	}
	if (!d->labels)
		json_add(o, "predictions", predictions_json(e));
	return o;
}
