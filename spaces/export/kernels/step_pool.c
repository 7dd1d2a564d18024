/* SPDX-License-Identifier: 0BSD */
/* The largest value, or the mean, under a window that slides. */
#include "spaces/export/kernels/step.h"

struct slide {
	uint16_t height, width, rows, columns;
	uint8_t kernel_y, kernel_x, stride_y, stride_x, dilation_y, dilation_x;
	uint8_t pad_y, pad_x, mean;
	uint16_t padded_y, padded_x; /* places that count, from the first pad on;
				      * 0 = those on the map */
};

/* Taps of one axis, from start on, below end. */
static int taps_on(int start, int kernel, int dilation, int end)
{
	int n = 0;

	for (int k = 0; k < kernel; k++)
		n += start + k * dilation >= 0 && start + k * dilation < end;
	return n;
}

/* Halves go away from 0. */
static int32_t mean_of(int32_t sum, int32_t n)
{
	int32_t t = sum < 0 ? -sum : sum, q = n ? (2 * t + n) / (2 * n) : 0;

	return sum < 0 ? -q : q;
}

static void pool_at(const struct step *s, const struct slide *p, int row,
		    int column)
{
	int top = row * p->stride_y - p->pad_y;
	int left = column * p->stride_x - p->pad_x;
	int n = taps_on(top, p->kernel_y, p->dilation_y, p->height) *
		taps_on(left, p->kernel_x, p->dilation_x, p->width);
	int all = n;

	if (p->padded_y)
		all = taps_on(top + p->pad_y, p->kernel_y, p->dilation_y,
			      p->padded_y) *
		      taps_on(left + p->pad_x, p->kernel_x, p->dilation_x,
			      p->padded_x);
	for (uint32_t c = 0; c < s->channels; c++) {
		int32_t most = -32768, sum = 0;

		for (int i = 0; i < p->kernel_y; i++)
			for (int j = 0; j < p->kernel_x; j++) {
				int y = top + i * p->dilation_y, x;
				int32_t v;

				x = left + j * p->dilation_x;
				if (y < 0 || y >= p->height || x < 0 ||
				    x >= p->width)
					continue;
				v = LEVEL_X(s, (uint32_t)(y * p->width + x) *
							s->channels + c);
				most = v > most ? v : most;
				sum += v;
			}
		if (p->mean)
			most = mean_of(sum + (all - n) * s->zero_x, all);
		keep_level(s, (uint32_t)(row * p->columns + column) *
				      s->channels + c, most);
	}
}

static void step_pool(const struct step *s)
{
	const struct slide *p = s->more;

	for (int i = 0; i < p->rows; i++)
		for (int j = 0; j < p->columns; j++)
			pool_at(s, p, i, j);
}
