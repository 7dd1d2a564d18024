/* SPDX-License-Identifier: 0BSD */
/* Convolutions of all channels, dense layers: kernel 1 x 1 .. 31 x 31. */
#include "spaces/export/kernels/kernel.h"

/* n levels as 16-bit numbers. */
static void unpack(int16_t *out, const uint8_t *p, uint32_t bit, uint32_t n,
		   unsigned bits)
{
	uint32_t v, i = 0;
	unsigned have;

	p += bit >> 3;
	if (bits == 8 && !(bit & 7)) {
		for (; i < n; i++)
			out[i] = (int8_t)p[i];
		return;
	}
	v = (uint32_t)*p++ >> (bit & 7);
	have = 8 - (bit & 7);
	for (; i < n; i++) {
		while (have < bits) {
			v |= (uint32_t)*p++ << have;
			have += 8;
		}
		out[i] = (int16_t)sign(v, bits);
		v >>= bits;
		have -= bits;
	}
}

/* One pixel's channels. */
static void load_pixel(const struct layer *l, const uint8_t *x, uint32_t pixel,
		       int16_t *out)
{
	uint32_t step = (uint32_t)l->height * l->width * l->bits_x;
	uint32_t bit = l->x + pixel * l->bits_x;

	if (!HAS_PLANAR || !(l->flags & PLANAR_X)) {
		unpack(out, x, l->x + pixel * l->in * l->bits_x, l->in,
		       l->bits_x);
		return;
	}
	for (uint32_t c = 0; c < l->in; c++, bit += step)
		out[c] = (int16_t)get(x, bit, l->bits_x);
}

/* What the kernel sees at an output: (row, column, channel), 0 outside. */
static void load_window(const struct layer *l, const uint8_t *x, int row,
			int column, int16_t *out)
{
	int k = l->kernel, top = row * l->stride - k / 2;
	int left = column * l->stride - k / 2;

	for (int i = top; i < top + k; i++)
		for (int j = left; j < left + k; j++, out += l->in) {
			if (i >= 0 && i < l->height && j >= 0 && j < l->width)
				load_pixel(l, x,
					   (uint32_t)i * l->width + (uint32_t)j,
					   out);
			else
				for (uint32_t c = 0; c < l->in; c++)
					out[c] = 0;
		}
}

#ifdef __ARM_FEATURE_DSP
#include <arm_acle.h>
typedef uint32_t __attribute__((may_alias, aligned(1))) any_word;
typedef int16x2_t __attribute__((may_alias)) any_pair;
#define PAIR(x, i) (((const any_pair *)(const void *)(x))[i])

static inline uint32_t turn(uint32_t v)
{
	return v >> 8 | v << 24;
}

/* Four weights in a word, in the order 0 2 1 3. */
static inline int32_t dot8_word(const uint8_t *w, const int16_t *x, int32_t acc)
{
	uint32_t v = *(const any_word *)w;

	acc = __smlad(__sxtb16(v), PAIR(x, 0), acc);
	return __smlad(__sxtb16(turn(v)), PAIR(x, 1), acc);
}

/* Eight weights in a word; 16 times their sum. */
static inline int32_t dot4_word(const uint8_t *w, const int16_t *x, int32_t acc)
{
	uint32_t v = *(const any_word *)w;
	uint32_t high = v & 0xf0f0f0f0u, low = v << 4 & 0xf0f0f0f0u;

	acc = __smlad(__sxtb16(low), PAIR(x, 0), acc);
	acc = __smlad(__sxtb16(turn(low)), PAIR(x, 1), acc);
	acc = __smlad(__sxtb16(high), PAIR(x, 2), acc);
	return __smlad(__sxtb16(turn(high)), PAIR(x, 3), acc);
}
#else
static inline int32_t dot8_word(const uint8_t *w, const int16_t *x, int32_t acc)
{
	acc += (int8_t)w[0] * x[0] + (int8_t)w[1] * x[2];
	return acc + (int8_t)w[2] * x[1] + (int8_t)w[3] * x[3];
}

#define HIGH(b) ((int8_t)((b) & 0xf0))
#define LOW(b)	((int8_t)(uint8_t)((b) << 4))
static inline int32_t dot4_word(const uint8_t *w, const int16_t *x, int32_t acc)
{
	acc += LOW(w[0]) * x[0] + HIGH(w[0]) * x[4];
	acc += LOW(w[1]) * x[2] + HIGH(w[1]) * x[6];
	acc += LOW(w[2]) * x[1] + HIGH(w[2]) * x[5];
	return acc + LOW(w[3]) * x[3] + HIGH(w[3]) * x[7];
}
#endif

