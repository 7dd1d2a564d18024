/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/base/quantity.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS_MAX 64 /* longer numbers are refused */

/* "k", "Ki", "MB", ... as a factor, "" as 1; 0 when it is no unit. */
static double factor_of(const char *unit)
{
	static const char letters[] = "kMGT";
	double base = 1000, factor = 1;
	const char *letter = NULL;

	if (*unit == 'K') /* common for k, and the official letter of Ki */
		letter = letters;
	else if (*unit)
		letter = strchr(letters, *unit);
	if (letter) {
		unit++;
		if (*unit == 'i') {
			base = 1024;
			unit++;
		}
		factor = pow(base, (double)(letter - letters + 1));
	}
	unit += *unit == 'B' || *unit == 'b';
	return *unit ? 0 : factor;
}

bool quantity_parse(const char *text, double *x)
{
	/* strtod would also take "nan", "inf", "0x1p3" and spaces. */
	size_t n = strspn(text, "0123456789+-.eE");
	char number[DIGITS_MAX], *end;
	const char *unit;
	double value, factor;

	if (n == 0 || n >= sizeof(number))
		return false;
	memcpy(number, text, n);
	number[n] = '\0';
	value = strtod(number, &end);
	unit = text + n + strspn(text + n, " ");
	factor = factor_of(unit);
	if (*end || end == number || factor <= 0 || !isfinite(value * factor) ||
	    (!*unit && text[n]))
		return false;
	*x = value * factor;
	return true;
}

enum nas_status quantity_read(double *x, const struct quantity_limits *limits,
			      const char *text, struct nas_err *err)
{
	const char *what = limits->name;
	double value;

	if (!quantity_parse(text, &value))
		return nas_fail(err, NAS_EUSAGE, "%s: '%.80s' is not a number "
				"such as 64, 0.5, 100k or 320kB", what, text);
	if (value < limits->low)
		return nas_fail(err, NAS_EUSAGE, "%s must be at least %.10g, "
				"not %.80s", what, limits->low, text);
	if (value > limits->high)
		return nas_fail(err, NAS_EUSAGE, "%s must be at most %.10g, "
				"not %.80s", what, limits->high, text);
	*x = value;
	return NAS_OK;
}

enum nas_status quantity_read_whole(int64_t *x,
				    const struct quantity_limits *limits,
				    const char *text, struct nas_err *err)
{
	double value = 0;

	if (quantity_read(&value, limits, text, err) != NAS_OK)
		return err->code;
	if (value != floor(value))
		return nas_fail(err, NAS_EUSAGE, "%s must be a whole number, "
				"not %.80s", limits->name, text);
	*x = (int64_t)value;
	return NAS_OK;
}

enum nas_status quantity_read_list(double *x, int *n,
				   const struct quantity_limits *limits,
				   const char *text, struct nas_err *err)
{
	char item[DIGITS_MAX];

	for (*n = 0; text;) {
		size_t length = strcspn(text, ",");

		if (*n == limits->most)
			return nas_fail(err, NAS_EUSAGE, "%s: more than %d",
					limits->name, limits->most);
		snprintf(item, sizeof(item), "%.*s", (int)length, text);
		if (quantity_read(&x[(*n)++], limits, item, err) != NAS_OK)
			return err->code;
		text = text[length] ? text + length + 1 : NULL;
	}
	return NAS_OK;
}

/* The whole number in the first length bytes. */
static enum nas_status read_part(int *x, const struct quantity_limits *limits,
				 const char *text, size_t length,
				 struct nas_err *err)
{
	char part[DIGITS_MAX];
	int64_t whole = 0;

	snprintf(part, sizeof(part), "%.*s", (int)length, text);
	if (quantity_read_whole(&whole, limits, part, err) == NAS_OK)
		*x = (int)whole;
	return err->code;
}

enum nas_status quantity_read_ascending(int *x, int *n,
					const struct quantity_limits *limits,
					const char *text, struct nas_err *err)
{
	*n = 0;
	for (const char *s = text; *s; s += *s == ',') {
		size_t length = strcspn(s, ",");
		int next = 0;

		if (read_part(&next, limits, s, length, err) != NAS_OK)
			return err->code;
		if (*n == limits->most || (*n > 0 && next <= x[*n - 1]))
			return nas_fail(err, NAS_EUSAGE, "%s: '%.80s' is not "
					"an ascending list of at most %d "
					"numbers", limits->name, text,
					limits->most);
		x[(*n)++] = next;
		s += length;
	}
	if (*n == 0)
		return nas_fail(err, NAS_EUSAGE, "%s must not be empty",
				limits->name);
	return NAS_OK;
}

enum nas_status quantity_read_pair(int x[2],
				   const struct quantity_limits *limits,
				   char between, const char *form,
				   const char *text, struct nas_err *err)
{
	const char *mark = strchr(text, between);

	if (!mark || mark == text || !mark[1] || strchr(mark + 1, between))
		return nas_fail(err, NAS_EUSAGE, "%s: '%.40s' is not %s",
				limits->name, text, form);
	if (read_part(&x[0], limits, text, (size_t)(mark - text), err) == NAS_OK)
		(void)!read_part(&x[1], limits, mark + 1, strlen(mark + 1), err);
	return err->code;
}

enum nas_status quantity_read_size(int size[2],
				   const struct quantity_limits *limits,
				   const char *text, struct nas_err *err)
{
	size_t n = strcspn(text, "x");

	if (read_part(&size[0], limits, text, n, err) != NAS_OK)
		return err->code;
	size[1] = size[0];
	return text[n] ? read_part(&size[1], limits, text + n + 1,
				   strlen(text + n + 1), err)
		       : NAS_OK;
}

/* An end of n bytes, none of which leave it out. */
static bool parse_end(const char *text, size_t n, double *x, bool *has)
{
	char end[DIGITS_MAX];

	*x = 0;
	*has = n > 0;
	if (n >= sizeof(end))
		return false;
	memcpy(end, text, n);
	end[n] = '\0';
	return !*has || quantity_parse(end, x);
}

bool quantity_span_parse(struct quantity_span *span, const char *text, size_t n)
{
	const char *dots = strstr(text, "..");
	size_t low = dots ? (size_t)(dots - text) : n;

	return low + 2 <= n && parse_end(text, low, &span->low, &span->has_low) &&
	       parse_end(dots + 2, n - low - 2, &span->high, &span->has_high);
}

bool quantity_range_parse(struct quantity_range *range, const char *text,
			  int most)
{
	char part[3][DIGITS_MAX];
	int end = 0;
	double n;

	if (sscanf(text, "%79[^=]=%63[^:]:%63[^:]:%63[^:]%n", range->name,
		   part[0], part[1], part[2], &end) != 4 || text[end] ||
	    !quantity_parse(part[0], &range->low) ||
	    !quantity_parse(part[1], &range->high) ||
	    !quantity_parse(part[2], &n))
		return false;
	if (range->low < 0 || range->low > range->high || n < 1 || n > most ||
	    n != floor(n))
		return false;
	range->n = (int)n;
	return true;
}
