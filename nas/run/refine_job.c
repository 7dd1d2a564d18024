/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/refine_job.h"

#include "nas/form/form.h"
#include "qbr/qbr.h"

/* The problem whose space holds the architecture: the config's, or one made
 * around its structure with the config's candidates for the bits. */
static enum nas_status
find_problem(struct refine_job *r, struct nas_arena *arena, struct nas_err *err)
{
	struct nas_config *c = &r->config;
	struct nas_err ignored = {0};
	const struct nas_space *space = &c->space;

	if (space_encode(space, &r->arch, &r->genome, &ignored) != NAS_OK) {
		r->outside = true;
		space = &r->around;
		if (space_around(&r->around, &r->arch, &c->space, arena, err))
			return err->code;
		space_smallest(space, &r->genome);
	}
	return problem_init(&r->problem, space, &c->limits, c->score_def,
			    &c->score_options, arena, err);
}

enum nas_status refine_job_run(struct refine_job *r, struct nas_arena *arena,
			       struct nas_err *err)
{
	if (find_problem(r, arena, err) != NAS_OK ||
	    network_of_arch(&r->before, &r->problem, &r->arch, err) != NAS_OK)
		return err->code;
	r->feasible = qbr_refine(&r->problem, &r->genome);
	if (network_make(&r->after, &r->problem, &r->genome, arena, err))
		return err->code;
	r->after.arch.name = r->arch.name;
	return NAS_OK;
}

enum nas_status refine_job_verdict(const struct refine_job *r,
				   struct nas_arena *arena, struct nas_err *err)
{
	struct nas_infeasible why;
	char text[256];

	if (r->feasible)
		return NAS_OK;
	if (infeasible_make(&why, &r->problem, &r->after, true, arena, err))
		return err->code;
	infeasible_text(text, sizeof(text), &why);
	return nas_fail(err, NAS_EINFEASIBLE, "no bits of this structure meet "
			"the budgets: with the lowest bits %s", text);
}

cJSON *refine_job_json(const struct refine_job *r)
{
	cJSON *o = json_add_string(json_object("nas/refine/1"), "name",
				   r->arch.name ? r->arch.name : "");

	json_add_bool(o, "feasible", r->feasible);
	json_add_bool(o, "in_space", !r->outside);
	json_add(o, "before", form_write(&network_form, &r->before));
	return json_add(o, "after", form_write(&network_form, &r->after));
}
