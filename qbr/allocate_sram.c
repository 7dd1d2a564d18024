/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/allocate_sram.h"

#define LAST_BITS 8 /* of the network's output */

struct sram {
	const struct graph *g;
	const int *bits;
	int n;
	int *cap;
};

/* Bits of a tensor: the most of its readers. *reader: one of those, -1 when
 * no layer reads it. */
static int bits_of(const struct sram *s, int tensor, int *reader)
{
	int bits = 0;

	*reader = -1;
	for (int i = 0; i < s->g->nlayers; i++)
		if (s->g->layer[i].input == tensor && s->cap[i] > bits) {
			bits = s->cap[i];
			*reader = i;
		}
	return *reader < 0 ? LAST_BITS : bits;
}

static double bytes_of(const struct sram *s, int tensor, int *reader)
{
	int bits = bits_of(s, tensor, reader);

	return (double)s->g->tensor[tensor].count * bits / 8;
}

static double step_bytes(const struct sram *s, int i)
{
	int ignored;

	return bytes_of(s, s->g->layer[i].input, &ignored) +
	       bytes_of(s, s->g->layer[i].output, &ignored);
}

/* The next lower candidate for all readers of a tensor. */
static bool lower(struct sram *s, int tensor)
{
	int reader, bits = bits_of(s, tensor, &reader), next = 0;

	for (int k = 0; k < s->n; k++)
		if (s->bits[k] < bits)
			next = s->bits[k];
	if (reader < 0 || next == 0)
		return false;
	for (int i = 0; i < s->g->nlayers; i++)
		if (s->g->layer[i].input == tensor && s->cap[i] > next)
			s->cap[i] = next;
	return true;
}

static int worst_step(const struct sram *s, double *bytes)
{
	int worst = 0;

	*bytes = 0;
	for (int i = 0; i < s->g->nlayers; i++) {
		double b = step_bytes(s, i);

		if (b > *bytes)
			*bytes = b, worst = i;
	}
	return worst;
}

static enum nas_status fit(struct sram *s, double budget, struct nas_err *err)
{
	for (;;) {
		double bytes;
		int i = worst_step(s, &bytes), ignored;
		int in = s->g->layer[i].input, out = s->g->layer[i].output;
		bool first = bytes_of(s, in, &ignored) >=
			     bytes_of(s, out, &ignored);

		if (bytes <= budget)
			return NAS_OK;
		if (!lower(s, first ? in : out) && !lower(s, first ? out : in))
			return nas_fail(err, NAS_EINFEASIBLE, "sram: layer "
					"'%.80s' needs %.0f bytes at the least "
					"bits, %.0f above the budget of %.0f",
					s->g->layer[i].name, bytes,
					bytes - budget, budget);
	}
}

enum nas_status allocate_sram(int *cap, const struct graph *g,
			      const int *bits_a, int na, double budget,
			      struct nas_err *err)
{
	struct sram s = { .g = g, .bits = bits_a, .n = na, .cap = cap };

	for (int i = 0; i < g->nlayers; i++)
		cap[i] = budget > 0 ? bits_a[na - 1] : 64;
	return budget > 0 ? fit(&s, budget, err) : NAS_OK;
}
