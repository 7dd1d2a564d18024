/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/bench.h - how fast is this machine, and does it behave as others do?
 *
 * The signature is a hash of what a fixed small search finds, equal for any
 * number of threads and on every machine; it changes only when the program's
 * behaviour does.
 *
 * Usage:
 *	struct bench b = { .runs = 5, .certify = true };
 *	status = config_read(&b.config, "quick.json", NULL, 0, arena, err);
 *	status = bench_run(&b, &env, err);
 */
#ifndef NAS_RUN_BENCH_H
#define NAS_RUN_BENCH_H

#include "nas/form/json.h"
#include "nas/run/bench_forward.h"
#include "nas/run/config.h"
#include "nas/run/env.h"

#define BENCH_RUNS_MAX 99
#define BENCH_EVALS 500000
#define BENCH_LONG_EVALS 2000000 /* long enough for threads to tell */

struct bench {
	struct nas_config config; /* given */
	int runs;                 /* given: of which the median is taken */
	bool certify;             /* given */

	struct nas_problem problem;
	int threads;
	double speed_one, speed_all; /* evaluations per second */
	double long_one, long_all; /* the same on BENCH_LONG_EVALS */
	double known; /* candidates found known, for each that was not */
	uint64_t signature;
	bool certified;
	double certify_s, bound_s, gap;
	struct bench_forward forward;
	int begun; /* of what is measured */
};

/* The config of a file, or where path is NULL that of imagenet-7.0g; set as of
 * config_read, whose errors. */
enum nas_status bench_config(struct bench *b, const char *path,
			     const char *const *set, int nsets,
			     struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

/* b must stay where it is. NAS_ENOMEM; evolve's and certify's errors. */
enum nas_status bench_run(struct bench *b, const struct nas_run_env *env,
			  struct nas_err *err) NAS_MUST_CHECK;

extern const struct form bench_form;
cJSON *bench_json(const struct bench *b);

#endif
