/* SPDX-License-Identifier: 0BSD */
/* Convolutions of all channels, dense layers: kernel 1 x 1 .. 31 x 31. */
#include "spaces/export/kernels/kernel.h"

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
	if (l->bits_x == 8 && !(bit & 7)) {
		const uint8_t *p = x + (bit >> 3);

		for (uint32_t c = 0; c < l->in; c++, p += step >> 3)
			out[c] = (int8_t)*p;
		return;
	}
	for (uint32_t c = 0; c < l->in; c++, bit += step)
		out[c] = (int16_t)get(x, bit, l->bits_x);
}

static int16_t *add_zeros(int16_t *out, int n)
{
	for (; n > 0; n--)
		*out++ = 0;
	return out;
}

/* What the kernel sees at an output: (row, column, channel), 0 outside. */
static void load_window(const struct layer *l, const uint8_t *x, int row,
			int column, int16_t *out)
{
	int k = l->kernel, top = row * l->stride - k / 2, in = l->in;
	int left = column * l->stride - k / 2, right = left + k;
	int first = left < 0 ? 0 : left;
	int last = right > l->width ? l->width : right;

	if (k == 1) {
		load_pixel(l, x, (uint32_t)(top * l->width + left), out);
		return;
	}
	for (int i = top; i < top + k; i++) {
		uint32_t at = (uint32_t)(i * l->width + first) * l->in;

		if (i < 0 || i >= l->height) {
			out = add_zeros(out, k * in);
			continue;
		}
		out = add_zeros(out, (first - left) * in);
		unpack(out, x, l->x + at * l->bits_x,
		       (uint32_t)((last - first) * in), l->bits_x);
		out = add_zeros(out + (last - first) * in, (right - last) * in);
	}
}

#ifdef __ARM_FEATURE_DSP
#define PAIR(x, i) (((const any_pair *)(const void *)(x))[i])

/* The second and fourth byte of a word. */
static inline int16x2_t odd_bytes(uint32_t v)
{
	int16x2_t x;

	__asm__("sxtb16 %0, %1, ror #8" : "=r"(x) : "r"(v));
	return x;
}

/* Four weights in a word, in the order 0 2 1 3. */
static inline int32_t dot8_word(const uint8_t *w, const int16_t *x, int32_t acc)
{
	uint32_t v = *(const any_word *)w;

	acc = __smlad(__sxtb16(v), PAIR(x, 0), acc);
	return __smlad(odd_bytes(v), PAIR(x, 1), acc);
}

