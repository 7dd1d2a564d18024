/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas check: is the config sound, and what do its budgets leave? */
#include <math.h>
#include <string.h>

#include "nas/run/check.h"
#include "nas/cli/print.h"
#include "nas/cli/progress.h"
#include "nas/cli/values.h"

static const struct cli_option options[] = {
	{ "samples", 'n', "N", "random architectures that estimate the share "
			       "inside the budgets; default 20000" },
	{ "contains", 'c', "FILE...", "of each network of the files: is it in "
				      "the space, else where it leaves it "
				      "first; is it inside the budgets" },
	{ "resolved", 'r', NULL, "print the config instead, with every key "
				 "and its value" },
	{ 0 },
};

static void print_size(const struct check *c)
{
	char count[80];

	if (c->size < 1e15L)
		say("space: %s architectures\n",
		    with_commas(count, sizeof(count), (double)c->size));
	else
		say("space: %.4Lg architectures\n", c->size);
}

static void print_budgets(const struct check *c)
{
	double limit[BUDGET_KINDS], figure[BUDGET_KINDS];
	struct nas_text t = {0};
	char a[80], b[80];

	budget_limits(&c->config.limits, limit);
	budget_figures(&c->smallest, figure);
	text_add(&t, "budget\tlimit\tsmallest\tused %\tdraws that exceed "
		     "it %\n");
	for (int i = 0; i < BUDGET_KINDS; i++)
		if (isfinite(limit[i]))
			text_addf(&t, "%s\t%s\t%s\t%.2f\t%.2f\n", budget_kinds[i].key,
				  budget_text(a, sizeof(a), i == BUDGET_RHO ? limit[i]
							    : floor(limit[i])),
				  budget_text(b, sizeof(b), figure[i]),
				  100 * c->smallest.used[i],
				  100.0 * c->sample.exceeded[i] /
					  c->sample.drawn);
	print_table(&t);
	text_free(&t);
}

static void report(const struct check *c)
{
	const struct check_sample *s = &c->sample;
	char count[80];

	say("%s: the config is valid; score: %s\n", shown(c->config.name).s,
	    c->config.score_def->title);
	print_size(c);
	say("inside the budgets: %.4g %% of %s drawn uniformly; 95 %% "
	    "interval %.3g to %.3g %%\n", 100 * s->share,
	    with_commas(count, sizeof(count), s->drawn), 100 * s->low,
	    100 * s->high);
	print_budgets(c);
	for (const char *n = c->notes.data; n && *n; n = strchr(n, '\n') + 1)
		say("note: %.*s\n", (int)strcspn(n, "\n"), n);
	say("--resolved prints the config with every key and its value\n");
}

static void report_judged(const struct check *c)
{
	char text[200];

	for (int i = 0; i < c->njudged; i++) {
		const struct nas_judged *j = &c->judged[i];

		say("%s: %s, score %.4f\n", shown(j->net.arch.name).s,
		    !j->in_space ? "not in the space"
		    : j->fits	 ? "in the space, inside the budgets"
				 : "in the space, not inside the budgets",
		    j->net.score);
		if (!j->in_space)
			say("  %s\n", j->outside);
		for (int k = 0; k < j->over.nviolations; k++) {
			violation_text(text, sizeof(text),
				       &j->over.violation[k]);
			say("  %s is %s\n", j->over.violation[k].budget,
			    text);
		}
	}
}

/* The files after --contains: its value, and what follows the config. */
static enum nas_status run_contains(const struct cli *cli, struct check *c,
				    const char *first, struct nas_err *err)
{
	const char **file = NAS_NEW(cli->arena, const char *,
				    (size_t)cli->nargs);

	if (!file)
		return nas_fail(err, NAS_ENOMEM, "out of memory for names");
	file[0] = first;
	for (int i = 1; i < cli->nargs; i++)
		file[i] = cli->arg[i];
	if (check_contains(c, file, cli->nargs, cli->arena, err) != NAS_OK)
		return err->code;
	if (cli->json)
		return print_json(check_json(c), err);
	report_judged(c);
	return NAS_OK;
}

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	struct check *c = NAS_NEW(cli->arena, struct check, 1);
	struct progress_watch watch;
	int64_t samples = 20000;

	const char *contains = cli_value(cli, "contains");

	if (!c)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the config");
	if (!contains && cli->nargs > 1)
		return nas_fail(err, NAS_EUSAGE,
				"unexpected argument '%.80s' (see 'nas check --help')",
				cli->arg[1]);
	if (cli_whole(cli, "samples", 1, 100000000, &samples, err) != NAS_OK ||
	    config_read(&c->config, cli->arg[0], cli->set, cli->nsets,
			cli->arena, err) != NAS_OK)
		return err->code;
	if (contains)
		return run_contains(cli, c, contains, err);
	c->watch = progress_watch(&watch, cli->quiet, "networks drawn");
	(void)!check_run(c, (int)samples, cli->arena, err);
	progress_end(&watch.progress);
	if (err->code == NAS_OK) {
		if (cli->json)
			(void)!print_json(check_json(c), err);
		else if (cli_value(cli, "resolved"))
			(void)!print_json(config_write(&c->config), err);
		else
			report(c);
	}
	text_free(&c->notes);
	return err->code;
}

const struct command cmd_check = {
	"check", "CONFIG", "check a config; what its space holds and its "
	"budgets leave", "nas check configs/quick.json",
	options, 1, -1, run,
	CLI_FORMAT | CLI_SET | CLI_SEED | CLI_QUIET,
};
