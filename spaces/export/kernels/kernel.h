/* SPDX-License-Identifier: 0BSD */
/*
 * What all kernels of an exported network share: packed levels, layers, the
 * step from a sum to a level. This file and those beside it are copied into
 * what 'nas export --to c' writes, in the order of their names there; lines
 * that include one of them are left out.
 *
 * Levels are signed numbers of 1 to 16 bits, one after another without gaps:
 * bit i of a stream is bit i % 8 of byte i / 8. Maps lie pixel by pixel (row,
 * column, channel), or channel by channel where a layer says PLANAR.
 *
 * A layer computes acc = bias + sum of weight x level, t = acc x scale +
 * residual x residual_scale, and level = t / divisor, rounded half to even; where
 * scale is 0, each channel has its own, 16 bits behind the biases. That is the
 * exact quotient of the network's scales. Bounds of acc and t were proved when
 * the network was written; where t needs more than 32 bits the layer says WIDE.
 */
#ifndef NAS_KERNEL_H
#define NAS_KERNEL_H

#include <stdint.h>

#ifndef ARENA_BYTES /* this file alone; a network brings its own */
#define ARENA_BYTES  4096
#define WINDOW_MAX   64	 /* values under the kernel of a convolution */
#define ROWS_MAX     256 /* values of a depthwise kernel's rows, padded */
#define KERNEL_MAX   7	 /* side of a depthwise kernel */
#define VECTOR_MAX   64	 /* channels that are squeezed */
#define SQUEEZE_MAX  16	 /* to so many */
#define HAS_WIDE     1
#define HAS_SCALES   1
#define HAS_RESIDUAL 1
#define HAS_SUMS     1
#define HAS_MAPS     1
#define HAS_PLANAR   1
#define HAS_PARTS    1
#define HAS_DOTS     1
#define HAS_W8	     1
#define HAS_W4	     1
#define HAS_W_ANY    1
#define TRACE_VECTOR(i, vector, n) ((void)0)
#endif

enum {
	RELU = 1,
	DOWN = 2,     /* from the last value to the first: what is written lies
		       * over what is still to be read */
	PLANAR_X = 4, /* layout of the input */
	PLANAR_Y = 8, /* and of the output */
	WIDE = 16,    /* t, or what rounds it, in 64 bits */
	SUMS = 32,    /* sums of t over all pixels instead of levels */
	MAP = 64,     /* t goes to emit() too */
	RAW = 128,    /* t is the output, in 32 bits */
	NO_LEVELS = WIDE | SUMS | MAP | RAW /* not those alone, in 32 bits */
};

struct layer {
	const uint8_t *weight; /* streams of bits_w, one output after another */
	const uint8_t *bias;   /* of bits_b: up to 16, or 32 */
	uint32_t x, y, r;      /* first bits in the arena: input, output, and
				* residual or scratch */
	int32_t scale, residual_scale, divisor;
	uint16_t height, width, in, out; /* of the input; channels */
	uint8_t kernel, stride, bits_x, bits_w, bits_y, bits_r, bits_b,
		flags;
};

static _Alignas(8) uint8_t arena[ARENA_BYTES];

static inline int32_t sign(uint32_t v, unsigned bits)
{
	uint32_t half = (uint32_t)1 << (bits - 1);

	return (int32_t)((v & (2 * half - 1)) ^ half) - (int32_t)half;
}

static inline int32_t get(const uint8_t *p, uint32_t bit, unsigned bits)
{
	unsigned shift = bit & 7;
	uint32_t v;

	p += bit >> 3;
	v = p[0];
	if (shift + bits > 8)
		v |= (uint32_t)p[1] << 8;
	if (shift + bits > 16)
		v |= (uint32_t)p[2] << 16;
	return sign(v >> shift, bits);
}

static inline void put(uint8_t *p, uint32_t bit, unsigned bits, int32_t level)
{
	unsigned shift = bit & 7;
	uint32_t mask = (((uint32_t)1 << bits) - 1) << shift;
	uint32_t v = (uint32_t)level << shift & mask;

	p += bit >> 3;
	p[0] = (uint8_t)((p[0] & ~mask) | v);
	if (shift + bits > 8)
		p[1] = (uint8_t)((p[1] & ~(mask >> 8)) | v >> 8);
	if (shift + bits > 16)
		p[2] = (uint8_t)((p[2] & ~(mask >> 16)) | v >> 16);
}

static inline uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

static inline void put32(uint8_t *p, uint32_t x)
{
	p[0] = (uint8_t)x;
	p[1] = (uint8_t)(x >> 8);
	p[2] = (uint8_t)(x >> 16);
	p[3] = (uint8_t)(x >> 24);
}

