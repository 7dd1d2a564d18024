/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/sample_job.h"

#include <stdio.h>
#include <string.h>

#include "nas/form/record.h"
#include "scoring/sample.h"
#include "scoring/spread.h"
#include "spaces/export/export_formats.h"
#include "spaces/latency.h"
#include "spaces/measured.h"

#define POOL_LEAST 1000 /* networks to pick from, */
#define POOL_TIMES 4    /* and so many for each that is wanted */

/* Random networks inside the budgets. */
static enum nas_status draw(struct nas_sample *s, const struct sample_job *job,
			    const struct nas_run_env *env, struct nas_err *err)
{
	struct nas_sample_options o = SAMPLE_DEFAULTS;

	o.n = job->spread ? POOL_TIMES * job->n : job->n;
	if (job->spread && o.n < POOL_LEAST)
		o.n = POOL_LEAST;
	o.seed = (uint64_t)job->config->search.seed;
	o.threads = env->threads;
	o.genomes = true;
	if (sample_feasible(s, &job->problem, &o, env->arena, err) != NAS_OK)
		return err->code;
	if (s->n < job->n)
		return nas_fail(err, NAS_EINFEASIBLE, "%d networks inside the "
				"budgets were found, %d are wanted%s", s->n,
				job->n, s->proven_empty ? ": there are none"
							: "");
	return NAS_OK;
}

static double *new_rows(int n, struct nas_arena *arena, struct nas_err *err)
{
	double *x = NAS_NEW2(arena, double, (size_t)n + 1, FEATURES_MAX);

	if (!x)
		nas_fail(err, NAS_ENOMEM, "out of memory for %d networks", n);
	return x;
}

static enum nas_status measured_rows(struct spread_pool *pool,
				     struct sample_job *job,
				     const struct nas_qe_options *qe,
				     struct nas_arena *arena,
				     struct nas_err *err)
{
	struct nas_arch_list list = { 0 };
	double *x;

	if (job->ntables && measured_read_all(&list, job->table, job->ntables,
					      arena, err) != NAS_OK)
		return err->code;
	x = new_rows(list.n, arena, err);
	if (!x)
		return err->code;
	for (int i = 0; i < list.n; i++)
		feature_values(&list.arch[i], qe,
			       x + (size_t)i * FEATURES_MAX);
	pool->m = job->nmeasured = list.n;
	pool->measured = x;
	return NAS_OK;
}

/* Which of the sample are taken. */
static enum nas_status pick(int *picked, struct sample_job *job,
			    const struct nas_sample *s, struct nas_arena *arena,
			    struct nas_err *err)
{
	const struct nas_qe_options *qe = &job->problem.score.qe;
	struct spread_pool pool = { .n = s->n };
	struct nas_block block[SPACE_BLOCKS_MAX];
	struct nas_arch arch;
	double *x;

	for (int i = 0; i < job->n; i++)
		picked[i] = i;
	if (measured_rows(&pool, job, qe, arena, err) != NAS_OK ||
	    !job->spread)
		return err->code;
	x = new_rows(s->n, arena, err);
	if (!x)
		return err->code;
	for (int i = 0; i < s->n; i++) {
		space_decode_into(&job->config->space, &s->genome[i], &arch,
				  block);
		feature_values(&arch, qe, x + (size_t)i * FEATURES_MAX);
	}
	pool.x = x;
	return spread_pick(picked, job->n, &pool, arena, err);
}

enum nas_status sample_job_run(struct sample_job *job,
			       const struct nas_run_env *env,
			       struct nas_err *err)
{
	struct nas_arena *arena = env->arena;
	int *picked = NAS_NEW(arena, int, (size_t)job->n);
	struct nas_sample s;

