/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Second moments of what a layer reads, in both networks. */
#include <stdlib.h>
#include <string.h>

#include "scoring/forward/gemm.h"
#include "scoring/forward/rounding_layer.h"

#define COLUMNS 512 /* that are multiplied at a time */

struct gathering {
	struct moments *m;
	const struct rounding_layer *at;
	int n;	     /* columns that wait */
	float *x, *y; /* (fan, COLUMNS) */
	float *product; /* (fan, fan) */
	float *fed;  /* (channels of the group): on its grid */
};

static void add(double *sum, const float *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		sum[i] += (double)x[i];
}

static void add_rows(double *sum, const float *x, size_t rows, size_t n)
{
	for (size_t i = 0; i < rows; i++)
		for (size_t j = 0; j < n; j++)
			sum[i] += (double)x[i * COLUMNS + j];
}

static void add_product(const struct gathering *k, const float *x, double *sum)
{
	int fan = (int)k->m->fan;

	gemm(GEMM_ABT, fan, fan, k->n, x, COLUMNS, k->y, COLUMNS, 0, k->product,
	     fan);
	add(sum, k->product, k->m->fan * k->m->fan);
}

static void flush(struct gathering *k)
{
	size_t fan = k->m->fan;

	if (k->n == 0)
		return;
	if (k->m->h) {
		add_product(k, k->y, k->m->h);
		add_product(k, k->x, k->m->c);
	}
	add_rows(k->m->mean_x, k->x, fan, (size_t)k->n);
	add_rows(k->m->mean_y, k->y, fan, (size_t)k->n);
	k->m->count += k->n;
	k->n = 0;
}

/* Columns from .. from + n - 1 of what the group reads of one image; input: the
 * group's channels. */
static void take(const struct gathering *k, const float *input, int from, int n,
		 float *to)
{
	const struct graph *g = k->at->job->graph;
	const struct graph_layer *l = &g->layer[k->at->layer];
	const struct conv_call *c = forward_conv_of(k->at->plain, k->at->layer);

	to += k->n;
	if (c) {
		size_t plane = (size_t)c->height * (size_t)c->width;
		size_t in = (size_t)(l->in / l->groups);

		for (size_t i = 0; i < in; i++)
			for (int t = 0; t < c->window.kernel[0] *
						    c->window.kernel[1]; t++) {
				conv_tap(c, input + i * plane, t, from, n, to);
				to += COLUMNS;
			}
		return;
	}
	for (size_t i = 0; i < l->fan; i++)
		for (int j = 0; j < n; j++)
			to[i * COLUMNS + (size_t)j] =
				input[(size_t)(from + j) * l->fan + i];
}

static int columns_of(const struct rounding_layer *at)
{
	const struct conv_call *c = forward_conv_of(at->plain, at->layer);
	const struct graph *g = at->job->graph;
	const struct graph_layer *l = &g->layer[at->layer];

	if (c)
		return c->out_height * c->out_width;
	return (int)(g->tensor[l->input].count / l->fan);
}

static void take_image(struct gathering *k, const float *x, const float *y)
{
	int columns = columns_of(k->at);

	for (int from = 0, n; from < columns; from += n) {
		n = columns - from;
		if (n > COLUMNS - k->n)
			n = COLUMNS - k->n;
		take(k, x, from, n, k->x);
		take(k, y, from, n, k->y);
		k->n += n;
		if (k->n == COLUMNS)
			flush(k);
	}
}

bool rounding_moments(struct moments *m, const struct rounding_layer *at, int g)
{
	int input = at->job->graph->layer[at->layer].input;
	int groups = at->job->graph->layer[at->layer].groups;
	size_t count = at->job->graph->tensor[input].count / (size_t)groups;
	const struct forward_layer *l = &at->rough->layer[at->layer];
	struct gathering k = { .m = m, .at = at };
	size_t square = m->h ? m->fan * m->fan : 0;

	k.x = malloc((2 * COLUMNS * m->fan + square + count) * sizeof(*k.x));
	if (!k.x)
		return false;
	k.y = k.x + COLUMNS * m->fan;
	k.product = k.y + COLUMNS * m->fan;
	k.fed = k.product + square;
	for (int i = 0; i < at->n; i++) {
		size_t first = (size_t)g * count;
		const float *x = forward_tensor(at->plain, i, input) + first;
		const float *y = forward_tensor(at->rough, i, input) + first;

		if (l->has_grid) {
			fake_quant_grid(k.fed, y, count, &l->grid);
			y = k.fed;
		}
		take_image(&k, x, y);
	}
	flush(&k);
	free(k.x);
	return true;
}
