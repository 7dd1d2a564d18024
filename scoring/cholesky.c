/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scoring/cholesky.h"

#include <math.h>

void cholesky(double *l, const double *a, int n, double ridge)
{
	for (int i = 0; i < n; i++)
		for (int j = 0; j <= i; j++) {
			double v = a[i * n + j] + (i == j ? ridge : 0);

			for (int k = 0; k < j; k++)
				v -= l[i * n + k] * l[j * n + k];
			l[i * n + j] = i == j ? sqrt(v) : v / l[j * n + j];
		}
}

void cholesky_forward(double *z, const double *l, const double *v, int n)
{
	for (int i = 0; i < n; i++) {
		double x = v[i];

		for (int j = 0; j < i; j++)
			x -= l[i * n + j] * z[j];
		z[i] = x / l[i * n + i];
	}
}
