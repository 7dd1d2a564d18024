/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "nas/form/json.h"
#include "nas/form/json_scan.h"
#include "nas/report/svg.h"

static const char *entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

/* U+202A to U+202E and U+2066 to U+2069 turn the direction of what follows;
 * U+FFFE and U+FFFF are no characters of XML; U+0080 to U+009F are controls. */
static bool is_bad(const unsigned char *p, size_t n)
{
	if (n == 1)
		return (*p < 32 && *p != '\t' && *p != '\n') || *p == 127;
	if (n == 2)
		return p[0] == 0xC2 && p[1] < 0xA0;
	if (n != 3)
		return false;
	if (p[0] == 0xE2)
		return (p[1] == 0x80 && p[2] >= 0xAA && p[2] <= 0xAE) ||
		       (p[1] == 0x81 && p[2] >= 0xA6 && p[2] <= 0xA9);
	return p[0] == 0xEF && p[1] == 0xBF && p[2] >= 0xBE;
}

void text_escape(struct nas_text *t, const char *s)
{
	const unsigned char *p = (const unsigned char *)s;
	const unsigned char *end = p + strlen(s);

	while (p < end) {
		size_t n = json_utf8(p, end);
		const char *e = entity((char)*p);

		if (n == 0 || is_bad(p, n))
			text_add(t, "?");
		else if (e)
			text_add(t, e);
		else
			text_addn(t, (const char *)p, n);
		p += n ? n : 1;
	}
}
