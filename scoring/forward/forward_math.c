/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arithmetic with broadcasting, Softmax, reductions. */
#include <math.h>
#include <string.h>

#include "nas/base/clones.h"
#include "scoring/forward/forward_plan.h"

/* Loops over a pair of tensors: axes that both run through are merged. */
struct loops {
	int rank;
	size_t size[GRAPH_RANK_MAX], a[GRAPH_RANK_MAX], b[GRAPH_RANK_MAX];
};

/* Strides of t along the axes of an output of so many axes; 0 = stretched. */
static void strides(const struct graph_tensor *t, int rank, size_t *stride)
{
	size_t n = 1;

	for (int d = rank - 1; d >= 1; d--) {
		int own = d - (rank - t->rank);
		int size = own < 0 ? 1 : t->size[own];

		stride[d] = size > 1 ? n : 0;
		n *= (size_t)size;
	}
}

static struct loops loops_of(const struct graph_tensor *out,
			     const struct graph_tensor *x,
			     const struct graph_tensor *y)
{
	size_t a[GRAPH_RANK_MAX] = {0}, b[GRAPH_RANK_MAX] = {0};
	struct loops l = {0};

	strides(x, out->rank, a);
	strides(y, out->rank, b);
	for (int d = 1; d < out->rank; d++) {
		int k = l.rank - 1;
		size_t n = (size_t)out->size[d];

		if (n == 1)
			continue;
		if (k < 0 || l.a[k] != a[d] * n || l.b[k] != b[d] * n)
			l.size[k = l.rank++] = 1;
		l.size[k] *= n;
		l.a[k] = a[d];
		l.b[k] = b[d];
	}
	if (l.rank == 0)
		l.size[l.rank++] = 1;
	return l;
}

#define LOOP(expr)                                                             \
	for (size_t i = 0; i < n; i++) {                                       \
		float p = x[i * a], q = y[i * b];                              \
		z[i] = (expr);                                                 \
	}

/* a, b are 0 or 1 almost always. */
static inline __attribute__((always_inline)) void row(enum graph_op op,
						      float *z, const float *x,
						      size_t a, const float *y,
						      size_t b, size_t n)
{
	switch ((int)op) {
	case GRAPH_ADD:
		LOOP(p + q)
		return;
	case GRAPH_SUB:
		LOOP(p - q)
		return;
	case GRAPH_MUL:
		LOOP(p * q)
		return;
	case GRAPH_DIV:
		LOOP(p / q)
		return;
	case GRAPH_MIN:
		LOOP(p < q ? p : q)
		return;
	default:
		LOOP(p > q ? p : q)
		return;
	}
}

NAS_CLONES
static void run_row(enum graph_op op, float *z, const float *x, size_t a,
		    const float *y, size_t b, size_t n)
{
	if (a == 1 && b == 1)
		row(op, z, x, 1, y, 1, n);
	else if (a == 1 && b == 0)
		row(op, z, x, 1, y, 0, n);
	else
		row(op, z, x, a, y, b, n);
}

void forward_binary(const struct forward_call *c)
{
	const struct graph_tensor *t = c->f->g->tensor;
	const struct graph_tensor *out = &t[c->node->out];
	struct loops l = loops_of(out, &t[c->node->in[0]], &t[c->node->in[1]]);
	size_t index[GRAPH_RANK_MAX] = {0}, n = l.size[l.rank - 1];
	const float *x = c->x[0], *y = c->x[1];

	for (size_t done = 0; done < out->count; done += n) {
		run_row(c->node->op, c->y + done, x, l.a[l.rank - 1], y,
			l.b[l.rank - 1], n);
		for (int d = l.rank - 2; d >= 0; d--) {
			x += l.a[d];
			y += l.b[d];
			if (++index[d] < l.size[d])
				break;
			x -= l.a[d] * l.size[d];
			y -= l.b[d] * l.size[d];
			index[d] = 0;
		}
	}
	if (c->step->activation.op != GRAPH_OPS)
		activation_run(&c->step->activation, c->y, c->y, out->count);
}

static void softmax(float *y, const float *x, size_t n, size_t stride)
{
	float max = x[0], sum = 0;

	for (size_t i = 1; i < n; i++)
		max = x[i * stride] > max ? x[i * stride] : max;
	for (size_t i = 0; i < n; i++) {
		y[i * stride] = expf(x[i * stride] - max);
		sum += y[i * stride];
	}
	for (size_t i = 0; i < n; i++)
		y[i * stride] /= sum;
}

