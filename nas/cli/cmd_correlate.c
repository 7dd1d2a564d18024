/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas correlate: how well each score ranks networks of known accuracy. */
#include <string.h>

#include "nas/run/correlation.h"
#include "nas/run/score_file.h"
#include "nas/cli/output.h"
#include "nas/cli/print.h"
#include "nas/cli/progress.h"
#include "nas/cli/values.h"
#include "nas/report/study.h"
#include "spaces/measured.h"

#define RESAMPLES_MAX 100000
#define SCORES_OWN 32

static const struct cli_option options[] = {
	{ "stage-weights", 0, "A,B,...|equal", "weights of the stages of the "
			      "multi-scale scores, qe and mae; default their "
			      "own, and qe with equal ones as well" },
	{ "score", 0, "FILE", "also this score (nas/score/1, by nas fit); may be "
			      "repeated" },
	{ "sampled", 0, NULL, "also scores that need sampling (slow)" },
	{ "bootstrap", 0, "N", "resamples for the intervals; default 500" },
	{ 0 },
};

static enum nas_status read_weights(struct correlate_options *o,
				    const struct cli *cli, struct nas_err *err)
{
	const char *s = cli_value(cli, "stage-weights");

	if (s && strcmp(s, "equal") == 0) {
		o->equal = true;
		return NAS_OK;
	}
	if (!s)
		return NAS_OK;
	return quantity_read_list(o->stage_weights, &o->nstage_weights,
				  &cli_stage_weights, s, err);
}

static enum nas_status read_scores(struct correlate_options *o,
				   const struct cli *cli, struct nas_err *err)
{
	const char *path[CLI_VALUES_MAX];
	int n = cli_values(cli, "score", path, CLI_VALUES_MAX);

	if (n > SCORES_OWN)
		return nas_fail(err, NAS_EUSAGE, "more than %d files of "
				"--score", SCORES_OWN);
	o->nmore = n;
	return score_defs_read(&o->more, path, n, cli->arena, err);
}

static enum nas_status read_options(struct correlate_options *o,
				    struct correlation_record *r,
				    const struct cli *cli, struct nas_err *err)
{
	const struct correlate_options defaults = CORRELATE_DEFAULTS;
	int64_t resamples = defaults.resamples;

	*o = defaults;
	o->seed = cli_seed(cli, defaults.seed);
	o->score.seed = o->seed;
	o->threads = cli->threads;
	o->sampled = cli_value(cli, "sampled") != NULL;
	if (read_weights(o, cli, err) != NAS_OK ||
	    read_scores(o, cli, err) != NAS_OK ||
	    cli_whole(cli, "bootstrap", 0, RESAMPLES_MAX, &resamples, err))
		return err->code;
	o->resamples = (int)resamples;
	r->resamples = o->resamples;
	r->level = o->level;
	r->seed = (int64_t)o->seed;
	return NAS_OK;
}

static void print_rows(const struct correlation_record *r, bool top)
{
	bool intervals = r->resamples > 0;
	struct nas_text t = { 0 };
	char head[32] = "";

	if (intervals)
		snprintf(head, sizeof(head), "\t%g %%", 100 * r->level);
	text_addf(&t, "%s\tn\tSpearman%s\tKendall%s%s\n",
		  top ? "top tenth" : "all networks", head, head,
		  r->bins && !top ? "\tequal FLOPs" : "");
	for (int i = 0; i < r->nrows + r->ceiling.present; i++) {
		const struct correlation_row *row =
			i < r->nrows ? &r->row[i] : &r->ceiling.row;
		const struct correlation_figures *f = top ? &row->top
							  : &row->all;

		text_addf(&t, "%s\t%d", row->name, f->n);
		correlation_add_figures(&t, f, intervals);
		if (r->bins && !top)
			text_addf(&t, "\t%s", figure_text(row->within, 4).s);
		text_add(&t, "\n");
	}
	print_table(&t);
	text_free(&t);
}

static void print_record(const struct correlation_record *r)
{
	print_rows(r, false);
	if (r->top) {
		say("\n");
		print_rows(r, true);
	}
	say("\n");
	if (r->ceiling.present)
		say("ceiling: one training seed against another (%d "
		    "seeds)\n", r->seeds);
	if (r->bins)
		say("equal FLOPs: mean Spearman within %d bins of FLOPs\n",
		    r->bins);
}

static enum nas_status write_files(const struct cli *cli,
				   const struct correlation_record *record,
				   const struct correlation *c,
				   const struct nas_arch_list *list,
				   struct nas_err *err)
{
	struct nas_text svg = { 0 };

	if (correlation_write(cli->output, record, c, list, err) != NAS_OK)
		return err->code;
	report_correlation(&svg, record, c);
	if (output_add_file(cli, "scatter.svg", &svg, err) == NAS_OK)
		cli_note(cli, "'%.200s' holds correlation.csv and .json, "
			 "scores.csv and scatter.svg", cli->output);
	return err->code;
}

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	struct correlation_record record = { 0 };
	struct correlate_options o;
	struct progress_watch watch;
	struct nas_arch_list list;
	struct correlation c;

	if (output_refuse_filled(cli, err) != NAS_OK ||
	    read_options(&o, &record, cli, err) != NAS_OK ||
	    measured_read(&list, cli->arg[0], cli->arena, err) != NAS_OK)
		return err->code;
	o.watch = progress_watch(&watch, cli->quiet, "networks scored");
	if (correlate(&c, &list, &o, cli->arena, err) != NAS_OK ||
	    correlation_record_make(&record, &c, cli->arena, err) != NAS_OK)
		return err->code;
	progress_end(&watch.progress);
	if (cli->output &&
	    write_files(cli, &record, &c, &list, err) != NAS_OK)
		return err->code;
	if (cli->json)
		return print_json(form_write(&correlation_form, &record), err);
	print_record(&record);
	return NAS_OK;
}

const struct command cmd_correlate = {
	"correlate", "TABLE [-o DIR]",
	"rank agreement of every score with measured accuracies",
	"nas correlate tests/data/mobilenets_accuracy.json -o correlation",
	options, 1, 1, run,
	CLI_FORMAT | CLI_SEED | CLI_THREADS | CLI_DIR | CLI_FORCE |
	CLI_QUIET,
};