static inline int32_t dot8(const uint8_t *w, const int16_t *x, uint32_t n)
{
	int32_t acc = 0;

	for (; n >= 16; n -= 16, w += 16, x += 16) {
		acc = dot8_word(w, x, acc);
		acc = dot8_word(w + 4, x + 4, acc);
		acc = dot8_word(w + 8, x + 8, acc);
		acc = dot8_word(w + 12, x + 12, acc);
	}
	for (; n >= 4; n -= 4, w += 4, x += 4)
		acc = dot8_word(w, x, acc);
	for (; n; n--)
		acc += (int8_t)*w++ * *x++;
	return acc;
}

/* n is even. */
static inline int32_t dot4(const uint8_t *w, const int16_t *x, uint32_t n)
{
	int32_t acc = 0;

	for (; n >= 16; n -= 16, w += 8, x += 16) {
		acc = dot4_word(w, x, acc);
		acc = dot4_word(w + 4, x + 8, acc);
	}
	if (n >= 8) {
		acc = dot4_word(w, x, acc);
		n -= 8, w += 4, x += 8;
	}
	acc /= 16;
	for (; n; n -= 2, w++, x += 2)
		acc += sign(*w, 4) * x[0] + sign((uint32_t)*w >> 4, 4) * x[1];
	return acc;
}

static int32_t dot_any(const uint8_t *w, uint32_t bit, unsigned bits,
		       const int16_t *x, uint32_t n)
{
	uint32_t v;
	unsigned have = 8 - (bit & 7);
	int32_t acc = 0;

	w += bit >> 3;
	v = (uint32_t)*w++ >> (bit & 7);
	for (; n; n--) {
		if (have < bits) {
			v |= (uint32_t)*w++ << have;
			have += 8;
		}
		acc += sign(v, bits) * *x++;
		v >>= bits;
		have -= bits;
	}
	return acc;
}

static inline int32_t dot(const struct layer *l, uint32_t c, const int16_t *x,
			  uint32_t n)
{
	if (l->bits_w == 8)
		return dot8(l->weight + c * n, x, n);
	if (l->bits_w == 4 && !(n & 1))
		return dot4(l->weight + c * n / 2, x, n);
	return dot_any(l->weight, c * n * l->bits_w, l->bits_w, x, n);
}

static void finish_wide(const struct layer *l, uint8_t *y, uint32_t bit,
			uint32_t c, int32_t acc, int32_t residual)
{
	int64_t t = (int64_t)acc * l->scale +
		    (int64_t)residual * l->residual_scale;

	if ((l->flags & RELU) && t < 0)
		t = 0;
	if (l->flags & SUMS)
		put64(y + l->y / 8 + 8 * c, get64(y + l->y / 8 + 8 * c) + t);
	else
		put(y, bit, l->bits_y, to_level_wide(t, l->divisor, l->bits_y));
}

/* From the sum of an output to what is kept of it. */
static inline void finish(const struct layer *l, uint8_t *y, uint32_t pixel,
			  uint32_t pixels, uint32_t c, int32_t acc)
{
	uint32_t index = pixel * l->out + c;
	uint32_t at = HAS_PLANAR && (l->flags & PLANAR_Y) ? c * pixels + pixel
							   : index;
	uint32_t bit = l->y + at * l->bits_y;
	int32_t residual = 1, t;

	if (HAS_RESIDUAL && l->bits_r)
		residual = get(arena, l->r + index * l->bits_r, l->bits_r);
	if (HAS_WIDE && (l->flags & WIDE)) {
		finish_wide(l, y, bit, c, acc, residual);
		return;
	}
	t = acc * l->scale + residual * l->residual_scale;
	if ((l->flags & RELU) && t < 0)
		t = 0;
	if (HAS_MAPS && (l->flags & MAP) && emit)
		emit(emit_context, map_number, index, t);
	if (HAS_SUMS && (l->flags & SUMS))
		put64(y + l->y / 8 + 8 * c, get64(y + l->y / 8 + 8 * c) + t);
	else if (l->flags & RAW)
		put32(y + l->y / 8 + 4 * c, (uint32_t)t);
	else if (!HAS_MAPS || l->bits_y)
		put(y, bit, l->bits_y, to_level(t, l->divisor, l->bits_y));
}

/* x and y are the arena, or vectors beside it. */
static void convolve(const struct layer *l, const uint8_t *x, uint8_t *y)
{
	int16_t window[WINDOW_MAX];
	uint32_t s = l->stride, columns = (l->width + s - 1) / s;
	uint32_t pixels = (l->height + s - 1) / s * columns;
	uint32_t n = (uint32_t)l->kernel * l->kernel * l->in;

	for (uint32_t i = 0; i < pixels; i++) {
		int down = HAS_DOWN && (l->flags & DOWN);
		uint32_t pixel = down ? pixels - 1 - i : i;

		load_window(l, x, (int)(pixel / columns),
			    (int)(pixel % columns), window);
		for (uint32_t j = 0; j < l->out; j++) {
			uint32_t c = down ? l->out - 1u - j : j;

			finish(l, y, pixel, pixels, c,
			       bias_of(l, c) + dot(l, c, window, n));
		}
	}
}
