/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * qbr/allocate_model.h - the policy problem of a trained network.
 *
 * Choices are all pairs of the candidate bits; losses are the sensitivity's;
 * costs are
 *	size     bytes of the weights
 *	bits     average bits of a weight
 *	bitops   MACs x bits_w x bits_a
 *	latency_ms  with a model: of the layer at these bits; the network's
 *	         constant stands at its last layer
 * Where inputs have several candidates, layers that read one tensor are tied.
 * A limit of sram is noted for allocate_memory.h, with caps that keep it; those
 * bound the bits of pinned layers, see allocate_sram.h.
 *
 * Usage:
 *	struct allocate_options o = { .pin = 8 };
 *	status = allocate_model(&problem, &graph, &s, &o, arena, err);
 *	problem.limit[0] = 300000;
 *	status = allocate(&allocation, &problem, arena, err);
 */
#ifndef QBR_ALLOCATE_MODEL_H
#define QBR_ALLOCATE_MODEL_H

#include "qbr/policy_problem.h"
#include "scoring/sensitivity/sensitivity.h"
#include "spaces/latency.h"

struct allocate_options {
	int pin;           /* bits of the first and the last layer, 0 = free */
	bool ordered;      /* a more sensitive layer gets no fewer bits */
	double sram_bytes; /* of the largest step, 0 = no limit */
	const struct nas_latency *latency; /* NULL = no latency_ms */
};

/* Limits are all HUGE_VAL. NAS_EINFEASIBLE: sram_bytes is too little for the
 * least bits. */
enum nas_status allocate_model(struct policy_problem *problem,
			       const struct graph *g,
			       const struct sensitivity *s,
			       const struct allocate_options *options,
			       struct nas_arena *arena,
			       struct nas_err *err) NAS_MUST_CHECK;

#endif
