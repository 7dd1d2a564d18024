/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/cli/cmd_allocate.h - what the files of nas allocate share.
 *
 * Usage:
 *	status = allocate_budgets(&problem, cli, limit, err);
 *	status = allocate_one(&answer, &problem, "name", cli, err);
 */
#ifndef NAS_CLI_CMD_ALLOCATE_H
#define NAS_CLI_CMD_ALLOCATE_H

#include "nas/cli/print.h"
#include "qbr/policy_answer.h"

struct answer {
	const char *name;
	struct policy_problem problem; /* with the limits it was solved for */
	struct allocation allocation;
	struct policy_answer record; /* as files have it */
};

/* --budget NAME=X[,NAME=X...]: limit (ncosts) is changed where named. */
enum nas_status allocate_budgets(const struct policy_problem *problem,
				 const struct cli *cli, double *limit,
				 struct nas_err *err) NAS_MUST_CHECK;

/* A budget's name as given; NAS_EUSAGE with the nearest one. */
enum nas_status allocate_find_budget(const struct policy_problem *problem,
				     const char *name, int *cost,
				     struct nas_err *err) NAS_MUST_CHECK;

/* Allocation and record, of name and problem. */
enum nas_status answer_solve(struct answer *a, struct nas_arena *arena,
			     struct nas_err *err) NAS_MUST_CHECK;

/* Answers as JSON, one object; listed: {"results": [...]}. */
cJSON *answer_json(const struct answer *a);
cJSON *answers_json(const struct answer *a, int n, bool listed);
void answer_print(const struct answer *a);

/* --sweep BUDGET=LO:HI:N */
enum nas_status allocate_sweep(const struct policy_problem *problem,
			       const struct cli *cli, const char *text,
			       struct nas_err *err) NAS_MUST_CHECK;

#endif
