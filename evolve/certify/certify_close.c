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

#include <math.h>

#define BEAM_FIRST 1e-3 /* of the bound: how far below it a beam looks */
#define BEAM_STEP 4
#define BEAM_STEPS 5 /* then all the way */
#define FIRST 2e-5   /* and how far the first full pass does */
#define STEP 2.5
#define STEPS 40     /* then all the way */
#define GROWTH 4.0   /* of labels from a full pass to the next, as foreseen, */
#define CHEAP 10000  /* once a pass has more than these */
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

/* How far below the bound the next full pass looks. Labels grow about
 * exponentially with the depth: where the last two passes say that STEP would
 * multiply them by more than GROWTH, it is as far as GROWTH. */
static double next_depth(double depth, double before, int64_t labels,
			 int64_t labels_before)
{
	double step = (STEP - 1) * depth;

	if (labels > CHEAP && labels > labels_before && labels_before > 0)
		step = fmin(step, (depth - before) * log(GROWTH) /
				  log((double)labels / (double)labels_before));
	return depth + step;
}

/* Passes from the bound down: a pass that finds nothing above its target makes
 * that the bound, one that does has found the best. The work of a pass grows
 * with the depth, so that the last one takes the most of it. */
static enum nas_status close_gap(struct cert_solver *so, struct nas_err *err)
{
	struct cert_run *run = so->run;
	double top = so->v->bound, depth = FIRST * fabs(top), before = 0;
	int64_t labels_before = 0;
	bool done = true;

	for (int k = 0; done && k <= STEPS; k++) {
		double least = cert_above(run, 0), now = depth;
		double target = k < STEPS ? fmax(top - depth, least) : least;
		int64_t labels = run->labels;

		if (so->v->bound <= least || cert_is_over(&run->limits))
			break;
		if (one_pass(so, 0, target, &done, err) != NAS_OK)
			return err->code;
		labels = run->labels - labels;
		depth = next_depth(now, before, labels, labels_before);
		before = now;
		labels_before = labels;
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
