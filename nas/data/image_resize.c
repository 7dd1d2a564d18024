/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Resizing, rows first, then columns. Output i of n looks at the place
 * (i + 1/2) * in / n of the input; a triangle around it, half as wide as an
 * input pixel or as the step, whichever is more, gives the weights.
 */
#include <math.h>
#include <stdlib.h>

#include "nas/data/image.h"

struct taps {
	int most;   /* weights an output, at most */
	int *first; /* (out) input of the first weight */
	int *count; /* (out) */
	float *w;   /* (out, most), sum 1 */
};

static void free_taps(struct taps *t)
{
	free(t->first);
	free(t->count);
	free(t->w);
}

static void fill_taps(struct taps *t, int i, int out, int in)
{
	double scale = (double)in / out, support = scale > 1 ? scale : 1;
	double at = (i + 0.5) * scale, sum = 0;
	int first = (int)(at - support + 0.5), last = (int)(at + support + 0.5);
	float *w = t->w + (size_t)i * (size_t)t->most;

	first = first < 0 ? 0 : first;
	last = last > in ? in : last;
	t->first[i] = first;
	t->count[i] = last - first;
	for (int k = first; k < last; k++) {
		double x = 1 - fabs((k - at + 0.5) / support);

		w[k - first] = x > 0 ? (float)x : 0;
		sum += (double)w[k - first];
	}
	for (int k = 0; k < t->count[i]; k++)
		w[k] = (float)((double)w[k] / sum);
}

static bool make_taps(struct taps *t, int out, int in)
{
	t->most = 2 * (in / out + 2);
	t->first = malloc((size_t)out * sizeof(*t->first));
	t->count = malloc((size_t)out * sizeof(*t->count));
	t->w = malloc((size_t)out * (size_t)t->most * sizeof(*t->w));
	if (!t->first || !t->count || !t->w)
		return false;
	for (int i = 0; i < out; i++)
		fill_taps(t, i, out, in);
	return true;
}

/* Pixel number `at` of channel c of so many that are wanted, 0 .. 255. */
static float pixel(const struct image *m, int wanted, int c, size_t at)
{
	size_t area = (size_t)m->width * (size_t)m->height;
	size_t step = m->planar ? area : 1;
	const uint8_t *p =
		m->data + (m->planar ? at : at * (size_t)m->channels);

	if (wanted == 1 && m->channels >= 3)
		return 0.299f * (float)p[0] + 0.587f * (float)p[step] +
		       0.114f * (float)p[2 * step];
	return p[m->channels == 1 || c >= m->channels ? 0 : (size_t)c * step];
}

/* rows (image height, width) of channel c; line (image width) is scratch. */
static void along_rows(float *rows, const struct image *m, int wanted, int c,
		       int width, const struct taps *t, float *line)
{
	for (int y = 0; y < m->height; y++) {
		size_t begin = (size_t)y * (size_t)m->width;

		for (int x = 0; x < m->width; x++)
			line[x] = pixel(m, wanted, c, begin + (size_t)x);
		for (int x = 0; x < width; x++) {
			const float *w = t->w + (size_t)x * (size_t)t->most;
			const float *from = line + t->first[x];
			float sum = 0;

			for (int k = 0; k < t->count[x]; k++)
				sum += w[k] * from[k];
			*rows++ = sum;
		}
	}
}

static void along_columns(float *out, const float *rows, int height, int width,
			  const struct taps *t, float mean, float std)
{
	for (int y = 0; y < height; y++) {
		const float *w = t->w + (size_t)y * (size_t)t->most;
		const float *from = rows + (size_t)t->first[y] * (size_t)width;

		for (int x = 0; x < width; x++) {
			float sum = 0;

			for (int k = 0; k < t->count[y]; k++)
				sum += w[k] * from[(size_t)k * (size_t)width +
						   (size_t)x];
			*out++ = (sum / 255 - mean) / std;
		}
	}
}

bool image_to_floats(float *x, const struct image *image, int channels,
		     int height, int width, const float *mean, const float *std)
{
	struct taps tx = {0}, ty = {0};
	float *rows =
		malloc((size_t)image->height * (size_t)width * sizeof(*rows));
	float *line = malloc((size_t)image->width * sizeof(*line));
	bool ok = rows && line && make_taps(&tx, width, image->width) &&
		  make_taps(&ty, height, image->height);

	for (int c = 0; ok && c < channels; c++) {
		int k = c < 3 ? c : 2;

		along_rows(rows, image, channels, c, width, &tx, line);
		along_columns(x, rows, height, width, &ty, mean[k], std[k]);
		x += (size_t)height * (size_t)width;
	}
	free(rows);
	free(line);
	free_taps(&tx);
	free_taps(&ty);
	return ok;
}
