/* SPDX-License-Identifier: 0BSD */
/* Convolutions and dense layers of maps on grids; groups of channels. */
#include "spaces/export/kernels/grid.c"

static inline void look_up_operands(const int8_t *table, operand *x, uint32_t n)
{
	for (uint32_t i = 0; table && i < n; i++)
		x[i] = table[x[i]];
}

/* n channels from c on of a pixel. */
static void load_channels(const struct layer *l, const struct grid *g,
			  uint32_t pixel, uint32_t c, uint32_t n, operand *out)
{
#if HAS_PARTS
	const struct part *p = g->parts;

	while (p && c >= p->channels)
		c -= p++->channels;
	for (; p && n; p++, c = 0) {
		uint32_t m = p->channels - c < n ? p->channels - c : n;

		unpack_operands(out, arena,
				p->bit + (pixel * p->channels + c) * p->bits, m,
				p->bits);
		look_up_operands(p->read, out, m);
		out += m;
		n -= m;
	}
	if (!n)
		return;
#endif
	unpack_operands(out, arena,
			l->x + (pixel * l->in * g->groups + c) * l->bits_x, n,
			l->bits_x);
}

static int lies_together(const struct grid *g)
{
#if HAS_PARTS
	if (g->parts)
		return 0;
#endif
	return g->groups == 1 && g->dilation_x == 1;
}

/* What the kernel sees of l->in channels from channel c on. */
static void load_grid_window(const struct layer *l, const struct grid *g,
			     int row, int column, uint32_t c, operand *out)
{
	uint32_t n = l->in;
	int together = lies_together(g);
	int top = row * g->stride_y - g->pad_y;
	int left = column * g->stride_x - g->pad_x;

	for (int i = 0; i < g->kernel_y; i++) {
		int y = top + i * g->dilation_y;

		for (int j = 0; j < g->kernel_x; j++, out += n) {
			int x = left + j * g->dilation_x;
			uint32_t pixel = (uint32_t)(y * l->width + x);
			uint32_t more = n;

			if (y < 0 || y >= l->height || x < 0 || x >= l->width) {
				for (uint32_t k = 0; k < n; k++)
					out[k] = (operand)g->zero_x;
				continue;
			}
			/* as many pixels at once as lie behind each other */
			while (together && j + 1 < g->kernel_x &&
			       x + 1 < l->width) {
				more += n;
				j++;
				x++;
			}
			load_channels(l, g, pixel, c, more, out);
			look_up_operands(g->read, out, more);
			out += more - n;
		}
	}
}

#if HAS_WIDE
#define PIECE 4096 /* products whose sum fits 32 bits */

/* Levels of m outputs from c on, of n products each. */
static void wide_levels(const struct layer *l, const struct grid *g, uint32_t c,
			uint32_t m, const operand *x, uint32_t n,
			int16_t *level)
{
	for (uint32_t j = 0; j < m; j++) {
		int64_t acc = 0;

		for (uint32_t k = 0; k < n; k += PIECE) {
			uint32_t more = n - k < PIECE ? n - k : PIECE;
			uint32_t at = (c + j) * n + k;

			if (HAS_W8 && l->bits_w == 8)
				acc += dot8(l->weight + at, x + k, more, 0);
			else if (HAS_W4 && l->bits_w == 4 && !(n & 1))
				acc += dot4(l->weight + at / 2, x + k, more, 0);
			else if (HAS_W_ANY)
				acc += dot_any(l->weight, at * l->bits_w,
					       l->bits_w, x + k, more);
		}
		level[j] = (int16_t)grid_level_wide(l, g, c + j, acc);
	}
}
#endif

/* Levels of m sums from channel c on, and, where two, of those CHUNK behind them:
 * the latter go next bytes behind the former. */
static SEPARATE void keep_levels(const struct layer *l, const struct grid *g,
				 uint32_t c, uint32_t m, int two,
				 const int32_t *acc, int8_t *level,
				 uint32_t next)
{
	const uint8_t *factor = factors_of(l) + 4 * c;
	const int8_t *bounds = g->bounds;
	struct keeping k = keeping_of(g, c);

	for (; m; m--, c++, acc++, level++, factor += 4) {
		struct scaling s = scaling_of(get32(factor));

		k = bound(k, bounds, c);
		level[0] = (int8_t)keep(k, level_of(acc[0], s));
		if (two)
			level[next] = (int8_t)keep(k, level_of(acc[CHUNK], s));
	}
}

/* Channels [c, c + m) of a pixel, or of it and the one behind it. */
static void convolve_chunk(const struct layer *l, const struct grid *g,
			   uint32_t c, uint32_t m, uint32_t pixel, int two,
			   const operand *x)
{
	uint32_t n = (uint32_t)g->kernel_y * g->kernel_x * l->in;
	uint32_t bit = l->y + (pixel * l->out + c) * l->bits_y;
	int32_t acc[2 * CHUNK];
	int16_t level[2 * CHUNK];
	int8_t byte[2 * CHUNK];
	int wide = HAS_WIDE && l->flags & WIDE;

	if (!wide) {
		load_bias(l, c, m, acc);
		if (two)
			dots_of_two(l, c, m, x, n, acc);
		else
			dots(l, c, m, x, n, acc);
	}
	if (!wide && l->bits_y == 8) {
		keep_levels(l, g, c, m, two, acc, (int8_t *)arena + bit / 8,
			    l->out);
		return;
	}
#if HAS_WIDE
	for (int i = 0; wide && i <= two; i++)
		wide_levels(l, g, c, m, x + (uint32_t)i * n, n,
			    level + i * CHUNK);
#endif
	if (!wide) {
		keep_levels(l, g, c, m, two, acc, byte, CHUNK);
		for (int i = 0; i < (two ? 2 * CHUNK : (int)m); i++)
			level[i] = byte[i];
	}
	for (uint32_t i = 0; i <= (uint32_t)two; i++)
		pack(arena, bit + i * l->out * l->bits_y, level + i * CHUNK, m,
		     l->bits_y);
}

/* Channels [k, k + each) of them. */
static void convolve_group(const struct layer *l, const struct grid *g,
			   uint32_t k, uint32_t each, uint32_t pixel, int two,
			   const operand *window)
{
	for (uint32_t c = k; c < k + each; c += CHUNK) {
		uint32_t m = k + each - c;

		convolve_chunk(l, g, c, m < CHUNK ? m : CHUNK, pixel, two,
			       window);
	}
}

/* Two pixels at once, where their windows fit: both are read before one of
 * them is written. */
static void convolve_grid(const struct layer *l, const struct grid *g)
{
	operand window[WINDOW_OPERANDS];
	uint32_t n = (uint32_t)g->kernel_y * g->kernel_x * l->in;
	uint32_t each = l->out / g->groups;
	uint32_t pixels = (uint32_t)g->rows * g->columns;
	int pairs = g->groups == 1 && 2 * n <= WINDOW_OPERANDS;

	for (uint32_t i = 0; i < pixels; i++) {
		int two = pairs && i + 1 < pixels;

		for (uint32_t k = 0; k < l->out; k += each) {
			for (uint32_t j = 0; j <= (uint32_t)two; j++)
				load_grid_window(l, g, (int)((i + j) / g->columns),
						 (int)((i + j) % g->columns),
						 k / each * l->in,
						 window + j * n);
			convolve_group(l, g, k, each, i, two, window);
		}
		i += (uint32_t)two;
	}
}
