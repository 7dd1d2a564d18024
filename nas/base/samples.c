/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/base/samples.h"

#include <math.h>

#include "nas/base/stats.h"

void samples_share(double *low, double *high, double successes, double trials)
{
	const double z = 1.959963984540054; /* 97.5 % of N(0, 1) */
	double n = trials, p = successes / n, middle, half;

	*low = 0;
	*high = 1;
	if (!(n > 0))
		return;
	middle = (p + z * z / (2 * n)) / (1 + z * z / n);
	half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) /
	       (1 + z * z / n);
	if (successes > 0)
		*low = fmax(middle - half, 0);
	if (successes < trials)
		*high = fmin(middle + half, 1);
}

/* From the largest value down: its weight is m / N, and that of the next
 * smaller one, the i-th, is (i - m + 1) / i of it. */
double samples_best_of(const double *sorted, int n, int m)
{
	double weight = (double)m / n, sum = 0;

	NAS_BUG_IF(m < 1 || m > n);
	for (int i = n - 1; i >= m - 1; i--) {
		sum += weight * sorted[i];
		weight *= (double)(i - m + 1) / i;
	}
	return sum;
}

enum nas_status samples_holm(double *p, int n, struct nas_err *err)
{
	int *order = malloc((size_t)n * sizeof(*order) + 1);
	double least = 0;

	if (!order)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the tests");
	if (stats_order(order, p, n, err) == NAS_OK)
		for (int i = 0; i < n; i++) {
			least = fmax(least, p[order[i]] * (n - i));
			p[order[i]] = least = fmin(least, 1);
		}
	free(order);
	return err->code;
}
