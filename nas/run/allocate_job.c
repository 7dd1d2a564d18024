/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/allocate_job.h"

#include "nas/form/record.h"
#include "qbr/allocate_memory.h"

static enum nas_status read_problem(struct allocate_job *job,
				    struct nas_arena *arena,
				    struct nas_err *err)
{
	struct json_doc doc = { 0 };

	if (json_read(&doc, job->problem_path, err) == NAS_OK)
		(void)!policy_file_read(&job->file, &doc, doc.root, arena, err);
	json_free(&doc);
	return err->code;
}

/* Sensitivities, perhaps on images of another size than the network's; its
 * costs stay those of its own. */
static enum nas_status measure_layers(struct sensitivity_run *r,
				      const struct allocate_job *job,
				      const struct nas_run_env *env,
				      struct nas_err *err)
{
	struct sensitivity_options how = job->how;
	const struct graph *g = &r->model.graph;

	if (job->measure_size[0]) {
		how.model.height = job->measure_size[0];
		how.model.width = job->measure_size[1];
		how.model.resize = true;
	}
	if (sensitivity_of(r, job->network_path, &how, env, err) != NAS_OK ||
	    !job->measure_size[0])
		return err->code;
	if (r->model.options.height && /* 0: the metric takes no images */
	    (r->model.options.height != job->measure_size[0] ||
	     r->model.options.width != job->measure_size[1]))
		return nas_fail(err, NAS_EUSAGE, "--measure-size: '%.80s' takes "
				"images of %dx%d only", g->name,
				r->model.options.height,
				r->model.options.width);
	how.model = job->how.model;
	how.model.cut = true;
	return model_read(&r->model, job->network_path, &how.model, env->arena,
			  err);
}

/* The problem of a trained network; spends what the metric says. */
static enum nas_status measure(struct allocate_job *job,
			       const struct nas_run_env *env,
			       struct nas_err *err)
{
	struct sensitivity_run *r =
		NAS_NEW(env->arena, struct sensitivity_run, 1);
	int ends; /* layers at either end that have no choice */

	if (!r)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a model");
	if (measure_layers(r, job, env, err) != NAS_OK)
		return err->code;
	if (job->options.sram_bytes > 0 &&
	    allocate_check_sized(&r->model.graph, "sram", err) != NAS_OK)
		return err->code;
	ends = job->options.pin && r->s.nlayers > 2;
	if (sensitivity_sense(&r->s, ends, r->s.nlayers - 1 - ends) ==
	    SENSITIVITY_NOTHING)
		return nas_fail(err, NAS_ERUN, "metric '%s' is 0 for all layers "
				"and bits that there are to choose: any policy "
				"would be optimal; take another metric%s",
				r->s.metric, r->metric->images ? ", or more "
				"images" : "");
	if (allocate_model(&job->file.problem, &r->model.graph, &r->s,
			   &job->options, env->arena, err) == NAS_OK)
		job->file.problem.quantiser = r->job.quantiser->name;
	return err->code;
}

/* The one case of a network. */
static enum nas_status make_case(struct policy_file *file,
				 struct nas_arena *arena, struct nas_err *err)
{
	file->ncases = 1;
	file->one = NAS_NEW(arena, struct policy_case, 1);
	if (!file->one)
		return nas_fail(err, NAS_ENOMEM, "out of memory");
	file->one->name = file->problem.name;
	file->one->limit = file->problem.limit;
	return NAS_OK;
}

enum nas_status allocate_job_read(struct allocate_job *job,
				  const struct nas_run_env *env,
				  struct nas_err *err)
{
	if (job->problem_path) {
		if (read_problem(job, env->arena, err) != NAS_OK)
			return err->code;
	} else if (allocate_read_sram(job, err) != NAS_OK ||
		   measure(job, env, err) != NAS_OK ||
		   make_case(&job->file, env->arena, err) != NAS_OK) {
		return err->code;
	}
	return allocate_limit(job, err);
}

static enum nas_status solve(struct allocate_answer *a,
			     struct nas_arena *arena, struct nas_err *err)
{
	if (allocate_in_memory(&a->allocation, &a->problem, arena, err) !=
	    NAS_OK)
		return err->code;
	return policy_answer_make(&a->record, a->name, &a->problem,
				  &a->allocation, arena, err);
}

enum nas_status allocate_job_solve(struct allocate_job *job,
				   struct nas_arena *arena, struct nas_err *err)
{
	const struct policy_file *file = &job->file;

	job->answer = NAS_NEW(arena, struct allocate_answer,
			      (size_t)file->ncases);
	if (!job->answer)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the answers");
	for (int i = 0; i < file->ncases; i++) {
		struct allocate_answer *a = &job->answer[i];

		a->name = file->one[i].name;
		a->problem = file->problem;
		a->problem.limit = file->one[i].limit;
		if (solve(a, arena, err) != NAS_OK)
			return err->code;
	}
	return NAS_OK;
}

struct record {
	int schema, nresults;
	const struct allocate_answer *answer;
};

static void make_result(const void *in, int i, void *item)
{
	*(struct policy_answer *)item =
		((const struct record *)in)->answer[i].record;
}

#define RECORD struct record

static const struct form_field fields[] = {
	ROW_SCHEMA("nas/policies/1"),
	ROW_MADE_LIST("results", nresults, &policy_form, make_result,
		      "the problems' answers, in their order"),
};

const struct form policies_form = RECORD_FORM(
	"nas/policies/1", "answers to problems of a file", fields);

cJSON *allocate_job_json(const struct allocate_job *job)
{
	struct record r = { .nresults = job->file.ncases,
			    .answer = job->answer };

	return job->file.listed
		       ? form_write(&policies_form, &r)
		       : form_write(&policy_form, &job->answer[0].record);
}
