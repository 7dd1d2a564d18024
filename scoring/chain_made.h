/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/chain_made.h - coefficients of blocks, made once.
 *
 * It takes up to a microsecond to make the coefficients of a block, and search
 * and certificate ask for the same ones again and again. So they are made once,
 * for each stage and variant: of first blocks by channels in and shape, of inner
 * ones by shape.
 *
 *	status = chain_made(&problem, &arena, err);        after its chains
 *	c = chain_made_first(cs, &gene, in);               NULL = not made
 */
#ifndef SCORING_CHAIN_MADE_H
#define SCORING_CHAIN_MADE_H

#include "scoring/chain.h"

struct nas_chain_made {
	const struct nas_coef *first; /* (channels in, shapes) */
	const struct nas_coef *inner; /* (shapes) */
	const double *end;            /* (widths) what the end scores */
	const int16_t *place; /* (channels) of channels in; -1 = none */
	int channels;
	size_t shapes; /* width, expansion, kernel, squeeze; the last fastest */
};

/* Nothing where the space is too large. */
enum nas_status chain_made(struct nas_problem *problem,
			   struct nas_arena *arena,
			   struct nas_err *err) NAS_MUST_CHECK;

static inline const struct nas_coef *
chain_made_first(const struct nas_chain_stage *cs, const struct nas_gene *g,
		 int in)
{
	const struct nas_chain_made *made = cs->made;

	if (!made || in >= made->channels || made->place[in] < 0)
		return NULL;
	return &made->first[(size_t)made->place[in] * made->shapes +
			    chain_shape_of(cs->choices, g)];
}

static inline const struct nas_coef *
chain_made_inner(const struct nas_chain_stage *cs, const struct nas_gene *g)
{
	return cs->made ? &cs->made->inner[chain_shape_of(cs->choices, g)]
			: NULL;
}

#endif
