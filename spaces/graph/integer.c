/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spaces/graph/integer.h"

#include <math.h>
#include <stddef.h>

bool integer_factor(float x, int32_t *m, int *shift)
{
	int e;
	float part;

	if (!(x > 0) || !isfinite(x))
		return false;
	part = frexpf(x, &e);
	*m = (int32_t)ldexpf(part, 24);
	*shift = 24 - e;
	while (*shift > 0 && *m % 2 == 0) {
		*m /= 2;
		--*shift;
	}
	return *shift >= 0 && *shift <= INTEGER_SHIFT_MAX;
}

bool integer_add_factors(const float x[2], int32_t in[2], int *shift)
{
	float most = fmaxf(x[0], x[1]);
	int e;

	if (!(most > 0) || !isfinite(most))
		return false;
	(void)!frexpf(most, &e);
	*shift = INTEGER_ADD_BITS + 1 - e;
	if (*shift < 1 || *shift > 31)
		return false;
	for (int k = 0; k < 2; k++)
		in[k] = (int32_t)rintf(ldexpf(x[k], *shift));
	return true;
}

int64_t integer_nearest(int64_t t, int64_t d)
{
	int64_t q = t / d, rest = t - q * d;
	uint64_t twice = 2 * (uint64_t)(rest < 0 ? -rest : rest);

	if (twice > (uint64_t)d || (twice == (uint64_t)d && q % 2))
		q += t < 0 ? -1 : 1;
	return q;
}

void integer_exp(uint32_t *e, float scale)
{
	for (int i = 0; i < INTEGER_LEVELS; i++)
		e[i] = (uint32_t)rint(ldexp(exp(-(double)scale * i), 30));
}
