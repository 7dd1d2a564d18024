/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas compare: search spaces side by side, inside the same budgets. */
#include <math.h>

#include "nas/base/samples.h"
#include "nas/base/clock.h"
#include "nas/cli/events.h"
#include "nas/cli/print.h"
#include "nas/cli/values.h"
#include "nas/form/form.h"
#include "nas/report/compare_page.h"
#include "nas/run/result_dir.h"

#define SAMPLES	    10000
#define SAMPLES_MAX 10000000
#define DRAWS_MAX   1000000000000000

static const struct cli_option options[] = {
	{ "samples", 'n', "N", "random networks of each space; default "
			       "10000" },
	{ "budgets", 'b', "CONFIG", "budgets of this config for all; default: "
				    "of the first" },
	{ "own-budgets", 0, NULL, "each space inside its own config's "
				  "budgets" },
	{ "no-search", 0, NULL, "no evolutionary search and no certificate" },
	{ "max-draws", 0, "N", "maximum number of draws per space; default "
			       "1000000 plus 1000 per network" },
	{ 0 },
};

/* ---- what is printed ------------------------------------------------------ */

#define BEST_OF 1000 /* the column of the table */

static void add_number(struct nas_text *t, double x, int decimals)
{
	if (isfinite(x))
		text_addf(t, "\t%.*f", decimals, x);
	else
		text_add(t, "\t-");
}

static void add_slot(struct nas_text *t, const struct nas_number_slot *slot)
{
	add_number(t, number_slot_value(slot), 2);
}

/* In per cent, and its interval. */
static void add_share(struct nas_text *t, const struct nas_compare_space *s)
{
	text_addf(t, "\t%.4g\t%.4g...%.4g", 100 * s->share, 100 * s->low,
		  100 * s->high);
}

static double expected_best(const struct nas_compare_space *s)
{
	if (s->n < BEST_OF)
		return (double)NAN;
	return samples_best_of(s->sorted, (int)s->n, BEST_OF);
}

static void add_bound(struct nas_text *t, const struct nas_compare_space *s)
{
	const struct nas_certificate_record *r = &s->certificate.record;

	if (!s->certificate.present)
		text_add(t, "\t-\t-");
	else if (r->status == CERTIFY_INFEASIBLE)
		text_add(t, "\tno network\t-");
	else if (!r->bounded)
		text_add(t, "\tno bound\t-");
	else
		text_addf(t, "\t%.2f\t%s", r->upper_bound,
			  r->optimal ? "yes" : "no");
}

static void print_spaces(const struct nas_comparison *c)
{
	struct nas_text t = {0};

	text_addf(&t, "space\tfeasible %%\t95 %%\tmin\t25 %%\tmedian\t75 %%\t"
		      "max\tbest of %d\tevolved\tbound\treached\n",
		  BEST_OF);
	for (int i = 0; i < c->nspaces; i++) {
		const struct nas_compare_space *s = &c->space[i];

		text_add(&t, shown(s->name).s);
		add_share(&t, s);
		add_slot(&t, &s->min);
		add_slot(&t, &s->q1);
		add_slot(&t, &s->median);
		add_slot(&t, &s->q3);
		add_slot(&t, &s->max);
		add_number(&t, expected_best(s), 2);
		add_slot(&t, &s->evolved);
		add_bound(&t, s);
		text_add(&t, "\n");
	}
	print_table(&t);
	text_free(&t);
}

static void add_p(struct nas_text *t, const struct nas_number_slot *p)
{
	if (!p->present)
		text_add(t, "\t-");
	else if (p->x < 1e-15)
		text_add(t, "\t<1e-15");
	else
		text_addf(t, "\t%.2g", p->x);
}

static void print_pairs(const struct nas_comparison *c)
{
	struct nas_text t = {0};
	char verdict[256], best[160];

	if (c->npairs == 0)
		return;
	text_add(&t, "a\tb\tKS D\tp\tP(a > b)\tp\trandom networks\tbest "
		     "network\n");
	for (int i = 0; i < c->npairs; i++) {
		const struct nas_compare_pair *p = &c->pair[i];

		compare_verdict_text(verdict, sizeof(verdict), c, p);
		compare_best_text(best, sizeof(best), c, p);
		text_addf(&t, "%s\t%s", shown(c->space[p->a - 1].name).s,
			  shown(c->space[p->b - 1].name).s);
		add_number(&t, number_slot_value(&p->ks_d), 4);
		add_p(&t, &p->ks_p_holm);
		add_number(&t, number_slot_value(&p->effect), 4);
		add_p(&t, &p->u_p_holm);
		text_addf(&t, "\t%s\t%s\n", verdict, best);
	}
	say("\n");
	print_table(&t);
	text_free(&t);
}

static void print_inside(const struct nas_comparison *c)
{
	for (int i = 0; i < c->npairs; i++) {
		const struct nas_compare_pair *p = &c->pair[i];
		const struct shown a = shown(c->space[p->a - 1].name);
		const struct shown b = shown(c->space[p->b - 1].name);

		if (p->a_in_b.present && p->a_in_b.x > 0)
			say("of the networks of %s, %.3g %% are in the "
			    "space of %s\n", a.s, 100 * p->a_in_b.x, b.s);
		if (p->b_in_a.present && p->b_in_a.x > 0)
			say("of the networks of %s, %.3g %% are in the "
			    "space of %s\n", b.s, 100 * p->b_in_a.x, a.s);
	}
}

/* Limits are whole but small ones: of milliseconds, of depth over width. */
static double whole_above(double limit)
{
	return limit < 100 ? limit : floor(limit);
}

