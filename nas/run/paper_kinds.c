/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/paper_kinds.h"

const struct paper_kind paper_kinds[] = {
	{ "none", false, false, NULL, NULL, NULL },
	{ "score", true, false, NULL, NULL, paper_score },
	{ "search", true, false, NULL, NULL, paper_search },
	{ "certify", true, false, NULL, NULL, paper_certify },
	{ "refine", true, true, NULL, NULL, paper_refine },
	{ "calibrate", true, false, NULL, "--bootstrap 0", paper_calibrate },
	{ "correlate", true, false, NULL, "--bootstrap 0", paper_correlate },
	{ "sigma", false, false, NULL, NULL, paper_sigma },
	{ "allocate", true, false, "--problem", NULL, paper_allocate },
	{ "sensitivity", true, false, NULL, NULL, paper_sensitivity },
	{ 0 }
};

static void add_option(struct nas_text *t, const char *option, const char *s)
{
	if (!s)
		return;
	text_addf(t, " --%s ", option);
	text_add_word(t, s);
}

void paper_command(struct nas_text *t, const struct paper_row *row)
{
	const struct paper_kind *kind = &paper_kinds[row->kind];

	text_addf(t, "nas %s", kind->name);
	if (kind->file_option && !row->metric)
		text_addf(t, " %s", kind->file_option);
	if (row->file) {
		text_add(t, " ");
		text_add_word(t, row->file);
	}
	add_option(t, "network", row->network);
	add_option(t, "bits", row->bits);
	add_option(t, "memory", row->memory);
	add_option(t, "image-size", row->image_size);
	add_option(t, "config", row->config);
	add_option(t, "metric", row->metric);
	add_option(t, "budget", row->budget);
	add_option(t, "bits-w", row->bits_w);
	add_option(t, "bits-a", row->bits_a);
	add_option(t, "pin", row->pin);
	add_option(t, "measure-size", row->measure_size);
	add_option(t, "latency-model", row->latency_model);
	add_option(t, "data", row->data);
	add_option(t, "labels", row->labels);
	add_option(t, "mean", row->mean);
	add_option(t, "std", row->std);
	if (row->images)
		text_addf(t, " --images %d", row->images);
	if (row->class >= 0)
		text_addf(t, " --label %d", row->class);
	add_option(t, "sweep", row->sweep);
	for (int i = 0; i < row->set.n; i++)
		add_option(t, "set", row->set.text[i]);
	if (kind->more)
		text_addf(t, " %s", kind->more);
	text_add(t, " --format json");
}
