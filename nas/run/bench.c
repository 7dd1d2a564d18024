/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/bench.h"

#include <stdlib.h>
#include <string.h>

#include "nas/base/clock.h"
#include "nas/base/embedded.h"
#include "nas/base/file.h"
#include "nas/base/stats.h"
#include "qbr/qbr.h"

#define SIGNATURE_EVALS 50000
#define SIGNATURE_SEED 1

static enum nas_status search(struct bench *b, int threads, int64_t evals,
			      int64_t seed, struct nas_evolve_result *r,
			      struct nas_arena *arena, struct nas_err *err)
{
	struct nas_evolve_options o = b->config.search;
	struct nas_evolve_hooks hooks = { .threads = threads };

	o.max_evals = evals;
	o.stall_evals = 0;
	o.time_s = 0;
	o.seed = seed;
	if (b->config.qbr.in_search)
		hooks.refine = qbr_refine;
	return evolve(r, &b->problem, &o, &hooks, arena, err);
}

static void begin_part(struct bench *b, const struct nas_run_env *env)
{
	int parts = 2 + b->certify + b->runs * (env->threads > 1 ? 4 : 1);

	run_step(env, "measurements", b->begun++, parts);
}

/* Median of the runs. */
static enum nas_status measure(struct bench *b, const struct nas_run_env *env,
			       int threads, int64_t evals, double *speed,
			       struct nas_err *err)
{
	double each[BENCH_RUNS_MAX];

	for (int i = 0; i < b->runs; i++) {
		struct nas_arena_mark mark = arena_mark(env->arena);
		struct nas_evolve_result r;
		double begin;

		begin_part(b, env);
		begin = clock_s();
		if (search(b, threads, evals, i + 1, &r, env->arena, err) != NAS_OK)
			return err->code;
		each[i] = (double)r.evaluations / (clock_s() - begin);
		if (evals == BENCH_EVALS)
			b->known = (double)r.duplicates /
				   (double)r.evaluations;
		arena_rewind(env->arena, mark);
	}
	stats_sort(each, b->runs);
	*speed = each[b->runs / 2];
	return NAS_OK;
}

/* FNV-1a, 64 bits. */
static void mix(uint64_t *hash, const char *text)
{
	for (; *text; text++)
		*hash = (*hash ^ (unsigned char)*text) * 0x100000001b3;
}

static void mix_number(uint64_t *hash, double x)
{
	char number[40];

	json_format_number(number, x);
	mix(hash, number);
	mix(hash, ",");
}

static enum nas_status mix_network(struct bench *b,
				   const struct nas_evolve_network *net,
				   struct nas_arena *arena, struct nas_err *err)
{
	struct nas_text t = {0};
	struct nas_arch arch;

	if (!space_decode(b->problem.space, &net->genome, &arch,
			  arena))
		return nas_fail(err, NAS_ENOMEM, "out of memory for a network");
	mix_number(&b->signature, net->total.score);
	if (text_add_json(&t, arch_to_json(&arch), err) == NAS_OK &&
	    text_check(&t, "a network", err) == NAS_OK)
		mix(&b->signature, t.data);
	text_free(&t);
	return err->code;
}

static enum nas_status sign(struct bench *b, const struct nas_run_env *env,
			    struct nas_err *err)
{
	struct nas_evolve_result r;

	begin_part(b, env);
	b->signature = 0xcbf29ce484222325;
	if (search(b, env->threads, SIGNATURE_EVALS, SIGNATURE_SEED, &r,
		   env->arena, err) != NAS_OK)
		return err->code;
	mix_number(&b->signature, (double)r.evaluations);
	mix_number(&b->signature, (double)r.feasible_evaluations);
	mix_number(&b->signature, (double)r.duplicates);
	for (int i = 0; i < r.nbest; i++)
		if (mix_network(b, &r.best[i], env->arena, err) != NAS_OK)
			return err->code;
	return NAS_OK;
}

static enum nas_status
time_bound(struct bench *b, const struct nas_run_env *env, struct nas_err *err)
{
	struct nas_certificate c;
	struct nas_evolve_result r;

	if (!b->certify)
		return NAS_OK;
	begin_part(b, env);
	if (search(b, env->threads, BENCH_EVALS, 1, &r, env->arena,
		   err) != NAS_OK ||
	    certify(&c, &b->problem, r.feasible ? &r.best[0].genome : NULL,
		    &b->config.certificate, env->threads, env->arena,
		    err) != NAS_OK)
		return err->code;
	b->certified = c.status == CERTIFY_BOUND;
	b->certify_s = c.seconds;
	b->gap = c.gap;
	if (c.iterations > 0)
		b->bound_s = c.seconds / (double)c.iterations;
	return NAS_OK;
}

/* One thread and all, on a short search and on a long one. */
static enum nas_status measure_threads(struct bench *b,
				       const struct nas_run_env *env,
				       struct nas_err *err)
{
	int all = env->threads;

	if (measure(b, env, 1, BENCH_EVALS, &b->speed_one, err) != NAS_OK)
		return err->code;
	b->speed_all = b->speed_one;
	b->long_one = b->long_all = 1;
	if (all == 1)
		return NAS_OK;
	if (measure(b, env, all, BENCH_EVALS, &b->speed_all, err) != NAS_OK ||
	    measure(b, env, 1, BENCH_LONG_EVALS, &b->long_one, err) != NAS_OK)
		return err->code;
	return measure(b, env, all, BENCH_LONG_EVALS, &b->long_all, err);
}

static enum nas_status
measure_all(struct bench *b, const struct nas_run_env *env, struct nas_err *err)
{
	if (sign(b, env, err) != NAS_OK ||
	    measure_threads(b, env, err) != NAS_OK ||
	    time_bound(b, env, err) != NAS_OK)
		return err->code;
	begin_part(b, env);
	return bench_forward(&b->forward, b->runs, env->threads, env->arena,
			     err);
}

enum nas_status bench_run(struct bench *b, const struct nas_run_env *env,
			  struct nas_err *err)
{
	NAS_BUG_IF(b->runs < 1 || b->runs > BENCH_RUNS_MAX);
	b->threads = env->threads;
	if (config_problem(&b->problem, &b->config, env->arena, err) == NAS_OK)
		(void)!measure_all(b, env, err);
	run_steps_end(env);
	return err->code;
}

enum nas_status bench_config(struct bench *b, const char *path,
			     const char *const *set, int nsets,
			     struct nas_arena *arena, struct nas_err *err)
{
	const char *own = embedded_configs_imagenet_7_0g_json;

	if (path)
		return config_read(&b->config, path, set, nsets, arena, err);
	return config_parse(&b->config, &(struct nas_config_text){
			    own, strlen(own), "configs/imagenet-7.0g.json" },
			    set, nsets, arena, err);
}
