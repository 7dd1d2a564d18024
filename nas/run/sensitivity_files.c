/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sensitivity.csv, .json */
#include "nas/base/csv.h"
#include "nas/base/file.h"
#include "nas/run/sensitivity_of.h"

static void add_csv(struct nas_text *t, const struct sensitivity_run *r, int i,
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

static void make_csv(struct nas_text *t, const struct sensitivity_run *r)
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

enum nas_status sensitivity_write(const char *dir,
				  const struct sensitivity_run *r,
				  struct nas_err *err)
{
	struct nas_text csv = { 0 }, json = { 0 };

	if (file_make_dir(dir, err) != NAS_OK)
		return err->code;
	make_csv(&csv, r);
	(void)!text_write_in(&csv, dir, "sensitivity.csv", err);
	if (text_add_json(&json, sensitivity_json(r), err) == NAS_OK)
		(void)!text_write_in(&json, dir, "sensitivity.json", err);
	text_free(&csv);
	text_free(&json);
	return err->code;
}
