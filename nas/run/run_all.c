/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole run: open the folder, search, refine, certify, write, say. */
#include <stdio.h>

#include "nas/base/clock.h"
#include "nas/cli/help.h"
#include "nas/cli/print.h"
#include "nas/run/run.h"
#include "nas/run/run_meta.h"

/* ---- before the search --------------------------------------------------- */

static void warn(void *context, const char *text)
{
	(void)context;
	fprintf(stderr, "nas: warning: %s\n", text);
}

static enum nas_status set_checkpoint(struct run *run, struct nas_err *err)
{
	const struct cli *cli = run->cli;
	uint64_t hash = 0;

	if (comm_settle(cli->comm, config_hash(&run->config, &hash, err),
			err) != NAS_OK ||
	    comm_same(cli->comm, hash, "the config", err) != NAS_OK)
		return err->code;
	run->checkpoint = (struct checkpoint_options){
		.interval_s = run->config.search.checkpoint_s,
		.version = NAS_VERSION,
		.config = hash,
		.seed = run->config.search.seed,
		.resume = run->request.resume,
		.warn = warn,
	};
	if (!cli->output)
		return NAS_OK;
	run->checkpoint.path = run->checkpoint_path;
	return file_join(run->checkpoint_path, sizeof(run->checkpoint_path),
			 cli->output, "checkpoint", err);
}

static enum nas_status open_dir(struct run *run, struct nas_err *err)
{
	struct comm *comm = run->cli->comm;
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
static enum nas_status prepare(struct run *run, struct nas_err *err)
{
	const struct cli *cli = run->cli;
	struct config *config = &run->config;

	if (config_read_shared(config, cli->arg[0], cli->set, cli->nsets,
			       cli->comm, cli->arena, err) != NAS_OK)
		return err->code;
	run->started = run_time_text(cli->arena);
	if (comm_settle(cli->comm,
			config_problem(&run->problem, config, cli->arena,
				       err),
			err) != NAS_OK ||
	    set_checkpoint(run, err) != NAS_OK)
		return err->code;
	return cli->output ? open_dir(run, err) : NAS_OK;
}

/* ---- the run ------------------------------------------------------------- */

/* All ranks search; rank 0 alone does the rest. */
static enum nas_status compute(struct run *run, struct nas_err *err)
{
	static enum nas_status (*const steps[])(struct run *, struct arena *,
						struct nas_err *) = {
		run_refine, run_certify, run_conclude
	};
	struct arena *arena = run->cli->arena;

	if (run_search(run, arena, err) != NAS_OK)
		return err->code;
	if (run->cli->comm->rank == 0)
		for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
			if (steps[i](run, arena, err) != NAS_OK)
				break;
	return comm_agree(run->cli->comm, err);
}

/* Stopped after the search, the search is saved as it ended. */
static enum nas_status save_end(struct run *run, struct nas_err *err)
{
	int wanted = run->checkpoint.path && run_is_stopped(run) &&
		     run->evolved.end != END_SIGNAL;

	comm_broadcast(run->cli->comm, 0, &wanted, sizeof(wanted));
	return wanted ? evolve_save(&run->evolved, err) : NAS_OK;
}

static void note_traffic(const struct run *run)
{
	const struct evolve_traffic *t = &run->evolved.traffic;

	cli_detail(run->cli, "%d rank%s: %lld epochs, %lld bytes a migration "
		   "between neighbours, %lld bytes an island to rank 0",
		   t->ranks, t->ranks > 1 ? "s" : "", (long long)t->epochs,
		   (long long)t->message_bytes, (long long)t->row_bytes);
	if (t->saves)
		cli_detail(run->cli, "%d checkpoint%s of %lld bytes, %.3g s in "
			   "all", t->saves, t->saves > 1 ? "s" : "",
			   (long long)t->save_bytes, t->save_s);
	if (t->sessions > 1)
		cli_note(run->cli, "resumed: session %d of this run",
			 t->sessions);
}

static void note_speed(const struct run *run)
{
	const struct cli *cli = run->cli;
	char count[80], ranks[40] = "";

	if (cli->comm->size > 1)
		snprintf(ranks, sizeof(ranks), "%d ranks of ",
			 cli->comm->size);
	cli_note(cli, "%s evaluations in %.3g s, certificate %.3g s, %s%d "
		 "thread%s",
		 with_commas(count, sizeof(count),
			     (double)run->evolved.evaluations),
		 run->times.search, run->times.certify, ranks, cli->threads,
		 cli->threads > 1 ? "s" : "");
	note_traffic(run);
	if (cli->output)
		cli_note(cli, "results are in '%s'", cli->output);
}

/* A result that cannot be written is still printed. */
static enum nas_status report(struct run *run, struct nas_err *err)
{
	const struct cli *cli = run->cli;
	bool written = cli->output && run_dir_write(run, err) == NAS_OK;

