/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/base/quantity.h - a number as people type it: "64", "-0.5", "1e6",
 * "100k", "0.1G", "320 kB", "512KiB".
 *
 * Behind the decimal number may stand a letter k (or K), M, G or T for a power
 * of 1000, with an i behind it for a power of 1024, and a B (or b) for bytes,
 * which changes nothing. Every number of a command line is read by this, and
 * every number of bytes in a config.
 *
 * Usage:
 *	double x;
 *	if (!quantity_parse("320 kB", &x))
 *		...
 */
#ifndef NAS_BASE_QUANTITY_H
#define NAS_BASE_QUANTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nas/base/err.h"

/* The whole text as a finite number; false (and *x unchanged) when it is
 * none: so are "", "nan", "inf", "0x10" and text with spaces around it. */
bool quantity_parse(const char *text, double *x);

/* What a number may be, ends included, and what it is of, for messages. */
struct quantity_limits {
	const char *name; /* "--images" */
	double low, high;
	int most; /* numbers of a list */
};

/* A number, a whole one, or a list parted by commas (most) within its limits;
 * *x is left alone by what is none. NAS_EUSAGE. */
enum nas_status quantity_read(double *x, const struct quantity_limits *limits,
			      const char *text, struct nas_err *err)
	NAS_MUST_CHECK;
enum nas_status quantity_read_whole(int64_t *x,
				    const struct quantity_limits *limits,
				    const char *text, struct nas_err *err)
	NAS_MUST_CHECK;
enum nas_status quantity_read_list(double *x, int *n,
				   const struct quantity_limits *limits,
				   const char *text, struct nas_err *err)
	NAS_MUST_CHECK;

/* Whole numbers that ascend, at most limits->most of them: "2,4,8". */
enum nas_status quantity_read_ascending(int *x, int *n,
					const struct quantity_limits *limits,
					const char *text, struct nas_err *err)
	NAS_MUST_CHECK;

/* Two whole numbers with a character between them: "8/4"; form says so,
 * "A/W, such as 8/4". NAS_EUSAGE. */
enum nas_status quantity_read_pair(int x[2],
				   const struct quantity_limits *limits,
				   char between, const char *form,
				   const char *text, struct nas_err *err)
	NAS_MUST_CHECK;

/* A side of a square, or two sides with an x between them: height, width. */
enum nas_status quantity_read_size(int size[2],
				   const struct quantity_limits *limits,
				   const char *text, struct nas_err *err)
	NAS_MUST_CHECK;

/* "LOW..HIGH" in the first n bytes of a text; either end may be left out.
 * False when there are no two dots, or an end is no number. */
struct quantity_span {
	double low, high; /* 0 where it is left out */
	bool has_low, has_high;
};
bool quantity_span_parse(struct quantity_span *span, const char *text,
			 size_t n);

/* Values of something that run from low to high, n of them: "NAME=LO:HI:N",
 * numbers as above. False when it is not that, with 0 <= LO <= HI and a whole
 * N from 1 to most. */
struct quantity_range {
	char name[80];
	double low, high;
	int n;
};
bool quantity_range_parse(struct quantity_range *range, const char *text,
			  int most);

#endif
