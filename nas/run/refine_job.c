/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/refine_job.h"

#include "nas/form/record.h"
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

struct record {
	int schema;
	const char *name;
	bool feasible, in_space;
	struct nas_network before, after;
};

#define RECORD struct record

static const struct form_field fields[] = {
	ROW_SCHEMA("nas/refine/1"),
	ROW(STRING, name, "of the architecture"),
	ROW(BOOL, feasible, "bits were found that meet the budgets"),
	ROW(BOOL, in_space, "the config's space holds it"),
	ROW(OBJECT, before, "as given", .form = &network_form),
	ROW(OBJECT, after, "with the bits found", .form = &network_form),
};

const struct form refine_form = RECORD_FORM(
	"nas/refine/1", "one architecture with other bits", fields);

cJSON *refine_job_json(const struct refine_job *r)
{
	struct record record = {
		.name = r->arch.name ? r->arch.name : "",
		.feasible = r->feasible,
		.in_space = !r->outside,
		.before = r->before,
		.after = r->after,
	};

	return form_write(&refine_form, &record);
}