	if (run->request.silent) {
		; /* the folder says it all */
	} else if (cli->json) {
		if (print_json(form_write(&result_form, &run->result), err))
			return err->code;
	} else {
		run_print_table(run);
	}
	if (err->code != NAS_OK)
		return err->code;
	note_speed(run);
	if (written && run->result.status != RESULT_INTERRUPTED &&
	    run->evolved.end != END_TIME)
		checkpoint_remove(run->checkpoint_path);
	return NAS_OK;
}

/* A result without an answer is an exit status of its own. */
static enum nas_status verdict(const struct run *run, struct nas_err *err)
{
	const struct infeasible *why = &run->result.infeasible;
	char text[256];

	if (run->result.status == RESULT_INTERRUPTED)
		return nas_fail(err, NAS_EINTERRUPTED,
				"interrupted by signal %d after %lld "
				"evaluations; what was found until then %s%s",
				stop_signal(),
				(long long)run->evolved.evaluations,
				run->cli->output ? "is written" : "is printed",
				run->cli->output ? ", and --resume goes on"
						 : "");
	if (run->result.status != RESULT_INFEASIBLE)
		return NAS_OK;
	infeasible_text(text, sizeof(text), why);
	return nas_fail(err, NAS_EINFEASIBLE, "no network meets the budgets "
			"(%s); of the least violating one %s",
			why->proven ? "proven" : "none found, not proven",
			text);
}

static enum nas_status conclude(struct run *run, struct nas_err *err)
{
	enum nas_status status = NAS_OK;

	if (save_end(run, err) != NAS_OK)
		return err->code;
	if (run->cli->comm->rank == 0)
		status = report(run, err);
	if (run->cli->comm->rank == 0 && status == NAS_OK)
		status = verdict(run, err);
	return comm_settle(run->cli->comm, status, err);
}

/* --resume of a run that has come to its end. */
static enum nas_status say_finished(const struct run *run,
				    struct nas_err *err)
{
	if (run->cli->comm->rank == 0)
		cli_note(run->cli, "the run in '%s' is finished: nothing to "
			 "resume", run->cli->output);
	if (run->cli->comm->rank == 0 &&
	    run->result.status == RESULT_INFEASIBLE)
		nas_fail(err, NAS_EINFEASIBLE, "no network meets the budgets "
			 "('%.200s/result.json' says more)",
			 run->cli->output);
	return comm_agree(run->cli->comm, err);
}

enum nas_status run_all(const struct cli *cli,
			const struct run_request *request, struct nas_err *err)
{
	struct run *run = NAS_NEW(cli->arena, struct run, 1);

	if (!run)
		nas_fail(err, NAS_ENOMEM, "out of memory for a run");
	if (comm_agree(cli->comm, err) != NAS_OK || !run)
		return err->code;
	run->cli = cli;
	run->request = *request;
	run->times.start = clock_s();
	if (prepare(run, err) != NAS_OK)
		return err->code;
	if (run->finished)
		return say_finished(run, err);
	stop_install();
	if (compute(run, err) != NAS_OK)
		return err->code;
	return conclude(run, err);
}
