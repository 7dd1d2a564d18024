/* SPDX-License-Identifier: 0BSD */
/* Depthwise convolutions, in place: one channel of outputs, in l->r, at most. */
#include "spaces/export/kernels/kernel.h"

struct plane { /* a channel of a map: its first value, from pixel to pixel */
	uint32_t bit, step;
};

static inline struct plane plane_of(uint32_t bit, int planar, uint32_t c,
				    uint32_t pixels, uint32_t channels,
				    unsigned bits)
{
	struct plane p = {bit + c * pixels * bits, bits};

	if (!planar) {
		p.bit = bit + c * bits;
		p.step = channels * bits;
	}
	return p;
}

/* Row i of the padded channel, zeros outside. */
static void load_row(const struct layer *l, struct plane p, int i, int8_t *out)
{
	int pad = l->kernel / 2, w = l->width;
	uint32_t bit = p.bit + (uint32_t)(i - pad) * (uint32_t)w * p.step;

	if (i < pad || i >= pad + l->height) {
		for (int j = 0; j < w + 2 * pad; j++)
			out[j] = 0;
		return;
	}
	for (int j = 0; j < pad; j++)
		out[j] = out[pad + w + j] = 0;
	out += pad;
	if (l->bits_x == 8 && !(bit & 7)) {
		const uint8_t *x = arena + (bit >> 3);

		for (int j = 0; j < w; j++, x += p.step / 8)
			out[j] = (int8_t)*x;
		return;
	}
	for (int j = 0; j < w; j++, bit += p.step)
		out[j] = (int8_t)get(arena, bit, l->bits_x);
}

static inline int32_t taps(const int8_t *const *row, const int8_t *w, int k,
			   int at)
{
	int32_t acc = 0;

	for (int i = 0; i < k; i++)
		for (int j = 0; j < k; j++)
			acc += row[i][at + j] * w[i * k + j];
	return acc;
}

static inline int32_t taps_of(const int8_t *const *row, const int8_t *w, int k,
			      int at)
{
	if (k == 3)
		return taps(row, w, 3, at);
	if (k == 5)
		return taps(row, w, 5, at);
	return taps(row, w, k, at);
}

/* All outputs of channel c, a row at a time. Each is put into the scratch, or,
 * where sum is given, added to it. gate: 1, or what squeeze-and-excitation
 * multiplies with. */
static void channel(const struct layer *l, struct plane p, uint32_t c,
		    int32_t gate, int64_t *sum)
{
	int8_t rows[ROWS_MAX], w[KERNEL_MAX * KERNEL_MAX];
	const int8_t *row[KERNEL_MAX];
	int k = l->kernel, s = l->stride, columns = (l->width + s - 1) / s;
	int padded = l->width + 2 * (k / 2), next = 0;
	uint32_t at = l->r;

	for (int i = 0; i < k * k; i++)
		w[i] = (int8_t)get(l->weight,
				   (c * (uint32_t)(k * k) + (uint32_t)i) *
					   l->bits_w,
				   l->bits_w);
	for (int top = 0; top < l->height; top += s) {
		for (; next < top + k; next++)
			load_row(l, p, next, rows + next % k * padded);
		for (int i = 0; i < k; i++)
			row[i] = rows + (top + i) % k * padded;
		for (int j = 0; j < columns; j++, at += l->bits_y) {
			int32_t acc = bias_of(l, c) + taps_of(row, w, k, j * s);

			if ((l->flags & RELU) && acc < 0)
				acc = 0;
			if (sum)
				*sum += acc;
			else if (HAS_WIDE && (l->flags & WIDE))
				put(arena, at, l->bits_y,
				    to_level_wide((int64_t)acc * l->scale * gate,
						  l->divisor, l->bits_y));
			else
				put(arena, at, l->bits_y,
				    to_level(acc * l->scale * gate, l->divisor,
					     l->bits_y));
		}
	}
}

/* gates (out): levels, NULL = none. y_bits: of a value's place in the output,
 * at least bits_y. */
static void depthwise(const struct layer *l, const uint8_t *gates,
		      unsigned y_bits)
{
	uint32_t s = l->stride, in = (uint32_t)l->height * l->width;
	uint32_t out = (l->height + s - 1) / s * ((l->width + s - 1) / s);
	int planar = l->flags & PLANAR_X;

	for (uint32_t i = 0; i < l->in; i++) {
		uint32_t c = l->flags & DOWN ? l->in - 1u - i : i, at = l->r;
		struct plane x = plane_of(l->x, planar, c, in, l->in,
					  planar ? l->bits_x : y_bits);
		struct plane y = plane_of(l->y, planar, c, out, l->in, y_bits);

		channel(l, x, c, gates ? (int8_t)gates[c] : 1, 0);
		for (uint32_t j = 0; j < out; j++) {
			put(arena, y.bit, y_bits, get(arena, at, l->bits_y));
			y.bit += y.step;
			at += l->bits_y;
		}
	}
}
