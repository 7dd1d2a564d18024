/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/qbr/drawn.h - room for a policy problem that a test draws.
 *
 * Usage:
 *	struct drawn r;
 *	drawn_clear(&r, 10, 4, 2);
 *	r.choice[i][c].bits_w, .bits_a, .loss; r.cost[i][c][k]; r.limit[k]
 */
#ifndef TESTS_QBR_DRAWN_H
#define TESTS_QBR_DRAWN_H

#include <string.h>

#include "qbr/policy_problem.h"

#define DRAWN_LAYERS  40
#define DRAWN_CHOICES 9
#define DRAWN_COSTS   3

struct drawn {
	struct policy_problem p;
	struct policy_layer layer[DRAWN_LAYERS];
	struct policy_choice choice[DRAWN_LAYERS][DRAWN_CHOICES];
	double cost[DRAWN_LAYERS][DRAWN_CHOICES][DRAWN_COSTS];
	double limit[DRAWN_COSTS];
	struct policy_pair tie[DRAWN_LAYERS], order[DRAWN_LAYERS];
};

/* As many choices in each layer; bits, losses, costs and limits are 0, and
 * there are no ties or orders. */
static inline void drawn_clear(struct drawn *r, int layers, int choices,
			       int costs)
{
	static const char *name[DRAWN_COSTS] = {"size", "bitops", "ms"};

	memset(r, 0, sizeof(*r));
	for (int i = 0; i < layers; i++) {
		r->layer[i] = (struct policy_layer){"", choices, r->choice[i]};
		for (int c = 0; c < choices; c++)
			r->choice[i][c].cost = r->cost[i][c];
	}
	r->p = (struct policy_problem){
		.name = "", .nlayers = layers, .layer = r->layer,
		.tie = r->tie, .order = r->order,
		.ncosts = costs, .cost_name = name, .limit = r->limit};
}

#endif
