/* SPDX-License-Identifier: 0BSD */
/* Products of weights of any bits with what a kernel sees, and biases. */
#ifndef NAS_DOTS
#define NAS_DOTS

#include "spaces/export/kernels/kernel.h"

/* n levels, to and from 16-bit numbers. */
static void unpack(int16_t *out, const uint8_t *p, uint32_t bit, uint32_t n,
		   unsigned bits)
{
	unsigned have = 8 - (bit & 7);
	uint32_t v;

	p += bit >> 3;
	if (bits == 8 && have == 8) {
		for (uint32_t i = 0; i < n; i++)
			out[i] = (int8_t)p[i];
		return;
	}
	v = (uint32_t)*p++ >> (bit & 7);
	for (uint32_t i = 0; i < n; i++) {
		while (have < bits) {
			v |= (uint32_t)*p++ << have;
			have += 8;
		}
		out[i] = (int16_t)sign(v, bits);
		v >>= bits;
		have -= bits;
	}
}

static void pack(uint8_t *p, uint32_t bit, const int16_t *level, uint32_t n,
		 unsigned bits)
{
	unsigned have = bit & 7;
	uint32_t v, mask = ((uint32_t)1 << bits) - 1;

	p += bit >> 3;
	if (bits == 8 && have == 0) {
		for (uint32_t i = 0; i < n; i++)
			p[i] = (uint8_t)level[i];
		return;
	}
	v = have ? *p & (((uint32_t)1 << have) - 1) : 0;
	for (uint32_t i = 0; i < n; i++) {
		v |= ((uint32_t)level[i] & mask) << have;
		for (have += bits; have >= 8; have -= 8) {
			*p++ = (uint8_t)v;
			v >>= 8;
		}
	}
	if (have)
		*p = (uint8_t)((*p & ~(((uint32_t)1 << have) - 1)) | v);
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

#if HAS_DOTS
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

#endif

#endif
