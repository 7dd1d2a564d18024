/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/cli/cmd_sensitivity_chart.h - losses of layers as bars, an SVG.
 *
 * Usage:
 *	sensitivity_chart(&text, &graph, &s);
 */
#ifndef NAS_CLI_CMD_SENSITIVITY_CHART_H
#define NAS_CLI_CMD_SENSITIVITY_CHART_H

#include "nas/base/file.h"
#include "scoring/sensitivity/sensitivity.h"

/* One row of bars for each layer's value, or its loss at the fewest bits of
 * the weights where the metric has no value. */
void sensitivity_chart(struct text *t, const struct graph *g,
		       const struct sensitivity *s);

#endif
