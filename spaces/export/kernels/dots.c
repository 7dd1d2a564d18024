/* SPDX-License-Identifier: 0BSD */
/* Products of weights of any bits with what a kernel sees, and biases. */
#ifndef NAS_DOTS
#define NAS_DOTS

#include "spaces/export/kernels/kernel.h"

/* A stream of levels as it is read. */
struct stream {
	const uint8_t *next;
	uint32_t v;
	unsigned have;
};

static inline struct stream stream_at(const uint8_t *p, uint32_t bit)
{
	p += bit >> 3;
	return (struct stream){p + 1, (uint32_t)*p >> (bit & 7), 8 - (bit & 7)};
}

static inline int32_t next_level(struct stream *s, unsigned bits)
{
	int32_t level;

	while (s->have < bits) {
		s->v |= (uint32_t)*s->next++ << s->have;
		s->have += 8;
	}
	level = sign(s->v, bits);
	s->v >>= bits;
	s->have -= bits;
	return level;
}

/* n levels to numbers of a type. */
#define UNPACK(name, type)                                                     \
	static SEPARATE void name(type *out, const uint8_t *p, uint32_t bit,   \
				  uint32_t n, unsigned bits)                   \
	{                                                                      \
		struct stream s = stream_at(p, bit);                           \
                                                                               \
		if (bits == 8 && s.have == 8) {                                \
			p += bit >> 3;                                         \
			_Pragma("GCC unroll 4")                                \
			for (uint32_t i = 0; i < n; i++)                       \
				out[i] = (int8_t)p[i];                         \
			return;                                                \
		}                                                              \
		for (uint32_t i = 0; i < n; i++)                               \
			out[i] = (type)next_level(&s, bits);                   \
	}

UNPACK(unpack, int16_t)
#ifdef __ARM_FEATURE_DSP
#define unpack_operands unpack
#else
UNPACK(unpack_operands, operand)
#endif

/* n levels from 16-bit numbers. */
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
static inline int32_t dot8_word(const uint8_t *w, const operand *x, int32_t acc)
{
	uint32_t v = *(const any_word *)w;

	acc = __smlad(__sxtb16(v), PAIR(x, 0), acc);
	return __smlad(odd_bytes(v), PAIR(x, 1), acc);
}

/* Eight weights in a word; 16 times their sum. */
static inline int32_t dot4_word(const uint8_t *w, const operand *x, int32_t acc)
{
	uint32_t v = *(const any_word *)w;
	uint32_t high = v & 0xf0f0f0f0u, low = v << 4 & 0xf0f0f0f0u;

	acc = __smlad(__sxtb16(low), PAIR(x, 0), acc);
	acc = __smlad(odd_bytes(low), PAIR(x, 1), acc);
	acc = __smlad(__sxtb16(high), PAIR(x, 2), acc);
	return __smlad(odd_bytes(high), PAIR(x, 3), acc);
}
#else
static inline int32_t dot8_word(const uint8_t *w, const operand *x, int32_t acc)
{
	acc += (int8_t)w[0] * x[0] + (int8_t)w[1] * x[2];
	return acc + (int8_t)w[2] * x[1] + (int8_t)w[3] * x[3];
}

#define HIGH(b) ((int8_t)(b) & ~15)
#define LOW(b)	((int32_t)((uint32_t)(b) << 28) >> 24)
static inline int32_t dot4_word(const uint8_t *w, const operand *x, int32_t acc)
{
	acc += LOW(w[0]) * x[0] + HIGH(w[0]) * x[4];
	acc += LOW(w[1]) * x[2] + HIGH(w[1]) * x[6];
	acc += LOW(w[2]) * x[1] + HIGH(w[2]) * x[5];
	return acc + LOW(w[3]) * x[3] + HIGH(w[3]) * x[7];
}
#endif

