/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Budgets of an allocation from text, "size=300000,bitops=7.4G". */
#include <stdio.h>
#include <string.h>

#include "nas/base/quantity.h"
#include "nas/run/allocate_job.h"

#define PART	   160	 /* of a budget's text, at most */
#define POINTS_MAX 10000 /* of a sweep */

enum nas_status allocate_check_sized(const struct graph *g, const char *cost,
				     struct nas_err *err)
{
	if (!g || !g->assumed_size || strcmp(cost, "size") == 0 ||
	    strcmp(cost, "bits") == 0)
		return NAS_OK;
	return nas_fail(err, NAS_EUSAGE, "the network leaves the size of its "
			"images open, and %s depends on it: --image-size HxW or "
			"--data X says it", cost);
}

enum nas_status allocate_job_cost(const struct policy_problem *problem,
				  const char *name, int *cost,
				  struct nas_err *err)
{
	*cost = policy_cost_find(problem, name);
	if (*cost >= 0)
		return allocate_check_sized(problem->graph, name, err);
	if (strcmp(name, budget_kinds[RES_LATENCY].key) == 0)
		return nas_fail(err, NAS_EUSAGE, "the budget %s needs "
				"--latency-model MODEL, and no --problem that "
				"has no such cost", name);
	return nas_fail(err, NAS_EUSAGE, "unknown budget '%.80s'%s", name,
			nas_hint(name, problem->cost_name, problem->ncosts, "",
				 ": the problem has no such cost").s);
}

enum nas_status allocate_job_sweep(struct policy_curve *curve, const char *text,
				   struct nas_err *err)
{
	struct quantity_range r;

	if (!quantity_range_parse(&r, text, POINTS_MAX))
		return nas_fail(err, NAS_EUSAGE, "--sweep: '%.80s' is not "
				"BUDGET=LO:HI:N with LO <= HI and N from 1 to "
				"%d, such as size=40000:80000:9", text,
				POINTS_MAX);
	curve->low = r.low;
	curve->high = r.high;
	curve->n = r.n;
	return allocate_job_cost(curve->problem, r.name, &curve->cost, err);
}

/* Cuts the next "NAME=X" off a list into its name and the rest of part. */
static enum nas_status next_budget(const char **text, char part[PART],
				   const char **value, struct nas_err *err)
{
	size_t n = strcspn(*text, ",");
	char *equals;

	if (n >= PART)
		return nas_fail(err, NAS_EUSAGE, "--budget is too long");
	memcpy(part, *text, n);
	part[n] = '\0';
	*text += n + ((*text)[n] == ',');
	equals = strchr(part, '=');
	if (!equals)
		return nas_fail(err, NAS_EUSAGE, "--budget: '%s' is not "
				"NAME=X, such as size=300000", part);
	*equals = '\0';
	*value = equals + 1;
	return NAS_OK;
}

static bool is_sram(const struct allocate_job *job, const char *name)
{
	return !job->problem_path && strcmp(name, "sram") == 0;
}

enum nas_status allocate_read_sram(struct allocate_job *job,
				   struct nas_err *err)
{
	static const struct quantity_limits limits = { "--budget sram", 1,
						       1e15, 0 };
	const char *value;
	char name[PART];

	for (int i = 0; i < job->nbudgets; i++)
		for (const char *s = job->budget[i]; *s;)
			if (next_budget(&s, name, &value, err) != NAS_OK ||
			    (is_sram(job, name) &&
			     quantity_read(&job->options.sram_bytes, &limits,
					   value, err) != NAS_OK))
				return err->code;
	return NAS_OK;
}

static enum nas_status limit_cost(struct allocate_job *job, const char *name,
				  const char *value, struct nas_err *err)
{
	static const struct quantity_limits limits = { "--budget", 0, 1e300, 0 };
	double x = 0;
	int cost;

	if (allocate_job_cost(&job->file.problem, name, &cost, err) != NAS_OK ||
	    quantity_read(&x, &limits, value, err) != NAS_OK)
		return err->code;
	for (int i = 0; i < job->file.ncases; i++)
		job->file.one[i].limit[cost] = x;
	return NAS_OK;
}

enum nas_status allocate_limit(struct allocate_job *job, struct nas_err *err)
{
	const char *value;
	char name[PART];

	for (int i = 0; i < job->nbudgets; i++)
		for (const char *s = job->budget[i]; *s;)
			if (next_budget(&s, name, &value, err) != NAS_OK ||
			    (!is_sram(job, name) &&
			     limit_cost(job, name, value, err) != NAS_OK))
				return err->code;
	return NAS_OK;
}
