/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accuracies as JSON. */
#include "nas/form/record.h"
#include "nas/run/evaluation.h"

struct share { /* of images that are classified rightly */
	double top1, top5;
};

#define RECORD struct share

static const struct form_field share_fields[] = {
	ROW(NUMBER, top1, "share of images whose class is the first"),
	ROW(NUMBER, top5, "share of images whose class is among five"),
};

static const struct form share_form =
	RECORD_FORM(NULL, "accuracy", share_fields);

struct shown { /* a prediction */
	const char *image;
	int class;
	double score;
};

#undef RECORD
#define RECORD struct shown

static const struct form_field shown_fields[] = {
	ROW_MAY(STRING, image, "its file"),
	ROW(INT, class, "with the largest output"),
	ROW(NUMBER, score, "that output"),
};

static const struct form shown_form =
	RECORD_FORM(NULL, "a prediction", shown_fields);

struct record {
	int schema;
	const struct evaluation *from;
	const char *model;
	int layers, classes;
	double threshold;
	bool has_threshold;
	int images;
	struct share plain, quantised;
	bool has_plain, has_quantised;
	bool has_bits; /* the following are there */
	const char *quantiser, *ranges, *round;
	bool bias_correction;
	int calibration_images;
	bool calibrated_on_judged;
	double agreement;
	const int *bits_w, *bits_a;
	int nbits_w, nbits_a;
	int npredictions;
};

static void show(const void *in, int i, void *item)
{
	const struct evaluation *e = ((const struct record *)in)->from;
	const char *name = data_name(e->model.data, i);

	*(struct shown *)item = (struct shown){
		.image = *name ? name : NULL,
		.class = e->prediction[i].class,
		.score = (double)e->prediction[i].score,
	};
}

#undef RECORD
#define RECORD struct record
#define OF_BITS .fallback = "", .given = offsetof(struct record, has_bits)

static const struct form_field fields[] = {
	ROW_SCHEMA("nas/evaluation/1"),
	ROW(STRING, model, "its name"),
	ROW(INT, layers, "with weights"),
	ROW(INT, classes, "of the network"),
	ROW_GIVEN(NUMBER, threshold, "of a network with one output"),
	ROW(INT, images, "evaluated"),
	ROW_AS("float", OBJECT, plain, "accuracy in floating point",
	       .form = &share_form, .fallback = "",
	       .given = offsetof(struct record, has_plain)),
	ROW_GIVEN(OBJECT, quantised, "accuracy at these bits",
		  .form = &share_form),
	ROW_MAY(STRING, quantiser, "of the weights"),
	ROW_MAY(STRING, ranges, "how those of inputs were chosen"),
	ROW_MAY(STRING, round, "how weights were: gptq or nearest"),
	ROW(BOOL, bias_correction, "biases make up for the weights", OF_BITS),
	ROW(INT, calibration_images, "that ranges and biases come from",
	    OF_BITS),
	ROW(BOOL, calibrated_on_judged, "and they are judged as well",
	    OF_BITS),
	ROW(NUMBER, agreement, "share of images to which both give the same "
	    "class", OF_BITS),
	ROW_LIST(INTS, bits_w, "of each layer's weights", OF_BITS),
	ROW_LIST(INTS, bits_a, "of each layer's input", OF_BITS),
	ROW_MADE_LIST("predictions", npredictions, &shown_form, show,
		      "without labels: the first images", .fallback = ""),
};

const struct form evaluation_form =
	RECORD_FORM("nas/evaluation/1", "measured accuracy", fields);

static struct share share_of(const struct tally *t)
{
	return (struct share){ (double)t->top1 / t->n,
			       (double)t->top5 / t->n };
}

static void add_bits(struct record *r, const struct evaluation *e)
{
	const struct quantised_options *how = e->bits.options;

	r->has_bits = true;
	r->quantiser = e->bits.quantiser->name;
	r->ranges = range_rule_names[how->ranges];
	r->round = quantised_round_names[e->bits.rounded.weight
						 ? ROUND_GPTQ : ROUND_NEAREST];
	r->bias_correction = !how->plain_biases;
	r->calibration_images = e->bits.images;
	r->calibrated_on_judged = e->bits.calibrated && !how->images;
	r->agreement = (double)e->agree / r->images;
	r->bits_w = e->bits.bits_w;
	r->bits_a = e->bits.bits_a;
	r->nbits_w = r->nbits_a = r->layers;
}

cJSON *evaluation_json(const struct evaluation *e)
{
	const struct data *d = e->model.data;
	struct record r = {
		.from = e,
		.model = e->model.graph.name,
		.layers = e->model.graph.nlayers,
		.classes = e->classes,
		.threshold = (double)e->threshold,
		.has_threshold = e->noutputs == 1,
		.images = d->n,
		.has_plain = d->labels,
		.has_quantised = d->labels && e->has_bits,
	};

	if (r.has_plain)
		r.plain = share_of(&e->plain);
	if (r.has_quantised)
		r.quantised = share_of(&e->quantised);
	if (e->has_bits)
		add_bits(&r, e);
	if (!d->labels)
		r.npredictions = d->n < EVALUATION_PREDICTIONS
					 ? d->n : EVALUATION_PREDICTIONS;
	return form_write(&evaluation_form, &r);
}