	job->net = NAS_NEW(arena, struct nas_network, (size_t)job->n);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for %d networks",
				job->n);
	if (config_problem(&job->problem, job->config, arena, err) != NAS_OK ||
	    draw(&s, job, env, err) != NAS_OK ||
	    pick(picked, job, &s, arena, err) != NAS_OK)
		return err->code;
	job->npool = s.n;
	job->latency_by = latency_by(job->config->limits.latency, arena);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a name");
	for (int i = 0; i < job->n; i++) {
		if (network_make(&job->net[i], &job->problem,
				 &s.genome[picked[i]], arena, err) != NAS_OK)
			return err->code;
		job->net[i].rank = i + 1;
	}
	return NAS_OK;
}

/* ---- files ---- */

/* The name of network i: of its folder, and in the table. */
static void name_of(char *name, size_t size, const struct sample_job *job,
		    int i)
{
	snprintf(name, size, "%03d", job->nmeasured + i + 1);
}

static enum nas_status write_export(const struct nas_arch *arch,
				    const char *dir, const char *format,
				    const char *file, uint64_t seed,
				    struct nas_arena *arena,
				    struct nas_err *err)
{
	struct nas_arena_mark mark = arena_mark(arena);
	struct export_source source = { .arch = arch };
	struct export_options options = EXPORT_DEFAULTS;
	struct nas_text t = { 0 };

	options.seed = seed;
	if (export_write(&t, export_format_find(format), &source, &options,
			 arena, err) == NAS_OK)
		(void)!text_write_in(&t, dir, file, err);
	text_free(&t);
	arena_rewind(arena, mark);
	return err->code;
}

static enum nas_status write_network(const struct sample_job *job, int i,
				     const char *dir, struct nas_arena *arena,
				     struct nas_err *err)
{
	static const char *const files[][2] = {
		{ "json", "architecture.json" },
		{ "onnx", "model.onnx" },
		{ "pytorch", "model.py" },
	};
	char name[32], folder[4096];

	name_of(name, sizeof(name), job, i);
	if (file_join(folder, sizeof(folder), dir, name, err) != NAS_OK ||
	    file_make_dir(folder, err) != NAS_OK)
		return err->code;
	for (int f = 0; f < 3; f++)
		if (write_export(&job->net[i].arch, folder, files[f][0],
				 files[f][1],
				 (uint64_t)job->config->search.seed, arena,
				 err) != NAS_OK)
			return err->code;
	return NAS_OK;
}

/* Each network, its accuracy still to come: null is refused until then. */
static cJSON *table_json(const struct sample_job *job)
{
	cJSON *list = cJSON_CreateArray();

	for (int i = 0; i < job->n; i++) {
		struct nas_arch arch = job->net[i].arch;
		char name[32];

		name_of(name, sizeof(name), job, i);
		arch.name = name;
		json_append(list, json_add(arch_to_json(&arch), "accuracy",
					   cJSON_CreateNull()));
	}
	return list;
}

enum nas_status sample_job_write(const struct sample_job *job, const char *dir,
				 const struct nas_run_env *env,
				 struct nas_err *err)
{
	struct nas_text t = { 0 };

	if (file_make_dir(dir, err) != NAS_OK)
		return err->code;
	for (int i = 0; i < job->n; i++) {
		run_step(env, "networks", i, job->n);
		if (write_network(job, i, dir, env->arena, err) != NAS_OK)
			return err->code;
	}
	run_steps_end(env);
	if (text_add_json(&t, table_json(job), err) == NAS_OK)
		(void)!text_write_in(&t, dir, "table.json", err);
	text_free(&t);
	return err->code;
}

struct record {
	int schema;
	const char *latency_by;
	int nnetworks;
	const struct nas_network *networks;
};

#define RECORD struct record

static const struct form_field fields[] = {
	ROW_SCHEMA("nas/sample/1"),
	ROW_MAY(STRING, latency_by, LATENCY_BY_HELP),
	ROW_LIST(OBJECTS, networks, "in the order drawn",
		 .form = &network_form),
};

const struct form sample_form =
	RECORD_FORM("nas/sample/1", "networks worth measuring", fields);

cJSON *sample_job_json(const struct sample_job *job)
{
	struct record r = { .latency_by = job->latency_by,
			    .nnetworks = job->n, .networks = job->net };

	return form_write(&sample_form, &r);
}
