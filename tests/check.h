/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/check.h - comparisons for tests, on top of cmocka.
 *
 * To add a test: write tests/FOLDER/test_NAME.c, include this file first, list
 * its functions in main as below. `make test T=NAME` runs it alone.
 *
 * Comparisons of doubles refuse NaN and print what they compared.
 *
 * Usage:
 *	static void sum_is_exact(void **state)
 *	{
 *		(void)state;
 *		CHECK_CLOSE(0.1 + 0.2, 0.3, 1e-15);
 *	}
 *	int main(void)
 *	{
 *		const struct CMUnitTest tests[] = {
 *			cmocka_unit_test(sum_is_exact),
 *		};
 *		return CHECK_RUN("sum", tests);
 *	}
 */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "nas/base/err.h"

/* Written so that a NaN on either side fails. */
static inline void check_close(double got, double want, double tol,
			       const char *expr, const char *file, int line)
{
	if (isfinite(got) && fabs(got - want) <= tol)
		return;
	fprintf(stderr,
		"%s:%d: %s\n  got        %.17g\n  want       %.17g\n"
		"  tolerance  %.3g\n  difference %.3g\n",
		file, line, expr, got, want, tol, fabs(got - want));
	_fail(file, line);
}

/* |got - want| <= tol, both finite */
#define CHECK_CLOSE(got, want, tol)                                          \
	check_close((got), (want), (tol), #got " == " #want, __FILE__, __LINE__)
/* |got - want| <= rel * |want|, both finite */
#define CHECK_REL(got, want, rel)                                            \
	check_close((got), (want), (rel)*fabs(want), #got " == " #want,      \
		    __FILE__, __LINE__)

/* A call succeeds; prints its failures when not. */
#define CHECK_OK(call, err)                                                  \
	do {                                                                 \
		if ((call) != NAS_OK) {                                      \
			nas_err_print((err), stderr);                        \
			fail_msg("%s failed", #call);                        \
		}                                                            \
	} while (0)

/* A call fails with code, and message is in its first line. */
#define CHECK_FAILS(call, code_wanted, err, message)                         \
	do {                                                                 \
		assert_int_equal((call), (code_wanted));                     \
		assert_int_equal((err)->code, (code_wanted));                \
		if (!strstr(nas_err_msg(err, 0), (message)))                  \
			fail_msg("'%s' is not in '%s'", (message),           \
				 nas_err_msg(err, 0));                        \
	} while (0)

/* SEED=n in the environment repeats a random test. */
static inline uint64_t check_seed(uint64_t fallback)
{
	const char *s = getenv("SEED");

	return s ? strtoull(s, NULL, 10) : fallback;
}

/* cmocka returns the number of failures, and 256 of them would exit as 0. */
#define CHECK_RUN(name, tests)                                               \
	(cmocka_run_group_tests_name(name, tests, NULL, NULL) != 0)

#endif
