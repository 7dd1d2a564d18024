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
