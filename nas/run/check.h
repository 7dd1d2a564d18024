/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/check.h - what a config promises before anything is searched.
 *
 * Usage:
 *	status = config_read(&check.config, "quick.json", NULL, 0, arena, err);
 *	status = check_run(&check, 20000, arena, err);
 *	check.sample.share
 *	status = check_contains(&check, files, nfiles, arena, err);
 *	check.judged[0].in_space
 *	text_free(&check.notes);
 */
#ifndef NAS_RUN_CHECK_H
#define NAS_RUN_CHECK_H

#include "nas/form/json.h"
#include "nas/run/config.h"
#include "nas/run/records.h"

struct check_sample { /* architectures drawn uniformly */
	int drawn, feasible;
	double share, low, high; /* of the space; Wilson's 95 % interval */
	int exceeded[BUDGET_KINDS]; /* draws that exceed each budget */
};

struct check {
	struct nas_config config; /* given */
	struct watch *watch;      /* given: draws made; NULL = nobody waits */
	struct nas_problem problem;
	long double size; /* architectures of the space */
	struct check_sample sample;
	struct nas_network smallest; /* the least choice of everything */
	struct nas_text notes;       /* remarks, a line each; to be freed */
	int njudged;
	struct nas_judged *judged; /* (njudged) networks that were brought */
};

/* Instead of check_run: the networks of files, judged. */
enum nas_status check_contains(struct check *check, const char *const *file,
			       int nfiles, struct nas_arena *arena,
			       struct nas_err *err) NAS_MUST_CHECK;

/* Draws n architectures, and tells check->watch how far it is. check must stay
 * where it is; the notes are to be freed after a failure as well. */
enum nas_status check_run(struct check *check, int n, struct nas_arena *arena,
			  struct nas_err *err) NAS_MUST_CHECK;

extern const struct form check_form;
/* All of it, with the resolved config; or the judgements. */
cJSON *check_json(const struct check *check);

#endif
