/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sensitivities of a network's layers as JSON. */
#include "nas/form/record.h"
#include "nas/run/sensitivity_of.h"

struct layer {
	const char *name;
	int64_t weights, macs;
	double value;
	bool has_value;
	struct figures loss_w, loss_a, rank_distance;
	bool has_rank_distance;
};

#define RECORD struct layer

static const struct form_field layer_fields[] = {
	ROW(STRING, name, "of the layer"),
	ROW(INT64, weights, "number"),
	ROW(INT64, macs, "multiply-accumulates"),
	ROW_GIVEN(NUMBER, value, "of metrics with one value per layer"),
	ROW(CUSTOM, loss_w, "at each of the bits of weights",
	    .custom = &figures_custom),
	ROW(CUSTOM, loss_a, "at each of the bits of its input",
	    .custom = &figures_custom),
	ROW_GIVEN(CUSTOM, rank_distance, "orm: of each of the bits",
		  .custom = &figures_custom),
};

static const struct form layer_form =
	RECORD_FORM(NULL, "a layer", layer_fields);

struct record {
	int schema;
	const struct sensitivity_run *from;
	const char *metric, *quantiser;
	int images, label;
	bool has_label;
	const int *bits_w, *bits_a;
	int nbits_w, nbits_a, nlayers;
};

static void make_layer(const void *in, int i, void *item)
{
	const struct sensitivity_run *r = ((const struct record *)in)->from;
	const struct sensitivity *s = &r->s;
	const struct graph_layer *l = &r->model.graph.layer[i];

	*(struct layer *)item = (struct layer){
		.name = l->name,
		.weights = (int64_t)l->out * (int64_t)l->fan,
		.macs = l->macs,
		.has_value = s->value != NULL,
		.value = s->value ? s->value[i] : 0,
		.loss_w = { s->nw, s->loss_w + i * s->nw },
		.loss_a = { s->na, s->loss_a + i * s->na },
		.has_rank_distance = s->extra_w != NULL,
		.rank_distance = { s->nw, s->extra_w ? s->extra_w + i * s->nw
						     : NULL },
	};
}

#undef RECORD
#define RECORD struct record

static const struct form_field fields[] = {
	ROW_SCHEMA("nas/sensitivity/1"),
	ROW(STRING, metric, "by which it is measured"),
	ROW(STRING, quantiser, "of the weights"),
	ROW(INT, images, "looked at"),
	ROW_GIVEN(INT, label, "class of the images"),
	ROW_LIST(INTS, bits_w, "tried for weights"),
	ROW_LIST(INTS, bits_a, "tried for inputs"),
	ROW_MADE_LIST("layers", nlayers, &layer_form, make_layer,
		      "in the order in which they run"),
};

const struct form sensitivity_form =
	RECORD_FORM("nas/sensitivity/1",
		    "what each layer loses by few bits", fields);

cJSON *sensitivity_json(const struct sensitivity_run *r)
{
	const struct sensitivity *s = &r->s;
	struct record record = {
		.from = r,
		.metric = s->metric,
		.quantiser = r->job.quantiser->name,
		.images = r->job.n,
		.label = r->label,
		.has_label = r->label >= 0,
		.bits_w = s->bits_w,
		.nbits_w = s->nw,
		.bits_a = s->bits_a,
		.nbits_a = s->na,
		.nlayers = s->nlayers,
	};

	return form_write(&sensitivity_form, &record);
}
