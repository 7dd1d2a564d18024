/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Formats that need no library: BMP without compression, PPM and PGM. */
#include <stdlib.h>

#include "nas/data/image.h"

static uint32_t little(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

struct bmp {
	size_t pixels, palette; /* offsets */
	int64_t width, height;
	bool upside_down; /* first row on top */
	size_t bytes;	  /* a pixel */
	size_t pitch;	  /* bytes a row */
	size_t colours;	  /* of the palette */
};

static bool bmp_header(struct bmp *b, const uint8_t *p, size_t n)
{
	uint32_t bits, compression;

	if (n < 54 || little(p + 14) < 40)
		return false;
	b->pixels = little(p + 10);
	b->palette = 14 + (size_t)little(p + 14);
	b->width = (int32_t)little(p + 18);
	b->height = (int32_t)little(p + 22);
	bits = little(p + 28) & 0xffff;
	compression = little(p + 30);
	b->upside_down = b->height < 0;
	if (b->height < 0)
		b->height = -b->height;
	if ((bits != 8 && bits != 24 && bits != 32) ||
	    (compression != 0 && !(compression == 3 && bits == 32)) ||
	    b->width < 1 || b->height < 1 || b->width > IMAGE_PIXELS_MAX)
		return false;
	b->bytes = bits / 8;
	b->pitch = ((size_t)b->width * b->bytes + 3) / 4 * 4;
	if (bits == 8)
		b->colours = little(p + 46) && little(p + 46) < 256
				     ? little(p + 46)
				     : 256;
	return b->height <= IMAGE_PIXELS_MAX && b->pixels <= n &&
	       b->pitch <= (n - b->pixels) / (size_t)b->height &&
	       b->palette + 4 * b->colours <= n;
}

static bool bmp_row(const struct bmp *b, const uint8_t *file,
		    const uint8_t *row, uint8_t *to)
{
	for (int64_t x = 0; x < b->width; x++, row += b->bytes) {
		const uint8_t *p = row;

		if (b->bytes == 1) {
			if (*row >= b->colours)
				return false;
			p = file + b->palette + 4 * (size_t)*row;
		}
		*to++ = p[2];
		*to++ = p[1];
		*to++ = p[0];
	}
	return true;
}

bool image_bmp(struct image *image, const uint8_t *bytes, size_t n)
{
	struct bmp b = {0};

	if (!bmp_header(&b, bytes, n) ||
	    !image_allocate(image, b.width, b.height))
		return false;
	for (int64_t y = 0; y < b.height; y++) {
		int64_t from = b.upside_down ? y : b.height - 1 - y;

		if (!bmp_row(&b, bytes,
			     bytes + b.pixels + (size_t)from * b.pitch,
			     image->owned + (size_t)(y * b.width) * 3))
			return false;
	}
	return true;
}

/* The next number of a PPM header, -1 = none; comments begin with '#'. */
static int64_t next_number(const uint8_t *p, size_t n, size_t *at)
{
	int64_t x = 0;
	size_t digits = 0;

	while (*at < n && (p[*at] == '#' || p[*at] <= ' ')) {
		if (p[*at] == '#')
			while (*at < n && p[*at] != '\n')
				++*at;
		else
			++*at;
	}
	for (; *at < n && p[*at] >= '0' && p[*at] <= '9' && digits < 9;
	     ++*at, digits++)
		x = 10 * x + p[*at] - '0';
	return digits ? x : -1;
}

bool image_ppm(struct image *image, const uint8_t *bytes, size_t n)
{
	size_t at = 2, channels = bytes[1] == '6' ? 3 : 1, pixels;
	int64_t width = next_number(bytes, n, &at);
	int64_t height = next_number(bytes, n, &at);
	int64_t most = next_number(bytes, n, &at);

	if (most != 255 || at >= n || !image_allocate(image, width, height))
		return false;
	at++; /* one white space */
	pixels = (size_t)(width * height);
	if ((n - at) / channels < pixels)
		return false;
	for (size_t i = 0; i < 3 * pixels; i++)
		image->owned[i] = bytes[at + (channels == 3 ? i : i / 3)];
	return true;
}
