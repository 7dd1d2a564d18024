/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Largest value or average under a window that slides. */
#include <math.h>

#include "scoring/forward/forward_plan.h"

/* Taps of one axis that lie on the image: first .. end - 1. */
struct span {
	int first, end, start; /* start: position of tap 0 */
	int padded;	       /* taps on the image or its padding */
};

static struct span span_of(const struct graph_window *w, int axis, int out,
			   int size)
{
	struct span s = {.start = out * w->stride[axis] - w->pad[axis]};
	int d = w->dilation[axis];

	for (int k = 0; k < w->kernel[axis]; k++) {
		int at = s.start + k * d;

		if (at < 0)
			s.first = k + 1;
		if (at < size)
			s.end = k + 1;
		if (at < size + w->pad[axis + 2])
			s.padded = k + 1;
	}
	return s;
}

static float pool_one(const struct graph_node *n, const float *plane, int width,
		      const struct span *y, const struct span *x)
{
	bool max = n->op == GRAPH_MAX_POOL;
	const int *d = n->window.dilation;
	int count = (y->end - y->first) * (x->end - x->first);
	float best = -INFINITY, sum = 0;

	for (int i = y->first; i < y->end; i++)
		for (int j = x->first; j < x->end; j++) {
			float v = plane[(y->start + i * d[0]) * width +
					x->start + j * d[1]];

			best = v > best ? v : best;
			sum += v;
		}
	if (n->window.count_pad)
		count = y->padded * x->padded;
	if (max)
		return best;
	return count > 0 ? sum / (float)count : 0;
}

void forward_pool(const struct forward_call *c)
{
	const struct graph_tensor *in = &c->f->g->tensor[c->node->in[0]];
	const struct graph_tensor *out = &c->f->g->tensor[c->node->out];
	int height = in->size[2], width = in->size[3];
	size_t plane = (size_t)height * (size_t)width;
	size_t area = (size_t)out->size[2] * (size_t)out->size[3];

	for (int i = 0; i < out->size[2]; i++) {
		struct span y = span_of(&c->node->window, 0, i, height);

		for (int j = 0; j < out->size[3]; j++) {
			struct span x = span_of(&c->node->window, 1, j, width);
			size_t at =
				(size_t)i * (size_t)out->size[3] + (size_t)j;

			for (int k = 0; k < in->size[1]; k++)
				c->y[(size_t)k * area + at] = pool_one(
					c->node, c->x[0] + (size_t)k * plane,
					width, &y, &x);
		}
	}
}
