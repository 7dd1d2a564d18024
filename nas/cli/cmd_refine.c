/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas refine: QBR on one architecture. */
#include <math.h>

#include "nas/run/config.h"
#include "nas/cli/load.h"
#include "nas/run/network.h"
#include "nas/cli/print.h"
#include "nas/run/records.h"
#include "qbr/qbr.h"

static const struct cli_option options[] = {
	{ "config", 'c', "CONFIG", "budgets, candidate bits and score" },
	{ 0 },
};

struct refine {
	const struct cli *cli;
	struct config config;
	struct arch arch; /* as given */
	struct space around; /* of its structure, where the space lacks it */
	struct problem problem;
	struct genome genome;
	struct network before, after;
	bool feasible, outside;
};

/* The problem whose space holds the architecture: the config's, or one made
 * around its structure with the config's candidates for the bits. */
static enum nas_status find_problem(struct refine *r, struct nas_err *err)
{
	struct config *c = &r->config;
	struct arena *arena = r->cli->arena;
	struct nas_err *ignored = NAS_NEW(arena, struct nas_err, 1);
	const struct space *space = &c->space;

	if (!ignored)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the space");
	if (space_encode(space, &r->arch, &r->genome, ignored) != NAS_OK) {
		r->outside = true;
		space = &r->around;
		if (space_around(&r->around, &r->arch, &c->space, arena, err))
			return err->code;
		space_smallest(space, &r->genome);
	}
	return problem_init(&r->problem, space, &c->limits, c->score_def,
			    &c->score_options, arena, err);
}

static enum nas_status prepare(struct refine *r, struct nas_err *err)
{
	const struct cli *cli = r->cli;
	const char *path = cli_value(cli, "config");

	if (!path)
		return nas_fail(err, NAS_EUSAGE,
				"'nas refine' needs --config CONFIG");
	if (config_read(&r->config, path, cli->set, cli->nsets, cli->arena,
			err) != NAS_OK ||
	    load_arch(&r->arch, cli->arg[0], &r->config.space, cli->arena,
		      err) != NAS_OK ||
	    find_problem(r, err) != NAS_OK)
		return err->code;
	if (cli->output)
		return output_refuse_existing(cli, err);
	return NAS_OK;
}

static enum nas_status refine(struct refine *r, struct nas_err *err)
{
	if (network_of_arch(&r->before, &r->problem, &r->arch, err) != NAS_OK)
		return err->code;
	r->feasible = qbr_refine(&r->problem, &r->genome);
	if (network_make(&r->after, &r->problem, &r->genome, r->cli->arena,
			 err) != NAS_OK)
		return err->code;
	r->after.arch.name = r->arch.name;
	return NAS_OK;
}

static void add_row(struct text *t, const char *name, double before,
		    double after, double limit)
{
	char a[80], b[80], c[80] = "";

	if (isfinite(limit))
		budget_text(c, sizeof(c), floor(limit));
	text_addf(t, "%s\t%s\t%s\t%s\n", name,
		  budget_text(a, sizeof(a), before),
		  budget_text(b, sizeof(b), after), c);
}

static void print_costs(const struct refine *r)
{
	const struct cost *b = &r->before.cost, *a = &r->after.cost;
	const struct budgets *limits = &r->problem.budgets;
	struct text t = {0};

	text_addf(&t, "\tbefore\tafter\tlimit\n%s\t%.4f\t%.4f\t\n",
		  r->config.score_def->title, r->before.score,
		  r->after.score);
	add_row(&t, "peak memory bytes", b->peak_memory_bytes,
		a->peak_memory_bytes, limits->sram_bytes);
	add_row(&t, "flash bytes", b->flash_bytes, a->flash_bytes,
		limits->limit[RES_FLASH]);
	add_row(&t, "size bytes", b->size_bytes, a->size_bytes,
		limits->limit[RES_SIZE]);
	add_row(&t, "bitops", b->bitops, a->bitops,
		limits->limit[RES_BITOPS]);
	if (isfinite(limits->limit[RES_FLOPS]))
		add_row(&t, "flops", b->flops, a->flops,
			limits->limit[RES_FLOPS]);
	print_table(&t);
	text_free(&t);
}

static void print_bits(const char *when, const struct arch *arch)
{
	struct text t = {0};

	text_add_bits(&t, arch);
	say("%s %s\n", when, *text_said(&t) ? t.data : "full precision");
	text_free(&t);
}

static enum nas_status report(const struct refine *r, struct nas_err *err)
{
	cJSON *o;

	if (r->cli->to_stdout)
		return NAS_OK;
	if (!r->cli->json) {
		print_costs(r);
		say("bits, activations/weights a block\n");
		print_bits("  before:", &r->before.arch);
		print_bits("  after: ", &r->after.arch);
		if (r->outside)
			say("the space of the config does not hold this "
			    "structure; only its candidate bits are used\n");
		return NAS_OK;
	}
	o = json_add_string(json_object("nas/refine/1"), "name",
			    r->arch.name ? r->arch.name : "");
	json_add_bool(o, "feasible", r->feasible);
	json_add_bool(o, "in_space", !r->outside);
	json_add(o, "before", form_write(&network_form, &r->before));
	json_add(o, "after", form_write(&network_form, &r->after));
	return print_json(o, err);
}

static enum nas_status verdict(const struct refine *r, struct nas_err *err)
{
	struct infeasible why;
	char text[256];

	if (r->feasible)
		return NAS_OK;
	if (infeasible_make(&why, &r->problem, &r->after, true, r->cli->arena,
			    err) != NAS_OK)
		return err->code;
	infeasible_text(text, sizeof(text), &why);
	return nas_fail(err, NAS_EINFEASIBLE, "no bits of this structure meet "
			"the budgets: with the least bits %s", text);
}

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	struct refine *r = NAS_NEW(cli->arena, struct refine, 1);

	if (!r)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a network");
	r->cli = cli;
	if (prepare(r, err) != NAS_OK || refine(r, err) != NAS_OK)
		return err->code;
	if (r->feasible && cli->output &&
	    output_write_json(cli, arch_to_json(&r->after.arch), err))
		return err->code;
	if (report(r, err) != NAS_OK)
		return err->code;
	return verdict(r, err);
}

const struct command cmd_refine = {
	"refine", "FILE --config CONFIG [-o OUT]",
	"choose the bits of one architecture again (QBR)",
	"nas refine run/best/001/architecture.json --config "
	"configs/quick.json -o refined.json", options, 1, 1, run,
	CLI_FORMAT | CLI_SET | CLI_FILE | CLI_FORCE | CLI_QUIET,
};
