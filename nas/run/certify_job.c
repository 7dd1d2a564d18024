/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/certify_job.h"

#include <math.h>

#include "nas/form/record.h"
#include "qbr/qbr.h"

#define START_EVALS 200000 /* of the search before a certificate */

static double score_of(const struct nas_certify_job *job,
		       const struct nas_genome *g)
{
	struct nas_total total;

	problem_evaluate(&job->problem, g, &total);
	return problem_excess(&job->problem, &total) > 0 ? -HUGE_VAL
							 : total.score;
}

enum nas_status certify_job_start(struct nas_certify_job *job,
				  struct nas_err *err)
{
	struct nas_evolve_hooks hooks = { .threads = job->env->threads };
	struct nas_evolve_options options = job->config.search;
	struct nas_evolve_result r;
	double before = -HUGE_VAL;

	if (!score_has_bound(job->problem.def))
		return NAS_OK; /* there will be no certificate to start */
	if (job->has_start)
		before = score_of(job, &job->start);
	if (options.max_evals > START_EVALS)
		options.max_evals = START_EVALS;
	if (job->config.qbr.in_search)
		hooks.refine = qbr_refine;
	if (evolve(&r, &job->problem, &options, &hooks, job->env->arena, err))
		return err->code;
	job->has_start = isfinite(before);
	if (r.feasible && r.best[0].total.score > before) {
		job->start = r.best[0].genome;
		job->has_start = true;
	}
	return NAS_OK;
}

/* How far the given architecture can be below the best possible. */
static void judge_gap(struct nas_certify_job *job)
{
	struct nas_judged *given = &job->given;

	given->has_gap = job->has_given && job->record.bounded && given->fits &&
			 given->in_space;
	if (given->has_gap)
		given->gap = fmax(job->record.upper_bound - given->net.score,
				  0) / fabs(given->net.score);
}

enum nas_status certify_job_run(struct nas_certify_job *job,
				struct nas_err *err)
{
	struct nas_certificate *c = &job->certificate;
	struct nas_arena *arena = job->env->arena;
	const struct nas_genome *best = NULL;

	if (certify(c, &job->problem, job->has_start ? &job->start : NULL,
		    &job->config.certificate, job->env->threads, arena, err))
		return err->code;
	certificate_record_make(&job->record, c, arena);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a certificate");
	judge_gap(job);
	if (job->record.known)
		best = &c->best;
	job->has_best = best != NULL;
	if (!best)
		return NAS_OK;
	if (network_make(&job->best, &job->problem, best, arena, err))
		return err->code;
	job->best.arch.name = job->config.name;
	return NAS_OK;
}

enum nas_status certify_job_judge(struct nas_certify_job *job,
				  const char *path, struct nas_err *err)
{
	struct nas_arena *arena = job->env->arena;
	struct nas_arch arch;

	if (network_arch_read(&arch, path, &job->config.space, arena, err) !=
		    NAS_OK ||
	    judge_network(&job->given, &job->problem, &arch, arena, err) !=
		    NAS_OK)
		return err->code;
	job->has_given = true;
	if (job->given.fits && job->given.in_space) {
		job->start = job->given.net.genome;
		job->has_start = true;
	}
	return NAS_OK;
}

void certify_job_worth(const struct nas_certify_job *job,
		       double worth[RESOURCES])
{
	double limit[BUDGET_KINDS];

	budget_limits(&job->problem.budgets, limit);
	for (int i = 0; i < RESOURCES; i++)
		worth[i] = isfinite(limit[i])
				   ? job->record.multiplier[i] * limit[i] / 100
				   : 0;
}

enum nas_status certify_job_verdict(const struct nas_certify_job *job,
				    struct nas_err *err)
{
	if (job->certificate.status == CERTIFY_INFEASIBLE)
		return nas_fail(err, NAS_EINFEASIBLE,
				"proven that no network meets the budgets");
	if (job->has_given && !job->given.fits)
		return nas_fail(err, NAS_EINFEASIBLE,
				"the given architecture is not inside the "
				"budgets");
	return NAS_OK;
}

#define RECORD struct nas_certify_job

static const struct form_field fields[] = {
	ROW_SCHEMA("nas/certify/1"),
	ROW_AS("name", STRING, config.name, "of the config"),
	{ .type = FORM_KEYS, .offset = offsetof(RECORD, record),
	  .form = &certificate_form },
	ROW_AS("seconds", NUMBER, certificate.seconds, "that it took"),
	ROW_GIVEN(OBJECT, best, "the best network known",
		  .form = &network_form),
	ROW_AS("architecture", OBJECT, given, "the network that was given",
	       .form = &judged_form, .fallback = "",
	       .given = offsetof(RECORD, has_given)),
};

const struct form certify_job_form =
	RECORD_FORM("nas/certify/1",
		    "a certificate, and the networks it is about", fields);
