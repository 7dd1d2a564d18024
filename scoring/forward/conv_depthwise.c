/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Depthwise convolution, directly. A channel is copied with its padding,
 * rows and columns parted by their remainder modulo the stride. Then every
 * tap of the kernel is one offset, and the outputs, rows one after another,
 * are a sum of shifted copies:
 *	flat[i] = bias + sum over taps of w[t] * plane[offset[t] + i].
 * The ends of rows hold nothing of use and are left out on the way to y.
 */
#include <string.h>

#include "nas/base/clones.h"
#include "scoring/forward/conv.h"

#define BLOCK (4 * LANES)

struct plan {
	int pitch;   /* floats a row */
	int rows;    /* of one remainder */
	size_t part; /* floats of one remainder, with slack for whole blocks */
	size_t flat; /* outputs in rows of pitch, rounded up to blocks */
};

static int up(int a, int b)
{
	return (a + b - 1) / b;
}

static struct plan plan_of(const struct conv_call *c)
{
	const struct graph_window *w = &c->window;
	int rows = c->height + w->pad[0] + w->pad[2];
	int columns = c->width + w->pad[1] + w->pad[3];
	struct plan p;

	p.pitch = up(columns, w->stride[1]);
	p.rows = up(rows, w->stride[0]);
	p.flat = (size_t)c->out_height * (size_t)p.pitch;
	p.flat = (p.flat + BLOCK - 1) / BLOCK * BLOCK;
	/* The last block of the last tap begins inside. */
	p.part = ((size_t)p.rows + 1) * (size_t)p.pitch + 2 * BLOCK;
	return p;
}

static size_t taps_of(const struct conv_call *c)
{
	return (size_t)c->window.kernel[0] * (size_t)c->window.kernel[1];
}

static size_t scratch(const struct conv_call *c)
{
	struct plan p = plan_of(c);
	size_t parts =
		(size_t)c->window.stride[0] * (size_t)c->window.stride[1];

	return parts * p.part + p.flat + 2 * BLOCK +
	       taps_of(c) * (sizeof(size_t) / sizeof(float)) + LANES;
}

/* out (n) in whole blocks */
NAS_CLONES
static void add_taps(float *out, const float *plane, const size_t *offset,
		     const float *w, size_t taps, float bias, size_t n)
{
	lanes zero = {0};

	for (size_t i = 0; i < n; i += BLOCK) {
		lanes s0 = zero + bias, s1 = s0, s2 = s0, s3 = s0;

		for (size_t t = 0; t < taps; t++) {
			const lanes *p = (const lanes *)(plane + offset[t] + i);

			s0 += p[0] * w[t];
			s1 += p[1] * w[t];
			s2 += p[2] * w[t];
			s3 += p[3] * w[t];
		}
		((lanes *)(out + i))[0] = s0;
		((lanes *)(out + i))[1] = s1;
		((lanes *)(out + i))[2] = s2;
		((lanes *)(out + i))[3] = s3;
	}
}

/* to (parts of columns) = every stride-th of x (n) that lies at pad. */
NAS_CLONES
static void part_two(float *even, float *odd, const float *x, int n)
{
	for (int i = 0; i < n; i++) {
		even[i] = x[2 * i];
		odd[i] = x[2 * i + 1];
	}
}

static void copy_row(const struct conv_call *c, const struct plan *p,
		     const float *x, float *row)
{
	int s = c->window.stride[1], pad = c->window.pad[1], first = 0;

	if (s == 1) {
		memcpy(row + pad, x, (size_t)c->width * sizeof(*row));
		return;
	}
	if (s == 2) { /* pairs from an even place on */
		int even = pad % 2, odd = 1 - even;
		float *a = row + (size_t)even * p->part + pad / 2;
		float *b = row + (size_t)odd * p->part + (pad + 1) / 2;

		part_two(a, b, x, c->width / 2);
		first = c->width / 2 * 2;
	}
	for (int i = first; i < c->width; i++)
		row[(size_t)((i + pad) % s) * p->part + (i + pad) / s] = x[i];
}

/* Padding stays 0 from one channel to the next. */
static void copy_plane(const struct conv_call *c, const struct plan *p,
		       const float *x, float *plane)
{
	const struct graph_window *w = &c->window;

	for (int i = 0; i < c->height; i++) {
		int y = i + w->pad[0];
		float *part = plane + (size_t)(y % w->stride[0]) *
					      (size_t)w->stride[1] * p->part;

		copy_row(c, p, x + (size_t)i * (size_t)c->width,
			 part + (size_t)(y / w->stride[0]) * (size_t)p->pitch);
	}
}

static void find_offsets(const struct conv_call *c, const struct plan *p,
			 size_t *offset)
{
	const struct graph_window *w = &c->window;

	for (int ky = 0; ky < w->kernel[0]; ky++)
		for (int kx = 0; kx < w->kernel[1]; kx++) {
			int y = ky * w->dilation[0], x = kx * w->dilation[1];
			int part = y % w->stride[0] * w->stride[1] +
				   x % w->stride[1];

			*offset++ =
				(size_t)part * p->part +
				(size_t)(y / w->stride[0]) * (size_t)p->pitch +
				(size_t)(x / w->stride[1]);
		}
}

static void run(const struct conv_call *c, const float *x, float *y,
		float *buffer)
{
	struct plan p = plan_of(c);
	size_t parts =
		(size_t)c->window.stride[0] * (size_t)c->window.stride[1];
	size_t taps = taps_of(c), columns = (size_t)c->out_width;
	size_t area = (size_t)c->out_height * columns;
	size_t *offset = (void *)buffer; /* buffers are aligned */
	float *plane = buffer + taps * (sizeof(size_t) / sizeof(float));
	float *flat = plane + parts * p.part;

	find_offsets(c, &p, offset);
	memset(plane, 0, parts * p.part * sizeof(*plane));
	for (int i = 0; i < c->in; i++) {
		float *out = y + (size_t)i * area;

		copy_plane(c, &p,
			   x + (size_t)i * (size_t)c->height * (size_t)c->width,
			   plane);
		add_taps(flat, plane, offset, c->weight + (size_t)i * taps,
			 taps, c->bias[i], p.flat);
		for (int r = 0; r < c->out_height; r++)
			memcpy(out + (size_t)r * columns,
			       flat + (size_t)r * (size_t)p.pitch,
			       columns * sizeof(*out));
		if (c->activation.op != GRAPH_OPS)
			activation_run(&c->activation, out, out, area);
	}
}

const struct conv_ops conv_depthwise = {scratch, run};
