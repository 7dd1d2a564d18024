/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L /* open_memstream */
#include "nas/run/call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nas/run/allocate_job.h"
#include "nas/run/call_form.h"
#include "nas/run/certify_job.h"
#include "nas/run/run.h"
#include "nas/run/scored.h"

#define MEMORY_LIMIT ((size_t)4 << 30)

static enum nas_status call_search(const struct call_request *q,
				   struct nas_run_env *env, cJSON **reply,
				   struct nas_err *err)
{
	struct nas_run *run = NAS_NEW(env->arena, struct nas_run, 1);
	const struct nas_run_request request = {
		.config = q->config, .set = q->set.text, .nsets = q->set.n,
		.output = q->output, .force = q->force,
	};

	if (!run)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a run");
	(void)!run_all(run, env, &request, err);
	if (run->concluded)
		*reply = form_write(&result_form, &run->result);
	return err->code;
}

static enum nas_status call_certify(const struct call_request *q,
				    struct nas_run_env *env, cJSON **reply,
				    struct nas_err *err)
{
	struct nas_certify_job *job = NAS_NEW(env->arena,
					      struct nas_certify_job, 1);

	if (!job)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a "
				"certificate");
	job->env = env;
	if (config_read(&job->config, q->config, q->set.text, q->set.n,
			env->arena, err) != NAS_OK ||
	    config_problem(&job->problem, &job->config, env->arena, err) ||
	    certify_job_start(job, err) != NAS_OK ||
	    certify_job_run(job, err) != NAS_OK)
		return err->code;
	*reply = form_write(&certify_job_form, job);
	return NAS_OK;
}

static enum nas_status call_config(const struct call_request *q,
				   struct nas_run_env *env, cJSON **reply,
				   struct nas_err *err)
{
	struct nas_config *config = NAS_NEW(env->arena, struct nas_config, 1);

	if (!config)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a config");
	if (config_read(config, q->config, q->set.text, q->set.n, env->arena,
			err) != NAS_OK)
		return err->code;
	*reply = config_write(config);
	return NAS_OK;
}

static enum nas_status call_score(const struct call_request *q,
				  struct nas_run_env *env, cJSON **reply,
				  struct nas_err *err)
{
	const struct nas_qe_options defaults = QE_DEFAULTS;
	const struct scored_options o = { .model = &memory_models[q->memory],
					  .qe = defaults,
					  .height = q->height,
					  .width = q->height,
					  .classes = -1,
					  .bits_a = q->bits_a,
					  .bits_w = q->bits_w };
	struct scored_list list = { 0 };

	if (scored_files(&list, q->files.text, q->files.n, NULL, &o, env->arena,
			 err) != NAS_OK)
		return err->code;
	*reply = form_write(&scores_form, &list);
	return NAS_OK;
}

static enum nas_status call_allocate(const struct call_request *q,
				     struct nas_run_env *env, cJSON **reply,
				     struct nas_err *err)
{
	struct allocate_job *job = NAS_NEW(env->arena, struct allocate_job, 1);

	if (!job)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a policy");
	job->problem_path = q->problem;
	job->budget = q->budgets.text;
	job->nbudgets = q->budgets.n;
	if (allocate_job_read(job, env, err) != NAS_OK ||
	    allocate_job_solve(job, env->arena, err) != NAS_OK)
		return err->code;
	*reply = allocate_job_json(job);
	for (int i = 0; i < job->file.ncases && err->code == NAS_OK; i++)
		(void)!policy_answer_verdict(&job->answer[i].record, err);
	return err->code;
}

/* In the order of enum call_job. */
static enum nas_status (*const jobs[CALL_JOBS])(const struct call_request *q,
						struct nas_run_env *env,
						cJSON **reply,
						struct nas_err *err) = {
	[CALL_SEARCH] = call_search,   [CALL_CERTIFY] = call_certify,
	[CALL_CONFIG] = call_config,   [CALL_SCORE] = call_score,
	[CALL_ALLOCATE] = call_allocate,
};

static enum nas_status run_call(const char *text, cJSON **reply,
				struct nas_arena *arena, struct nas_err *err)
{
	struct call_request request;
	struct nas_run_env env;
	struct json_doc doc;

	run_env_init(&env, arena);
	if (json_parse(&doc, text, strlen(text), "request", err) != NAS_OK)
		return err->code;
	if (form_read(&call_form, &doc, doc.root, &request, arena, err) ==
	    NAS_OK) {
		if (request.threads > 0)
			env.threads = request.threads;
		(void)!jobs[request.job](&request, &env, reply, err);
	}
	json_free(&doc);
	return err->code;
}

static cJSON *error_json(const struct nas_err *err)
{
	struct call_error e = { .status = nas_exit_status(err->code) };
	char *text = NULL;
	size_t length;
	FILE *f = open_memstream(&text, &length);
	cJSON *o;

	if (f) {
		nas_err_print(err, f);
		fclose(f);
	}
	e.message = text ? text : "out of memory";
	o = form_write(&call_error_form, &e);
	free(text);
	return o;
}

int nas_call(const char *request, char **reply)
{
	struct nas_err err = { 0 };
	struct nas_arena arena;
	cJSON *tree = NULL;

	arena_init(&arena, MEMORY_LIMIT);
	(void)!run_call(request, &tree, &arena, &err);
	if (!tree)
		tree = error_json(&err);
	*reply = json_print(tree);
	cJSON_Delete(tree);
	arena_free(&arena);
	return nas_exit_status(*reply ? err.code : NAS_ENOMEM);
}

void nas_call_free(char *reply)
{
	free(reply);
}
