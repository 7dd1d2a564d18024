/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which metric two minutes are enough for. */
#include "nas/run/sensitivity_of.h"

#define WORK   (120 * 3e9) /* MACs */
#define LEAST  8	   /* images */
#define MOST   64

static int probes_of(const int *bits, int n)
{
	int probes = 0;

	for (int k = 0; k < n; k++)
		probes += bits[k] <= QUANT_BITS_MAX;
	return probes;
}

/* Images whose work fits; whole: all that follows a layer is run again. */
static int images_for(const struct graph *g, const struct sensitivity_job *job,
		      bool whole)
{
	double after = 0, work = 0;
	int probes = probes_of(job->bits_w, job->nw) +
		     probes_of(job->bits_a, job->na);

	for (int i = g->nlayers - 1; i >= 0; i--) {
		double macs = (double)g->layer[i].macs;

		after += macs;
		work += probes * (whole ? after : macs);
	}
	work += after; /* in float */
	if (!(work > 0) || WORK / work > MOST)
		return MOST;
	return (int)(WORK / work);
}

const struct sensitivity_metric *
sensitivity_auto(const struct graph *g, const struct sensitivity_job *job,
		 bool has_images, int *images)
{
	*images = has_images ? images_for(g, job, true) : 0;
	if (*images >= LEAST)
		return sensitivity_find("logits");
	*images = has_images ? images_for(g, job, false) : 0;
	if (*images >= LEAST)
		return sensitivity_find("output");
	*images = 0;
	return sensitivity_find("msqe-relative");
}
