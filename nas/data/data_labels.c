/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many images there are, and the class of each. */
#include <stdlib.h>

#include "nas/base/file.h"
#include "nas/data/array.h"
#include "nas/data/data_source.h"

#define IMAGES_MAX      100000000
#define LABELS_TEXT_MAX ((size_t)1 << 30)

enum nas_status data_set_count(struct data *d, int64_t n, struct nas_err *err)
{
	if (n < 1 || n > IMAGES_MAX)
		return nas_fail(err, NAS_EINPUT, "%lld images", (long long)n);
	d->n = (int)n;
	d->label = malloc((size_t)n * sizeof(*d->label));
	if (!d->label)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the labels");
	for (int i = 0; i < d->n; i++)
		d->label[i] = -1;
	return NAS_OK;
}

static enum nas_status labels_of_array(struct data *d, const char *path,
				       struct nas_err *err)
{
	struct array a;

	if (array_read(&a, path, err) != NAS_OK)
		return err->code;
	if (a.count < (size_t)d->n)
		nas_fail_at(err, NAS_EINPUT, path, 0, 0, NULL,
			    "%zu labels for %d images", a.count, d->n);
	for (int i = 0; err->code == NAS_OK && i < d->n; i++) {
		double x = array_get(&a, (size_t)i);

		if (!(x >= 0 && x < 1e9) || x > (double)(int)x)
			nas_fail_at(err, NAS_EINPUT, path, 0, 0, NULL,
				    "label %d is no class", i);
		else
			d->label[i] = (int)x;
	}
	array_free(&a);
	return err->code;
}

static enum nas_status labels_of_text(struct data *d, const char *path,
				      struct nas_err *err)
{
	char *text, *p, *end;
	size_t length;

	if (file_read(path, LABELS_TEXT_MAX, &text, &length, err) != NAS_OK)
		return err->code;
	p = text;
	for (int i = 0; i < d->n; i++, p = end) {
		long x = strtol(p, &end, 10);

		if (end == p || x < 0 || x > 1000000000) {
			nas_fail_at(err, NAS_EINPUT, path, i + 1, 0, NULL,
				    "has no class for image %d of %d", i + 1,
				    d->n);
			break;
		}
		d->label[i] = (int)x;
	}
	free(text);
	return err->code;
}

enum nas_status data_read_labels(struct data *d, const char *path,
				  struct nas_err *err)
{
	if (!path)
		return NAS_OK;
	d->labels = true;
	return array_is_file(path) ? labels_of_array(d, path, err)
				   : labels_of_text(d, path, err);
}
