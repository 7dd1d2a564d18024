/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/form/json_scan.h"

#include "nas/form/json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static bool fail(struct json_scan *s, const char *message)
{
	s->message = message;
	return false;
}

static bool fail_from(struct json_scan *s, size_t pos, const char *message)
{
	s->pos = pos;
	return fail(s, message);
}

/* The byte here, or -1 at the end: no read passes the end of the text. */
static int peek(const struct json_scan *s)
{
	return s->pos < s->length ? (unsigned char)s->text[s->pos] : -1;
}

static bool is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static void skip_space(struct json_scan *s)
{
	int c = peek(s);

	while (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
		s->pos++;
		c = peek(s);
	}
}

static bool add_value(struct json_scan *s)
{
	size_t room, *grown;

	if (s->values == s->max_values)
		return fail(s, "too many values in one file");
	if (s->values == s->room) {
		room = s->room ? 2 * s->room : 256;
		grown = realloc(s->offset, room * sizeof(*grown));
		if (!grown) {
			s->no_memory = true;
			return fail(s, "out of memory");
		}
		s->offset = grown;
		s->room = room;
	}
	s->offset[s->values++] = s->pos;
	return true;
}

/* Unicode 15, table 3-7: no overlong form, no surrogate, none above 10FFFF. */
size_t json_utf8(const unsigned char *p, const unsigned char *end)
{
	unsigned char low = 0x80, high = 0xBF;
	size_t n, i;

	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xC2 || p[0] > 0xF4)
		return 0;
	n = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
	if ((size_t)(end - p) < n)
		return 0;
	if (p[0] == 0xE0)
		low = 0xA0;
	else if (p[0] == 0xED)
		high = 0x9F;
	else if (p[0] == 0xF0)
		low = 0x90;
	else if (p[0] == 0xF4)
		high = 0x8F;
	if (p[1] < low || p[1] > high)
		return 0;
	for (i = 2; i < n; i++)
		if (p[i] < 0x80 || p[i] > 0xBF)
			return 0;
	return n;
}

/* Four hexadecimal digits, or -1. */
static int hex4(struct json_scan *s)
{
	int i, c, digit, value = 0;

	for (i = 0; i < 4; i++) {
		c = peek(s);
		if (is_digit(c))
			digit = c - '0';
		else if (c >= 'a' && c <= 'f')
			digit = c - 'a' + 10;
		else if (c >= 'A' && c <= 'F')
			digit = c - 'A' + 10;
		else
			return -1;
		value = 16 * value + digit;
		s->pos++;
	}
	return value;
}

/* After "\u". */
static bool scan_unicode(struct json_scan *s, size_t begin)
{
	int unit = hex4(s);

	if (unit < 0)
		return fail_from(s, begin, "\\u needs four hexadecimal digits");
	if (unit == 0)
		return fail_from(s, begin, "\\u0000 is not allowed");
	if (unit < 0xD800 || unit > 0xDFFF)
		return true;
	if (unit < 0xDC00 && s->length - s->pos >= 6 &&
	    s->text[s->pos] == '\\' && s->text[s->pos + 1] == 'u') {
		s->pos += 2;
		unit = hex4(s);
		if (unit >= 0xDC00 && unit <= 0xDFFF)
			return true;
	}
	return fail_from(s, begin, "unpaired surrogate");
}

static bool scan_escape(struct json_scan *s)
{
	size_t begin = s->pos++;
	int c = peek(s);

	if (c > 0 && strchr("\"\\/bfnrt", c)) {
		s->pos++;
		return true;
	}
	if (c != 'u')
		return fail_from(s, begin, "unknown escape in a string");
	s->pos++;
	return scan_unicode(s, begin);
}

static bool scan_utf8(struct json_scan *s)
{
	const unsigned char *text = (const unsigned char *)s->text;
	size_t n = json_utf8(text + s->pos, text + s->length);

	s->pos += n;
	return n > 0 || fail(s, "not valid UTF-8");
}

static bool scan_string(struct json_scan *s)
{
	size_t begin = s->pos++;
	int c;

	for (c = peek(s); c != '"'; c = peek(s)) {
		if (c < 0)
			return fail_from(s, begin, "unterminated string");
		if (c == '\n' || c == '\r')
			return fail_from(s, begin,
					 "unterminated string: line break "
					 "inside");
		if (c < 0x20)
			return fail(s, "control character in a string");
		if (c == '\\' ? !scan_escape(s) : !scan_utf8(s))
			return false;
		if (s->pos - begin > JSON_MAX_STRING + 1)
			return fail_from(s, begin, "string longer than 64 KiB");
	}
	s->pos++;
	return true;
}

