/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole run: open the folder, search, refine, certify, write, say. */
#include <string.h>

#include "evolve/ranks/comm.h"
#include "nas/base/clock.h"
#include "nas/base/dir_lock.h"
#include "evolve/ranks/checkpoint.h"
#include "nas/run/published.h"
#include "nas/run/run.h"
#include "nas/run/run_meta.h"
#include "nas/run/version.h"

/* ---- before the search --------------------------------------------------- */

static enum nas_status set_checkpoint(struct nas_run *run, struct nas_err *err)
{
	const struct nas_run_env *env = run->env;
	uint64_t hash = 0;

	run->checkpoint = NAS_NEW(env->arena, struct checkpoint_options, 1);
	if (!run->checkpoint)
		nas_fail(err, NAS_ENOMEM, "out of memory for a run");
	else
		(void)!config_hash(&run->config, &hash, err);
	if (comm_agree(env->comm, err) != NAS_OK ||
	    comm_same(env->comm, hash, "the config", err) != NAS_OK)
		return err->code;
	*run->checkpoint = (struct checkpoint_options){
		.interval_s = run->config.search.checkpoint_s,
		.version = NAS_VERSION,
		.config = hash,
		.seed = run->config.search.seed,
		.resume = run->request.resume,
		.warn = env->events->warn,
		.context = env->events->context,
	};
	if (run->request.checkpoint)
		run->checkpoint->path = run->request.checkpoint;
	if (!run->request.output)
		return NAS_OK;
	run->checkpoint->path = run->checkpoint_path;
	return file_join(run->checkpoint_path, sizeof(run->checkpoint_path),
			 run->request.output, "checkpoint", err);
}

static enum nas_status open_dir(struct nas_run *run, struct nas_err *err)
{
	struct nas_comm *comm = run->env->comm;
	enum nas_status status = NAS_OK;
	int finished;

	if (comm->rank == 0)
		status = run->request.resume ? run_dir_reopen(run, err)
				     : run_dir_open(run, err);
	if (comm_settle(comm, status, err) != NAS_OK)
		return err->code;
	finished = run->finished;
	comm_broadcast(comm, 0, &finished, sizeof(finished));
	run->finished = finished;
	return NAS_OK;
}

/* Everything that can be wrong is found before the search starts. */
static enum nas_status prepare(struct nas_run *run, struct nas_err *err)
{
	const struct nas_run_request *request = &run->request;
	struct nas_comm *comm = run->env->comm;
	struct nas_arena *arena = run->env->arena;
	struct nas_config *config = &run->config;

	if (config_read_shared(config, request->config, request->set,
			       request->nsets, run->env, err) != NAS_OK)
		return err->code;
	run->started = run_time_text(arena);
	if (comm_settle(comm, config_problem(&run->problem, config, arena, err),
			err) != NAS_OK ||
	    set_checkpoint(run, err) != NAS_OK)
		return err->code;
	return request->output ? open_dir(run, err) : NAS_OK;
}

/* ---- the run ------------------------------------------------------------- */

/* What the search found is safe before the certificate, which may take all
 * memory and most of the time: as the result of a run that was interrupted
 * there, which --resume completes. */
static enum nas_status secure(struct nas_run *run, struct nas_arena *arena,
			      struct nas_err *err)
{
	if (!run->config.certify || run_is_stopped(run) ||
	    !score_has_bound(run->problem.def))
		return NAS_OK;
	if (run_conclude(run, arena, err) != NAS_OK)
		return err->code;
	run->result.status = RESULT_INTERRUPTED;
	if (run->request.output && run_dir_write(run, err) != NAS_OK)
		return err->code;
	run->secured = true;
	return NAS_OK;
}

/* Networks to compare with. */
static enum nas_status compare(struct nas_run *run, struct nas_arena *arena,
			       struct nas_err *err)
{
	return published_find(&run->result, &run->problem, arena, err);
}

/* A certificate that fails leaves the result as it is. */
static enum nas_status prove(struct nas_run *run, struct nas_arena *arena,
			     struct nas_err *err)
{
	if (run_certify(run, arena, err) != NAS_OK)
		run->concluded = true;
	return err->code;
}

