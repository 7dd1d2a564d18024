/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much of a range a grid spans. */
#include <math.h>

#include "scoring/forward/input_stats.h"

#define TAIL 1e-4   /* of the values beyond either end of a percentile */
#define STEPS 40    /* parts of the range that are tried for an end */
#define ROUNDS 2    /* over both ends */

const char *const range_rule_names[] = {
	[RANGE_SQUARED_ERROR] = "squared-error",
	[RANGE_PERCENTILE] = "percentile",
	[RANGE_MIN_MAX] = "min-max",
	NULL,
};

static double width_of(const struct input_stats *c, int layer)
{
	return ((double)c->high[layer] - (double)c->low[layer]) / RANGE_BINS;
}

/* The bin in which so many of the values are reached, from one end. */
static int bin_at(const uint64_t *bin, double share, bool from_above)
{
	double all = 0, sum = 0;
	int b = 0;

	for (int i = 0; i < RANGE_BINS; i++)
		all += (double)bin[i];
	for (; b < RANGE_BINS - 1; b++) {
		sum += (double)bin[from_above ? RANGE_BINS - 1 - b : b];
		if (sum > share * all)
			break;
	}
	return from_above ? RANGE_BINS - b : b;
}

/* Squared error of all values, each in the middle of its bin. */
static double error_of(const struct input_stats *c, int layer, int bits,
		       double low, double high)
{
	struct quant_grid g = quant_grid_of((float)low, (float)high, bits);
	double step = (double)g.scale, least = -(double)g.zero * step;
	double most = ((double)g.levels - (double)g.zero) * step, sum = 0;
	double width = width_of(c, layer), x = (double)c->low[layer];

	if (!(step > 0))
		return HUGE_VAL;
	for (int b = 0; b < RANGE_BINS; b++) {
		double middle = x + (b + 0.5) * width;
		double y = fmin(fmax(rint(middle / step) * step, least), most);

		sum += (double)c->bin[layer][b] * (y - middle) * (y - middle);
	}
	return sum;
}

/* One end after the other: the part of it with the least error. */
static void least_error(const struct input_stats *c, int layer, int bits,
			double *low, double *high)
{
	double end[2] = { *low, *high }, least = error_of(c, layer, bits, *low,
							  *high);

	for (int k = 0; k < 2 * ROUNDS; k++) {
		double whole = k % 2 ? *low : *high, *e = &end[k % 2 ? 0 : 1];

		for (int i = 1; i < STEPS && whole != 0; i++) {
			double was = *e, now;

			*e = whole * i / STEPS;
			now = error_of(c, layer, bits, end[0], end[1]);
			if (now < least)
				least = now;
			else
				*e = was;
		}
	}
	*low = end[0];
	*high = end[1];
}

void input_range(const struct input_stats *c, int layer, int bits,
		     enum range_rule rule, float *low, float *high)
{
	double from = fmin((double)c->low[layer], 0);
	double to = fmax((double)c->high[layer], 0);
	double width = width_of(c, layer);

	if (rule == RANGE_PERCENTILE) {
		const uint64_t *bin = c->bin[layer];
		double first = (double)c->low[layer];

		from = fmin(first + bin_at(bin, TAIL, false) * width, 0);
		to = fmax(first + bin_at(bin, TAIL, true) * width, 0);
	} else if (rule == RANGE_SQUARED_ERROR && width > 0) {
		least_error(c, layer, bits, &from, &to);
	}
	*low = (float)from;
	*high = (float)to;
}
