/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What nas evaluate found, as a table or JSON. */
#include <string.h>

#include "nas/cli/cmd_evaluate.h"
#include "nas/cli/print.h"

#define PREDICTIONS_MAX	  1000 /* of images without labels, in JSON */
#define PREDICTIONS_SHOWN 20   /* in a table */

int first_class(const float *logits, int classes)
{
	int best = 0;

	for (int c = 1; c < classes; c++)
		if (logits[c] > logits[best])
			best = c;
	return best;
}

/* Place of the label among the classes, 0 = first; of equals, the lower class
 * stands first. A network that gives no number is wrong. */
static int place_of(const float *logits, int classes, int label)
{
	int place = 0;

	if (label < 0 || label >= classes || !(logits[label] == logits[label]))
		return classes;
	for (int c = 0; c < classes; c++)
		place += logits[c] > logits[label] ||
			 (c < label && !(logits[c] < logits[label]));
	return place;
}

void tally_add(struct tally *t, const float *logits, int n, int classes,
	       const int *labels)
{
	for (int i = 0; i < n; i++) {
		int place = place_of(logits + (size_t)i * (size_t)classes,
				     classes, labels[i]);

		t->n++;
		t->top1 += place < 1;
		t->top5 += place < 5;
	}
}

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

	for (int i = 0; i < d->n && i < PREDICTIONS_MAX; i++) {
		cJSON *o = cJSON_CreateObject();

		if (*data_name(d, i))
			json_add_string(o, "image", data_name(d, i));
		json_add_int64(o, "class", e->prediction[i].class);
		json_add_number(o, "score", (double)e->prediction[i].score);
		json_append(list, o);
	}
	return list;
}

static enum nas_status print_object(const struct evaluation *e,
				    struct nas_err *err)
{
	const struct data *d = e->model.data;
	cJSON *o = cJSON_CreateObject();

	json_add_string(o, "model", e->model.graph.name);
	json_add_int64(o, "layers", e->model.graph.nlayers);
	json_add_int64(o, "classes", e->classes);
	json_add_int64(o, "images", d->n);
	if (d->labels)
		json_add(o, "float", tally_json(&e->plain_tally));
	if (d->labels && e->quantised)
		json_add(o, "quantised", tally_json(&e->quantised_tally));
	if (e->quantised) {
		json_add_number(o, "agreement", (double)e->agree / d->n);
		json_add_ints(o, "bits_w", e->bits.bits_w, e->model.graph.nlayers);
		json_add_ints(o, "bits_a", e->bits.bits_a, e->model.graph.nlayers);
	}
	if (!d->labels)
		json_add(o, "predictions", predictions_json(e));
	return print_json(o, err);
}

static void tally_row(struct text *t, const char *name,
		      const struct tally *tally)
{
	text_addf(t, "%s\t%d\t%.4f\t%.4f\n", name, tally->n,
		  (double)tally->top1 / tally->n,
		  (double)tally->top5 / tally->n);
}

static void print_predictions(const struct evaluation *e)
{
	const struct data *d = e->model.data;
	struct text t = {0};

	text_add(&t, "image\tclass\tscore\n");
	for (int i = 0; i < d->n && i < PREDICTIONS_SHOWN; i++) {
		text_addf(&t, "%d %s\t%d\t%.6f\n", i, data_name(d, i),
			  e->prediction[i].class,
			  (double)e->prediction[i].score);
	}
	print_table(&t);
	text_free(&t);
	if (d->n > PREDICTIONS_SHOWN)
		cli_note(e->cli,
			 "%d more images (--format json prints up to "
			 "%d)",
			 d->n - PREDICTIONS_SHOWN, PREDICTIONS_MAX);
}

enum nas_status evaluation_print(const struct evaluation *e,
				 struct nas_err *err)
{
	struct text t = {0};

	if (e->cli->json)
		return print_object(e, err);
	if (e->model.data->labels) {
		text_add(&t, "network\timages\ttop-1\ttop-5\n");
		tally_row(&t, "float", &e->plain_tally);
		if (e->quantised)
			tally_row(&t, "quantised", &e->quantised_tally);
		print_table(&t);
		text_free(&t);
	} else {
		print_predictions(e);
	}
	if (e->quantised)
		printf("same class as the float network: %.4f\n",
		       (double)e->agree / e->model.data->n);
	return NAS_OK;
}
