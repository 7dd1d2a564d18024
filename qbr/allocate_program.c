/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/allocate_program.h"

#include <math.h>
#include <string.h>

#include "qbr/allocate_relax.h"

/* A good policy first: items that cannot be in a better one need no search. */
static bool reduce(struct groups *g, const double *multiplier, int *item)
{
	bool ordered = g->problem->norders > 0;
	double bound = relax_price(g, multiplier), loss;

	if (ordered || !relax_repair(g, item))
		return false;
	relax_improve(g, item);
	loss = groups_loss(g, item);
	relax_reduce(g, loss - bound + 1e-12 * (fabs(loss) + fabs(bound)),
		     item);
	return true;
}

/* GLPK's optimum is one to a tolerance: a better policy may be known. */
enum nas_status program_solve(struct milp_answer *answer, struct groups *g,
			      const double *multiplier, int *item,
			      struct arena *arena, struct nas_err *err)
{
	size_t size = (size_t)g->n * sizeof(*item);
	int *known = NAS_NEW(arena, int, (size_t)g->n);
	bool reduced = reduce(g, multiplier, item);

	if (!known)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the policy");
	memcpy(known, item, size);
	if (milp_solve(answer, g, MILP_LOSS, 0, item, arena, err))
		return err->code;
	if (!answer->found && !reduced)
		return NAS_OK;
	if (reduced && !(answer->found &&
			 groups_loss(g, item) < groups_loss(g, known)))
		memcpy(item, known, size);
	answer->value = groups_loss(g, item);
	answer->bound = answer->found ? fmin(answer->bound, answer->value)
				      : answer->value;
	answer->found = true;
	return NAS_OK;
}
