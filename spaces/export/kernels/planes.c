/* SPDX-License-Identifier: 0BSD */
/* Channels of maps, one at a time. */
#ifndef NAS_PLANES
#define NAS_PLANES

#include "spaces/export/kernels/dots.c"

/* Products of a depthwise kernel's row: n weights, where n is odd a 0 behind them. */
static inline int32_t add_row(const int16_t *x, const int16_t *w, int n,
			      int32_t acc)
{
#ifdef __ARM_FEATURE_DSP
#pragma GCC unroll 4
	for (int j = 0; j < n; j += 2)
		acc = add_pair(x + j, w + j, acc);
#else
#pragma GCC unroll 8
	for (int j = 0; j < n; j++)
		acc += x[j] * w[j];
#endif
	return acc;
}

/* m sums of three rows of three, whose weights stay in registers. */
#ifdef __ARM_FEATURE_DSP
static void sums_of_three(int16_t *const *row, int at, const int16_t *w,
			  int stride, int m, int32_t bias, int32_t *acc)
{
	const int16_t *x = row[0] + at, *y = row[1] + at, *z = row[2] + at;
	int16x2_t a = PAIR(w, 0), b = PAIR(w, 1), c = PAIR(w, 2);
	int16x2_t d = PAIR(w, 3), e = PAIR(w, 4), f = PAIR(w, 5);

	for (; m; m--, x += stride, y += stride, z += stride) {
		int32_t sum = __smlad(PAIR(x, 0), a, bias);

		sum = __smlad(PAIR(x, 1), b, sum);
		sum = __smlad(PAIR(y, 0), c, sum);
		sum = __smlad(PAIR(y, 1), d, sum);
		sum = __smlad(PAIR(z, 0), e, sum);
		*acc++ = __smlad(PAIR(z, 1), f, sum);
	}
}
#else
static void sums_of_three(int16_t *const *row, int at, const int16_t *w,
			  int stride, int m, int32_t bias, int32_t *acc)
{
	const int16_t *x = row[0] + at, *y = row[1] + at, *z = row[2] + at;
	int32_t a = w[0], b = w[1], c = w[2], d = w[4], e = w[5], f = w[6];
	int32_t g = w[8], h = w[9], i = w[10];

	for (; m; m--, x += stride, y += stride, z += stride) {
		int32_t sum = bias + x[0] * a + x[1] * b + x[2] * c;

		sum += y[0] * d + y[1] * e + y[2] * f;
		*acc++ = sum + z[0] * g + z[1] * h + z[2] * i;
	}
}
#endif

/* The row that is needed no more becomes the last. */
static inline int16_t *next_row(int16_t **row, int k)
{
	int16_t *first = row[0];

	for (int i = 0; i + 1 < k; i++)
		row[i] = row[i + 1];
	row[k - 1] = first;
	return first;
}

struct plane { /* a channel of a map: its first value, from pixel to pixel */
	uint32_t bit, step;
};

/* The scratch goes to channel y, whose values are bits wide. */
static void copy_out(const struct layer *l, struct plane y, uint32_t n,
		     unsigned bits)
{
	uint32_t at = l->r;

	if (l->bits_y == 8 && bits == 8 && !((at | y.bit) & 7)) {
		uint8_t *out = arena + y.bit / 8;

		for (uint32_t j = 0; j < n; j++, out += y.step / 8)
			*out = arena[at / 8 + j];
		return;
	}
	for (uint32_t j = 0; j < n; j += CHUNK) {
		uint32_t m = n - j < CHUNK ? n - j : CHUNK;
		int16_t level[CHUNK];

		unpack(level, arena, at, m, l->bits_y);
		at += m * l->bits_y;
		if (y.step == bits)
			pack(arena, y.bit, level, m, bits);
		else
			for (uint32_t i = 0; i < m; i++)
				put(arena, y.bit + i * y.step, bits, level[i]);
		y.bit += m * y.step;
	}
}

#endif
