/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Maps of other sizes, by ONNX's rules; positions in single precision, as ONNX
 * Runtime computes them, for ties decide which neighbour is taken. */
#include <math.h>

#include "scoring/forward/forward_plan.h"

/* Where output i of an axis of out numbers lies on the input's, of in. */
static float position(const struct graph_resize *r, int axis, int i, int in,
		      int out)
{
	float factor = r->factor[axis], x = (float)i;

	switch ((int)r->coordinate) {
	case RESIZE_PYTORCH_HALF_PIXEL:
		return out > 1 ? (x + 0.5f) / factor - 0.5f : 0;
	case RESIZE_ALIGN_CORNERS:
		return out > 1 ? x * (float)(in - 1) / (float)(out - 1) : 0;
	case RESIZE_ASYMMETRIC:
		return x / factor;
	default:
		return (x + 0.5f) / factor - 0.5f;
	}
}

static float nearest(const struct graph_resize *r, float x)
{
	switch ((int)r->rounding) {
	case RESIZE_PREFER_FLOOR:
		return ceilf(x - 0.5f);
	case RESIZE_PREFER_CEIL:
		return floorf(x + 0.5f);
	case RESIZE_CEIL:
		return ceilf(x);
	default:
		return floorf(x);
	}
}

/* The same on the map: a whole number where no neighbours are mixed. */
static float place(const struct graph_resize *r, int axis, int i, int in, int out)
{
	float x = position(r, axis, i, in, out);

	x = r->linear ? x : nearest(r, x);
	x = x > (float)(in - 1) ? (float)(in - 1) : x;
	return x > 0 ? x : 0;
}

static float between(float a, float b, float part)
{
	return part > 0 ? a * (1 - part) + b * part : a;
}

size_t scratch_resize(const struct forward *f, const struct forward_step *s)
{
	return (size_t)f->g->tensor[s->out].size[3];
}

void forward_resize(const struct forward_call *c)
{
	const struct graph_resize *r = &c->node->resize;
	const struct graph_tensor *in = &c->f->g->tensor[c->node->in[0]];
	const struct graph_tensor *out = &c->f->g->tensor[c->node->out];
	int height = in->size[2], width = in->size[3];
	const float *x = c->x[0];
	float *y = c->y;

	for (int j = 0; j < out->size[3]; j++)
		c->scratch[j] = place(r, 1, j, width, out->size[3]);
	for (int k = 0; k < out->size[1]; k++, x += (size_t)height * (size_t)width)
		for (int i = 0; i < out->size[2]; i++) {
			float row = place(r, 0, i, height, out->size[2]);
			const float *a = x + (size_t)row * (size_t)width;
			const float *b = row + 1 < (float)height ? a + width : a;
			float down = row - floorf(row);

			for (int j = 0; j < out->size[3]; j++) {
				int at = (int)c->scratch[j];
				int to = at + 1 < width ? at + 1 : at;
				float part = c->scratch[j] - (float)at;

				*y++ = between(between(a[at], a[to], part),
					       between(b[at], b[to], part), down);
			}
		}
}
