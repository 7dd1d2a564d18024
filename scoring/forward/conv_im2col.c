/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any convolution: the pixels under the kernel, for some output pixels at a
 * time, become columns of a matrix; the weights times it are the outputs.
 */
#include <string.h>

#include "scoring/forward/conv.h"
#include "scoring/forward/gemm.h"

static int depth_of(const struct conv_call *c)
{
	return c->in / c->window.groups * c->window.kernel[0] *
	       c->window.kernel[1];
}

static int columns_of(const struct conv_call *c)
{
	return conv_columns(c->out / c->window.groups, depth_of(c),
			    c->out_height * c->out_width);
}

static size_t scratch(const struct conv_call *c)
{
	return (size_t)depth_of(c) * (size_t)columns_of(c);
}

struct tap { /* of a kernel, over a plane of the input */
	const float *plane;
	int ky, kx;
};

/* n pixels under the tap for outputs from column ox of row oy on. */
static void fill_part(const struct conv_call *c, const struct tap *tap, int oy,
		      int ox, int n, float *to)
{
	const struct graph_window *w = &c->window;
	int y = oy * w->stride[0] + tap->ky * w->dilation[0] - w->pad[0];
	int x = ox * w->stride[1] + tap->kx * w->dilation[1] - w->pad[1];
	const float *row = tap->plane + (int64_t)y * c->width;

	if (y < 0 || y >= c->height) {
		memset(to, 0, (size_t)n * sizeof(*to));
		return;
	}
	for (int i = 0; i < n; i++, x += w->stride[1])
		to[i] = x >= 0 && x < c->width ? row[x] : 0;
}

/* One row of the matrix: outputs from .. from + n - 1 for one tap. */
static void fill_row(const struct conv_call *c, const struct tap *tap, int from,
		     int n, float *to)
{
	while (n > 0) {
		int oy = from / c->out_width, ox = from % c->out_width;
		int part = c->out_width - ox < n ? c->out_width - ox : n;

		fill_part(c, tap, oy, ox, part, to);
		from += part;
		to += part;
		n -= part;
	}
}

void conv_tap(const struct conv_call *c, const float *plane, int t, int from,
	      int n, float *to)
{
	int width = c->window.kernel[1];
	const struct tap tap = { plane, t / width, t % width };

	fill_row(c, &tap, from, n, to);
}

static void fill(const struct conv_call *c, const float *x, int from, int n,
		 float *columns)
{
	int channels = c->in / c->window.groups;
	size_t plane = (size_t)c->height * (size_t)c->width;

	for (int i = 0; i < channels; i++)
		for (int ky = 0; ky < c->window.kernel[0]; ky++)
			for (int kx = 0; kx < c->window.kernel[1]; kx++) {
				const struct tap tap = {
					x + (size_t)i * plane, ky, kx };

				fill_row(c, &tap, from, n, columns);
				columns += n;
			}
}

static void run_group(const struct conv_call *c, int g, const float *x,
		      float *y, float *columns)
{
	int area = c->out_height * c->out_width, depth = depth_of(c);
	int out = c->out / c->window.groups, step = columns_of(c);
	const float *weight =
		c->weight + (size_t)g * (size_t)out * (size_t)depth;

	for (int from = 0; from < area; from += step) {
		int n = area - from < step ? area - from : step;

		fill(c, x, from, n, columns);
		gemm(GEMM_AB, out, n, depth, weight, depth, columns, n, 0,
		     y + from, area);
		for (int o = 0; o < out; o++)
			activation_bias(&c->activation,
					y + (size_t)o * (size_t)area + from,
					c->bias[g * out + o], (size_t)n);
	}
}

static void run(const struct conv_call *c, const float *x, float *y,
		float *columns)
{
	size_t in = (size_t)(c->in / c->window.groups) * (size_t)c->height *
		    (size_t)c->width;
	size_t out = (size_t)(c->out / c->window.groups) *
		     (size_t)c->out_height * (size_t)c->out_width;

	for (int g = 0; g < c->window.groups; g++)
		run_group(c, g, x + (size_t)g * in, y + (size_t)g * out,
			  columns);
}

const struct conv_ops conv_im2col = {scratch, run};
