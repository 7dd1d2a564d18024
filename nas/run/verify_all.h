/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/verify_all.h - files on targets: each network of nas/run/verify.h on
 * each target that was asked for, as records and as the table of instructions
 * that nas latency fit reads.
 *
 * Usage:
 *	struct verify_asked asked = { 0 };
 *	struct verify_all all = { .job = &job, .asked = &asked };
 *	status = verify_ask(&asked, NULL, 0, err);
 *	verify_try(&asked);
 *	status = verify_all(&all, paths, n, &env, err);
 *	all.differ, all.list
 *	text_free(&all.counts);
 */
#ifndef NAS_RUN_VERIFY_ALL_H
#define NAS_RUN_VERIFY_ALL_H

#include "nas/run/verify.h"

#define VERIFY_TARGETS_MAX 16

struct verify_asked {
	int n;
	const struct verify_target *target[VERIFY_TARGETS_MAX];
	const char *missing[VERIFY_TARGETS_MAX]; /* program; NULL = none */
};

/* The targets of these names, all of them for none. NAS_EUSAGE: there is no such
 * target. */
enum nas_status verify_ask(struct verify_asked *asked, const char *const *name,
			   int n, struct nas_err *err) NAS_MUST_CHECK;

/* Tries their programs and runtimes, which takes a second. */
void verify_try(struct verify_asked *asked);

struct verify_all {
	const struct verify_job *job;
	const struct verify_asked *asked;
	/* Told of each row as soon as it is there; tried: its program is not
	 * missing. NULL = nobody. */
	void (*tell)(void *context, const struct verify *v,
		     const struct verify_target *t,
		     const struct verify_row *row, bool tried);
	void *context;

	struct verify_list list; /* lives in env->arena */
	struct nas_text counts;	 /* CSV: a row a network that was counted */
	int differ;		 /* rows that do not hold */
};

/* NAS_OK also where something differs. Errors of verify_prepare and
 * verify_run. */
enum nas_status verify_all(struct verify_all *all, const char *const *path,
			   int n, const struct nas_run_env *env,
			   struct nas_err *err) NAS_MUST_CHECK;

#endif
