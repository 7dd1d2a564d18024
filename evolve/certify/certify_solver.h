/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evolve/certify/certify_solver.h - the steps by which one variant is solved.
 */
#ifndef EVOLVE_CERTIFY_CERTIFY_SOLVER_H
#define EVOLVE_CERTIFY_CERTIFY_SOLVER_H

#include "evolve/certify/certify_labels.h"

struct cert_solver {
	struct cert_run *run;
	struct cert_variant *v;
	struct cert_model m;
	struct cert_prices prices;
	struct cert_dp dp; /* for all passes but those of prices */
};

static inline void cert_lower(struct cert_variant *v, double bound)
{
	v->bound = fmin(v->bound, bound);
}

enum nas_status cert_no_memory(struct nas_err *err);

/* ---- certify_prices.c ---- */

/* The multipliers with the least bound (certify_master.c), that bound, and
 * whether it proves that there is nothing. */
enum nas_status cert_find_price(struct cert_solver *so, double tolerance,
				int limit, struct nas_err *err) NAS_MUST_CHECK;

/* The prices that bound labels. */
bool cert_make_prices(struct cert_solver *so);

/* Keep the items that dp allows above target, if they are at most so many;
 * all of them when a limit is reached. False: out of memory. */
bool cert_thin(struct cert_solver *so, const struct cert_dp *dp, double target,
	       int64_t most, bool *stored);

/* Forget resources whose budget no path of the items left can exceed. */
void cert_drop_loose(struct cert_solver *so);

/* ---- certify_close.c ---- */

/* Beam passes of that width for a better network. */
enum nas_status cert_find_better(struct cert_solver *so, size_t width,
				 struct nas_err *err) NAS_MUST_CHECK;

/* The same, and what its network leaves of the items. */
enum nas_status cert_beam_and_thin(struct cert_solver *so, size_t width,
				   struct nas_err *err) NAS_MUST_CHECK;

/* Passes without a beam until the bound meets the score. */
enum nas_status cert_close(struct cert_solver *so, struct nas_err *err)
	NAS_MUST_CHECK;

#endif
