/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From multipliers to the best network: passes of label setting.
 *
 * A pass for all that scores above a target costs more, the further the
 * target is below the Lagrangian bound. The gap of that bound is 6e-5 to
 * 1.4e-3 of it in the shipped configs, so passes begin close to it and go
 * down by factors. A narrow beam before them finds the best network in nine of
 * the ten shipped configs; its network thins the items to some dozens, and
 * the full passes then make under a thousand labels each.
 */
#include "evolve/certify/certify_solver.h"

#define BEAM_FIRST 1e-3 /* of the bound: how far below it a beam looks */
#define BEAM_STEP 4
#define BEAM_STEPS 5 /* then all the way */
#define FIRST 2e-5   /* likewise the first full pass */
#define STEP 2.5
#define STEPS 12
#define WIDER 300 /* beams, when full passes are too large */
#define WIDEST 100000

/* A pass for what scores above target; width 0: all of it. done: nothing was
 * lost. */
static enum nas_status one_pass(struct cert_solver *so, size_t width,
				double target, bool *done, struct nas_err *err)
{
	struct cert_run *run = so->run;
	struct cert_pass pass = {
		.target = target,
		.beam = width,
		.bytes = (size_t)(run->options->memory_bytes / 2),
	};

	*done = false;
	if (cert_is_over(&run->limits))
		return NAS_OK;
	if (cert_labels(run, &so->m, &so->prices, &pass, err))
		return err->code;
	if (pass.done)
		cert_lower(so->v, fmax(fmax(target, run->score),
				       fmax(pass.dropped, run->stray)));
	*done = pass.done && pass.dropped <= target;
	return NAS_OK;
}

/* A narrow beam for a better network: first close to the bound, where there
 * is little to look at, then further down until one is found. */
enum nas_status cert_find_better(struct cert_solver *so, size_t width,
				 struct nas_err *err)
{
	struct cert_run *run = so->run;
	double before = run->score, top = so->v->bound;
	double depth = BEAM_FIRST * fabs(top);
	bool done;

	for (int k = 0; k <= BEAM_STEPS; k++, depth *= BEAM_STEP) {
		double least = cert_above(run, 0);
		double target = k < BEAM_STEPS ? fmax(top - depth, least)
					       : least;

		if (so->v->bound <= least || cert_is_over(&run->limits))
			break;
		if (one_pass(so, width, target, &done, err) != NAS_OK)
			return err->code;
		if (run->score > before || target <= least)
			break;
	}
	return NAS_OK;
}

enum nas_status cert_beam_and_thin(struct cert_solver *so, size_t width,
				   struct nas_err *err)
{
	struct cert_run *run = so->run;
	bool stored;

	if (cert_find_better(so, width, err) != NAS_OK)
		return err->code;
	if (so->v->bound <= cert_above(run, 0))
		return NAS_OK;
	if (!cert_thin(so, &so->prices.dp[0], cert_above(run, 0), INT64_MAX,
		  &stored))
		return cert_no_memory(err);
	cert_drop_loose(so);
	return cert_make_prices(so) ? NAS_OK : cert_no_memory(err);
}

/* Passes from the bound down: a pass that finds nothing above its target makes
 * that the bound, one that does has found the best. The work of a pass grows
 * with the distance, so each goes STEP times as far as the one before. */
static enum nas_status close_gap(struct cert_solver *so, struct nas_err *err)
{
	struct cert_run *run = so->run;
	double top = so->v->bound, depth = FIRST * fabs(top);
	bool done = true;

	for (int k = 0; done && k <= STEPS; k++, depth *= STEP) {
		double least = cert_above(run, 0);
		double target = k < STEPS ? fmax(top - depth, least) : least;

		if (so->v->bound <= least || cert_is_over(&run->limits))
			break;
		if (one_pass(so, 0, target, &done, err) != NAS_OK)
			return err->code;
	}
	return NAS_OK;
}

/* Where passes are too large for the memory and the gap is not good enough,
 * wider beams between them raise the score and thin the items. */
enum nas_status cert_close(struct cert_solver *so, struct nas_err *err)
{
	double gap = so->run->options->gap;

	for (size_t width = WIDER; width <= WIDEST; width *= 4) {
		if (close_gap(so, err) != NAS_OK)
			return err->code;
		if (so->v->bound <= cert_above(so->run, gap) ||
		    cert_is_over(&so->run->limits))
			return NAS_OK;
		if (cert_beam_and_thin(so, width, err) != NAS_OK)
			return err->code;
	}
	return NAS_OK;
}
