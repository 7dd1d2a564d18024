/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operators that move values: Pad, Transpose, Concat, Slice. */
#include <string.h>

#include "scoring/forward/forward_plan.h"

static void strides_of(const struct graph_tensor *t, int64_t *stride)
{
	int64_t n = 1;

	for (int d = t->rank - 1; d >= 0; d--) {
		stride[d] = n;
		n *= t->size[d];
	}
}

/* Move values of a box of that shape; strides in from and to. */
static void walk(float *to, const int64_t *to_stride, const float *from,
		 const int64_t *stride, const int *size, int rank)
{
	int index[GRAPH_RANK_MAX] = {0}, last = rank - 1, d;
	int n = last >= 1 ? size[last] : 1;

	do {
		for (int i = 0; i < n; i++)
			to[i * to_stride[last]] = from[i * stride[last]];
		for (d = last - 1; d >= 1; d--) {
			from += stride[d];
			to += to_stride[d];
			if (++index[d] < size[d])
				break;
			from -= stride[d] * size[d];
			to -= to_stride[d] * size[d];
			index[d] = 0;
		}
	} while (d >= 1);
}

void forward_pad(const struct forward_call *c)
{
	const struct graph_tensor *in = &c->f->g->tensor[c->node->in[0]];
	const struct graph_tensor *out = &c->f->g->tensor[c->node->out];
	int64_t from[GRAPH_RANK_MAX], to[GRAPH_RANK_MAX], at = 0;

	strides_of(in, from);
	strides_of(out, to);
	for (size_t i = 0; i < out->count; i++)
		c->y[i] = c->node->a;
	for (int d = 1; d < in->rank; d++)
		at += c->node->axes[d] * to[d];
	walk(c->y + at, to, c->x[0], from, in->size, in->rank);
}

void forward_transpose(const struct forward_call *c)
{
	const struct graph_tensor *in = &c->f->g->tensor[c->node->in[0]];
	const struct graph_tensor *out = &c->f->g->tensor[c->node->out];
	int64_t stride[GRAPH_RANK_MAX], from[GRAPH_RANK_MAX],
		to[GRAPH_RANK_MAX];

	strides_of(in, stride);
	strides_of(out, to);
	for (int d = 0; d < in->rank; d++)
		from[d] = stride[c->node->axes[d]];
	walk(c->y, to, c->x[0], from, out->size, out->rank);
}

void forward_slice(const struct forward_call *c)
{
	const struct graph_tensor *in = &c->f->g->tensor[c->node->in[0]];
	const struct graph_tensor *out = &c->f->g->tensor[c->node->out];
	int64_t from[GRAPH_RANK_MAX], to[GRAPH_RANK_MAX], at = 0;

	strides_of(in, from);
	strides_of(out, to);
	for (int d = 1; d < in->rank; d++) {
		at += c->node->axes[d] * from[d];
		from[d] *= c->node->steps[d];
	}
	walk(c->y, to, c->x[0] + at, from, out->size, out->rank);
}

void forward_concat(const struct forward_call *c)
{
	const struct graph_tensor *t = c->f->g->tensor;
	const struct graph_tensor *out = &t[c->node->out];
	size_t inner = 1, outer, at = 0;

	for (int d = c->node->axis; d < out->rank; d++)
		inner *= (size_t)out->size[d];
	outer = out->count / inner;
	inner /= (size_t)out->size[c->node->axis];
	for (int k = 0; k < c->node->nin; k++) {
		const struct graph_tensor *x = &t[c->node->in[k]];
		size_t n = (size_t)x->size[c->node->axis] * inner;

		for (size_t o = 0; o < outer; o++)
			memcpy(c->y + o * out->count / outer + at,
			       c->x[k] + o * n, n * sizeof(*c->y));
		at += n;
	}
}
