/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Random images, "noise" or "noise:SEED": sums of grids of normal numbers, each
 * twice as fine as the one before, so that as much varies over wide areas as
 * over small ones (a spectrum of 1/f, as of photographs). Channels share most
 * of it, as colours do. Values have mean 0, deviation 1/2, and end at -1 and 1,
 * as photographs have them by p / 127.5 - 1.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nas/base/quantity.h"
#include "nas/base/rng.h"
#include "nas/data/data_source.h"

#define NOISE	    "noise"
#define IMAGES	    512
#define SHARED	    0.8 /* of the deviation of a channel; 0.6 its own */
#define COARSEST    2	/* cells of a side */

struct noise {
	uint64_t seed;
};

bool data_is_noise(const char *path)
{
	size_t n = strlen(NOISE);

	return strncmp(path, NOISE, n) == 0 && (!path[n] || path[n] == ':') &&
	       access(path, F_OK) != 0;
}

static enum nas_status noise_open(struct data *d, const char *path,
				  struct nas_err *err)
{
	const char *text = path + strlen(NOISE);
	struct noise *s = calloc(1, sizeof(*s));
	double seed = 0;

	d->state = s;
	if (!s)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the data");
	if (*text && (!quantity_parse(text + 1, &seed) || !(seed >= 0) ||
		      seed > 1e15 || seed != floor(seed)))
		return nas_fail(err, NAS_EINPUT, "'%.80s': random images are "
				"'noise' or 'noise:SEED', SEED a whole number",
				path);
	s->seed = (uint64_t)seed;
	return data_set_count(d, IMAGES, err);
}

static void noise_close(struct data *d)
{
	free(d->state);
}

/* Adds a grid of cells x cells squares, straight between its corners. */
static void add_grid(float *x, int height, int width, int cells,
		     const double *corner)
{
	for (int i = 0; i < height; i++) {
		double v = (i + 0.5) * cells / height;
		int a = (int)v;
		const double *up = corner + a * (cells + 1);
		const double *down = up + cells + 1;

		for (int j = 0; j < width; j++) {
			double u = (j + 0.5) * cells / width;
			int b = (int)u;
			double above = up[b] + (u - b) * (up[b + 1] - up[b]);
			double below =
				down[b] + (u - b) * (down[b + 1] - down[b]);

			x[(size_t)i * (size_t)width + (size_t)j] +=
				(float)(above + (v - a) * (below - above));
		}
	}
}

/* One plane of all scales, added to x with deviation 1; corner has room for
 * the finest grid. */
static void add_plane(float *x, int height, int width, double *corner,
		      struct rng *rng)
{
	int side = height > width ? height : width;
	double mean = 0, square = 0;
	size_t n = (size_t)height * (size_t)width;

	for (int cells = COARSEST; cells <= side; cells *= 2) {
		for (int i = 0; i < (cells + 1) * (cells + 1); i++)
			corner[i] = rng_normal(rng);
		add_grid(x, height, width, cells, corner);
	}
	for (size_t i = 0; i < n; i++)
		mean += (double)x[i] / (double)n;
	for (size_t i = 0; i < n; i++)
		square += pow((double)x[i] - mean, 2) / (double)n;
	for (size_t i = 0; i < n && square > 0; i++)
		x[i] = (float)(((double)x[i] - mean) / sqrt(square));
}

/* Of what is shared and of its own, half as large, to its ends. */
static void mix(float *x, const float *shared, size_t n)
{
	double own = sqrt(1 - SHARED * SHARED);

	for (size_t i = 0; i < n; i++) {
		double y = 0.5 * (own * (double)x[i] +
				  SHARED * (double)shared[i]);

		x[i] = (float)fmax(-1, fmin(1, y));
	}
}

static enum nas_status noise_get(const struct data *d, int i, float *x,
				 int size[2], struct nas_err *err)
{
	const struct data_options *o = &d->options;
	const struct noise *s = d->state;
	size_t n = (size_t)o->height * (size_t)o->width;
	size_t side = (size_t)(o->height > o->width ? o->height : o->width);
	float *shared = calloc(n, sizeof(*shared));
	double *corner = calloc((side + 1) * (side + 1), sizeof(*corner));
	struct rng rng;

	if (shared && corner) {
		rng_seed(&rng, s->seed, (uint64_t)i);
		add_plane(shared, o->height, o->width, corner, &rng);
		memset(x, 0, (size_t)o->channels * n * sizeof(*x));
		for (int c = 0; c < o->channels; c++, x += n) {
			add_plane(x, o->height, o->width, corner, &rng);
			mix(x, shared, n);
		}
		size[0] = o->height;
		size[1] = o->width;
	} else {
		nas_fail(err, NAS_ENOMEM, "out of memory for an image");
	}
	free(shared);
	free(corner);
	return err->code;
}

const struct data_source data_noise = {
	.open = noise_open, .close = noise_close, .get = noise_get
};
