/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is a network in the space, is it inside the budgets, what is its score? */
#include "nas/form/record.h"
#include "nas/run/records.h"

static enum nas_status judge_space(struct nas_judged *judged,
				   const struct nas_space *space,
				   const struct nas_arch *arch,
				   struct nas_arena *arena, struct nas_err *err)
{
	struct nas_err why = {0};

	judged->in_space = space_encode(space, arch, &judged->net.genome,
					&why) == NAS_OK;
	judged->outside = NULL;
	if (!judged->in_space)
		judged->outside = arena_strdup(arena, nas_err_msg(&why, 0));
	return arena->failed || why.code == NAS_ENOMEM
		       ? nas_fail(err, NAS_ENOMEM, "out of memory for a network")
		       : NAS_OK;
}

enum nas_status judge_network(struct nas_judged *judged,
			      const struct nas_problem *problem,
			      const struct nas_arch *arch,
			      struct nas_arena *arena, struct nas_err *err)
{
	if (network_of_arch(&judged->net, problem, arch, err) != NAS_OK ||
	    infeasible_make(&judged->over, problem, &judged->net, false, arena,
			    err) != NAS_OK ||
	    judge_space(judged, problem->space, arch, arena, err) != NAS_OK)
		return err->code;
	judged->fits = judged->over.nviolations == 0;
	return NAS_OK;
}

#define RECORD struct nas_judged

static const struct form_field judged_fields[] = {
	{ .type = FORM_KEYS, .offset = offsetof(RECORD, net),
	  .form = &network_form },
	ROW(BOOL, in_space, "the config's space holds the network"),
	ROW_AS("feasible", BOOL, fits, "it is inside the budgets"),
	ROW_MAY(STRING, outside, "where it leaves the space first, and what "
				 "is allowed there"),
	ROW_AS("violations", OBJECTS, over.violation,
	       "budgets that it exceeds", .form = &violation_form,
	       .count_offset = offsetof(RECORD, over.nviolations),
	       .fallback = ""),
	ROW_GIVEN(NUMBER, gap, "how far it can be below the best possible, "
			       "relative"),
};

const struct form judged_form =
	RECORD_FORM(NULL, "a network that was judged", judged_fields);