void forward_softmax(const struct forward_call *c)
{
	const struct graph_tensor *x = &c->f->g->tensor[c->node->in[0]];
	size_t n = (size_t)x->size[c->node->axis], inner = 1, outer;

	for (int d = c->node->axis + 1; d < x->rank; d++)
		inner *= (size_t)x->size[d];
	outer = x->count / n / inner;
	for (size_t o = 0; o < outer; o++)
		for (size_t i = 0; i < inner; i++)
			softmax(c->y + o * n * inner + i,
				c->x[0] + o * n * inner + i, n, inner);
}

static void reduce_one(enum graph_op op, double *sum, float x)
{
	if (op == GRAPH_REDUCE_MAX)
		*sum = (double)x > *sum ? (double)x : *sum;
	else
		*sum += (double)x;
}

/* Eight sums side by side, for one has to wait for each of its additions;
 * they are joined in a fixed order. */
static double sum_run(const float *x, size_t n)
{
	double part[8] = {0};
	size_t i = 0;

	for (; i + 8 <= n; i += 8)
		for (size_t k = 0; k < 8; k++)
			part[k] += (double)x[i + k];
	for (; i < n; i++)
		part[0] += (double)x[i];
	return ((part[0] + part[1]) + (part[2] + part[3])) +
	       ((part[4] + part[5]) + (part[6] + part[7]));
}

/* The usual case: the last axes, one run of numbers an output. */
static void reduce_runs(const struct forward_call *c, size_t run,
			size_t outputs)
{
	enum graph_op op = c->node->op;
	const float *x = c->x[0];

	for (size_t o = 0; o < outputs; o++, x += run) {
		double s = (double)x[0];

		if (op != GRAPH_REDUCE_MAX)
			s = sum_run(x, run);
		for (size_t i = 1; op == GRAPH_REDUCE_MAX && i < run; i++)
			reduce_one(op, &s, x[i]);
		c->y[o] =
			(float)(op == GRAPH_REDUCE_MEAN ? s / (double)run : s);
	}
}

/* Sum over reduced axes of one output that begins at x. */
static double reduce_walk(const struct forward_call *c, const float *x,
			  const size_t *stride, size_t *count)
{
	const struct graph_tensor *in = &c->f->g->tensor[c->node->in[0]];
	int index[GRAPH_RANK_MAX] = {0}, d;
	enum graph_op op = c->node->op;
	double s = op == GRAPH_REDUCE_MAX ? (double)x[0] : 0;

	*count = 0;
	do {
		reduce_one(op, &s, *x);
		++*count;
		for (d = in->rank - 1; d >= 1; d--) {
			if (!c->node->axes[d])
				continue;
			x += stride[d];
			if (++index[d] < in->size[d])
				break;
			x -= stride[d] * (size_t)in->size[d];
			index[d] = 0;
		}
	} while (d >= 1);
	return s;
}

void forward_reduce(const struct forward_call *c)
{
	const struct graph_tensor *in = &c->f->g->tensor[c->node->in[0]];
	const struct graph_tensor *out = &c->f->g->tensor[c->node->out];
	size_t stride[GRAPH_RANK_MAX] = {0}, n = 1, count;
	int d = in->rank - 1;

	while (d > 0 && (c->node->axes[d] || in->size[d] == 1))
		n *= (size_t)in->size[d--];
	while (d > 0 && !c->node->axes[d])
		d--;
	if (d <= 0) {
		reduce_runs(c, n, out->count);
		return;
	}
	n = 1;
	for (d = in->rank - 1; d >= 1; d--) {
		stride[d] = n;
		n *= (size_t)in->size[d];
	}
	for (size_t o = 0; o < out->count; o++) {
		size_t at = 0, rest = o;
		double s;

		for (d = in->rank - 1; d >= 1; d--) {
			at += rest % (size_t)out->size[d] * stride[d];
			rest /= (size_t)out->size[d];
		}
		s = reduce_walk(c, c->x[0] + at, stride, &count);
		c->y[o] = (float)(c->node->op == GRAPH_REDUCE_MEAN
					  ? s / (double)count
					  : s);
	}
}
