/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is a network in the space, is it inside the budgets, what is its score? */
#include "nas/form/form.h"
#include "nas/form/json.h"
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

static cJSON *violations_json(const struct nas_infeasible *over)
{
	cJSON *list = cJSON_CreateArray();

	for (int i = 0; i < over->nviolations; i++)
		json_append(list, form_write(&violation_form,
					     &over->violation[i]));
	return list;
}

cJSON *judged_json(const struct nas_judged *judged)
{
	cJSON *o = form_write(&network_form, &judged->net);

	json_add_bool(o, "in_space", judged->in_space);
	json_add_bool(o, "feasible", judged->fits);
	if (!judged->in_space)
		json_add_string(o, "outside", judged->outside);
	if (!judged->fits)
		json_add(o, "violations", violations_json(&judged->over));
	return o;
}
