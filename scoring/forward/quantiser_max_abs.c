/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The largest weight is the largest level. */
#include "scoring/forward/quantiser_kinds.h"

static double max_abs(const float *w, size_t n, int bits)
{
	return quantiser_largest(w, n) / quant_weight_levels(bits);
}

static double power(const float *w, size_t n, int bits)
{
	return quantiser_power(max_abs(w, n, bits));
}

const struct quantiser quantiser_max_abs = {
	"max-abs", "the largest weight is the largest level", false, max_abs
};

const struct quantiser quantiser_po2_max_abs = {
	"po2-max-abs", "max-abs rounded to a power of two", true, power
};
