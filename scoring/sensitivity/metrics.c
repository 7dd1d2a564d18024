/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of the metrics. */
#include "scoring/sensitivity/metrics.h"

#include <string.h>

const struct sensitivity_metric *const sensitivity_metrics[] = {
	&metric_te,	       &metric_te_mean, &metric_arp,
	&metric_msqe,	       &metric_msqe_relative, &metric_output,
	&metric_logits,	       &metric_orm, &metric_qe,
	&metric_size,	       NULL,
};

const struct sensitivity_metric *sensitivity_find(const char *name)
{
	for (int i = 0; sensitivity_metrics[i]; i++)
		if (strcmp(sensitivity_metrics[i]->name, name) == 0)
			return sensitivity_metrics[i];
	return NULL;
}
