/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas search: the main job. Evolve, refine, certify, write a folder. */
#include <math.h>

#include "evolve/ranks/comm.h"
#include "nas/cli/events.h"
#include "nas/cli/print.h"
#include "nas/cli/values.h"
#include "nas/form/form.h"
#include "nas/report/run_page.h"

static const struct cli_option options[] = {
	{ "max-evals", 'n', "N", "stop after N evaluations; search.max_evals" },
	{ "time", 't', "S", "stop after S seconds; search.time_s. Such a run "
			    "is not repeatable" },
	{ "no-certify", 0, NULL, "no certificate at the end; certify=false" },
	{ "resume", 0, NULL, "continue the run in the folder of -o from its "
			     "last checkpoint; start it where there is none" },
	{ "checkpoint", 0, "S", "seconds between checkpoints; "
				"search.checkpoint_s" },
	{ 0 },
};

static const struct cli_shorthand shorthands[] = {
	{ "max-evals", "search.max_evals", NULL },
	{ "time", "search.time_s", NULL },
	{ "no-certify", "certify", "false" },
	{ "checkpoint", "search.checkpoint_s", NULL },
	{ 0 },
};

/* ---- what is said of a run: its result, then how fast it was ------------- */

/* "sram %" above a column: the budget's name without its unit. */
static void add_budget_head(struct nas_text *t, const char *name)
{
	size_t n = 0;

	while (name[n] && name[n] != '_')
		n++;
	text_addf(t, "\t%.*s %%", (int)n, name);
}

static void add_network(struct nas_text *t, const struct nas_network *net,
			const double *limit)
{
	text_addf(t, "%d\t%.4f", net->rank, net->score);
	for (int i = 0; i < BUDGET_KINDS; i++)
		if (isfinite(limit[i]))
			text_addf(t, "\t%.2f", 100 * net->used[i]);
	text_add(t, "\t");
	text_add_structure(t, &net->arch);
	text_add(t, "\n");
}

static void print_best(const struct nas_run *run)
{
	double limit[BUDGET_KINDS];
	struct nas_text t = {0};

	budget_limits(&run->problem.budgets, limit);
	text_addf(&t, "rank\t%s", run->config.score_def->title);
	for (int i = 0; i < BUDGET_KINDS; i++)
		if (isfinite(limit[i]))
			add_budget_head(&t, budget_kinds[i].key);
	text_add(&t, "\tstructure: width, k kernel, x depth\n");
	for (int i = 0; i < run->result.nbest; i++)
		add_network(&t, &run->result.best[i], limit);
	print_table(&t);
	text_free(&t);
}

static void print_bits(const struct nas_run *run)
{
	struct nas_text t = {0};

	text_add_bits(&t, &run->result.best[0].arch);
	if (*text_said(&t))
		say("bits of rank 1, activations/weights per block: %s\n",
		    t.data);
	text_free(&t);
}

static void print_latency(const struct nas_run *run)
{
	if (run->result.latency_by)
		say("latency of rank 1: %.4g ms by %s\n",
		    run->result.best[0].cost.latency_ms,
		    shown(run->result.latency_by).s);
}

static void print_bound(const struct nas_certificate_record *c)
{
	const char *end = certificate_end_text(c);

	if (!c->known)
		say("certificate: no network scores above %.4f%s%s\n",
		    c->upper_bound, *end ? "; " : "", end);
	else if (c->optimal)
		say("certificate: optimal; no network of the space inside "
		    "the budgets scores above %.4f\n", c->upper_bound);
	else
		say("certificate: no network of the space inside the "
		    "budgets scores above %.4f; gap %.4f %%%s%s\n",
		    c->upper_bound, 100 * c->gap, *end ? "; " : "", end);
}

static void print_certificate(const struct nas_run *run)
{
	const struct nas_certificate_slot *slot = &run->result.certificate;

	if (!slot->present)
		return;
	switch ((enum nas_certify_status)slot->record.status) {
	case CERTIFY_BOUND:
		print_bound(&slot->record);
		break;
	case CERTIFY_INFEASIBLE:
		say("certificate: proven that no network of the space "
		    "meets the budgets\n");
		break;
	case CERTIFY_UNFINISHED:
		say("certificate: no bound; %s\n",
		    certificate_end_text(&slot->record));
		break;
	case CERTIFY_NOT_APPLICABLE:
		say("certificate: does not apply, the score is sampled, no "
		    "sum over blocks\n");
		break;
	}
	if (slot->record.improved && isfinite(run->evolved_score))
		say("the certificate found a better network than the "
		    "search (%.4f), which is adopted\n",
		    run->evolved_score);
	else if (slot->record.improved)
		say("the certificate found a network where the search had "
		    "found none\n");
}

#define PUBLISHED_SHOWN 3

/* What others published for the same task and the same budgets. */
static void print_published(const struct nas_result *r)
{
	int n = r->npublished < PUBLISHED_SHOWN ? r->npublished
						: PUBLISHED_SHOWN;

	for (int i = 0; i < n; i++) {
		const struct nas_published_net *p = &r->published[i];

		say("published, inside the budgets: %.4f %s", p->score,
		    shown(p->name).s);
		if (p->accuracy > 0)
			say(", accuracy %.1f %%", p->accuracy);
		say("%s\n", p->in_space ? "" : ", not in the space");
	}
	if (r->npublished > n)
		say("  and %d more below them (result.json)\n",
		    r->npublished - n);
}

