/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas sensitivity: what every layer of a trained network loses by few bits. */
#include "nas/cli/cmd_sensitivity.h"

#include <math.h>

#include "nas/base/csv.h"
#include "nas/cli/cmd_sensitivity_chart.h"
#include "nas/cli/load.h"
#include "nas/cli/print.h"

static const struct cli_option options[] = { SENSITIVITY_OPTIONS, { 0 } };

static cJSON *layer_json(const struct sensitivity_run *r, int i)
{
	const struct sensitivity *s = &r->s;
	const struct graph_layer *l = &r->model.graph.layer[i];
	cJSON *o = json_add_string(cJSON_CreateObject(), "name", l->name);

	json_add_int64(o, "weights", (int64_t)l->out * (int64_t)l->fan);
	json_add_int64(o, "macs", l->macs);
	if (s->value)
		json_add_number(o, "value", s->value[i]);
	json_add_numbers(o, "loss_w", s->loss_w + i * s->nw, s->nw);
	json_add_numbers(o, "loss_a", s->loss_a + i * s->na, s->na);
	if (s->extra_w)
		json_add_numbers(o, "rank_distance", s->extra_w + i * s->nw,
				 s->nw);
	return o;
}

static cJSON *make_json(const struct sensitivity_run *r)
{
	const struct sensitivity *s = &r->s;
	cJSON *o = json_add_string(cJSON_CreateObject(), "metric", s->metric);
	cJSON *layers = cJSON_CreateArray();

	json_add_string(o, "quantiser", r->job.quantiser->name);
	json_add_int64(o, "images", r->job.n);
	if (r->label >= 0)
		json_add_int64(o, "label", r->label);
	json_add_ints(o, "bits_w", s->bits_w, s->nw);
	json_add_ints(o, "bits_a", s->bits_a, s->na);
	for (int i = 0; i < s->nlayers; i++)
		json_append(layers, layer_json(r, i));
	return json_add(o, "layers", layers);
}

static void add_csv(struct text *t, const struct sensitivity_run *r, int i,
		    const char *what, int bits, double loss)
{
	const struct graph_layer *l = &r->model.graph.layer[i];
	char number[32];

	json_format_number(number, loss);
	text_addf(t, "%d,", i);
	csv_add(t, l->name);
	text_addf(t, ",%zu,%lld,%s,%d,%s\n", (size_t)l->out * l->fan,
		  (long long)l->macs, what, bits, number);
}

static void make_csv(struct text *t, const struct sensitivity_run *r)
{
	const struct sensitivity *s = &r->s;

	text_add(t, "layer,name,weights,macs,of,bits,loss\n");
	for (int i = 0; i < s->nlayers; i++) {
		for (int k = 0; k < s->nw; k++)
			add_csv(t, r, i, "weights", s->bits_w[k],
				s->loss_w[i * s->nw + k]);
		for (int k = 0; k < s->na; k++)
			add_csv(t, r, i, "input", s->bits_a[k],
				s->loss_a[i * s->na + k]);
	}
}

static void print_losses(const struct sensitivity_run *r)
{
	const struct sensitivity *s = &r->s;
	struct text t = { 0 };

	text_add(&t, "layer\tname\tweights");
	if (s->value)
		text_add(&t, "\tvalue");
	for (int k = 0; k < s->nw; k++)
		text_addf(&t, "\tw%d", s->bits_w[k]);
	for (int k = 0; k < s->na; k++)
		text_addf(&t, "\ta%d", s->bits_a[k]);
	text_add(&t, "\n");
	for (int i = 0; i < s->nlayers; i++) {
		const struct graph_layer *l = &r->model.graph.layer[i];

		text_addf(&t, "%d\t%.40s\t%zu", i, l->name,
			  (size_t)l->out * l->fan);
		if (s->value)
			text_addf(&t, "\t%.4f", s->value[i]);
		for (int k = 0; k < s->nw; k++)
			text_addf(&t, "\t%.4g", s->loss_w[i * s->nw + k]);
		for (int k = 0; k < s->na; k++)
			text_addf(&t, "\t%.4g", s->loss_a[i * s->na + k]);
		text_add(&t, "\n");
	}
	print_table(&t);
	text_free(&t);
}

static enum nas_status write_dir(const struct sensitivity_run *r,
				 struct nas_err *err)
{
	struct text csv = { 0 }, json = { 0 }, svg = { 0 };

	if (!r->cli->output)
		return NAS_OK;
	if (file_make_dir(r->cli->output, err) != NAS_OK)
		return err->code;
	make_csv(&csv, r);
	sensitivity_chart(&svg, &r->model.graph, &r->s);
	(void)!text_add_json(&json, make_json(r), err);
	(void)!output_add_file(r->cli, "sensitivity.csv", &csv, err);
	(void)!output_add_file(r->cli, "sensitivity.json", &json, err);
	(void)!output_add_file(r->cli, "sensitivity.svg", &svg, err);
	if (err->code == NAS_OK)
		cli_note(r->cli, "'%.200s' holds sensitivity.csv, .json and "
			 ".svg", r->cli->output);
	return err->code;
}

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	struct sensitivity_run *r =
		NAS_NEW(cli->arena, struct sensitivity_run, 1);

	if (!r)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a model");
	if (output_refuse_filled(cli, err) != NAS_OK ||
	    sensitivity_of_model(r, cli, err) != NAS_OK ||
	    write_dir(r, err) != NAS_OK)
		return err->code;
	if (cli->json)
		return print_json(make_json(r), err);
	print_losses(r);
	return NAS_OK;
}

const struct command cmd_sensitivity = {
	"sensitivity", "MODEL --metric NAME [--data X] [-o DIR]",
	"measure what each layer of a trained network loses by few bits",
	"nas sensitivity trained.onnx --metric te --data images/ -o losses",
	options, 1, 1, run,
	CLI_FORMAT | CLI_THREADS | CLI_DIR | CLI_FORCE | CLI_QUIET,
};