static size_t skip_digits(struct json_scan *s)
{
	size_t begin = s->pos;

	while (is_digit(peek(s)))
		s->pos++;
	return s->pos - begin;
}

static bool number_form(struct json_scan *s)
{
	if (peek(s) == '-')
		s->pos++;
	if (peek(s) == '0')
		s->pos++;
	else if (!skip_digits(s))
		return false;
	if (is_digit(peek(s)))
		return false; /* a leading zero */
	if (peek(s) == '.') {
		s->pos++;
		if (!skip_digits(s))
			return false;
	}
	if (peek(s) == 'e' || peek(s) == 'E') {
		s->pos++;
		if (peek(s) == '+' || peek(s) == '-')
			s->pos++;
		if (!skip_digits(s))
			return false;
	}
	return true;
}

static bool scan_number(struct json_scan *s)
{
	size_t begin = s->pos;

	if (!number_form(s))
		return fail_from(s, begin, "not a JSON number");
	if (s->pos - begin > JSON_MAX_NUMBER)
		return fail_from(s, begin, "number longer than 63 characters");
	return true;
}

static bool scan_literal(struct json_scan *s)
{
	static const char *const words[] = {"true", "false", "null"};
	size_t i, n;

	for (i = 0; i < 3; i++) {
		n = strlen(words[i]);
		if (s->length - s->pos >= n &&
		    memcmp(s->text + s->pos, words[i], n) == 0) {
			s->pos += n;
			return true;
		}
	}
	if (peek(s) < 0)
		return fail(s, "unexpected end of the text, expected a value");
	if (peek(s) == '\'')
		return fail(s, "strings need double quotes");
	if (peek(s) == '/' || peek(s) == '#')
		return fail(s, "comments are not JSON");
	return fail(s, "not a JSON value");
}

static bool scan_value(struct json_scan *s);

/* The ',' or the closing character after an element: *more = it was ','. */
static bool scan_separator(struct json_scan *s, char close, bool *more)
{
	int c;

	skip_space(s);
	c = peek(s);
	*more = c == ',';
	if (c != ',' && c != close)
		return fail(s, close == '}' ? "expected ',' or '}'"
					    : "expected ',' or ']'");
	s->pos++;
	if (!*more)
		return true;
	skip_space(s);
	if (peek(s) == close)
		return fail(s, "trailing comma");
	return true;
}

static bool scan_array(struct json_scan *s)
{
	bool more = true;

	s->pos++;
	skip_space(s);
	if (peek(s) == ']') {
		s->pos++;
		return true;
	}
	while (more)
		if (!scan_value(s) || !scan_separator(s, ']', &more))
			return false;
	return true;
}

static bool scan_member(struct json_scan *s)
{
	if (peek(s) != '"')
		return fail(s, "expected a key in double quotes");
	if (!scan_string(s))
		return false;
	skip_space(s);
	if (peek(s) != ':')
		return fail(s, "expected ':' after a key");
	s->pos++;
	return scan_value(s);
}

static bool scan_object(struct json_scan *s)
{
	bool more = true;

	s->pos++;
	skip_space(s);
	if (peek(s) == '}') {
		s->pos++;
		return true;
	}
	while (more)
		if (!scan_member(s) || !scan_separator(s, '}', &more))
			return false;
	return true;
}

static bool scan_container(struct json_scan *s, bool object)
{
	bool ok;

	if (s->depth == JSON_MAX_DEPTH)
		return fail(s, "nested deeper than 64");
	s->depth++;
	ok = object ? scan_object(s) : scan_array(s);
	s->depth--;
	return ok;
}

static bool scan_value(struct json_scan *s)
{
	int c;

	skip_space(s);
	c = peek(s);
	if (!add_value(s))
		return false;
	if (c == '{' || c == '[')
		return scan_container(s, c == '{');
	if (c == '"')
		return scan_string(s);
	if (c == '-' || is_digit(c))
		return scan_number(s);
	return scan_literal(s);
}

bool json_scan(struct json_scan *s)
{
	if (s->length >= 3 && memcmp(s->text, "\xEF\xBB\xBF", 3) == 0)
		s->pos = 3; /* a byte order mark */
	if (!scan_value(s))
		return false;
	skip_space(s);
	if (s->pos < s->length)
		return fail(s, "unexpected text after the value");
	return true;
}

void json_place(const char *text, size_t pos, int *line, int *column)
{
	size_t i;

	*line = *column = 1;
	for (i = 0; i < pos; i++) {
		if (text[i] == '\n') {
			++*line;
			*column = 1;
		} else if (((unsigned char)text[i] & 0xC0) != 0x80) {
			++*column;
		}
	}
}
