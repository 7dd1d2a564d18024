/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How wide text is, without a font at hand: of each character of ASCII the
 * widest of DejaVu Sans (as wide as Verdana) and Noto Sans, in hundredths of
 * the size; of others by their kind. The fonts of other systems are narrower.
 */
#include <string.h>

#include "nas/report/svg.h"

#define BOLD 1.13
#define ELLIPSIS "\xE2\x80\xA6"

static const unsigned char ascii[] = {
	32, 41, 46, 84, 64, 95, 78, 28, 39, 39, 56, 84, 32, 37, 32, 38,
	64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34, 84, 84, 84, 54,
	100, 69, 69, 70, 77, 64, 58, 78, 76, 34, 34, 66, 56, 91, 76, 79,
	61, 79, 70, 64, 62, 74, 69, 99, 69, 62, 69, 39, 38, 39, 84, 50,
	50, 62, 64, 55, 64, 62, 36, 64, 64, 28, 28, 58, 28, 98, 64, 62,
	64, 64, 42, 53, 40, 64, 60, 82, 60, 60, 53, 64, 56, 64, 84,
};

/* Bytes of the character at s, at least 1, never past the NUL. */
static size_t char_bytes(const char *s)
{
	size_t n = 1;

	while ((s[n] & 0xC0) == 0x80)
		n++;
	return n;
}

static double char_width(const char *s)
{
	unsigned char c = (unsigned char)*s;

	if (c >= 32 && c < 127)
		return ascii[c - 32] / 100.0;
	if (c == 0xC2 && (unsigned char)s[1] == 0xA0) /* no-break space */
		return ascii[0] / 100.0;
	return c < 0xE3 ? 0.84 : 1.0; /* from U+3000 on: full width */
}

double text_width(const char *s, double size)
{
	double width = 0;

	for (; *s; s += char_bytes(s))
		width += char_width(s);
	return width * size;
}

double text_width_bold(const char *s, double size)
{
	return BOLD * text_width(s, size);
}

void text_fit(char *out, size_t out_size, const char *s, double size,
	      double room)
{
	size_t used = 0;
	double width = size; /* the ellipsis */

	NAS_BUG_IF(out_size < 8);
	if (text_width(s, size) <= room && strlen(s) < out_size) {
		memcpy(out, s, strlen(s) + 1);
		return;
	}
	while (s[used]) {
		size_t n = char_bytes(s + used);

		width += char_width(s + used) * size;
		if (width > room || used + n + 4 > out_size)
			break;
		memcpy(out + used, s + used, n);
		used += n;
	}
	memcpy(out + used, ELLIPSIS, sizeof(ELLIPSIS));
}
