/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Images of one array: .npy or IDX. */
#include <stdlib.h>
#include <string.h>

#include "nas/data/array.h"
#include "nas/data/data_source.h"
#include "nas/data/image.h"

struct state {
	struct array array;
	int channels, height, width;
	bool planar; /* channels before rows */
};

static bool is_channels(int64_t n)
{
	return n == 1 || n == 3 || n == 4;
}

static bool is_shape(const struct array *a, int x, int y, int z)
{
	return a->size[1] == x && a->size[2] == y && a->size[3] == z;
}

/* (N, D), (N, H, W), (N, C, H, W), or (N, H, W, C): that which the network takes, else
 * by what may be a number of channels. */
static bool read_shape(struct state *s, const struct data_options *o)
{
	const struct array *a = &s->array;
	int64_t c = 1, h, w;

	if (a->rank < 2 || a->rank > 4)
		return false;
	h = a->rank > 2 ? a->size[1] : 1;
	w = a->size[a->rank > 2 ? 2 : 1];
	s->planar = true;
	if (a->rank == 4) {
		s->planar = is_shape(a, o->channels, o->height, o->width) ||
			    (!is_shape(a, o->height, o->width, o->channels) &&
			     (a->size[1] == o->channels ||
			      !is_channels(a->size[3])));
		c = s->planar ? a->size[1] : a->size[3];
		h = s->planar ? a->size[2] : a->size[1];
		w = s->planar ? a->size[3] : a->size[2];
	}
	if (c < 1 || h < 1 || w < 1 || c > 65536 || h > 65536 || w > 65536)
		return false;
	s->channels = (int)c;
	s->height = (int)h;
	s->width = (int)w;
	return true;
}

static enum nas_status check(struct data *d, const struct state *s,
			     const char *path, struct nas_err *err)
{
	const struct data_options *o = &d->options;

	if (s->array.type == ARRAY_UINT8)
		return NAS_OK;
	if (s->array.type != ARRAY_FLOAT && s->array.type != ARRAY_DOUBLE &&
	    s->array.type != ARRAY_INT8)
		return nas_fail_at(err, NAS_EINPUT, path, 0, 0, NULL,
				   "images must be bytes or floats");
	if (s->channels != o->channels || s->height != o->height ||
	    s->width != o->width)
		return nas_fail_at(err, NAS_EINPUT, path, 0, 0, NULL,
				   "images are %d x %d x %d, the network takes "
				   "%d x %d x %d",
				   s->channels, s->height, s->width,
				   o->channels, o->height, o->width);
	return NAS_OK;
}

static enum nas_status array_open(struct data *d, const char *path,
				  struct nas_err *err)
{
	struct state *s = calloc(1, sizeof(*s));

	d->state = s;
	if (!s)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the images");
	if (array_read(&s->array, path, err) != NAS_OK)
		return err->code;
	if (!read_shape(s, &d->options))
		return nas_fail_at(err, NAS_EINPUT, path, 0, 0, NULL,
				   "is not an array (N, C, H, W), "
				   "(N, H, W, C), (N, H, W) or (N, D)");
	if (check(d, s, path, err) != NAS_OK)
		return err->code;
	return data_set_count(d, s->array.size[0], err);
}

static void array_close(struct data *d)
{
	struct state *s = d->state;

	if (s)
		array_free(&s->array);
	free(s);
}

static enum nas_status array_get_image(const struct data *d, int i, float *x,
				       int size[2], struct nas_err *err)
{
	const struct state *s = d->state;
	const struct data_options *o = &d->options;
	size_t area = (size_t)s->height * (size_t)s->width;
	size_t channels = (size_t)s->channels, count = area * channels;
	bool levels = s->array.type == ARRAY_INT8 && o->level_scale > 0;
	float scale = levels ? o->level_scale : 1, zero = levels ? o->zero : 0;
	struct image m = {s->width, s->height, s->channels,
			  NULL,	    s->planar, NULL};

	size[0] = s->height;
	size[1] = s->width;
	if (s->array.type == ARRAY_UINT8) {
		m.data = (const uint8_t *)s->array.data + (size_t)i * count;
		if (image_to_floats(x, &m, o->channels, o->height, o->width,
				    o->mean, o->std))
			return NAS_OK;
		return nas_fail(err, NAS_ENOMEM, "out of memory for an image");
	}
	for (size_t k = 0; k < count; k++) {
		size_t from = s->planar ? k : k % area * channels + k / area;

		x[k] = (float)array_get(&s->array, (size_t)i * count + from);
		x[k] = (x[k] - zero) * scale;
	}
	return NAS_OK;
}

const struct data_source data_array = {
	array_open,
	array_close,
	array_get_image,
	NULL,
};
