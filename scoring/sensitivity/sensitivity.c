/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scoring/sensitivity/sensitivity.h"

#include <math.h>
#include <string.h>

#include "scoring/sensitivity/metrics.h"

static enum nas_status check_finite(const struct sensitivity *s,
				    const struct graph *g, const double *table,
				    int n, struct nas_err *err)
{
	for (int i = 0; i < s->nlayers * n; i++)
		if (!isfinite(table[i]))
			return nas_fail(err, NAS_ENUM, "metric '%s': the loss "
					"of layer '%.80s' is not finite",
					s->metric, g->layer[i / n].name);
	return NAS_OK;
}

enum nas_status sensitivity_run(struct sensitivity *s,
				const struct sensitivity_metric *metric,
				const struct sensitivity_job *job,
				struct nas_arena *arena, struct nas_err *err)
{
	size_t n = (size_t)job->graph->nlayers;

	memset(s, 0, sizeof(*s));
	if (n == 0)
		return nas_fail(err, NAS_ERUN, "the network has no layers "
				"that can be quantised");
	if (metric->images && (job->n < metric->least || !job->x))
		return nas_fail(err, NAS_ERUN, "metric '%s' needs %d image%s "
				"or more, not %d", metric->name, metric->least,
				metric->least == 1 ? "" : "s", job->n);
	s->metric = metric->name;
	s->nlayers = (int)n;
	s->nw = job->nw;
	s->na = job->na;
	s->bits_w = job->bits_w;
	s->bits_a = job->bits_a;
	s->loss_w = NAS_NEW2(arena, double, n, (size_t)job->nw);
	s->loss_a = NAS_NEW2(arena, double, n, (size_t)job->na);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the losses");
	if (metric->run(s, job, arena, err) != NAS_OK ||
	    check_finite(s, job->graph, s->loss_w, s->nw, err) != NAS_OK)
		return err->code;
	return check_finite(s, job->graph, s->loss_a, s->na, err);
}

/* Losses of one table of the layers, n a layer; bits from 8 on lose nothing. */
static void look(const double *table, const int *bits, int n, int first,
		 int last, bool *nothing, bool *alike)
{
	for (int k = 0; k < n && bits[k] < SENSITIVITY_BITS; k++)
		for (int i = first; i <= last; i++) {
			double x = table[i * n + k];

			*nothing = *nothing && x == 0;
			*alike = *alike && x == table[first * n + k];
		}
}

enum sensitivity_sense sensitivity_sense(const struct sensitivity *s,
					 int first, int last)
{
	bool nothing = true, alike = true;

	/* nothing to choose from */
	if (first > last || (s->bits_w[0] >= SENSITIVITY_BITS &&
			     s->bits_a[0] >= SENSITIVITY_BITS))
		return SENSITIVITY_TELLS;
	look(s->loss_w, s->bits_w, s->nw, first, last, &nothing, &alike);
	look(s->loss_a, s->bits_a, s->na, first, last, &nothing, &alike);
	if (nothing)
		return SENSITIVITY_NOTHING;
	return alike && last > first ? SENSITIVITY_ALIKE : SENSITIVITY_TELLS;
}
