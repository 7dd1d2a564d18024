/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/policy_problem.h - which bits each layer of a network may have, what
 * each choice loses and costs, and how much may be spent.
 *
 * A policy picks one choice a layer. It is to lose least in sum, inside every
 * budget, with equal bits in tied layers (they share a tensor) and, where
 * orders ask for it, no fewer bits in one layer than in another.
 * Losses may be of any unit and sign; a cost has the unit of its budget.
 *
 * Usage:
 *	status = policy_problem_read(&problem, &doc, doc.root, arena, err);
 *	policy_sum(&policy, &problem);          loss and cost of policy.pick
 *	if (policy_holds(&problem, &policy))    ties, orders, budgets
 *
 * Symbols: L layers, R kinds of cost, i a layer.
 * Source: HAWQ-V3 (Yao et al. 2021), section 3.3, for the form of the
 * problem; orders: Li, Su and Ma (2025). Budgets hold with a relative
 * tolerance of 1e-9 for sums of rounded numbers (ours).
 */
#ifndef QBR_POLICY_PROBLEM_H
#define QBR_POLICY_PROBLEM_H

#include "nas/form/json.h"
#include "nas/base/arena.h"

#define POLICY_COSTS_MAX 8
#define POLICY_LAYERS_MAX 4096
#define POLICY_CHOICES_MAX 256
#define POLICY_TOLERANCE 1e-9

struct policy_choice {
	int bits_w, bits_a;
	double loss;
	double *cost; /* (R) */
};

struct policy_layer {
	const char *name;
	int n;
	struct policy_choice *choice; /* (n) different bits each */
};

struct policy_pair {
	int a, b; /* layers */
};

struct graph; /* spaces/graph/graph.h */

struct policy_problem {
	const char *name;
	int nlayers;
	struct policy_layer *layer; /* (L) */
	int nties;
	struct policy_pair *tie; /* equal bits_w and bits_a */
	int norders;
	struct policy_pair *order; /* bits of a >= bits of b, w and a each */
	int ncosts;
	const char **cost_name; /* (R) */
	double *limit;          /* (R) HUGE_VAL = no budget */

	/* Of a trained network, for its memory; NULL = of no network. */
	const struct graph *graph;
	const char *latency_by; /* that latency_ms is counted by, with its
				 * error; NULL = there is no such cost */
	double latency_error_percent; /* of it; NAN = not known */
	const char *quantiser; /* of weights, that losses were measured with;
				* NULL = not known */
	double sram_bytes; /* limit of memory, allocate_memory.h; 0 = none */
	const int *cap;    /* (L) bits of inputs that keep it; NULL: not known */
};

struct policy {
	int *pick; /* (L) choice of each layer */
	double loss;
	double cost[POLICY_COSTS_MAX]; /* (R) */
};

/* Index of a kind of cost, -1 when there is none of that name. */
int policy_cost_find(const struct policy_problem *p, const char *name);

/* loss and cost of pick, summed in the order of layers. */
void policy_sum(struct policy *policy, const struct policy_problem *p);

/* By how much a cost is above its limit, beyond the tolerance; else 0. */
double policy_excess(const struct policy_problem *p,
		     const struct policy *policy, int cost);

/* pick meets ties, orders and budgets, by the definition. */
bool policy_holds(const struct policy_problem *p,
		  const struct policy *policy);
bool policy_in_order(const struct policy_problem *p,
		     const struct policy *policy); /* ties and orders only */

/* One problem or, in a file with "problems", the layers and several sets of
 * budgets. */
struct policy_case {
	const char *name;
	double *limit; /* (R) */
};

struct policy_file {
	struct policy_problem problem;
	bool listed; /* the file has "problems" */
	int ncases;
	struct policy_case *one; /* (ncases) one without a list */
};

/*
 * Read {"name", "layers", "ties", "orders", "budgets"}; with "problems":
 * [{"name", "budgets"}] one case each. The keys "about" and, in problems,
 * "expect" and "published_bits" are accepted and ignored.
 * NAS_EINPUT with the place of each failure; values live in arena.
 */
enum nas_status policy_file_read(struct policy_file *file,
				 const struct json_doc *doc,
				 const cJSON *node, struct nas_arena *arena,
				 struct nas_err *err) NAS_MUST_CHECK;

#endif
