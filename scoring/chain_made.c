/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scoring/chain_made.h"

#define MOST 300000 /* coefficients of all stages and variants: 58 MB */

/* Widths that reach a stage; the network's input is one. */
static int widths_before(const struct nas_chain *chain, int s,
			 const int **width)
{
	*width = s ? chain->stage[s - 1].choices->width : &chain->channels;
	return s ? chain->stage[s - 1].choices->nwidth : 1;
}

static bool is_small_enough(const struct nas_problem *problem)
{
	const struct nas_chain *chain = &problem->chain[0];
	double n = 0;
	const int *width;

	for (int s = 0; s < chain->nstages; s++)
		n += (double)chain_shapes(chain->stage[s].choices) *
		     (1 + widths_before(chain, s, &width));
	return n * problem->space->nvariants <= MOST;
}

static int16_t *make_places(const int *width, int n, int *channels,
			    struct nas_arena *arena)
{
	int16_t *place;

	*channels = 0;
	for (int i = 0; i < n; i++)
		if (width[i] >= *channels)
			*channels = width[i] + 1;
	place = NAS_NEW(arena, int16_t, (size_t)*channels);
	for (int c = 0; place && c < *channels; c++)
		place[c] = -1;
	for (int i = 0; place && i < n; i++)
		place[width[i]] = (int16_t)i;
	return place;
}

static void make_stage(struct nas_chain *chain, int s, struct nas_arena *arena)
{
	struct nas_chain_stage *cs = &chain->stage[s];
	const struct nas_stage *st = cs->choices;
	const int *width;
	int n = widths_before(chain, s, &width);
	size_t shapes = chain_shapes(st);
	struct nas_chain_made *made = NAS_NEW(arena, struct nas_chain_made, 1);
	struct nas_coef *first = NAS_NEW2(arena, struct nas_coef, (size_t)n,
					  shapes);
	struct nas_coef *inner = NAS_NEW(arena, struct nas_coef, shapes);
	double *end = NAS_NEW(arena, double, (size_t)st->nwidth);
	int channels;
	int16_t *place = make_places(width, n, &channels, arena);

	if (arena->failed)
		return;
	for (size_t i = 0; i < shapes; i++) {
		struct nas_gene g = chain_shape_gene(st, i);

		chain_coef_inner(chain, s, &g, &inner[i]);
		for (int k = 0; k < n; k++)
			chain_coef_first(chain, s, &g, width[k],
					 &first[(size_t)k * shapes + i]);
	}
	for (int w = 0; w < st->nwidth; w++)
		end[w] = chain_end(chain, s, st->width[w], NULL);
	*made = (struct nas_chain_made){ first, inner, end, place, channels,
					 shapes };
	cs->made = made;
}

enum nas_status chain_made(struct nas_problem *problem,
			   struct nas_arena *arena, struct nas_err *err)
{
	if (!is_small_enough(problem))
		return NAS_OK;
	for (int v = 0; v < problem->space->nvariants; v++)
		for (int s = 0; s < problem->chain[v].nstages; s++)
			make_stage(&problem->chain[v], s, arena);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM,
				"out of memory for the problem");
	return NAS_OK;
}
