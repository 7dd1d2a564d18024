/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Agreement among networks of nearly equal FLOPs. */
#include <math.h>

#include "scoring/correlate.h"
#include "spaces/cost.h"

struct bins {
	int n;
	int *order; /* networks by FLOPs */
	double *x, *y; /* of one bin */
};

/* Mean over bins in which it is defined. */
static enum nas_status within_of(struct correlate_row *row,
				 const struct correlation *c,
				 const struct bins *b, struct nas_err *err)
{
	double sum = 0, rho;
	int defined = 0;

	for (int bin = 0; bin < b->n; bin++) {
		int from = (int)((int64_t)c->n * bin / b->n);
		int to = (int)((int64_t)c->n * (bin + 1) / b->n), n = 0;

		for (int k = from; k < to; k++) {
			b->x[n] = row->value[b->order[k]];
			b->y[n] = c->accuracy[b->order[k]];
			n += isfinite(b->x[n]) != 0;
		}
		if (stats_spearman(&rho, b->x, b->y, n, err) != NAS_OK)
			return err->code;
		if (!isfinite(rho))
			continue;
		sum += rho;
		defined++;
	}
	row->within = defined ? sum / defined : (double)NAN;
	return NAS_OK;
}

static enum nas_status fill_bins(struct bins *b, const struct correlation *c,
				 const struct nas_arch_list *list,
				 struct nas_arena *arena, struct nas_err *err)
{
	size_t n = (size_t)c->n;

	b->order = NAS_NEW(arena, int, n);
	b->x = NAS_NEW(arena, double, n + 1);
	b->y = NAS_NEW(arena, double, n + 1);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the bins");
	for (int i = 0; i < c->n; i++) {
		struct nas_cost cost;

		cost_of(&cost, NULL, &list->arch[i],
			&memory_models[MEMORY_TINYENGINE]);
		b->x[i] = cost.macs;
	}
	return stats_order(b->order, b->x, c->n, err);
}

enum nas_status correlate_within(struct correlation *c,
				 const struct nas_arch_list *list,
				 struct nas_arena *arena, struct nas_err *err)
{
	struct bins b = { .n = c->nbins };

	for (int r = 0; r < c->nrows; r++)
		c->row[r].within = (double)NAN;
	c->ceiling.within = (double)NAN;
	if (c->nbins == 0)
		return NAS_OK;
	if (fill_bins(&b, c, list, arena, err) != NAS_OK)
		return err->code;
	for (int r = 0; r < c->nrows; r++)
		if (within_of(&c->row[r], c, &b, err) != NAS_OK)
			return err->code;
	return NAS_OK;
}
