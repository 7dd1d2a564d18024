/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/data/data.h"

#include <stdlib.h>
#include <string.h>

#include "nas/data/array.h"
#include "nas/data/data_source.h"
#include "nas/base/file.h"
#include "nas/base/parallel.h"


enum nas_status data_open(struct data **out, const char *images,
			  const char *labels,
			  const struct data_options *options,
			  struct nas_err *err)
{
	struct data *d = calloc(1, sizeof(*d));

	*out = NULL;
	if (!d)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the data");
	d->options = *options;
	d->source = array_is_file(images) ? &data_array : &data_folder;
	if (d->source->open(d, images, err) == NAS_OK) {
		if (options->limit > 0 && options->limit < d->n)
			d->n = options->limit;
		if (data_read_labels(d, labels, err) == NAS_OK) {
			*out = d;
			return NAS_OK;
		}
	}
	data_close(d);
	return err->code;
}

void data_close(struct data *d)
{
	if (!d)
		return;
	d->source->close(d);
	free(d->label);
	free(d);
}

const char *data_name(const struct data *d, int i)
{
	return d->source->name ? d->source->name(d, i) : "";
}

struct getting {
	const struct data *d;
	int first;
	float *x;
	struct nas_err *err; /* (n) one an image */
};

static void get_one(void *context, int i)
{
	const struct getting *g = context;
	const struct data_options *o = &g->d->options;
	size_t count =
		(size_t)o->channels * (size_t)o->height * (size_t)o->width;

	if (g->d->source->get(g->d, g->first + i, g->x + (size_t)i * count,
			      &g->err[i]) != NAS_OK)
		return;
}

enum nas_status data_get(const struct data *d, int first, int n, float *x,
			 int *labels, int threads, struct nas_err *err)
{
	struct getting g = {d, first, x, NULL};

	NAS_BUG_IF(first < 0 || n < 0 || n > d->n - first);
	g.err = calloc((size_t)n + 1, sizeof(*g.err));
	if (!g.err)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a batch");
	parallel_for(n, threads, get_one, &g);
	for (int i = 0; i < n && err->code == NAS_OK; i++)
		if (g.err[i].code != NAS_OK)
			*err = g.err[i];
	free(g.err);
	for (int i = 0; labels && i < n; i++)
		labels[i] = d->label[first + i];
	return err->code;
}
