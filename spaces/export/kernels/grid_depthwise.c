/* SPDX-License-Identifier: 0BSD */
/* Depthwise convolutions of maps on grids, pixel by pixel; in place by way of
 * one channel in l->r. */
#include "spaces/export/kernels/grid.c"
#include "spaces/export/kernels/planes.c"

struct channel { /* of the input */
	struct plane at;
	unsigned bits;
	const int8_t *read; /* of a part; 0 = what lies there */
};

static struct channel channel_of(const struct layer *l, const struct grid *g,
				 uint32_t c, unsigned pitch)
{
#if HAS_PARTS
	if (g->parts) {
		const struct part *p = g->parts;

		while (c >= p->channels)
			c -= p++->channels;
		return (struct channel){{p->bit + c * p->bits,
					 (uint32_t)p->channels * p->bits},
					p->bits, p->read};
	}
#else
	(void)g;
#endif
	return (struct channel){{l->x + c * pitch, l->in * pitch}, l->bits_x, 0};
}

/* Row y of a channel as the kernel's columns see it, zeros outside. */
static void load_grid_row(const struct layer *l, const struct grid *g,
			  struct channel p, int y, int n, int16_t *out)
{
	uint32_t bit = p.at.bit + (uint32_t)(y * l->width) * p.at.step;
	int first = g->pad_x < n ? g->pad_x : n;
	int last = first + l->width < n ? first + l->width : n, j = 0;

	if (y < 0 || y >= l->height)
		last = first; /* none of the map */
	for (; j < first; j++)
		out[j] = g->zero_x;
	if (p.bits == 8 && !((bit | p.at.step) & 7))
		for (; j < last; j++, bit += p.at.step)
			out[j] = (int8_t)arena[bit >> 3];
	else
		for (; j < last; j++, bit += p.at.step)
			out[j] = (int16_t)get(arena, bit, p.bits);
	for (; j < n; j++)
		out[j] = g->zero_x;
	look_up(p.read, out + first, (uint32_t)(last - first));
	look_up(g->read, out + first, (uint32_t)(last - first));
}

/* Weights with zeros between them, and behind odd rows. */
static void load_grid_taps(const struct layer *l, const struct grid *g,
			   uint32_t c, int rows, int pitch, int16_t *w)
{
	uint32_t bit = c * g->kernel_y * g->kernel_x * l->bits_w;

	for (int i = 0; i < rows * pitch; i++)
		w[i] = 0;
	for (int i = 0; i < g->kernel_y; i++)
		for (int j = 0; j < g->kernel_x; j++, bit += l->bits_w)
			w[i * g->dilation_y * pitch + j * g->dilation_x] =
				(int16_t)get(l->weight, bit, l->bits_w);
}

/* Sums of m columns from value at of the rows on. */
static void grid_sums(int16_t *const *row, int at, const int16_t *w, int rows,
		      int pitch, int stride, int m, int32_t bias, int32_t *acc)
{
	if (rows == 3 && pitch == 4) {
		sums_of_three(row, at, w, stride, m, bias, acc);
		return;
	}
	for (; m; m--, at += stride) {
		int32_t sum = bias;

		for (int i = 0; i < rows; i++)
			sum = add_row(row[i] + at, w + i * pitch, pitch, sum);
		*acc++ = sum;
	}
}

/* A row of outputs of channel c, from bit at on, step bits apart. */
static void put_grid_row(const struct layer *l, const struct grid *g,
			 uint32_t c, uint32_t m, const int32_t *acc,
			 uint32_t at, uint32_t step, unsigned bits)
{
	struct scaling s = scaling_of(factor_of(l, c));
	struct keeping k = keeping_of(g, c);

	for (uint32_t i = 0; i < m; i++, at += step) {
		int32_t level;

#if HAS_WIDE
		if (l->flags & WIDE)
			level = grid_level_wide(l, g, c, acc[i]);
		else
#endif
			level = keep(k, level_of(acc[i], s));
		if (bits == 8)
			arena[at >> 3] = (uint8_t)level;
		else
			put(arena, at, bits, level);
	}
}

static void grid_channel(const struct layer *l, const struct grid *g,
			 uint32_t c, struct channel x, uint32_t at, uint32_t step,
			 unsigned bits)
{
	int16_t rows[ROWS_MAX], w[KERNEL_MAX * (KERNEL_MAX + 1)];
	int16_t *row[KERNEL_MAX];
	int high = (g->kernel_y - 1) * g->dilation_y + 1, next = 0;
	int wide = (g->kernel_x - 1) * g->dilation_x + 1;
	int pitch = wide + (wide & 1), columns = g->columns;
	int n = (columns - 1) * g->stride_x + pitch;
	int32_t bias = HAS_WIDE && l->flags & WIDE ? 0 : bias_of(l, c);
	int32_t acc[CHUNK];

	load_grid_taps(l, g, c, high, pitch, w);
	for (int i = 0; i < high; i++)
		row[i] = rows + i * n;
	for (int i = 0; i < g->rows; i++) {
		int top = i * g->stride_y;

		next = next < top ? top : next;
		for (; next < top + high; next++)
			load_grid_row(l, g, x, next - g->pad_y, n,
				      next_row(row, high));
		for (int j = 0; j < columns; j += CHUNK) {
			int m = columns - j < CHUNK ? columns - j : CHUNK;

			grid_sums(row, j * g->stride_x, w, high, pitch,
				  g->stride_x, m, bias, acc);
			put_grid_row(l, g, c, (uint32_t)m, acc, at, step, bits);
			at += (uint32_t)m * step;
		}
	}
}

static void depthwise_grid(const struct layer *l, const struct grid *g)
{
	uint32_t out = (uint32_t)g->rows * g->columns;
	unsigned in_bits = g->in_place ? g->slot : l->bits_x;
	unsigned out_bits = g->in_place ? g->slot : l->bits_y;

	for (uint32_t c = 0; c < l->in; c++) {
		struct channel x = channel_of(l, g, c, in_bits);
		struct plane y = {l->y + c * out_bits, l->in * out_bits};

		if (!g->in_place) {
			grid_channel(l, g, c, x, y.bit, y.step, l->bits_y);
			continue;
		}
		grid_channel(l, g, c, x, l->r, l->bits_y, l->bits_y);
		copy_out(l, y, out, out_bits);
	}
}