static void print_infeasible(const struct nas_infeasible *why)
{
	char text[256];

	infeasible_text(text, sizeof(text), why);
	say("no network meets the budgets%s\n"
	    "least violating: %s\n  ",
	    why->proven ? " (proven)" : " (none found)", text);
}

static void print_least(const struct nas_run *run)
{
	struct nas_text t = {0};

	text_add_structure(&t, &run->result.infeasible.least.arch);
	say("%s\n", text_said(&t));
	text_free(&t);
}

static void print_table_of(const struct nas_run *run)
{
	const struct nas_result *r = &run->result;
	char count[80], end[160];

	say("%s: %s networks evaluated, %.1f %% inside the budgets\n",
	    shown(r->name).s,
	    with_commas(count, sizeof(count), (double)r->evaluations),
	    r->evaluations ? 100.0 * (double)r->feasible /
				     (double)r->evaluations
			   : 0.0);
	if (r->nbest) {
		print_best(run);
		print_bits(run);
		print_latency(run);
	} else {
		print_infeasible(&r->infeasible);
		print_least(run);
	}
	print_certificate(run);
	print_published(r);
	search_end_text(end, sizeof(end), &run->config, r);
	say("ended: %s\n", end);
}

static void note_traffic(const struct cli *cli, const struct nas_run *run)
{
	const struct nas_evolve_traffic *t = &run->evolved.traffic;

	cli_detail(cli, "%d rank%s: %lld epochs, %lld bytes per migration "
		   "between neighbours, %lld bytes per island to rank 0",
		   t->ranks, t->ranks > 1 ? "s" : "", (long long)t->epochs,
		   (long long)t->message_bytes, (long long)t->row_bytes);
	if (t->saves)
		cli_detail(cli, "%d checkpoint%s of %lld bytes, %.3g s in "
			   "total", t->saves, t->saves > 1 ? "s" : "",
			   (long long)t->save_bytes, t->save_s);
	if (t->sessions > 1)
		cli_note(cli, "resumed: session %d of this run", t->sessions);
}

static void note_speed(const struct cli *cli, const struct nas_run *run)
{
	char count[80], ranks[40] = "";

	if (!run->concluded || (cli->output && !run->written))
		return;
	if (cli->comm->size > 1)
		snprintf(ranks, sizeof(ranks), "%d ranks of ",
			 cli->comm->size);
	cli_note(cli, "%s evaluations in %.3g s, certificate %.3g s, %s%d "
		 "thread%s",
		 with_commas(count, sizeof(count),
			     (double)run->evolved.evaluations),
		 run->times.search, run->times.certify, ranks, cli->threads,
		 cli->threads > 1 ? "s" : "");
	note_traffic(cli, run);
	if (!cli->output)
		return;
	cli_note(cli, "results are in '%s'", cli->output);
	if (run->result.nbest && run->result.best[0].rank == 1 &&
	    arch_is_quantised(&run->result.best[0].arch))
		cli_note(cli, "C for a microcontroller: nas export "
			 "'%s/best/001/architecture.json' --to c -o board",
			 cli->output);
}

static enum nas_status print_result(const struct cli *cli,
				    const struct nas_run *run,
				    struct nas_err *err)
{
	if (cli->json)
		return print_json(form_write(&result_form, &run->result), err);
	print_table_of(run);
	return NAS_OK;
}

/* ---- the command --------------------------------------------------------- */

/* A result is printed even where it cannot be written. */
static enum nas_status search(const struct cli *cli, bool resume,
			      struct nas_err *err)
{
	struct nas_run *run = NAS_NEW(cli->arena, struct nas_run, 1);
	struct nas_run_request request = {
		.config = cli->arg[0], .set = cli->set, .nsets = cli->nsets,
		.output = cli->output, .force = cli->force, .resume = resume,
		.more = report_run_files,
	};
	struct cli_events events;

	if (!run)
		nas_fail(err, NAS_ENOMEM, "out of memory for a run");
	else
		(void)!cli_events_init(&events, cli, err);
	if (comm_agree(cli->comm, err) != NAS_OK || !run)
		return err->code;
	(void)!run_all(run, &events.env, &request, err);
	if (run->concluded && print_result(cli, run, err) == NAS_OK)
		note_speed(cli, run);
	return err->code;
}

static enum nas_status run_command(const struct cli *given,
				   struct nas_err *err)
{
	struct cli cli = *given;
	bool resume = cli_value(&cli, "resume");

	if (resume && !cli.output)
		return nas_fail(err, NAS_EUSAGE,
				"--resume needs the folder of the run: -o DIR");
	if (resume && cli.force)
		return nas_fail(err, NAS_EUSAGE,
				"--resume and --force exclude each other");
	if (cli_add_shorthands(&cli, shorthands, err) != NAS_OK)
		return err->code;
	return search(&cli, resume, err);
}

const struct command cmd_search = {
	"search", "CONFIG [-o DIR]",
	"find the best architectures: evolve, refine bits, certify",
	"nas search configs/quick.json -o run", options, 1, 1, run_command,
	CLI_FORMAT | CLI_SET | CLI_SEED | CLI_THREADS | CLI_DIR |
	CLI_FORCE | CLI_QUIET | CLI_VERBOSE | CLI_RANKS,
};
