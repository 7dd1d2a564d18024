/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/scoring/policy.h - a network that runs with the bits of a policy, its
 * weights' grids by the largest weight of a channel.
 *
 * Usage:
 *	policy_quantise(q, w, out, fan, 4);
 *	policy_set(forward, &graph, &policy, &err);
 */
#ifndef TESTS_SCORING_POLICY_H
#define TESTS_SCORING_POLICY_H

#include <stdlib.h>

#include "scoring/forward/forward.h"
#include "tests/check.h"

struct policy {
	const int *bits;        /* (nlayers) of weights and of inputs */
	const float *low, *high; /* (nlayers) of the inputs */
};

/* q (out, fan) = w on the grids of so many bits. */
static inline void policy_quantise(float *q, const float *w, int out,
				   size_t fan, int bits)
{
	float scale[256];

	assert_true(out <= 256);
	quant_max_abs_scales(scale, w, out, fan, bits, QUANT_PER_CHANNEL);
	fake_quant_scaled(q, w, out, fan, bits, scale);
}

static inline void policy_set(struct forward *f, const struct graph *g,
			      const struct policy *p, struct nas_err *err)
{
	for (int i = 0; i < g->nlayers; i++) {
		const struct graph_layer *l = &g->layer[i];
		float *q = malloc((size_t)l->out * l->fan * sizeof(*q));
		struct quant_grid grid = quant_grid_of(p->low[i], p->high[i],
						       p->bits[i]);

		assert_non_null(q);
		policy_quantise(q, l->weight, l->out, l->fan, p->bits[i]);
		CHECK_OK(forward_set_weights(f, i, q, NULL, err), err);
		forward_set_grid(f, i, &grid);
		free(q);
	}
}

#endif