/* All ranks search; rank 0 alone does the rest. */
static enum nas_status compute(struct nas_run *run, struct nas_err *err)
{
	static enum nas_status (*const steps[])(
		struct nas_run *, struct nas_arena *, struct nas_err *) = {
		run_refine, compare, secure, prove, run_conclude};
	struct nas_arena *arena = run->env->arena;
	const char *blind = config_blind_score(&run->config);

	if (blind && run->env->comm->rank == 0)
		run_note(run->env, "note: %s", blind);
	if (run_search(run, arena, err) != NAS_OK)
		return err->code;
	if (run->env->comm->rank == 0)
		for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
			if (steps[i](run, arena, err) != NAS_OK)
				break;
	return comm_agree(run->env->comm, err);
}

/* Stopped after the search, the search is saved as it ended. */
static enum nas_status save_end(struct nas_run *run, struct nas_err *err)
{
	int wanted = run->checkpoint->path && run_is_stopped(run) &&
		     run->evolved.end != END_SIGNAL;

	comm_broadcast(run->env->comm, 0, &wanted, sizeof(wanted));
	return wanted ? evolve_save(&run->evolved, err) : NAS_OK;
}

/* The checkpoint of a run that came to its end is of no more use. */
static enum nas_status write_files(struct nas_run *run, struct nas_err *err)
{
	run->concluded = true;
	if (!run->request.output)
		return NAS_OK;
	if (run_dir_write(run, err) != NAS_OK)
		return err->code;
	run->written = true;
	if (run->result.status != RESULT_INTERRUPTED &&
	    run->evolved.end != END_TIME)
		checkpoint_remove(run->checkpoint_path);
	return NAS_OK;
}

/* A result without an answer is an exit status of its own. */
static enum nas_status verdict(const struct nas_run *run, struct nas_err *err)
{
	const struct nas_infeasible *why = &run->result.infeasible;
	const char *output = run->request.output;
	char text[256];

	if (run->result.status == RESULT_INTERRUPTED)
		return nas_fail(err, NAS_EINTERRUPTED,
				"interrupted by signal %d after %lld "
				"evaluations; the results so far are %s%s",
				stop_signal(),
				(long long)run->evolved.evaluations,
				output ? "written" : "printed",
				output ? ", and --resume continues it" : "");
	if (run->result.status != RESULT_INFEASIBLE)
		return NAS_OK;
	infeasible_text(text, sizeof(text), why);
	return nas_fail(err, NAS_EINFEASIBLE, "no network meets the budgets "
			"(%s); the least violating one: %s",
			why->proven ? "proven" : "none was found, not proven",
			text);
}

static enum nas_status conclude(struct nas_run *run, struct nas_err *err)
{
	struct nas_comm *comm = run->env->comm;
	enum nas_status status = NAS_OK;

	if (save_end(run, err) != NAS_OK)
		return err->code;
	if (comm->rank == 0)
		status = write_files(run, err);
	if (comm->rank == 0 && status == NAS_OK)
		status = verdict(run, err);
	return comm_settle(comm, status, err);
}

/* Resumed, and the run had come to its end. */
static enum nas_status say_finished(const struct nas_run *run,
				    struct nas_err *err)
{
	struct nas_comm *comm = run->env->comm;
	const char *dir = run->request.output;

	if (comm->rank == 0)
		run_note(run->env, "the run in '%s' is finished: nothing to "
			 "resume", dir);
	if (comm->rank == 0 && run->result.status == RESULT_INFEASIBLE)
		nas_fail(err, NAS_EINFEASIBLE, "no network meets the budgets "
			 "('%.200s/result.json' says more)", dir);
	return comm_agree(comm, err);
}

static enum nas_status all_steps(struct nas_run *run, struct nas_err *err)
{
	if (prepare(run, err) != NAS_OK)
		return err->code;
	if (run->finished)
		return say_finished(run, err);
	if (compute(run, err) != NAS_OK)
		return err->code;
	return conclude(run, err);
}

enum nas_status run_all(struct nas_run *run, const struct nas_run_env *env,
			const struct nas_run_request *request,
			struct nas_err *err)
{
	enum nas_status status;

	memset(run, 0, sizeof(*run));
	run->env = env;
	run->request = *request;
	run->times.start = clock_s();
	run->lock = -1;
	status = all_steps(run, err);
	dir_unlock(run->lock);
	return status;
}
