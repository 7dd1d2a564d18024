/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of the metrics. */
#include "scoring/sensitivity/metrics.h"

#include <string.h>

#define ROW(name) &metric_##name,
const struct sensitivity_metric *const sensitivity_metrics[] = {
	METRIC_LIST(ROW) NULL};

const struct sensitivity_metric *sensitivity_find(const char *name)
{
	for (int i = 0; sensitivity_metrics[i]; i++)
		if (strcmp(sensitivity_metrics[i]->name, name) == 0)
			return sensitivity_metrics[i];
	return NULL;
}
