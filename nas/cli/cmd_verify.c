/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas verify: what export --to c writes, run and compared. */
#include "nas/cli/values.h"
#include "nas/cli/events.h"
#include "nas/cli/model_options.h"
#include "nas/cli/output.h"
#include "nas/cli/print.h"
#include "nas/form/form.h"
#include "nas/run/verify_all.h"

static const struct cli_option options[] = {
	{"target", 't', "TARGET", "what runs it, may be repeated; all by "
				  "default"},
	{"images", 'n', "N", "pictures that are compared; default 4"},
	{"memory", 'm', "MEMORY", "model whose bytes the arena gets, the first "
				  "by default"},
	{"ram", 0, "BYTES", "of the board, for arena and stack; default the "
			    "arena and the stack that the kernels need"},
	{"keep", 0, "DIR", "leave what was written and built there"},
	{"expect", 0, NULL, "only print what the test program must print with "
			    "the network's _TRACE defined: for a real board"},
	PICK_OPTION,
	QUANTISED_OPTIONS,
	IMAGE_OPTIONS,
	{0},
};

struct asked {
	struct verify_job job;
	struct verify_asked targets;
};

static enum nas_status read_options(struct asked *a, const struct cli *cli,
				    struct nas_err *err)
{
	int64_t images = 4, ram = 0;
	const char *names[VERIFY_TARGETS_MAX];

	a->job.export.options = (struct export_options)EXPORT_DEFAULTS;
	if (cli_whole(cli, "images", 1, VERIFY_IMAGES_MAX, &images, err) !=
		    NAS_OK ||
	    cli_whole(cli, "ram", 1, (int64_t)1 << 30, &ram, err) != NAS_OK ||
	    export_options_read(&a->job.export, cli, err) != NAS_OK)
		return err->code;
	a->job.images = (int)images;
	a->job.ram_bytes = (double)ram;
	a->job.keep = cli_value(cli, "keep");
	return verify_ask(&a->targets, names,
			  cli_values(cli, "target", names, VERIFY_TARGETS_MAX),
			  err);
}

struct report {
	struct nas_text table;
	struct verify_all all;
};

static void add_number(struct nas_text *t, double x)
{
	char s[80];

	text_addf(t, "\t%s", x > 0 ? with_commas(s, sizeof(s), x) : "-");
}

static void add_row(void *context, const struct verify *v,
		    const struct verify_target *t, const struct verify_row *row,
		    bool tried)
{
	struct report *r = context;

	if (row->left_out[0] && tried)
		cli_warn("%s is left out: %s", t->name, row->left_out);
	if (!verify_holds(v, t, row) && row->log.data)
		cli_warn("%s: %.2000s", t->name, row->log.data);
	text_add_cell(&r->table, v->source.graph->name);
	text_addf(&r->table, "\t%s\t%s", t->name,
		  !tried	     ? "not here"
		  : row->left_out[0] ? "left out"
		  : row->equal	     ? "equal"
				     : row->differs);
	add_number(&r->table, t->runtime || row->left_out[0]
				      ? 0
				      : (double)v->plan.arena_bytes);
	add_number(&r->table, row->stack_bytes);
	add_number(&r->table, row->text_bytes);
	add_number(&r->table, row->rodata_bytes);
	add_number(&r->table, row->instructions);
	if (row->instructions > 0)
		text_addf(&r->table, "\t%.2f\t\n", row->instructions / v->macs);
	else
		text_add(&r->table, "\t-\t\n");
}

/* The lines to compare with what a board says. */
static enum nas_status say_expected(const struct cli *cli,
				    const struct asked *a,
				    const struct nas_run_env *env,
				    struct nas_err *err)
{
	struct nas_text t = {0};

	if (cli->json)
		return nas_fail(err, NAS_EUSAGE, "--expect prints lines for a "
				"board, and no JSON");
	for (int i = 0; i < cli->nargs && err->code == NAS_OK; i++) {
		struct verify v;

		if (verify_prepare(&v, &a->job, cli->arg[i], env, err) ==
		    NAS_OK)
			text_take(&t, &v.want);
		verify_close(&v);
	}
	if (err->code == NAS_OK && cli->output)
		(void)!output_write_text(cli, &t, err);
	else if (err->code == NAS_OK)
		say_text(&t);
	text_free(&t);
	return err->code;
}

static void say_missing(const struct verify_asked *a)
{
	for (int i = 0; i < a->n; i++) {
		const char *program = a->missing[i];

		if (program && a->target[i]->runtime)
			cli_warn("%s is left out: no %s", a->target[i]->name,
				 program);
		else if (program)
			cli_warn("%s is left out: no %s ('.ci/deps boards' "
				 "installs what boards need)",
				 a->target[i]->name, program);
	}
}

static enum nas_status write_all(struct report *r, const struct cli *cli,
				 struct nas_err *err)
{
	if (cli->output &&
	    output_write_text(cli, &r->all.counts, err) != NAS_OK)
		return err->code;
	if (cli->to_stdout)
		return NAS_OK;
	if (cli->json)
		return print_json(form_write(&verify_form, &r->all.list), err);
	print_table(&r->table);
	return NAS_OK;
}

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	struct report r = {.all = {.tell = add_row, .context = &r}};
	struct cli_events events;
	struct asked a = {0};

	if (cli_events_init(&events, cli, err) != NAS_OK ||
	    read_options(&a, cli, err) != NAS_OK ||
	    (cli->output && output_refuse_existing(cli, err) != NAS_OK))
		return err->code;
	if (cli_value(cli, "expect"))
		return say_expected(cli, &a, &events.env, err);
	verify_try(&a.targets);
	say_missing(&a.targets);
	text_add(&r.table, "network\ttarget\tlevels\tarena\tstack\tcode\t"
		 "constants\tinstructions\ta MAC\t\n");
	r.all.job = &a.job;
	r.all.asked = &a.targets;
	if (verify_all(&r.all, (const char *const *)cli->arg, cli->nargs,
		       &events.env, err) == NAS_OK)
		(void)!write_all(&r, cli, err);
	text_free(&r.table);
	text_free(&r.all.counts);
	if (err->code == NAS_OK && r.all.differ)
		return nas_fail(err, NAS_ERUN, "%d runs differ from the network",
				r.all.differ);
	return err->code;
}

const struct command cmd_verify = {
	"verify",
	"FILE... [-o FILE]",
	"run the C of a network, here and on emulated boards, and compare",
	"nas verify run/best/001/architecture.json\n"
	"nas verify run/best/001/architecture.json -t cortex-m4 -o counts.csv\n"
	"nas verify kws.tflite --policy policy.json --data x.npy -t host",
	options,
	1,
	-1,
	run,
	CLI_FORMAT | CLI_SEED | CLI_THREADS | CLI_FILE | CLI_FORCE |
	CLI_QUIET,
};
