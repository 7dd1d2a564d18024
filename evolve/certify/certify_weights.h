/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evolve/certify/certify_weights.h - scores that are products: what the stage
 * ends behind a block weigh, as a state of the chain.
 *
 * A product is
 *	S = sum over stage ends s of  w_s ln(C_s h_s w_s) (e_1 + .. + e_{n_s})
 *	  = sum over blocks b of  e_b V_b,  V_b = sum of w_s ln(C_s h_s w_s) over
 *	    the ends s at or behind block b:
 * a sum over the chain but for V, which the widths of later ends decide. So
 * the backward pass has a class of V in its state, besides channels and bits.
 * A class of boundary s is an interval that holds V of all its paths; class j
 * of boundary s + 1 and width w of stage s make class to[s][w][j] of boundary
 * s. Where more values can occur than a pass may have classes, V is rounded
 * outwards to a grid of that many; a block then counts at the better end of
 * its interval, so the bound holds. Few widths left: a finer grid, and at last
 * no rounding at all.
 *
 * Of a sum all of this is one class, at which each block weighs 1.
 */
#ifndef EVOLVE_CERTIFY_CERTIFY_WEIGHTS_H
#define EVOLVE_CERTIFY_CERTIFY_WEIGHTS_H

#include "spaces/space.h"

struct cert_weight { /* the least and the largest that there can be */
	double low, high;
};

struct cert_weights {
	int n[SPACE_STAGES_MAX + 1]; /* classes of a boundary */
	bool exact;                  /* nothing was rounded */
	struct cert_weight *class[SPACE_STAGES_MAX + 1]; /* (n) */
	struct cert_weight range[SPACE_STAGES_MAX + 1];  /* of all classes */
	uint16_t *to[SPACE_STAGES_MAX]; /* (nout, n of the next boundary) */
	double *end[SPACE_STAGES_MAX];  /* (nout) what the end itself weighs;
					 * 0 where no stage of the score ends */
};

struct cert_model;

/* Classes for the widths that are alive, at most so many a boundary. False:
 * out of memory. */
bool cert_weights_make(struct cert_model *m, int most, struct nas_arena *arena);

/* What a block of stage s weighs, of that width, before class j. */
static inline struct cert_weight
cert_weight_of(const struct cert_weights *w, int s, int out, int j)
{
	double end = w->end[s][out];

	return (struct cert_weight){ w->class[s + 1][j].low + end,
				     w->class[s + 1][j].high + end };
}

/* The class before that stage. */
static inline int cert_class_to(const struct cert_weights *w, int s, int out,
				int j)
{
	return w->to[s][(size_t)out * (size_t)w->n[s + 1] + (size_t)j];
}

#endif