/* Two outputs, whose weights lie n behind each other. */
static inline void dot8_two(const uint8_t *w, const operand *x, uint32_t n,
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

static inline int32_t dot8(const uint8_t *w, const operand *x, uint32_t n,
			   int32_t acc)
{
	for (; n >= 4; n -= 4, w += 4, x += 4)
		acc = dot8_word(w, x, acc);
	for (; n; n--)
		acc += (int8_t)*w++ * *x++;
	return acc;
}

/* n is even. */
static inline void dot4_two(const uint8_t *w, const operand *x, uint32_t n,
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

static inline int32_t dot4(const uint8_t *w, const operand *x, uint32_t n,
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

/* Two outputs (a, b) of two pixels. */
struct four {
	int32_t a[2], b[2];
};

static inline void four(struct four *s, int32_t w, int32_t v, int32_t x,
			int32_t y)
{
	s->a[0] += w * x;
	s->a[1] += w * y;
	s->b[0] += v * x;
	s->b[1] += v * y;
}

#ifdef __ARM_FEATURE_DSP
/* The word at w + n: gcc would have a pointer there, for which there is no register. */
static inline uint32_t word_at(const uint8_t *w, uint32_t n)
{
	uint32_t v;

	__asm__("ldr %0, [%1, %2]" : "=r"(v) : "r"(w), "r"(n));
	return v;
}

static inline void four8(struct four *s, const uint8_t *w, uint32_t n,
			 const operand *x, const operand *y)
{
	uint32_t v = word_at(w, n);

	s->a[0] = dot8_word(w, x, s->a[0]);
	s->a[1] = dot8_word(w, y, s->a[1]);
	s->b[0] = __smlad(__sxtb16(v), PAIR(x, 0), s->b[0]);
	s->b[1] = __smlad(__sxtb16(v), PAIR(y, 0), s->b[1]);
	s->b[0] = __smlad(odd_bytes(v), PAIR(x, 1), s->b[0]);
	s->b[1] = __smlad(odd_bytes(v), PAIR(y, 1), s->b[1]);
}

static inline void four4(struct four *s, const uint8_t *w, const uint8_t *v,
			 const operand *x, const operand *y)
{
	s->a[0] = dot4_word(w, x, s->a[0]);
	s->a[1] = dot4_word(w, y, s->a[1]);
	s->b[0] = dot4_word(v, x, s->b[0]);
	s->b[1] = dot4_word(v, y, s->b[1]);
}
#else
static inline void four8(struct four *s, const uint8_t *w, uint32_t n,
			 const operand *x, const operand *y)
{
	const uint8_t *v = w + n;

	four(s, (int8_t)w[0], (int8_t)v[0], x[0], y[0]);
	four(s, (int8_t)w[1], (int8_t)v[1], x[2], y[2]);
	four(s, (int8_t)w[2], (int8_t)v[2], x[1], y[1]);
	four(s, (int8_t)w[3], (int8_t)v[3], x[3], y[3]);
}

/* These sums first: what is read for all of them is more than registers hold. */
#ifdef __GNUC__
#define IN_ORDER(s)                                                            \
	__asm__ volatile(""                                                    \
			 : "+r"((s)->a[0]), "+r"((s)->a[1]), "+r"((s)->b[0]),  \
			   "+r"((s)->b[1])                                     \
			 :                                                     \
			 : "memory")
#else
#define IN_ORDER(s) ((void)0)
#endif

/* The weights of a byte. */
static inline void four4_byte(struct four *s, int32_t w, int32_t v,
			      const operand *x, const operand *y)
{
	four(s, w & ~15, v & ~15, x[4], y[4]);
	four(s, LOW(w), LOW(v), x[0], y[0]);
}

static inline void four4(struct four *s, const uint8_t *w, const uint8_t *v,
			 const operand *x, const operand *y)
{
	const int8_t *a = (const int8_t *)w, *b = (const int8_t *)v;

	four4_byte(s, a[0], b[0], x, y);
	IN_ORDER(s);
	four4_byte(s, a[1], b[1], x + 2, y + 2);
	IN_ORDER(s);
	four4_byte(s, a[2], b[2], x + 1, y + 1);
	IN_ORDER(s);
	four4_byte(s, a[3], b[3], x + 3, y + 3);
}
#endif

/* The second pixel's values lie n behind the first one's, its sums CHUNK. */
static inline void put_four(struct four s, int32_t *acc)
{
	acc[0] = s.a[0];
	acc[1] = s.b[0];
	acc[CHUNK] = s.a[1];
	acc[CHUNK + 1] = s.b[1];
}

static inline void dot8_four(const uint8_t *w, const operand *x, uint32_t n,
			     int32_t *acc)
{
	const uint8_t *end = w + (n & ~3u);
	const operand *y = x + n;
	struct four s = {{acc[0], acc[0]}, {acc[1], acc[1]}};

	for (; w != end; w += 4, x += 4, y += 4)
		four8(&s, w, n, x, y);
	for (end += n & 3; w != end; w++, x++, y++)
		four(&s, (int8_t)w[0], (int8_t)w[n], *x, *y);
	put_four(s, acc);
}

static inline void dot4_four(const uint8_t *w, const operand *x, uint32_t n,
			     int32_t *acc)
{
	const uint8_t *v = w + n / 2;
	const operand *y = x + n;
	struct four s = {{acc[0] * 16, acc[0] * 16}, {acc[1] * 16, acc[1] * 16}};

	for (; n >= 8; n -= 8, w += 4, v += 4, x += 8, y += 8)
		four4(&s, w, v, x, y);
	for (int i = 0; i < 2; i++) {
		s.a[i] >>= 4; /* exact */
		s.b[i] >>= 4;
	}
	for (; n; n -= 2, w++, v++, x += 2, y += 2) {
		four(&s, sign(*w, 4), sign(*v, 4), x[0], y[0]);
		four(&s, sign((uint32_t)*w >> 4, 4),
		     sign((uint32_t)*v >> 4, 4), x[1], y[1]);
	}
	put_four(s, acc);
}

/* m outputs, two at a time; apart from what calls them, so that what turns most
 * has the registers. */
static SEPARATE void dots8_four(const uint8_t *w, const operand *x, uint32_t n,
				uint32_t m, int32_t *acc)
{
	for (; m >= 2; m -= 2, w += 2 * n, acc += 2)
		dot8_four(w, x, n, acc);
}

static SEPARATE void dots4_four(const uint8_t *w, const operand *x, uint32_t n,
				uint32_t m, int32_t *acc)
{
	for (; m >= 2; m -= 2, w += n, acc += 2)
		dot4_four(w, x, n, acc);
}

/* Levels of 8 bits of m sums, times scale, and shift: step bytes from each to the
 * next. */
static SEPARATE void bytes_of(const struct rounding *of, int32_t scale,
			      int32_t shift, uint32_t m, const int32_t *acc,
			      uint8_t *level, uint32_t step)
{
	struct rounding r = *of;

	for (; m; m--, level += step)
		*level = (uint8_t)to_level(r, *acc++ * scale + shift);
}

#if HAS_DOTS
static int32_t dot_any(const uint8_t *w, uint32_t bit, unsigned bits,
		       const operand *x, uint32_t n)
{
	struct stream s = stream_at(w, bit);
	int32_t acc = 0;

	for (; n; n--)
		acc += next_level(&s, bits) * *x++;
	return acc;
}

/* Products of output c. */
static int32_t dot_one(const struct layer *l, uint32_t c, const operand *x,
		       uint32_t n)
{
	if (HAS_W8 && l->bits_w == 8)
		return dot8(l->weight + c * n, x, n, 0);
	if (HAS_W4 && l->bits_w == 4 && !(n & 1))
		return dot4(l->weight + c * n / 2, x, n, 0);
	return HAS_W_ANY ? dot_any(l->weight, c * n * l->bits_w, l->bits_w, x,
				   n)
			 : 0;
}

/* Sums of m outputs from c on, added to acc. */
static void dots(const struct layer *l, uint32_t c, uint32_t m,
		 const operand *x, uint32_t n, int32_t *acc)
{
	const uint8_t *w = l->weight + (c * n >> (l->bits_w == 4));
	uint32_t j = 0;

	if (HAS_W8 && l->bits_w == 8)
		for (; j + 2 <= m; j += 2, w += 2 * n)
			dot8_two(w, x, n, acc + j);
	else if (HAS_W4 && l->bits_w == 4 && !(n & 1))
		for (; j + 2 <= m; j += 2, w += n)
			dot4_two(w, x, n, acc + j);
	for (; j < m; j++)
		acc[j] += dot_one(l, c + j, x, n);
}

/* The same of two pixels: the second one's values lie n behind the first one's,
 * its sums CHUNK behind. */
static void dots_of_two(const struct layer *l, uint32_t c, uint32_t m,
			const operand *x, uint32_t n, int32_t *acc)
{
	const uint8_t *w = l->weight + (c * n >> (l->bits_w == 4));
	uint32_t j = 0;

	if (HAS_W8 && l->bits_w == 8) {
		dots8_four(w, x, n, m, acc);
		j = m & ~1u;
	} else if (HAS_W4 && l->bits_w == 4 && !(n & 1)) {
		dots4_four(w, x, n, m, acc);
		j = m & ~1u;
	}
	for (; j < m; j++) {
		acc[CHUNK + j] = acc[j] + dot_one(l, c + j, x + n, n);
		acc[j] += dot_one(l, c + j, x, n);
	}
}

static void load_bias(const struct layer *l, uint32_t c, uint32_t m,
		      int32_t *acc)
{
	struct stream s;

	if (l->bits_b >= 16) {
		for (uint32_t j = 0; j < m; j++)
			acc[j] = bias_of(l, c + j);
		return;
	}
	s = stream_at(l->bias, c * l->bits_b);
	for (uint32_t j = 0; j < m; j++)
		acc[j] = next_level(&s, l->bits_b);
}

#endif

#endif
