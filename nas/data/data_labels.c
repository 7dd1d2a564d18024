/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many images there are, and the class of each. */
#include <stdlib.h>
#include <string.h>

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

/* Rows are counted from 1. line: of a text, 0 elsewhere. */
static enum nas_status set_label(struct data *d, int i, double x,
				 const char *path, int line,
				 struct nas_err *err)
{
	int classes = d->options.classes;

	if (!(x >= 0 && x <= 1e9) || x > (double)(int)x)
		return nas_fail_at(err, NAS_EINPUT, path, line, line > 0, NULL,
				   "label %.10g in row %d is not a class", x,
				   i + 1);
	if (classes && x >= classes)
		return nas_fail_at(err, NAS_EINPUT, path, line, line > 0, NULL,
				   "label %.10g in row %d: the network has %d "
				   "classes, 0 to %d", x, i + 1, classes,
				   classes - 1);
	d->label[i] = (int)x;
	return NAS_OK;
}

static enum nas_status labels_of_array(struct data *d, const char *path,
				       int images, struct nas_err *err)
{
	struct array a;

	if (array_read(&a, path, err) != NAS_OK)
		return err->code;
	if (a.count != (size_t)d->n && a.count != (size_t)images)
		nas_fail_at(err, NAS_EINPUT, path, 0, 0, NULL,
			    "%zu labels for %d images", a.count, images);
	for (int i = 0; err->code == NAS_OK && i < d->n; i++)
		(void)!set_label(d, i, array_get(&a, (size_t)i), path, 0, err);
	array_free(&a);
	return err->code;
}

/* Without a limit a text has no more numbers than there are images. */
static enum nas_status labels_of_text(struct data *d, const char *path,
				      int images, struct nas_err *err)
{
	char *text, *p, *end;
	size_t length;

	if (file_read(path, LABELS_TEXT_MAX, &text, &length, err) != NAS_OK)
		return err->code;
	p = text;
	for (int i = 0; i < d->n; i++, p = end) {
		long x = strtol(p, &end, 10);

		if (end == p)
			nas_fail_at(err, NAS_EINPUT, path, i + 1, 1, NULL,
				    "has no label for image %d of %d", i + 1,
				    d->n);
		else
			(void)!set_label(d, i, (double)x, path, i + 1, err);
		if (err->code != NAS_OK)
			break;
	}
	if (err->code == NAS_OK && d->n == images && p[strspn(p, " \t\r\n")])
		nas_fail_at(err, NAS_EINPUT, path, d->n + 1, 1, NULL,
			    "has more labels than there are images, %d",
			    images);
	free(text);
	return err->code;
}

enum nas_status data_check_folders(const struct data *d, const char *path,
				   struct nas_err *err)
{
	int classes = d->options.classes;

	if (!classes || d->nclasses <= classes)
		return NAS_OK;
	return nas_fail_at(err, NAS_EINPUT, path, 0, 0, NULL,
			   "has %d classes ('%s' is the last), the network %d",
			   d->nclasses, d->class_name[d->nclasses - 1],
			   classes);
}

enum nas_status data_read_labels(struct data *d, const char *path, int images,
				 struct nas_err *err)
{
	d->labels = true;
	return array_is_file(path) ? labels_of_array(d, path, images, err)
				   : labels_of_text(d, path, images, err);
}
