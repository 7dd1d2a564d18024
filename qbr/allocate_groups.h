/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/allocate_groups.h - a policy problem with its ties resolved.
 *
 * Layers that must have equal bits are one group; its items are the bits that
 * all of them can have, with losses and costs added. Only costs with a budget
 * are kept. An item that another one beats in loss and in all uses is gone,
 * but not where orders look at the bits.
 *
 * Usage:
 *	status = groups_make(&g, &problem, arena, err);
 *	groups_take(&policy, &g, item);
 *
 * Symbols: G groups, B budgets.
 */
#ifndef QBR_ALLOCATE_GROUPS_H
#define QBR_ALLOCATE_GROUPS_H

#include "qbr/policy_problem.h"

/* Budgets, and limits of how many groups have few bits. */
#define GROUPS_USES (POLICY_COSTS_MAX + 8)

struct item {
	int bits_w, bits_a;
	double loss;
	double use[GROUPS_USES]; /* (B) */
	int *pick; /* (members) choice of each layer of the group */
};

struct group {
	int members, n;
	bool ordered;      /* in some order: no item may go */
	struct item *item; /* (n), 0 when the layers have no bits in common */
};

struct groups {
	const struct policy_problem *problem;
	int n;
	struct group *group;  /* (G) */
	int *of, *slot;       /* (L) group of a layer, its place in pick */
	int nbudgets;
	int cost[POLICY_COSTS_MAX];     /* (B) index in the problem */
	double limit[GROUPS_USES]; /* (B) with the tolerance */
};

/* NAS_EINPUT: tied layers have no bits in common; NAS_ENOMEM. */
enum nas_status groups_make(struct groups *g, const struct policy_problem *p,
			    struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

/* policy->pick from one item a group (G), and its sums. */
void groups_take(struct policy *policy, const struct groups *g,
		 const struct item *item);

/* What items use of every budget; true when all are met. */
bool groups_use(const struct groups *g, const int *item, double *use);

/* How far uses (B) are above the limits, as a sum of shares of them. */
double groups_over(const struct groups *g, const double *use);

double groups_loss(const struct groups *g, const int *item);

/* Loss and uses at the prices of nb budgets. */
double item_priced(const struct item *it, const double *price, int nb);

/* The |limits| at their prices (B), added up. */
double groups_limits_priced(const struct groups *g, const double *price);

/* The largest |loss| of each group, added up. */
double groups_size(const struct groups *g);

/* A copy with items of its own. False: out of memory. */
bool group_copy(struct group *to, const struct group *from,
		struct nas_arena *arena);
bool groups_copy(struct groups *to, const struct groups *from,
		 struct nas_arena *arena);

#endif