#if HAS_PARTS
struct part { /* of a map whose channels lie in several places */
	const int8_t *read; /* from what lies there to what is read; 0 = it */
	uint32_t bit;
	uint16_t channels, all; /* of the part, of the map */
	uint8_t bits;
};

/* Level i of such a map: of its pixels one after another. */
static inline int32_t part_level(const struct part *p, uint32_t i)
{
	uint32_t pixel = i / p->all, c = i - pixel * p->all;
	int32_t v;

	while (c >= p->channels)
		c -= p++->channels;
	v = get(arena, p->bit + (pixel * p->channels + c) * p->bits, p->bits);
	return p->read ? p->read[v] : v;
}
#endif

static inline int32_t bias_of(const struct layer *l, uint32_t c)
{
	const uint8_t *p = l->bias + 2 * c;

	if (l->bits_b == 16)
		return (int16_t)(p[0] | p[1] << 8);
	if (l->bits_b == 32)
		return (int32_t)get32(p + 2 * c);
	return get(l->bias, c * l->bits_b, l->bits_b);
}

/* What acc of channel c is multiplied with. */
static inline int32_t scale_of(const struct layer *l, uint32_t c)
{
	uint32_t at = ((uint32_t)l->out * l->bits_b + 7) / 8 + 2 * c;

	if (!HAS_SCALES || l->scale)
		return l->scale;
	return l->bias[at] | l->bias[at + 1] << 8;
}

static inline int64_t get64(const uint8_t *p)
{
	return (int64_t)((uint64_t)get32(p + 4) << 32 | get32(p));
}

static inline void put64(uint8_t *p, int64_t x)
{
	put32(p, (uint32_t)x);
	put32(p + 4, (uint32_t)((uint64_t)x >> 32));
}

/* t / d to the nearest, half to even, as a level: for what needs 64 bits. */
static inline int32_t to_level_wide(int64_t t, int64_t d, unsigned bits)
{
	int64_t q = t / d, r = t - q * d, half = (int64_t)1 << (bits - 1);
	uint64_t twice = 2 * (uint64_t)(r < 0 ? -r : r);

	if (twice > (uint64_t)d || (twice == (uint64_t)d && (q & 1)))
		q += t < 0 ? -1 : 1;
	return (int32_t)(q < -half ? -half : q >= half ? half - 1 : q);
}

/* The same for many, prepared: t + offset is positive from the least level on. */
struct rounding {
	int32_t least, offset;
	uint32_t levels, divisor, ties; /* above the least */
};

static inline struct rounding rounding_of(const struct layer *l)
{
	int32_t half = (int32_t)1 << (l->bits_y - 1), d = l->divisor;
	int32_t least = l->flags & RELU ? 0 : -half;

	return (struct rounding){least, d / 2 - least * d,
				 (uint32_t)(half - 1 - least), (uint32_t)d,
				 !(d & 1) && half > 1};
}

/* v: t + offset. */
static inline int32_t to_level(struct rounding r, int32_t v)
{
	uint32_t u = v < 0 ? 0 : (uint32_t)v, q = u / r.divisor;

	if (u == q * r.divisor) /* between two levels, where d is even */
		q -= (q ^ (uint32_t)r.least) & r.ties;
	return (int32_t)(q < r.levels ? q : r.levels) + r.least;
}

#ifdef __GNUC__
#define SEPARATE __attribute__((noinline, unused))
#else
#define SEPARATE
#endif

#define CHUNK 32 /* channels or columns that are handled at once */

/* What a convolution sees: 16 bits where products go two at a time. */
#ifdef __ARM_FEATURE_DSP
typedef int16_t operand;
#define WINDOW_OPERANDS WINDOW_MAX
#else
typedef int8_t operand;
#define WINDOW_OPERANDS (2 * WINDOW_MAX)
#endif

/* Two products: x[0] w[0] + x[1] w[1]; w at a word. */
#ifdef __ARM_FEATURE_DSP
#include <arm_acle.h>
typedef uint32_t __attribute__((may_alias, aligned(1))) any_word;
typedef int16x2_t __attribute__((may_alias, aligned(2))) any_pair;

static inline int32_t add_pair(const int16_t *x, const int16_t *w, int32_t acc)
{
	return __smlad(*(const any_pair *)(const void *)x,
		       *(const any_pair *)(const void *)w, acc);
}
#else
static inline int32_t add_pair(const int16_t *x, const int16_t *w, int32_t acc)
{
	return acc + x[0] * w[0] + x[1] * w[1];
}
#endif

#endif
