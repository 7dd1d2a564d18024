/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The steps of a run: search, refine, certify, conclude.
 *
 * Each step hands its networks on as genomes; the figures that are reported
 * are recomputed at the end, layer by layer.
 */
#include <math.h>
#include <string.h>

#include "evolve/ranks/checkpoint.h"
#include "nas/base/clock.h"
#include "nas/run/run.h"
#include "qbr/qbr.h"
#include "spaces/latency.h"

enum nas_status run_search(struct nas_run *run, struct nas_arena *arena,
			   struct nas_err *err)
{
	const struct nas_config *config = &run->config;
	const struct nas_run_events *events = run->env->events;
	struct nas_evolve_hooks hooks = { .threads = run->env->threads,
				      .progress = events->progress,
				      .context = events->context,
				      .comm = run->env->comm };
	double begin = clock_s();
	enum nas_status status;

	if (events->search_begins)
		events->search_begins(events->context, &config->search);
	if (config->qbr.in_search)
		hooks.refine = qbr_refine;
	if (run->checkpoint && run->checkpoint->path)
		hooks.checkpoint = run->checkpoint;
	status = evolve(&run->evolved, &run->problem, &config->search, &hooks,
			arena, err);
	if (events->search_ends)
		events->search_ends(events->context);
	run->times.search = clock_s() - begin;
	run->evolved_score = -HUGE_VAL;
	if (status == NAS_OK && run->evolved.feasible)
		run->evolved_score = run->evolved.best[0].total.score;
	return status;
}

bool run_is_stopped(const struct nas_run *run)
{
	return stop_requested() || run->evolved.end == END_SIGNAL;
}

static bool is_feasible(const struct nas_run *run,
			const struct nas_total *total)
{
	return problem_excess(&run->problem, total) == 0;
}

/* Stable: equal scores keep their order. */
static void sort_best(struct nas_evolve_network *best, int n)
{
	for (int i = 1; i < n; i++) {
		struct nas_evolve_network x = best[i];
		int k = i;

		for (; k > 0 && best[k - 1].total.score < x.total.score; k--)
			best[k] = best[k - 1];
		best[k] = x;
	}
}

/* Keep the refined bits where they score higher. */
static bool refine_one(const struct nas_run *run,
		       struct nas_evolve_network *net)
{
	struct nas_evolve_network refined = *net;

	if (!score_sees_bits(run->problem.def) &&
	    is_feasible(run, &net->total))
		return false; /* no bits are worth more */
	if (!qbr_refine(&run->problem, &refined.genome))
		return false;
	problem_evaluate(&run->problem, &refined.genome, &refined.total);
	if (!is_feasible(run, &refined.total) ||
	    (is_feasible(run, &net->total) &&
	     refined.total.score <= net->total.score))
		return false;
	*net = refined;
	return true;
}

enum nas_status run_refine(struct nas_run *run, struct nas_arena *arena,
			   struct nas_err *err)
{
	struct nas_evolve_result *r = &run->evolved;
	double begin = clock_s(), before = run->evolved_score;

	(void)arena;
	(void)err;
	if (!run->config.qbr.at_end)
		return NAS_OK;
	for (int i = 0; i < r->nbest; i++)
		run->nrefined += refine_one(run, &r->best[i]);
	if (run->nrefined > 0) {
		r->feasible = true;
		sort_best(r->best, r->nbest);
		if (r->best[0].total.score > before)
			run->result.best_found_by = FOUND_REFINEMENT;
	}
	run->times.refine = clock_s() - begin;
	return NAS_OK;
}

/* The certificate's network becomes the first; one of the same structure
 * makes room, else the last where there are as many as are wanted. */
static enum nas_status adopt(struct nas_run *run,
			     const struct nas_genome *genome,
			     struct nas_arena *arena, struct nas_err *err)
{
	struct nas_evolve_result *r = &run->evolved;
	int n = r->feasible ? r->nbest : 0, out = 1;
	struct nas_evolve_network *best =
		NAS_NEW(arena, struct nas_evolve_network, (size_t)n + 1);

	if (!best)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the networks");
	best[0].genome = *genome;
	problem_evaluate(&run->problem, genome, &best[0].total);
	for (int i = 0; i < n && out < run->config.search.keep; i++)
		if (!same_structure(&run->config.space, genome,
				    &r->best[i].genome))
			best[out++] = r->best[i];
	r->best = best;
	r->nbest = out;
	r->feasible = true;
	run->result.best_found_by = FOUND_CERTIFICATE;
	return NAS_OK;
}

