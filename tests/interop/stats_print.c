/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures of two samples on standard input: for tests/interop/stats.py. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nas/base/stats.h"

static int fail(const struct nas_err *err)
{
	nas_err_print(err, stderr);
	return 1;
}

static int columns(const double *x, const double *y, int n)
{
	struct nas_err err = { 0 };
	double rho, tau, r;

	if (stats_spearman(&rho, x, y, n, &err) != NAS_OK ||
	    stats_kendall(&tau, x, y, n, &err) != NAS_OK ||
	    stats_pearson(&r, x, y, n, &err) != NAS_OK)
		return fail(&err);
	printf("spearman %.17g\nkendall %.17g\npearson %.17g\n", rho, tau, r);
	return 0;
}

static int samples(double *x, int n, const double *y, int m)
{
	struct nas_err err = { 0 };
	struct stats_mann_whitney mw;
	struct stats_ks ks;

	if (stats_ks(&ks, x, n, y, m, &err) != NAS_OK ||
	    stats_mann_whitney(&mw, x, n, y, m, &err) != NAS_OK)
		return fail(&err);
	printf("ks_d %.17g\nks_p %.17g\nks_exact %d\n", ks.d, ks.p, ks.exact);
	printf("mw_u %.17g\nmw_z %.17g\nmw_p %.17g\n", mw.u, mw.z, mw.p);
	stats_sort(x, n);
	printf("q30 %.17g\n", stats_quantile(x, n, 0.3));
	return 0;
}

int main(void)
{
	int n, m, status;
	double *x;

	if (scanf("%d %d", &n, &m) != 2 || n < 1 || m < 1 || n > 1000000 ||
	    m > 1000000)
		return 2;
	x = calloc((size_t)n + (size_t)m, sizeof(*x));
	for (int i = 0; i < n + m; i++)
		if (!x || scanf("%lf", &x[i]) != 1)
			return 2;
	status = n == m ? columns(x, x + n, n) : 0;
	status = samples(x, n, x + n, m) || status;
	free(x);
	return status;
}