/* Eight weights in a word; 16 times their sum. */
static inline int32_t dot4_word(const uint8_t *w, const int16_t *x, int32_t acc)
{
	uint32_t v = *(const any_word *)w;
	uint32_t high = v & 0xf0f0f0f0u, low = v << 4 & 0xf0f0f0f0u;

	acc = __smlad(__sxtb16(low), PAIR(x, 0), acc);
	acc = __smlad(odd_bytes(low), PAIR(x, 1), acc);
	acc = __smlad(__sxtb16(high), PAIR(x, 2), acc);
	return __smlad(odd_bytes(high), PAIR(x, 3), acc);
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

/* Two outputs, whose weights lie n behind each other. */
static inline void dot8_two(const uint8_t *w, const int16_t *x, uint32_t n,
			    int32_t *acc)
{
	const uint8_t *v = w + n;
	int32_t a = acc[0], b = acc[1];

	for (; n >= 8; n -= 8, w += 8, v += 8, x += 8) {
		a = dot8_word(w, x, a);
		b = dot8_word(v, x, b);
		a = dot8_word(w + 4, x + 4, a);
		b = dot8_word(v + 4, x + 4, b);
	}
	if (n >= 4) {
		a = dot8_word(w, x, a);
		b = dot8_word(v, x, b);
		n -= 4, w += 4, v += 4, x += 4;
	}
	for (; n; n--, x++) {
		a += (int8_t)*w++ * *x;
		b += (int8_t)*v++ * *x;
	}
	acc[0] = a;
	acc[1] = b;
}

static inline int32_t dot8(const uint8_t *w, const int16_t *x, uint32_t n,
			   int32_t acc)
{
	for (; n >= 4; n -= 4, w += 4, x += 4)
		acc = dot8_word(w, x, acc);
	for (; n; n--)
		acc += (int8_t)*w++ * *x++;
	return acc;
}

/* n is even. */
static inline void dot4_two(const uint8_t *w, const int16_t *x, uint32_t n,
			    int32_t *acc)
{
	const uint8_t *v = w + n / 2;
	int32_t a = 0, b = 0;

	for (; n >= 8; n -= 8, w += 4, v += 4, x += 8) {
		a = dot4_word(w, x, a);
		b = dot4_word(v, x, b);
	}
	a /= 16;
	b /= 16;
	for (; n; n -= 2, w++, v++, x += 2) {
		a += sign(*w, 4) * x[0] + sign((uint32_t)*w >> 4, 4) * x[1];
		b += sign(*v, 4) * x[0] + sign((uint32_t)*v >> 4, 4) * x[1];
	}
	acc[0] += a;
	acc[1] += b;
}

static inline int32_t dot4(const uint8_t *w, const int16_t *x, uint32_t n,
			   int32_t acc)
{
	int32_t a = 0;

	for (; n >= 8; n -= 8, w += 4, x += 8)
		a = dot4_word(w, x, a);
	acc += a / 16;
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

/* Sums of m outputs from c on, added to acc. */
static void dots(const struct layer *l, uint32_t c, uint32_t m,
		 const int16_t *x, uint32_t n, int32_t *acc)
{
	const uint8_t *w = l->weight + (c * n >> (l->bits_w == 4));
	uint32_t j = 0;

	if (HAS_W8 && l->bits_w == 8) {
		for (; j + 2 <= m; j += 2, w += 2 * n)
			dot8_two(w, x, n, acc + j);
		if (j < m)
			acc[j] = dot8(w, x, n, acc[j]);
	} else if (HAS_W4 && l->bits_w == 4 && !(n & 1)) {
		for (; j + 2 <= m; j += 2, w += n)
			dot4_two(w, x, n, acc + j);
		if (j < m)
			acc[j] = dot4(w, x, n, acc[j]);
	} else if (HAS_W_ANY) {
		for (; j < m; j++)
			acc[j] += dot_any(l->weight, (c + j) * n * l->bits_w,
					  l->bits_w, x, n);
	}
}

static inline void add_sum(uint8_t *p, int64_t t)
{
	put64(p, get64(p) + t);
}

static void finish_wide(const struct layer *l, uint8_t *y, uint32_t c,
			uint32_t m, const int32_t *acc, int16_t *value)
{
	for (uint32_t j = 0; j < m; j++) {
		int64_t t = (int64_t)acc[j] * scale_of(l, c + j) +
			    (int64_t)value[j] * l->residual_scale;

		if ((l->flags & RELU) && t < 0)
			t = 0;
		if (l->flags & SUMS)
			add_sum(y + l->y / 8 + 8 * (c + j), t);
		else
			value[j] = (int16_t)to_level_wide(t, l->divisor,
							  l->bits_y);
	}
}

/* What is no level: t[] (m) of a pixel, from channel c on. */
static void hand_over(const struct layer *l, uint8_t *y, uint32_t pixel,
		      uint32_t c, uint32_t m, int32_t *t)
{
	for (uint32_t j = 0; j < m; j++) {
		if ((l->flags & RELU) && t[j] < 0)
			t[j] = 0;
		if (HAS_MAPS && (l->flags & MAP) && emit)
			emit(emit_context, map_number, pixel * l->out + c + j,
			     t[j]);
		if (HAS_SUMS && (l->flags & SUMS))
			add_sum(y + l->y / 8 + 8 * (c + j), t[j]);
		else if (l->flags & RAW)
			put32(y + l->y / 8 + 4 * (c + j), (uint32_t)t[j]);
	}
}

static void store(const struct layer *l, uint8_t *y, uint32_t pixel,
		  uint32_t pixels, uint32_t c, uint32_t m, const int16_t *level)
{
	uint32_t step = pixels * l->bits_y;
	uint32_t bit = l->y + c * step + pixel * l->bits_y;

	if (!HAS_PLANAR || !(l->flags & PLANAR_Y)) {
		pack(y, l->y + (pixel * l->out + c) * l->bits_y, level, m,
		     l->bits_y);
	} else if (l->bits_y == 8 && !(bit & 7)) {
		y += bit >> 3;
		for (uint32_t j = 0; j < m; j++, y += pixels)
			*y = (uint8_t)level[j];
	} else {
		for (uint32_t j = 0; j < m; j++, bit += step)
			put(y, bit, l->bits_y, level[j]);
	}
}

/* From sums of m outputs to what is kept of them. */
static void finish(const struct layer *l, struct rounding r, uint8_t *y,
		   uint32_t pixel, uint32_t pixels, uint32_t c, uint32_t m,
		   int32_t *acc)
{
	int16_t value[CHUNK];
	int32_t scale = l->scale, shift = 0;

	if (HAS_RESIDUAL && l->bits_r)
		unpack(value, arena, l->r + (pixel * l->out + c) * l->bits_r, m,
		       l->bits_r);
	else
		shift = l->residual_scale;
	if (HAS_SCALES && !scale && !(l->flags & WIDE)) {
		for (uint32_t j = 0; j < m; j++)
			acc[j] *= scale_of(l, c + j);
		scale = 1;
	}
	if (HAS_WIDE && (l->flags & WIDE)) {
		for (uint32_t j = 0; j < m && !l->bits_r; j++)
			value[j] = 1;
		finish_wide(l, y, c, m, acc, value);
	} else if (l->flags & (MAP | SUMS | RAW)) {
		for (uint32_t j = 0; j < m; j++)
			acc[j] = acc[j] * scale +
				 (l->bits_r ? value[j] * l->residual_scale
					    : shift);
		hand_over(l, y, pixel, c, m, acc);
		for (uint32_t j = 0; j < m && l->bits_y; j++)
			value[j] = (int16_t)to_level(r, acc[j]);
	} else if (HAS_RESIDUAL && l->bits_r) {
		int32_t other = l->residual_scale;

		for (uint32_t j = 0; j < m; j++)
			value[j] = (int16_t)to_level(
				r, acc[j] * scale + value[j] * other);
	} else {
		for (uint32_t j = 0; j < m; j++)
			value[j] = (int16_t)to_level(r, acc[j] * scale + shift);
	}
	if (l->bits_y)
		store(l, y, pixel, pixels, c, m, value);
}

static void load_bias(const struct layer *l, uint32_t c, uint32_t m,
		      int32_t *acc)
{
	int16_t bias[CHUNK];

	if (l->bits_b > 16) {
		for (uint32_t j = 0; j < m; j++)
			acc[j] = (int32_t)get32(l->bias + 4 * (c + j));
		return;
	}
	unpack(bias, l->bias, c * l->bits_b, m, l->bits_b);
	for (uint32_t j = 0; j < m; j++)
		acc[j] = bias[j];
}

/* x and y are the arena, or vectors beside it. */
static void convolve(const struct layer *l, const uint8_t *x, uint8_t *y)
{
	int16_t window[WINDOW_MAX];
	struct rounding r = {0, 0, 0, 0, 1, 0};
	uint32_t s = l->stride, columns = (l->width + s - 1) / s;
	uint32_t pixels = (l->height + s - 1) / s * columns;
	uint32_t n = (uint32_t)l->kernel * l->kernel * l->in;
	uint32_t chunks = (l->out + CHUNK - 1) / CHUNK;

	if (l->bits_y && !(l->flags & WIDE))
		r = rounding_of(l);
	for (uint32_t i = 0; i < pixels; i++) {
		int down = l->flags & DOWN;
		uint32_t pixel = down ? pixels - 1 - i : i;

		load_window(l, x, (int)(pixel / columns),
			    (int)(pixel % columns), window);
		for (uint32_t k = 0; k < chunks; k++) {
			uint32_t c = (down ? chunks - 1 - k : k) * CHUNK;
			uint32_t m = l->out - c < CHUNK ? l->out - c : CHUNK;
			int32_t acc[CHUNK];

			load_bias(l, c, m, acc);
			dots(l, c, m, window, n, acc);
			finish(l, r, y, pixel, pixels, c, m, acc);
		}
	}
}
