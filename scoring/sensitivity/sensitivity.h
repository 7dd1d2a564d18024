/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/sensitivity/sensitivity.h - what a trained network loses by few bits, layer by
 * layer.
 *
 * A metric fills two tables, one for the bits of a layer's weights and one
 * for the bits of its input; the loss of a pair is their sum. Losses of one
 * metric compare with each other, not with another metric's. Metrics that
 * give one number h a layer (topological entropy, orthogonality) say loss =
 * h (4^-bits - 4^-8), as the noise of rounding falls (ours). With job.linear it
 * is h (8 - bits), the papers' objective: the least loss is then the largest sum
 * of h bits, whose optima have the fewest or the most bits in nearly every
 * layer.
 * Bits above 8 mean "not quantised" and lose nothing.
 *
 * Usage:
 *	struct sensitivity_job job = { .graph = &g, .n = 64, .x = images,
 *		.threads = 2, .quantiser = quantiser_find("max-abs"),
 *		.nw = 3, .bits_w = bits, .power = 3, .beta = 0.1 };
 *	const struct sensitivity_metric *m = sensitivity_find("msqe");
 *	status = sensitivity_run(&s, m, &job, &arena, err);
 *	s.loss_w[i * s.nw + k]        layer i with bits_w[k]
 *
 * The same numbers for any number of threads.
 * Symbols: L layers, N images.
 */
#ifndef SCORING_SENSITIVITY_SENSITIVITY_H
#define SCORING_SENSITIVITY_SENSITIVITY_H

#include "scoring/forward/input_stats.h"
#include "scoring/forward/quantiser.h"
#include "spaces/graph/graph.h"

#define SENSITIVITY_BITS 8 /* of a layer that loses nothing */

struct sensitivity_job {
	const struct graph *graph;
	int n;          /* images */
	const float *x; /* (N, count of the input); NULL: the metric needs
			 * none */
	int threads;
	const struct quantiser *quantiser;
	enum quant_scope scope;
	int nw, na;
	const int *bits_w, *bits_a; /* (nw), (na) candidates, 1 .. 32 */
	double power; /* attribution: p; 0 = by capacity */
	double beta;  /* orthogonality */
	enum range_rule ranges; /* of inputs */
	bool plain_biases; /* do not correct them for rounded weights */
	bool linear;  /* h (8 - bits) in place of h (4^-bits - 4^-8) */
	void (*progress)(void *context, int done, int of); /* or NULL */
	void *context;
};

struct sensitivity {
	const char *metric;
	int nlayers, nw, na;
	const int *bits_w, *bits_a;
	double *value;  /* (L) number of a layer; NULL: the metric has none */
	double *loss_w; /* (L, nw) */
	double *loss_a; /* (L, na) */
	const char *extra_name; /* of a second figure; NULL = none */
	double *extra_w;        /* (L, nw) */
	int nguessed; /* layers that cannot be measured: the others' median */
};

struct sensitivity_metric {
	const char *name, *help;
	int images;     /* that it looks at, unless told; 0 = needs none */
	int least, few; /* images: an error below, a guess below (ours) */
	bool one_label; /* of one class, best */
	bool alike;     /* the same of all layers, on purpose */
	enum nas_status (*run)(struct sensitivity *s,
			       const struct sensitivity_job *job,
			       struct nas_arena *arena, struct nas_err *err);
};

extern const struct sensitivity_metric *const sensitivity_metrics[];
const struct sensitivity_metric *sensitivity_find(const char *name);

/* Tables live in the arena. NAS_ERUN: the metric does not apply to this
 * network, or has too few images; NAS_ENUM: a value is not finite;
 * NAS_ENOMEM. */
enum nas_status sensitivity_run(struct sensitivity *s,
				const struct sensitivity_metric *metric,
				const struct sensitivity_job *job,
				struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

/* What losses of fewer than 8 bits say of the layers first .. last. */
enum sensitivity_sense {
	SENSITIVITY_TELLS,
	SENSITIVITY_ALIKE,  /* the same of all these layers */
	SENSITIVITY_NOTHING /* 0, all of them */
};
enum sensitivity_sense sensitivity_sense(const struct sensitivity *s,
					 int first, int last);

#endif
