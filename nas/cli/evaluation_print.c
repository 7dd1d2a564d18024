/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What nas evaluate found, as a table or JSON. */
#include "nas/cli/evaluation_print.h"
#include "nas/cli/print.h"

#define PREDICTIONS_SHOWN 20 /* in a table */

static void tally_row(struct text *t, const char *name,
		      const struct tally *tally)
{
	text_addf(t, "%s\t%d\t%.4f\t%.4f\n", name, tally->n,
		  (double)tally->top1 / tally->n,
		  (double)tally->top5 / tally->n);
}

static void print_predictions(const struct cli *cli,
			      const struct evaluation *e)
{
	const struct data *d = e->model.data;
	struct text t = {0};

	text_add(&t, "image\tclass\tscore\n");
	for (int i = 0; i < d->n && i < PREDICTIONS_SHOWN; i++) {
		text_addf(&t, "%d %s\t%d\t%.6f\n", i,
			  shown(data_name(d, i)).s, e->prediction[i].class,
			  (double)e->prediction[i].score);
	}
	print_table(&t);
	text_free(&t);
	if (d->n > PREDICTIONS_SHOWN)
		cli_note(cli,
			 "%d more images (--format json prints up to "
			 "%d)",
			 d->n - PREDICTIONS_SHOWN, EVALUATION_PREDICTIONS);
}

enum nas_status evaluation_print(const struct cli *cli,
				 const struct evaluation *e,
				 struct nas_err *err)
{
	struct text t = {0};

	if (cli->json)
		return print_json(evaluation_json(e), err);
	if (e->model.data->labels) {
		text_add(&t, "network\timages\ttop-1\ttop-5\n");
		tally_row(&t, "float", &e->plain);
		if (e->has_bits)
			tally_row(&t, "quantised", &e->quantised);
		print_table(&t);
		text_free(&t);
	} else {
		print_predictions(cli, e);
	}
	if (e->noutputs == 1)
		say("one output: class 1 above %g, else class 0\n",
		    (double)e->threshold);
	if (e->has_bits)
		say("same class as the float network: %.4f\n",
		    (double)e->agree / e->model.data->n);
	return NAS_OK;
}
