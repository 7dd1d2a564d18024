/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The axes of a front from text, and how many points each has. */
#include <string.h>

#include "nas/base/quantity.h"
#include "nas/run/pareto.h"

#define AXIS_TEXT 200
#define END_MOST  1e18 /* of an axis; printed in full */

static enum nas_status bad_axis(const char *text, struct nas_err *err)
{
	return nas_fail(err, NAS_EUSAGE, "--over: '%.100s' is not "
			"BUDGET[=LO..HI], such as flash_bytes=200kB..1MB or "
			"flash_bytes=..1MB", text);
}

static enum nas_status check_ends(const struct quantity_span *ends,
				  const char *text, struct nas_err *err)
{
	if ((ends->has_low && !(ends->low > 0)) ||
	    (ends->has_high && !(ends->high > 0)))
		return nas_fail(err, NAS_EUSAGE, "--over: an end must be above 0");
	if (ends->low > END_MOST || ends->high > END_MOST)
		return nas_fail(err, NAS_EUSAGE, "--over: an end must be at most "
				"%.10g, not as in '%.100s'", END_MOST, text);
	if (ends->has_low && ends->has_high && ends->low > ends->high)
		return nas_fail(err, NAS_EUSAGE, "--over: '%.100s' ends below "
				"its beginning", text);
	return NAS_OK;
}

/* "flash_bytes", "flash_bytes=200kB..1MB", either end may be left out. */
static enum nas_status parse_axis(struct pareto_axis *axis, const char *text,
				  struct nas_err *err)
{
	size_t n = strcspn(text, "=");
	struct quantity_span ends = { 0 };
	char name[AXIS_TEXT];

	snprintf(name, sizeof(name), "%.*s", (int)n, text);
	axis->budget = budget_named(name, err);
	if (axis->budget < 0 || !text[n])
		return err->code;
	if (!quantity_span_parse(&ends, text + n + 1, strlen(text + n + 1)))
		return bad_axis(text, err);
	if (check_ends(&ends, text, err) != NAS_OK)
		return err->code;
	axis->low = ends.low;
	axis->high = ends.high;
	axis->low_given = ends.has_low;
	axis->high_given = ends.has_high;
	return NAS_OK;
}

static enum nas_status check_points(struct pareto *front, struct nas_err *err)
{
	static const int points[GRID_AXES + 1] = { 0, 21, 11, 6 };
	double all = 1;

	if (front->n == 0)
		front->n = points[front->naxes];
	for (int a = 0; a < front->naxes; a++)
		all *= front->n;
	if (all > PARETO_POINTS)
		return nas_fail(err, NAS_EUSAGE, "-n %d of %d budgets are %.0f "
				"points; at most %d are allowed", front->n,
				front->naxes, all, PARETO_POINTS);
	return NAS_OK;
}

enum nas_status pareto_over(struct pareto *front, const char *text,
			    struct nas_err *err)
{
	while (text) {
		size_t n = strcspn(text, ",");
		char one[AXIS_TEXT];

		if (front->naxes == GRID_AXES)
			return nas_fail(err, NAS_EUSAGE, "--over takes one to "
					"%d budgets", GRID_AXES);
		if (n >= sizeof(one))
			return bad_axis(text, err);
		snprintf(one, sizeof(one), "%.*s", (int)n, text);
		if (parse_axis(&front->axis[front->naxes++], one, err))
			return err->code;
		text = text[n] ? text + n + 1 : NULL;
	}
	return check_points(front, err);
}
