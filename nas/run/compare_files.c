/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The folder of a comparison. */
#include <math.h>

#include "nas/base/csv.h"
#include "nas/base/file.h"
#include "nas/form/form.h"
#include "nas/form/json.h"
#include "nas/run/compare.h"
#include "spaces/latency.h"

#define PATH_SIZE 4096
#define ROWS 10000 /* of each space in samples.csv */
#define EDF_POINTS 500

/* Empty cells where the space has no model, or its error is not known. */
static void add_latency(struct nas_text *t, const struct nas_compare_space *s,
			const struct nas_total *x)
{
	const struct nas_latency *m = s->job_config.limits.latency;

	text_add_csv_number(t, m ? x->res[RES_LATENCY] : (double)NAN);
	text_add_csv_number(t, latency_error_percent(m));
}

/* Samples are independent: the first ones are as good as any. */
static enum nas_status make_samples(struct nas_text *t,
				    const struct nas_comparison *c,
				    struct nas_err *err)
{
	bool latency = false;

	(void)err;
	for (int i = 0; i < c->nspaces; i++)
		latency = latency || c->space[i].job_config.limits.latency;
	text_add(t, "space,score,bitops,macs,params,size_bytes,flash_bytes,"
		    "peak_memory_bytes,layers");
	text_add(t, latency ? ",latency_ms,latency_error_percent\n" : "\n");
	for (int i = 0; i < c->nspaces; i++)
		for (int k = 0; k < c->space[i].n && k < ROWS; k++) {
			const struct nas_total *x =
				&c->space[i].total[k];

			csv_add(t, c->space[i].name);
			text_add_csv_number(t, x->score);
			text_add_csv_number(t, x->res[RES_BITOPS]);
			text_add_csv_number(t, x->res[RES_MACS]);
			text_add_csv_number(t, x->res[RES_PARAMS]);
			text_add_csv_number(t, x->res[RES_SIZE]);
			text_add_csv_number(t, x->res[RES_FLASH]);
			text_add_csv_number(t, x->peak_bytes);
			text_add_csv_number(t, x->res[RES_LAYERS]);
			if (latency)
				add_latency(t, &c->space[i], x);
			text_add(t, "\n");
		}
	return NAS_OK;
}

/* Share of the sorted values that are at most x. */
static double share_below(const struct nas_compare_space *s, double x)
{
	int64_t low = 0, high = s->n;

	while (low < high) {
		int64_t middle = (low + high) / 2;

		if (s->sorted[middle] <= x)
			low = middle + 1;
		else
			high = middle;
	}
	return (double)low / (double)s->n;
}

static enum nas_status make_edf(struct nas_text *t,
				const struct nas_comparison *c,
				struct nas_err *err)
{
	double low = HUGE_VAL, high = -HUGE_VAL;

	(void)err;
	text_add(t, "score");
	for (int i = 0; i < c->nspaces; i++) {
		const struct nas_compare_space *s = &c->space[i];

		text_add(t, ",");
		csv_add(t, s->name);
		if (s->n > 0) {
			low = fmin(low, s->min.x);
			high = fmax(high, s->max.x);
		}
	}
	text_add(t, "\n");
	for (int k = 0; low <= high && k <= EDF_POINTS; k++) {
		double x = k == EDF_POINTS ? high
					   : low + (high - low) * k /
							   EDF_POINTS;
		char number[32];

		json_format_number(number, x);
		text_add(t, number);
		for (int i = 0; i < c->nspaces; i++)
			if (c->space[i].n > 0)
				text_add_csv_number(t, share_below(&c->space[i], x));
			else
				text_add(t, ",");
		text_add(t, "\n");
	}
	return NAS_OK;
}

static enum nas_status make_json(struct nas_text *t,
				 const struct nas_comparison *c,
				 struct nas_err *err)
{
	return text_add_json(t, form_write(&comparison_form, c), err);
}

/* compare.json comes last: with it the folder is whole. */
static const struct {
	const char *name;
	enum nas_status (*make)(struct nas_text *t,
				const struct nas_comparison *c,
				struct nas_err *err);
} files[] = {
	{ "samples.csv", make_samples },
	{ "edf.csv", make_edf },
	{ "compare.json", make_json },
};

#define NFILES (sizeof(files) / sizeof(files[0]))

enum nas_status compare_dir_write(const char *dir,
				  const struct nas_comparison *c,
				  struct nas_err *err)
{
	for (size_t i = 0; i < NFILES; i++) {
		struct nas_text t = {0};

		if (files[i].make(&t, c, err) == NAS_OK)
			(void)!text_write_in(&t, dir, files[i].name, err);
		text_free(&t);
		if (err->code != NAS_OK)
			return err->code;
	}
	return NAS_OK;
}
