/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/policy_answer.h - what was found for a policy problem, as it stands in
 * files: nas/policy/1.
 *
 * A file that is read needs no more than "bits_w", or nothing at all: what is
 * absent is empty or not present.
 *
 * Usage:
 *	status = policy_answer_make(&answer, "name", &problem, &allocation,
 *				    arena, err);
 *	tree = form_write(&policy_form, &answer);
 */
#ifndef QBR_POLICY_ANSWER_H
#define QBR_POLICY_ANSWER_H

#include "nas/form/form.h"
#include "nas/form/number_slot.h"
#include "qbr/allocate.h"

struct policy_amounts { /* {"size": 1.5, ...}: by the names of costs */
	bool present;
	int n;
	const char **name; /* (n) */
	double *x;         /* (n) */
};

struct policy_names {
	int n;
	char **name; /* (n) */
};

struct policy_bits { /* a policy, layer by layer */
	struct nas_number_slot loss;
	int nbits_w, nbits_a;
	int *bits_w, *bits_a; /* (nbits_w), (nbits_a) of weights, of inputs */
	struct policy_names layers;
	struct policy_amounts cost;
};

struct policy_shortage { /* a budget of a problem without an answer */
	const char *budget;
	double limit, least; /* least: possible, over all policies */
	double over;         /* least - limit, 0 at least */
};

struct policy_shortages { /* none: there is an answer */
	bool present;
	int n;
	struct policy_shortage *one; /* (n) each budget's */
};

struct policy_nearest { /* the least violating policy, or none */
	bool present;
	struct policy_bits bits;
};

struct policy_answer {
	int schema; /* 0: nas/policy/1 */
	char *name;
	int status; /* enum allocate_status */
	struct policy_bits policy;
	struct nas_number_slot bound, gap;
	struct policy_amounts budgets;
	struct policy_shortages infeasible;
	struct nas_number_slot budgets_times; /* that would be enough */
	struct policy_nearest nearest;
	struct nas_number_slot relaxed_bound;
	struct policy_amounts worth; /* loss saved by one more unit */
	char *method;
	/* of a trained network with the policy; spaces/graph/graph_live.h */
	struct nas_number_slot sram_bytes;
	/* Of a trained network in full precision, 32 by 32 bits; how many times
	 * fewer bitops the policy takes. */
	struct nas_number_slot full_size, full_bitops, compression;
	/* and with an addition of a bias for each value of a layer */
	struct nas_number_slot full_bitops_with_biases;
	/* or four operations of a normalisation for each of a convolution */
	struct nas_number_slot full_bitops_with_norms;
	char *quantiser; /* of weights, as measured; NULL = not known */
	char *latency_by; /* with its error; NULL = latency is no cost */
	char *sram_at; /* the operator that needs them; NULL = not known */
};

extern const struct form policy_form; /* of a struct policy_answer */

/* problem: with the limits it was solved for. Values live in arena or in the
 * problem. NAS_ENOMEM. */
enum nas_status policy_answer_make(struct policy_answer *out, const char *name,
				   const struct policy_problem *problem,
				   const struct allocation *allocation,
				   struct nas_arena *arena,
				   struct nas_err *err) NAS_MUST_CHECK;

/* NAS_OK when there is a policy inside the budgets; else NAS_EINFEASIBLE
 * naming budgets and by how much. */
enum nas_status policy_answer_verdict(const struct policy_answer *answer,
				      struct nas_err *err) NAS_MUST_CHECK;

#endif
