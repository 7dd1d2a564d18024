/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All spaces of a comparison: read, then run. */
#include <string.h>

#include "nas/run/compare.h"

/* A second space of the same name gets its number. */
static enum nas_status name_space(struct nas_comparison *c, int i,
				  struct nas_arena *arena, struct nas_err *err)
{
	char name[256];

	for (int k = 0; k < i; k++) {
		if (strcmp(c->space[k].name, c->space[i].name) != 0)
			continue;
		snprintf(name, sizeof(name), "%.200s (%d)", c->space[i].name,
			 i + 1);
		c->space[i].name = arena_strdup(arena, name);
		if (!c->space[i].name)
			return nas_fail(err, NAS_ENOMEM, "out of memory for a name");
		break;
	}
	return NAS_OK;
}

/* Before the work: which scores will not be compared. */
static enum nas_status note_differences(const struct nas_comparison *c,
					const struct nas_compare_job *job,
					struct nas_err *err)
{
	for (int i = 1; i < c->nspaces; i++) {
		struct nas_text t = { 0 };

		compare_differences(&t, &c->space[0].job_config,
				    &c->space[i].job_config);
		if (t.length)
			run_note(job->env, "the scores of '%s' and '%s' do not "
				 "compare: %s", c->space[0].name,
				 c->space[i].name, t.data);
		if (text_check(&t, "a comparison", err) != NAS_OK)
			return err->code;
		text_free(&t);
	}
	return NAS_OK;
}

enum nas_status compare_read(struct nas_comparison *c,
			     const struct nas_compare_job *job,
			     char *const *path, int n, struct nas_err *err)
{
	struct nas_arena *arena = job->env->arena;

	if (n > COMPARE_SPACES_MAX)
		return nas_fail(err, NAS_EUSAGE, "more than %d configs",
				COMPARE_SPACES_MAX);
	c->space = NAS_NEW(arena, struct nas_compare_space,
			   (size_t)n);
	if (!c->space)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the spaces");
	for (; c->nspaces < n; c->nspaces++)
		if (compare_space_read(job, &c->space[c->nspaces],
				       path[c->nspaces], err) ||
		    name_space(c, c->nspaces, arena, err) != NAS_OK)
			return err->code;
	if (note_differences(c, job, err) != NAS_OK)
		return err->code;
	c->score = arena_strdup(arena, c->space[0].job_config.score_def->name);
	c->seed = (int64_t)job->seed;
	c->own_budgets = !job->budgets;
	if (!c->score)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a name");
	return NAS_OK;
}

enum nas_status compare_run(struct nas_comparison *c,
			    const struct nas_compare_job *job,
			    struct nas_err *err)
{
	for (int i = 0; i < c->nspaces; i++)
		if (compare_space_run(job, &c->space[i], i, err) != NAS_OK)
			return err->code;
	if (compare_pairs(c, job->env->arena, err) != NAS_OK)
		return err->code;
	return compare_blend(c, job->env->arena, err);
}

enum nas_status compare_verdict(const struct nas_comparison *c,
				struct nas_err *err)
{
	for (int i = 0; i < c->nspaces; i++)
		if (c->space[i].n > 0 || c->space[i].nbest > 0)
			return NAS_OK;
	return nas_fail(err, NAS_EINFEASIBLE, "no network of any of the "
			"spaces was found inside the budgets");
}
