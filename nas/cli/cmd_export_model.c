/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/cli/cmd_export_model.h"

#include "nas/cli/print.h"

bool export_model_has_bits(const struct cli *cli)
{
	return cli_value(cli, "policy") || cli_value(cli, "bits-w") ||
	       cli_value(cli, "bits-a");
}

/* Ranges of the layers' inputs, from images. */
static enum nas_status calibrate(struct quantised *q,
				 const struct model_options *model,
				 const struct cli *cli, struct nas_err *err)
{
	char resized[120];

	if (!model->images)
		return nas_fail(err, NAS_EUSAGE,
				"bits of layers' inputs need their ranges: "
				"--data X gives images");
	if (model_open_data(q->model, model, err) != NAS_OK ||
	    quantised_ranges(q, cli->threads, err) != NAS_OK)
		return err->code;
	if (*model_resized(q->model, resized, sizeof(resized)))
		cli_note(cli, "%s", resized);
	return NAS_OK;
}

enum nas_status export_model(struct text *out, const struct export_format *f,
			     const struct export_options *options,
			     const struct cli *cli, struct nas_err *err)
{
	bool numbers = f->needs == EXPORT_NUMBERS;
	struct export_source source = {0};
	struct model_options model;
	struct quantised_options bits;
	struct quantised q;
	struct graph g;
	struct model m;

	source.graph = &g;
	if (trained_model_options(&model, cli, err) != NAS_OK ||
	    trained_quantised_options(&bits, cli, err) != NAS_OK ||
	    model_read(&m, cli->arg[0], &model, cli->arena, err) != NAS_OK)
		return err->code;
	if (quantised_read(&q, &m, &bits, cli->arena, err) == NAS_OK &&
	    (!numbers || !quantised_inputs(&q) ||
	     calibrate(&q, &model, cli, err) == NAS_OK) &&
	    quantised_graph(&g, &q, numbers, err) == NAS_OK)
		(void)!export_write(out, f, &source, options, cli->arena, err);
	model_close(&m);
	return err->code;
}