static void print_head(const struct nas_comparison *c)
{
	const struct nas_compare_space *s = &c->space[0];
	const struct nas_score_def *score = score_find(c->score);
	char count[80], text[80];

	say("%s of %s random networks per space",
	    !comparison_is_alike(c) ? "scores, not all defined alike,"
	    : score ? score->title : c->score,
	    with_commas(count, sizeof(count), (double)s->wanted));
	if (c->own_budgets) {
		say(", each inside its own budgets\n");
		return;
	}
	for (int i = 0, n = 0; i < BUDGET_KINDS; i++)
		if (s->limit[i].present)
			say("%s %s %s", n++ ? "," : " inside",
			    budget_kinds[i].key,
			    budget_text(text, sizeof(text),
					whole_above(s->limit[i].x)));
	say("\n");
}

/* Of the best networks, where a config has a model. */
static void print_latency(const struct nas_comparison *c)
{
	for (int i = 0; i < c->nspaces; i++) {
		const struct nas_compare_space *s = &c->space[i];

		if (s->latency_by && s->nbest)
			say("latency of the best of %s: %.4g ms by %s\n",
			    shown(s->name).s, s->best[0].cost.latency_ms,
			    shown(s->latency_by).s);
	}
}

/* Spaces that differ in size, by what they have in common. */
static void print_blend(const struct nas_comparison *c)
{
	struct nas_text t = {0};

	text_add(&t, "across sizes\tlean\tz(lean) + z(ln BitOps)\n");
	for (int i = 0; i < c->nspaces; i++) {
		const struct nas_compare_space *s = &c->space[i];

		text_add(&t, shown(s->name).s);
		add_number(&t, number_slot_value(&s->lean), 3);
		add_number(&t, number_slot_value(&s->blend), 3);
		text_add(&t, "\n");
	}
	say("\nmedians of the random networks; z over those of all spaces\n");
	print_table(&t);
	text_free(&t);
}

static void print_comparison(const struct nas_comparison *c)
{
	print_head(c);
	print_spaces(c);
	print_latency(c);
	print_pairs(c);
	print_inside(c);
	print_blend(c);
}

/* ---- the command ---------------------------------------------------------- */

static enum nas_status read_job(struct nas_compare_job *job,
				const struct cli *cli, struct nas_err *err)
{
	int64_t n = SAMPLES;

	job->set = cli->set;
	job->nsets = cli->nsets;
	job->search = !cli_value(cli, "no-search");
	if (cli_whole(cli, "samples", 1, SAMPLES_MAX, &n, err) != NAS_OK ||
	    cli_whole(cli, "max-draws", 1, DRAWS_MAX, &job->max_draws, err))
		return err->code;
	job->n = (int)n;
	if (cli_value(cli, "budgets") && cli_value(cli, "own-budgets"))
		return nas_fail(err, NAS_EUSAGE, "--budgets and --own-budgets "
				"exclude each other");
	return NAS_OK;
}

/* Of --budgets, else of the first config. */
static enum nas_status read_budgets(struct nas_compare_job *job,
				    const struct cli *cli, struct nas_err *err)
{
	const char *path = cli_value(cli, "budgets");
	struct nas_config *config = NAS_NEW(cli->arena, struct nas_config, 1);

	if (!config)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a config");
	if (config_read(config, path ? path : cli->arg[0], cli->set,
			cli->nsets, cli->arena, err) != NAS_OK)
		return err->code;
	job->seed = (uint64_t)config->search.seed;
	if (!cli_value(cli, "own-budgets"))
		job->budgets = config;
	return NAS_OK;
}

/* compare.json comes last: with it the folder is whole. */
static enum nas_status write_dir(const struct cli *cli,
				 const struct nas_comparison *c,
				 struct nas_err *err)
{
	if (report_compare_write(cli->output, c, err) != NAS_OK ||
	    compare_dir_write(cli->output, c, err) != NAS_OK)
		return err->code;
	cli_note(cli, "results are in '%s'", cli->output);
	return NAS_OK;
}

static enum nas_status report(const struct nas_comparison *c,
			      const struct cli *cli, struct nas_err *err)
{
	if (cli->json) {
		if (print_json(form_write(&comparison_form, c), err))
			return err->code;
	} else {
		print_comparison(c);
	}
	return compare_verdict(c, err);
}

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	struct nas_comparison *c =
		NAS_NEW(cli->arena, struct nas_comparison, 1);
	struct nas_compare_job job = { .n = SAMPLES };
	struct cli_events events;

	job.env = &events.env;
	if (!c)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a comparison");
	if (cli_events_init(&events, cli, err) != NAS_OK ||
	    read_job(&job, cli, err) != NAS_OK ||
	    read_budgets(&job, cli, err) != NAS_OK ||
	    compare_read(c, &job, cli->arg, cli->nargs, err) != NAS_OK)
		return err->code;
	if (cli->output &&
	    result_dir_open(cli->output, cli->force, "compare.html",
			    "compare.json", "comparison", err) != NAS_OK)
		return err->code;
	stop_install();
	if (compare_run(c, &job, err) != NAS_OK ||
	    (cli->output && write_dir(cli, c, err) != NAS_OK))
		return err->code;
	return report(c, cli, err);
}

const struct command cmd_compare = {
	"compare", "CONFIG... [-n N] [-o DIR]",
	"compare search spaces by their random networks and their best",
	"nas compare configs/spaces/mobilenetv1-8bit.json "
	"configs/spaces/mobilenetv2-8bit.json -n 2000",
	options, 1, -1, run,
	CLI_FORMAT | CLI_SET | CLI_SEED | CLI_THREADS | CLI_DIR |
	CLI_FORCE | CLI_QUIET | CLI_VERBOSE,
};