enum nas_status run_certify(struct nas_run *run, struct nas_arena *arena,
			    struct nas_err *err)
{
	const struct nas_evolve_result *r = &run->evolved;
	struct nas_certificate *c = &run->certificate;
	double begin = clock_s();

	if (!run->config.certify || run_is_stopped(run))
		return NAS_OK;
	run_detail(run->env, "certificate: at most %g steps and %g s",
		   run->config.certificate.work,
		   run->config.certificate.time_s);
	if (certify(c, &run->problem,
		    r->feasible ? &r->best[0].genome : NULL,
		    &run->config.certificate, run->env->threads, arena,
		    err) != NAS_OK)
		return err->code;
	run->times.certify = clock_s() - begin;
	run->result.certificate.present = true;
	certificate_record_make(&run->result.certificate.record, c, arena);
	if (c->status == CERTIFY_UNFINISHED)
		run_warn(run->env, "no bound: %s", certificate_end_text(
			&run->result.certificate.record));
	if (c->status == CERTIFY_BOUND && c->improved && isfinite(c->score))
		return adopt(run, &c->best, arena, err);
	return NAS_OK;
}

static enum nas_status name_network(struct nas_run *run,
				    struct nas_network *net, int rank,
				    struct nas_arena *arena,
				    struct nas_err *err)
{
	char name[128];

	snprintf(name, sizeof(name), "%s-%03d", run->config.name, rank);
	net->rank = rank;
	net->arch.name = arena_strdup(arena, name);
	if (!net->arch.name)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the networks");
	return NAS_OK;
}

/* A network that is reported holds its budgets by the definition. */
static enum nas_status check_feasible(const struct nas_run *run,
				      const struct nas_network *net,
				      struct nas_err *err)
{
	struct nas_excess excess[EXCESS_MAX];

	if (problem_violations(&run->problem, &net->arch, &net->cost,
			       excess) == 0)
		return NAS_OK;
	return nas_fail(err, NAS_ENUM, "a network of the search exceeds %s "
			"when its layers are counted: %.17g of %.17g",
			excess[0].budget, excess[0].value, excess[0].limit);
}

static enum nas_status make_best(struct nas_run *run, struct nas_arena *arena,
				 struct nas_err *err)
{
	struct nas_result *r = &run->result;

	r->nbest = run->evolved.nbest;
	r->best = NAS_NEW(arena, struct nas_network, (size_t)r->nbest);
	if (!r->best)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the networks");
	for (int i = 0; i < r->nbest; i++)
		if (network_make(&r->best[i], &run->problem,
				 &run->evolved.best[i].genome, arena, err) ||
		    name_network(run, &r->best[i], i + 1, arena, err) ||
		    check_feasible(run, &r->best[i], err))
			return err->code;
	return NAS_OK;
}

static enum nas_status make_infeasible(struct nas_run *run,
				       struct nas_arena *arena,
				       struct nas_err *err)
{
	const struct nas_certificate_slot *c = &run->result.certificate;
	bool proven = c->present && c->record.status == CERTIFY_INFEASIBLE;
	struct nas_network net;

	if (network_make(&net, &run->problem, &run->evolved.best[0].genome,
			 arena, err) != NAS_OK ||
	    name_network(run, &net, 0, arena, err) != NAS_OK)
		return err->code;
	net.arch.name = run->config.name;
	run->result.status = RESULT_INFEASIBLE;
	return infeasible_make(&run->result.infeasible, &run->problem, &net,
			       proven, arena, err);
}

static enum nas_status name_latency(struct nas_run *run,
				    struct nas_arena *arena,
				    struct nas_err *err)
{
	const struct nas_latency *m = run->config.limits.latency;

	run->result.latency_by = latency_by(m, arena);
	run->result.latency_error_percent =
		number_slot(latency_error_percent(m));
	return arena->failed
		       ? nas_fail(err, NAS_ENOMEM, "out of memory for a name")
		       : NAS_OK;
}

enum nas_status run_conclude(struct nas_run *run, struct nas_arena *arena,
			     struct nas_err *err)
{
	const struct nas_evolve_result *r = &run->evolved;
	struct nas_result *result = &run->result;

	result->status = RESULT_OK;
	result->name = run->config.name;
	result->evaluations = r->evaluations;
	result->feasible = r->feasible_evaluations;
	result->duplicates = r->duplicates;
	result->ended_by = (int)r->end;
	if (name_latency(run, arena, err) != NAS_OK)
		return err->code;
	if (r->feasible && make_best(run, arena, err) != NAS_OK)
		return err->code;
	if (!r->feasible && make_infeasible(run, arena, err) != NAS_OK)
		return err->code;
	if (run_is_stopped(run))
		result->status = RESULT_INTERRUPTED;
	return NAS_OK;
}
