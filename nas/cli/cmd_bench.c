/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas bench: how fast is this machine, and does it behave as others do? */
#include <math.h>

#include "nas/cli/events.h"
#include "nas/cli/print.h"
#include "nas/cli/values.h"
#include "nas/run/bench.h"

static const struct cli_option options[] = {
	{ "runs", 'n', "N", "runs per measurement, the median counts; default "
			    "5" },
	{ "no-certify", 0, NULL, "skip the certificate" },
	{ 0 },
};

static void report(const struct bench *b)
{
	say("%s, %d evaluations, median of %d\n", shown(b->config.name).s,
	    BENCH_EVALS, b->runs);
	say("candidates     %.2f M/s with 1 thread: generated, looked up, "
	    "evaluated where new\n",
	    b->speed_one * (1 + b->known) / 1e6);
	say("evaluations    %.2f M/s with 1 thread: new networks only\n", b->speed_one / 1e6);
	if (b->threads > 1)
		say("               %.2f M/s with %d threads; %.2f times "
		    "one thread on %d evaluations\n", b->speed_all / 1e6,
		    b->threads, b->long_all / b->long_one,
		    BENCH_LONG_EVALS);
	if (b->certified && isfinite(b->gap))
		say("certificate    %.3g s to a gap of %.4f %%; a bound "
		    "takes %.3g ms\n", b->certify_s, 100 * b->gap,
		    1000 * b->bound_s);
	else if (b->certified)
		say("certificate    %.3g s, no network known; a bound takes "
		    "%.3g ms\n", b->certify_s, 1000 * b->bound_s);
	say("matrices       %.3g GFLOP/s with 1 thread: 512 x 512, single "
	    "precision\n", b->forward.matrix_flops / 1e9);
	say("forward pass   %.3g s, %.3g GFLOP/s with %d thread%s: "
	    "MobileNetV2 at 224x224, %d images\n", b->forward.pass_s,
	    b->forward.pass_flops / 1e9, b->threads,
	    b->threads == 1 ? "" : "s", BENCH_IMAGES);
	say("signature      %016llx\n", (unsigned long long)b->signature);
}

static enum nas_status prepare(struct bench *b, const struct cli *cli,
			       struct nas_err *err)
{
	int64_t runs = 5;

	if (cli_whole(cli, "runs", 1, BENCH_RUNS_MAX, &runs, err) != NAS_OK)
		return err->code;
	b->runs = (int)runs;
	b->certify = !cli_value(cli, "no-certify");
	return bench_config(b, cli->nargs ? cli->arg[0] : NULL, cli->set,
			    cli->nsets, cli->arena, err);
}

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	struct bench *b = NAS_NEW(cli->arena, struct bench, 1);
	struct cli_events events;

	if (!b)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the bench");
	if (cli_events_init(&events, cli, err) != NAS_OK ||
	    prepare(b, cli, err) != NAS_OK ||
	    bench_run(b, &events.env, err) != NAS_OK)
		return err->code;
	if (cli->json)
		return print_json(bench_json(b), err);
	report(b);
	return NAS_OK;
}

const struct command cmd_bench = {
	"bench", "[CONFIG]",
	"measure the speed of search, bound and forward pass", "nas bench",
	options, 0, 1, run,
	CLI_FORMAT | CLI_SET | CLI_THREADS | CLI_QUIET,
};
