/* SPDX-License-Identifier: 0BSD */
/* Convolutions of all channels, dense layers: kernel 1 x 1 .. 31 x 31. */
#include "spaces/export/kernels/dots.c"

/* Who takes feature maps: map, index (pixel x channels + channel), t. */
static void (*emit)(void *context, int map, uint32_t index, int32_t t);
static void *emit_context;
static int map_number;

/* One pixel's channels. */
static void load_pixel(const struct layer *l, const uint8_t *x, uint32_t pixel,
		       operand *out)
{
	uint32_t step = (uint32_t)l->height * l->width * l->bits_x;
	uint32_t bit = l->x + pixel * l->bits_x;

	if (!HAS_PLANAR || !(l->flags & PLANAR_X)) {
		unpack_operands(out, x, l->x + pixel * l->in * l->bits_x, l->in,
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
		out[c] = (operand)get(x, bit, l->bits_x);
}

static operand *add_zeros(operand *out, int n)
{
	for (; n > 0; n--)
		*out++ = 0;
	return out;
}

/* What the kernel sees at an output: (row, column, channel), 0 outside. */
static void load_window(const struct layer *l, const uint8_t *x, int row,
			int column, operand *out)
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
		unpack_operands(out, x, l->x + at * l->bits_x,
				(uint32_t)((last - first) * in), l->bits_x);
		out = add_zeros(out + (last - first) * in, (right - last) * in);
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
	} else {
		for (uint32_t j = 0; j < m; j++, bit += step)
			put(y, bit, l->bits_y, level[j]);
	}
}

/* Levels of m sums, times scale, and shift. */
static inline void levels_of(struct rounding r, int32_t scale, int32_t shift,
			     uint32_t m, const int32_t *acc, int16_t *level)
{
	for (uint32_t j = 0; j < m; j++)
		level[j] = (int16_t)to_level(r, acc[j] * scale + shift);
}

/* What is to be more than levels. */
static void finish_more(const struct layer *l, uint8_t *y, uint32_t pixel,
			uint32_t c, uint32_t m, int32_t *acc, int16_t *value)
{
	if (HAS_WIDE && (l->flags & WIDE)) {
		finish_wide(l, y, c, m, acc, value);
		return;
	}
	for (uint32_t j = 0; j < m; j++)
		acc[j] = acc[j] * scale_of(l, c + j) +
			 value[j] * l->residual_scale;
	hand_over(l, y, pixel, c, m, acc);
	for (uint32_t j = 0; j < m && l->bits_y; j++)
		value[j] = (int16_t)to_level_wide(acc[j], l->divisor,
						  l->bits_y);
}

/* From sums of m outputs to what is kept of them. */
static void finish(const struct layer *l, struct rounding r, uint8_t *y,
		   uint32_t pixel, uint32_t pixels, uint32_t c, uint32_t m,
		   int32_t *acc)
{
	int16_t value[CHUNK];
	int32_t scale = l->scale, shift = l->residual_scale;
	int more = l->flags & NO_LEVELS;

	if (HAS_RESIDUAL && l->bits_r)
		unpack(value, arena, l->r + (pixel * l->out + c) * l->bits_r, m,
		       l->bits_r);
	else
		for (uint32_t j = 0; more && j < m; j++)
			value[j] = 1;
	if (more) {
		finish_more(l, y, pixel, c, m, acc, value);
		if (l->bits_y)
			store(l, y, pixel, pixels, c, m, value);
		return;
	}
	if ((HAS_SCALES && !scale) || (HAS_RESIDUAL && l->bits_r)) {
		for (uint32_t j = 0; j < m; j++) {
			acc[j] *= scale_of(l, c + j);
			acc[j] += l->bits_r ? value[j] * shift : shift;
		}
		scale = 1;
		shift = 0;
	}
	shift += r.offset;
	if (l->bits_y == 8 && !(l->y & 7)) {
		int planar = HAS_PLANAR && l->flags & PLANAR_Y;

		y += l->y / 8;
		y += planar ? c * pixels + pixel : pixel * l->out + c;
		bytes_of(&r, scale, shift, m, acc, y, planar ? pixels : 1);
		return;
	}
	levels_of(r, scale, shift, m, acc, value);
	store(l, y, pixel, pixels, c, m, value);
}

/* Two pixels at once: where their values fit, and no sum that is put away
 * lies over a residual that is still to be read. */
static int in_pairs(const struct layer *l, uint32_t n)
{
	if (2 * n > WINDOW_OPERANDS)
		return 0;
	return !HAS_RESIDUAL || !l->bits_r || l->out <= CHUNK ||
	       (l->bits_r == l->bits_y && l->r == l->y);
}

/* One pixel or, where more is 1 or -1, the one behind or before it too, whose
 * window lies behind this one's. */
static void convolve_pixels(const struct layer *l, struct rounding r,
			    uint8_t *y, uint32_t pixel, int more,
			    const operand *window, uint32_t pixels)
{
	uint32_t n = (uint32_t)l->kernel * l->kernel * l->in;
	uint32_t chunks = (l->out + CHUNK - 1) / CHUNK;

	for (uint32_t k = 0; k < chunks; k++) {
		uint32_t c = (l->flags & DOWN ? chunks - 1 - k : k) * CHUNK;
		uint32_t m = l->out - c < CHUNK ? l->out - c : CHUNK;
		int32_t acc[2 * CHUNK];
		int count = more ? 2 : 1;

		load_bias(l, c, m, acc);
		if (more)
			dots_of_two(l, c, m, window, n, acc);
		else
			dots(l, c, m, window, n, acc);
		for (int i = 0; i < count; i++)
			finish(l, r, y, pixel + (uint32_t)(i * more), pixels, c,
			       m, acc + i * CHUNK);
	}
}

/* x and y are the arena, or vectors beside it. */
static void convolve(const struct layer *l, const uint8_t *x, uint8_t *y)
{
	operand window[WINDOW_OPERANDS];
	struct rounding r = {0, 0, 0, 1, 0};
	uint32_t s = l->stride, columns = (l->width + s - 1) / s;
	uint32_t pixels = (l->height + s - 1) / s * columns;
	uint32_t n = (uint32_t)l->kernel * l->kernel * l->in;
	int step = l->flags & DOWN ? -1 : 1, pairs = in_pairs(l, n);

	if (!(l->flags & NO_LEVELS))
		r = rounding_of(l);
	for (uint32_t i = 0; i < pixels; i++) {
		uint32_t pixel = l->flags & DOWN ? pixels - 1 - i : i;
		uint32_t next = pixel + (uint32_t)step;
		int more = pairs && i + 1 < pixels ? step : 0;

		load_window(l, x, (int)(pixel / columns),
			    (int)(pixel % columns), window);
		if (more)
			load_window(l, x, (int)(next / columns),
				    (int)(next % columns), window + n);
		convolve_pixels(l, r, y, pixel, more, window, pixels);
		i += more != 0;
	}
}
