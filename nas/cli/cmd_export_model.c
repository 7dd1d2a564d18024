/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/cli/cmd_export_model.h"

#define BATCH 32

bool export_model_has_bits(const struct cli *cli)
{
	return cli_value(cli, "policy") || cli_value(cli, "bits-w") ||
	       cli_value(cli, "bits-a");
}

/* Ranges of the layers' inputs, from images. */
static enum nas_status calibrate(struct quantised *q, struct nas_err *err)
{
	const struct cli *cli = q->cli;
	struct forward_options o = {.threads = cli->threads};
	struct forward *f = NULL;
	float *x;

	if (!cli_value(cli, "data"))
		return nas_fail(err, NAS_EUSAGE,
				"bits of layers' inputs need their ranges: "
				"--data X gives images");
	if (model_open_data(q->model, cli, err) != NAS_OK)
		return err->code;
	x = NAS_NEW2(cli->arena, float, BATCH, q->model->count);
	if (!x)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a batch");
	if (forward_new(&f, &q->model->graph, &o, err) == NAS_OK)
		(void)!quantised_calibrate(q, f, x, BATCH, err);
	forward_free(f);
	return err->code;
}

enum nas_status export_model(struct text *out, const struct export_format *f,
			     const struct export_options *options,
			     const struct cli *cli, struct nas_err *err)
{
	struct export_source source = {0};
	struct graph_quant quant;
	struct quantised q;
	struct model m;

	if (model_read(&m, cli->arg[0], cli, err) != NAS_OK)
		return err->code;
	source.graph = &m.graph;
	source.quant = &quant;
	if (quantised_read(&q, &m, cli, err) == NAS_OK &&
	    (f->needs != EXPORT_NUMBERS || !quantised_inputs(&q) ||
	     calibrate(&q, err) == NAS_OK) &&
	    quantised_quant(&quant, &q, err) == NAS_OK)
		(void)!export_write(out, f, &source, options, cli->arena, err);
	model_close(&m);
	return err->code;
}
