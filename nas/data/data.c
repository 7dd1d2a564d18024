/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/data/data.h"

#include <stdlib.h>
#include <string.h>

#include "nas/data/array.h"
#include "nas/data/data_source.h"
#include "nas/base/file.h"
#include "nas/base/parallel.h"
#include "nas/base/quantity.h"

enum nas_status data_read_channels(float out[3], const char *name, double low,
				   const char *text, struct nas_err *err)
{
	const struct quantity_limits limits = { name, low, 1e6, 4 };
	double x[4];
	int n;

	if (!text)
		return NAS_OK;
	if (quantity_read_list(x, &n, &limits, text, err) != NAS_OK)
		return err->code;
	if (n != 1 && n != 3)
		return nas_fail(err, NAS_EUSAGE, "%s must be one number or three",
				name);
	for (int i = 0; i < 3; i++)
		out[i] = (float)x[n == 1 ? 0 : i];
	return NAS_OK;
}

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
	d->source = data_is_noise(images)   ? &data_noise
		    : array_is_file(images) ? &data_array
					    : &data_folder;
	if (d->source->open(d, images, err) == NAS_OK) {
		int n = d->n;

		if (options->limit > 0 && options->limit < n)
			d->n = options->limit;
		if (labels ? data_read_labels(d, labels, n, err) == NAS_OK
			   : data_check_folders(d, images, err) == NAS_OK) {
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
	int (*size)[2];	     /* (n) of each as it is stored */
	struct nas_err *err; /* (n) one an image */
};

static void get_one(void *context, int i)
{
	const struct getting *g = context;
	const struct data_options *o = &g->d->options;
	size_t count =
		(size_t)o->channels * (size_t)o->height * (size_t)o->width;

	if (g->d->source->get(g->d, g->first + i, g->x + (size_t)i * count,
			      g->size[i], &g->err[i]) != NAS_OK)
		return;
}

static void note_resized(struct data *d, const int size[2])
{
	if (d->resized_from[0] ||
	    (size[0] == d->options.height && size[1] == d->options.width))
		return;
	d->resized_from[0] = size[0];
	d->resized_from[1] = size[1];
}

enum nas_status data_get(struct data *d, int first, int n, float *x,
			 int *labels, int threads, struct nas_err *err)
{
	struct getting g = {d, first, x, NULL, NULL};

	NAS_BUG_IF(first < 0 || n < 0 || n > d->n - first);
	g.err = calloc((size_t)n + 1, sizeof(*g.err));
	g.size = calloc((size_t)n + 1, sizeof(*g.size));
	if (!g.err || !g.size)
		nas_fail(err, NAS_ENOMEM, "out of memory for a batch");
	else
		parallel_for(n, threads, get_one, &g);
	for (int i = 0; i < n && err->code == NAS_OK; i++) {
		if (g.err[i].code != NAS_OK)
			*err = g.err[i];
		else
			note_resized(d, g.size[i]);
	}
	free(g.err);
	free(g.size);
	for (int i = 0; labels && i < n; i++)
		labels[i] = d->label[first + i];
	return err->code;
}
