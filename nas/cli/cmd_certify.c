/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas certify: the bound, the best network known, the gap between them. */
#include <stdio.h>

#include "nas/base/clock.h"
#include "nas/cli/events.h"
#include "nas/cli/output.h"
#include "nas/cli/print.h"
#include "nas/cli/values.h"
#include "nas/form/form.h"
#include "nas/run/certify_curve.h"
#include "nas/run/certify_job.h"

static const struct cli_option options[] = {
	{ "arch", 'a', "FILE", "an architecture to compare with the bound and "
			       "to start from" },
	{ "time", 't', "S", "maximum time in seconds; certificate.time_s" },
	{ "gap", 'g', "G", "relative gap that is enough, 0 = prove the "
			   "optimum; certificate.gap" },
	{ "sweep", 0, "BUDGET=LO:HI:N", "bound and best network at N values "
					"of a budget; -o FILE.csv or "
					"FILE.json writes them" },
	{ 0 },
};

static const struct cli_shorthand shorthands[] = {
	{ "time", "certificate.time_s", NULL },
	{ "gap", "certificate.gap", NULL },
	{ 0 },
};

static enum nas_status prepare(struct nas_certify_job *job, struct cli *cli,
			       struct nas_err *err)
{
	struct nas_config *c = &job->config;
	const char *arch = cli_value(cli, "arch");

	if (cli_add_shorthands(cli, shorthands, err) != NAS_OK ||
	    config_read(c, cli->arg[0], cli->set, cli->nsets, cli->arena,
			err) != NAS_OK ||
	    config_problem(&job->problem, c, cli->arena, err) != NAS_OK)
		return err->code;
	if (cli->output && output_refuse_existing(cli, err) != NAS_OK)
		return err->code;
	return arch ? certify_job_judge(job, arch, err) : NAS_OK;
}

static void print_given(const struct nas_certify_job *job)
{
	const struct nas_judged *given = &job->given;
	const struct nas_infeasible *over = &given->over;
	const char *name = given->net.arch.name;
	char text[200];

	if (!job->has_given)
		return;
	say("%s: score %.4f, ", name && *name ? shown(name).s
					      : "the architecture",
	    given->net.score);
	if (!given->in_space)
		say("not in the space\n%s\n", given->outside);
	else if (!given->fits)
		say("not inside the budgets\n");
	else
		say("at most %.4f %% below the best possible\n",
		    100 * job->given.gap);
	for (int i = 0; i < over->nviolations; i++) {
		violation_text(text, sizeof(text), &over->violation[i]);
		say("%s is %s\n", over->violation[i].budget, text);
	}
}

static void print_worth(const struct nas_certify_job *job)
{
	double worth[RESOURCES];

	certify_job_worth(job, worth);
	for (int i = 0; i < RESOURCES; i++)
		if (worth[i] != 0)
			say("  1 %% more of %-12s raises the score by about "
			    "%.4g\n", budget_kinds[i].key, worth[i]);
}

static void print_bound(const struct nas_certify_job *job)
{
	const struct nas_certificate_record *r = &job->record;
	struct nas_text t = {0};

	say("%s: no network of the space inside the budgets scores above "
	    "%.6f\n", shown(job->config.name).s, r->upper_bound);
	say("score        %s\n", job->config.score_def->title);
	if (r->known)
		say("best known   %.6f%s\ngap          %.6f %%\n", r->score,
		    r->optimal ? ", proven optimal" : "", 100 * r->gap);
	if (r->end != CERTIFY_END_DONE)
		say("ended by     %s\n", certificate_end_text(r));
	say("method       %s; the Lagrangian alone: %.6f\n", r->method,
	    r->root_bound);
	say("time         %.3g s\n", job->certificate.seconds);
	say("covers       %s\n", r->covers);
	print_worth(job);
	if (!job->has_best)
		return;
	text_add(&t, "best         ");
	text_add_structure(&t, &job->best.arch);
	say("%s\n", text_said(&t));
	text_free(&t);
}

static enum nas_status print_result(const struct nas_certify_job *job,
				    bool json, struct nas_err *err)
{
	if (json)
		return print_json(form_write(&certify_job_form, job), err);
	switch (job->certificate.status) {
	case CERTIFY_BOUND:
		print_bound(job);
		break;
	case CERTIFY_INFEASIBLE:
		say("%s: proven that no network of the space meets the "
		    "budgets\n", shown(job->config.name).s);
		break;
	case CERTIFY_UNFINISHED:
		say("%s: no bound, %s\n", shown(job->config.name).s,
		    certificate_end_text(&job->record));
		break;
	case CERTIFY_NOT_APPLICABLE:
		say("%s: does not apply, the score is sampled, no sum over "
		    "blocks\n",
		    shown(job->config.name).s);
		break;
	}
	print_given(job);
	return NAS_OK;
}

