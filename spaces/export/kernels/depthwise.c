/* SPDX-License-Identifier: 0BSD */
/* Depthwise convolutions, in place: one channel of outputs, in l->r, at most. */
#include "spaces/export/kernels/planes.c"

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
static void load_row(const struct layer *l, struct plane p, int i, int16_t *out)
{
	int pad = l->kernel / 2, w = l->width;
	uint32_t bit = p.bit + (uint32_t)(i - pad) * (uint32_t)w * p.step;

	if (i < pad || i >= pad + l->height) {
		for (int j = 0; j < w + 2 * pad + 1; j++)
			out[j] = 0;
		return;
	}
	for (int j = 0; j < pad; j++)
		out[j] = out[pad + w + j] = 0;
	out[w + 2 * pad] = 0;
	out += pad;
	if (p.step == l->bits_x)
		unpack(out, arena, bit, (uint32_t)w, l->bits_x);
	else if (l->bits_x == 8 && !((bit | p.step) & 7))
		for (int j = 0; j < w; j++, bit += p.step)
			out[j] = (int8_t)arena[bit >> 3];
	else
		for (int j = 0; j < w; j++, bit += p.step)
			out[j] = (int16_t)get(arena, bit, l->bits_x);
}

/* Sums of m columns from column j on. */
static inline void row_of(int16_t *const *row, const int16_t *w, int k,
			  int stride, int j, int m, int32_t bias, int32_t *acc)
{
	for (int i = 0; i < m; i++, j++) {
		acc[i] = bias;
#pragma GCC unroll 8
		for (int y = 0; y < k; y++)
			acc[i] = add_row(row[y] + j * stride, w + y * (k + 1),
					 k, acc[i]);
	}
}

static void sums_of_row(int16_t *const *row, const int16_t *w, int k,
			int stride, int j, int m, int32_t bias, int32_t *acc)
{
	if (k == 5 && KERNEL_MAX >= 5)
		row_of(row, w, 5, stride, j, m, bias, acc);
	else if (k == 7 && KERNEL_MAX >= 7)
		row_of(row, w, 7, stride, j, m, bias, acc);
	else
		row_of(row, w, k, stride, j, m, bias, acc);
}

static void load_taps(const struct layer *l, uint32_t c, int16_t *w)
{
	uint32_t k = l->kernel, bit = c * k * k * l->bits_w;

	for (uint32_t i = 0; i < k; i++, w += k + 1, bit += k * l->bits_w) {
		unpack(w, l->weight, bit, k, l->bits_w);
		w[k] = 0;
	}
}

/* From m sums of a channel, times scale, to its levels, put into the scratch; or
 * to *sum. */
static void finish_row(const struct layer *l, const struct rounding *r,
		       int32_t scale, uint32_t at, uint32_t m, int32_t *acc,
		       int64_t *sum)
{
	int16_t level[CHUNK];
	int wide = HAS_WIDE && l->flags & WIDE;

	if (!sum && !wide && l->bits_y == 8 && !(at & 7)) {
		bytes_of(r, scale, r->offset, m, acc, arena + at / 8, 1);
		return;
	}
	for (uint32_t i = 0; i < m; i++) {
		if ((l->flags & RELU) && acc[i] < 0)
			acc[i] = 0;
		if (sum)
			*sum += acc[i];
		else if (wide)
			level[i] = (int16_t)to_level_wide(
				(int64_t)acc[i] * scale, l->divisor, l->bits_y);
		else
			level[i] = (int16_t)to_level(*r, acc[i] * scale +
								 r->offset);
	}
	if (!sum)
		pack(arena, at, level, m, l->bits_y);
}

/* All outputs of channel c, a row at a time. Each is put into the scratch, or,
 * where sum is given, added to it. gate: 1, or what squeeze-and-excitation
 * multiplies with. */
static void channel(const struct layer *l, struct plane p, uint32_t c,
		    int32_t gate, int64_t *sum)
{
	int16_t rows[ROWS_MAX], w[KERNEL_MAX * (KERNEL_MAX + 1)];
	int16_t *row[KERNEL_MAX];
	int k = l->kernel, s = l->stride, columns = (l->width + s - 1) / s;
	int padded = l->width + 2 * (k / 2) + 1, next = 0;
	int32_t bias = bias_of(l, c), acc[CHUNK];
	struct rounding r = {0, 0, 0, 1, 0};
	uint32_t at = l->r;

	gate *= scale_of(l, c);
	if (!HAS_WIDE || !(l->flags & WIDE))
		r = rounding_of(l);
	load_taps(l, c, w);
	for (int i = 0; i < k; i++)
		row[i] = rows + i * padded;
	for (int top = 0; top < l->height; top += s) {
		for (; next < top + k; next++)
			load_row(l, p, next, next_row(row, k));
		for (int j = 0; j < columns; j += CHUNK) {
			int m = columns - j < CHUNK ? columns - j : CHUNK;

			if (k == 3)
				sums_of_three(row, j * s, w, s, m, bias, acc);
			else
				sums_of_row(row, w, k, s, j, m, bias, acc);
			finish_row(l, &r, gate, at, (uint32_t)m, acc, sum);
			at += (uint32_t)m * l->bits_y;
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
		uint32_t c = l->flags & DOWN ? l->in - 1u - i : i;
		struct plane x = plane_of(l->x, planar, c, in, l->in,
					  planar ? l->bits_x : y_bits);
		struct plane y = plane_of(l->y, planar, c, out, l->in, y_bits);

		channel(l, x, c, gates ? (int8_t)gates[c] : 1, 0);
		copy_out(l, y, out, y_bits);
	}
}
