/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/report/number.h - numbers for people.
 *
 * Each function returns its text in a struct, to be used in the same
 * expression:
 *	text_addf(t, "%s of SRAM", number_si(309760, "B").s);
 */
#ifndef NAS_REPORT_NUMBER_H
#define NAS_REPORT_NUMBER_H

#define UNKNOWN ((double)NAN) /* <math.h> */

struct number {
	char s[48];
};

struct number number_count(double x);            /* "309,760" */
struct number number_fixed(double x, int decimals); /* "1,266.156" */
struct number number_digits(double x); /* "2,332.2": up to 11 of them */
struct number number_si(double x, const char *unit); /* "309.8 kB" */
struct number number_percent(double fraction);   /* "96.80 %" */
struct number number_short(double x);            /* "0.0123", "3e-07" */
struct number number_with_unit(double x, const char *unit); /* "20.4 ms" */
struct number number_time(double seconds);       /* "0.9 s", "2.1 min" */

/* The power of 1000 to divide by so that x is in 1 .. 1000, 1 at least; its
 * prefix "k", "M", ... and its name "thousands", ... */
double number_unit(double x, const char **prefix, const char **name);

#endif