static enum nas_status certify_one(const struct cli *cli,
				   struct nas_certify_job *job,
				   struct nas_err *err)
{
	if (certify_job_start(job, err) != NAS_OK ||
	    certify_job_run(job, err) != NAS_OK)
		return err->code;
	if (cli->output && output_write_json(cli,
					     form_write(&certify_job_form, job), err))
		return err->code;
	if (!cli->to_stdout && print_result(job, cli->json, err) != NAS_OK)
		return err->code;
	return certify_job_verdict(job, err);
}

/* ---- --sweep BUDGET=LO:HI:N: one certificate a value --------------------- */

static void print_points(const struct certify_curve *s, const char *score)
{
	struct nas_text t = {0};
	char count[80];

	text_addf(&t, "%s\tat most\t%s\tgap %%\tstructure\n", s->name,
		  score);
	for (int i = 0; i < s->done; i++) {
		const struct certify_point *p = &s->point[i];
		const struct nas_certificate_record *r = &p->record;

		text_add(&t, with_commas(count, sizeof(count), p->value));
		if (!r->known) {
			text_addf(&t, "\t\t\t\t%s\n",
				  r->bounded ? "none known"
					     : "proven infeasible");
			continue;
		}
		text_addf(&t, "\t%.4f\t%.4f\t%.4f\t", r->upper_bound,
			  r->score, 100 * r->gap);
		text_add_structure(&t, &p->best.arch);
		text_add(&t, "\n");
	}
	print_table(&t);
	text_free(&t);
}

static enum nas_status write_points(const struct cli *cli,
				    const struct certify_curve *s,
				    const char *name, struct nas_err *err)
{
	struct nas_text t = {0};

	if (!cli->output)
		return NAS_OK;
	if (output_is_json(cli))
		return output_write_json(cli, certify_curve_json(s, name), err);
	certify_curve_csv(&t, s);
	(void)!output_write_text(cli, &t, err);
	text_free(&t);
	return err->code;
}

static enum nas_status certify_sweep(const struct cli *cli,
				     struct nas_certify_job *job,
				     const char *text, struct nas_err *err)
{
	const char *name = job->config.name;
	struct certify_curve s = {0};

	if (certify_curve_parse(&s, text, err) != NAS_OK ||
	    certify_curve_run(&s, job, err) != NAS_OK ||
	    write_points(cli, &s, name, err) != NAS_OK)
		return err->code;
	if (cli->to_stdout)
		; /* the points are there */
	else if (!cli->json)
		print_points(&s, job->config.score_def->title);
	else if (print_json(certify_curve_json(&s, name), err) != NAS_OK)
		return err->code;
	if (s.done < s.n)
		return nas_fail(err, NAS_EINTERRUPTED,
				"interrupted after %d of %d points", s.done,
				s.n);
	return NAS_OK;
}

/* ---- the command --------------------------------------------------------- */

static const char *const sweep_uses[] = {
	"sweep", "time", "gap", "output", "set", NULL
};

static enum nas_status run(const struct cli *given, struct nas_err *err)
{
	struct cli cli = *given;
	struct nas_certify_job *job =
		NAS_NEW(cli.arena, struct nas_certify_job, 1);
	const char *sweep = cli_value(given, "sweep");
	struct cli_events events;

	if (!job)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a certificate");
	if (sweep && cli_takes_only(given, "--sweep", sweep_uses, err) != NAS_OK)
		return err->code;
	if (cli_events_init(&events, &cli, err) != NAS_OK)
		return err->code;
	job->env = &events.env;
	if (prepare(job, &cli, err) != NAS_OK)
		return err->code;
	stop_install();
	return sweep ? certify_sweep(&cli, job, sweep, err)
		     : certify_one(&cli, job, err);
}

const struct command cmd_certify = {
	"certify", "CONFIG [--arch FILE]",
	"prove how high any network inside the budgets can score",
	"nas certify configs/quick.json", options, 1, 1, run,
	CLI_FORMAT | CLI_SET | CLI_THREADS | CLI_FILE | CLI_FORCE |
	CLI_QUIET | CLI_VERBOSE,
};
