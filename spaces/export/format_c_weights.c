/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Weights as streams of bits, and what they and the tables take. */
#include "spaces/export/format_c.h"

#include <math.h>

struct stream {
	uint8_t *data; /* NULL: count only */
	size_t bits;
};

static void put(struct stream *s, int64_t level, int bits)
{
	for (int i = 0; i < bits; i++, s->bits++)
		if (s->data && ((uint64_t)level >> i & 1))
			s->data[s->bits / 8] |= (uint8_t)(1U << s->bits % 8);
}

/* Place in memory -> in the window: what the kernels take a word at a time.
 * dot8_word() and dot4_word() of spaces/export/kernels/dots.c. */
static const int order_8[4] = {0, 2, 1, 3};
static const int order_4[8] = {0, 4, 2, 6, 1, 5, 3, 7};

static size_t shuffled(const struct c_call *c, size_t i, size_t n)
{
	if (c->kind != C_CONVOLVE && c->kind != C_GRID_CONVOLVE)
		return i;
	if (c->bits_w == 8 && i / 4 * 4 + 4 <= n)
		return i / 4 * 4 + (size_t)order_8[i % 4];
	if (c->bits_w == 4 && n % 2 == 0 && i / 8 * 8 + 8 <= n)
		return i / 8 * 8 + (size_t)order_4[i % 8];
	return i;
}

size_t c_pack_weights(const struct c_plan *p, const struct c_call *c,
		      uint8_t *out)
{
	const struct graph_layer *l = &p->graph->layer[c->layer];
	size_t area = (size_t)c_area(c);
	size_t channels = l->fan / area;
	struct stream s = {out, 0};

	if (!out)
		return ((size_t)l->out * l->fan * (size_t)c->bits_w + 7) / 8;
	for (size_t o = 0; o < (size_t)l->out; o++) {
		const int8_t *w = (const int8_t *)l->level + o * l->fan;

		for (size_t i = 0; i < l->fan; i++) {
			size_t at = shuffled(c, i, l->fan);

			put(&s,
			    c->from ? w[c->from[at]]
				    : w[at % channels * area + at / channels],
			    c->bits_w);
		}
	}
	return (s.bits + 7) / 8;
}

void c_fit_bias(struct c_call *c, double bias)
{
	while (c->bits_b < 32 && (bias < -ldexp(0.5, c->bits_b) ||
				  bias >= ldexp(0.5, c->bits_b)))
		c->bits_b++;
	if (c->bits_b > 16)
		c->bits_b = 32;
}

size_t c_pack_bias(const struct c_call *c, uint8_t *out)
{
	struct stream s = {out, 0};

	for (int i = 0; i < c->out && out; i++)
		put(&s, c->bias[i], c->bits_b);
	s.bits = (s.bits + 7) / 8 * 8;
	for (int i = 0; i < c->out && out && c->scales; i++)
		put(&s, (int)c->scales[i], 16);
	for (int i = 0; i < c->out && out && c->grid; i++)
		put(&s, (int)c->grid->factor[i], 32);
	return ((size_t)c->out * (size_t)c->bits_b + 7) / 8 +
	       (c->scales ? 2 * (size_t)c->out : 0) +
	       (c->grid ? 4 * (size_t)c->out : 0);
}
