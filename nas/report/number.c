/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/report/number.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define NBSP "\xC2\xA0" /* does not break */

static const struct {
	double unit;
	const char *prefix, *name;
} units[] = {
	{ 1, "", "" },
	{ 1e3, "k", "thousands" },
	{ 1e6, "M", "millions" },
	{ 1e9, "G", "billions" },
	{ 1e12, "T", "trillions" },
};

double number_unit(double x, const char **prefix, const char **name)
{
	size_t i = sizeof(units) / sizeof(units[0]) - 1;

	while (i > 0 && !(fabs(x) >= units[i].unit))
		i--;
	*prefix = units[i].prefix;
	*name = units[i].name;
	return units[i].unit;
}

/* A comma after each third digit before the point or the exponent. */
static struct number with_commas(const char *digits)
{
	size_t n = strcspn(digits, ".e"), out = 0;
	struct number r;

	for (size_t i = 0; digits[i] && out < sizeof(r.s) - 2; i++) {
		if (i > 0 && i < n && (n - i) % 3 == 0 && digits[i - 1] != '-')
			r.s[out++] = ',';
		r.s[out++] = digits[i];
	}
	r.s[out] = '\0';
	return r;
}

struct number number_digits(double x)
{
	char digits[40];

	snprintf(digits, sizeof(digits), "%.11g", x);
	return with_commas(digits);
}

struct number number_fixed(double x, int decimals)
{
	struct number r = { "\xE2\x80\x93" }; /* a dash: not known */
	char digits[40];

	if (!isfinite(x))
		return r;
	if (fabs(x) >= 1e18) {
		snprintf(r.s, sizeof(r.s), "%.4g", x);
		return r;
	}
	snprintf(digits, sizeof(digits), "%.*f", decimals, x == 0 ? 0 : x);
	return with_commas(digits);
}

struct number number_count(double x)
{
	return number_fixed(x, 0);
}

/* "320.0" is 320, "1.230" is 1.23. */
static void trim_zeros(struct number *x)
{
	size_t n = strlen(x->s);

	if (!strchr(x->s, '.'))
		return;
	while (x->s[n - 1] == '0')
		x->s[--n] = '\0';
	if (x->s[n - 1] == '.')
		x->s[n - 1] = '\0';
}

/* Decimals for four digits in all. */
static int decimals_of(double x)
{
	double a = fabs(x);

	return a >= 999.95 ? 0 : a >= 99.995 ? 1 : a >= 9.9995 ? 2 : 3;
}

struct number number_si(double x, const char *unit)
{
	const char *prefix, *name;
	struct number r, digits;
	double by;

	if (!isfinite(x))
		return number_count(x);
	by = number_unit(x, &prefix, &name);
	digits = number_fixed(x / by, by > 1 ? decimals_of(x / by) : 0);
	trim_zeros(&digits);
	snprintf(r.s, sizeof(r.s), "%.32s%s%s%.8s", digits.s,
		 *prefix || *unit ? NBSP : "", prefix, unit);
	return r;
}

struct number number_percent(double fraction)
{
	struct number r = number_fixed(100 * fraction, 2);

	if (isfinite(fraction))
		strncat(r.s, NBSP "%", sizeof(r.s) - strlen(r.s) - 1);
	return r;
}

struct number number_short(double x)
{
	struct number r;

	if (!isfinite(x))
		return number_count(x);
	if (fabs(x) >= 1000)
		return number_count(x);
	snprintf(r.s, sizeof(r.s), "%.3g", x);
	return r;
}

struct number number_with_unit(double x, const char *unit)
{
	struct number r;

	if (!isfinite(x))
		return number_count(x);
	snprintf(r.s, sizeof(r.s), "%.32s" NBSP "%.8s", number_short(x).s,
		 unit);
	return r;
}

struct number number_time(double seconds)
{
	static const struct {
		double seconds;
		const char *unit;
	} spans[] = { { 86400 * 4, "d" }, { 7200, "h" }, { 120, "min" },
		      { 1, "s" }, { 1e-3, "ms" } };
	static const double of[] = { 86400, 3600, 60, 1, 1e-3 };
	struct number r;
	int i = 0;

	if (!isfinite(seconds))
		return number_count(seconds);
	while (i < 4 && seconds < spans[i].seconds)
		i++;
	snprintf(r.s, sizeof(r.s), "%.40s" NBSP "%s",
		 number_short(seconds / of[i]).s,
		 spans[i].unit);
	return r;
}
