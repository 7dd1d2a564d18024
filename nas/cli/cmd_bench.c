/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas bench: how fast is this machine, and does it behave as others do?
 *
 * The signature is a hash of what a fixed small search finds, equal for any
 * number of threads and on every machine; it changes only when the program's
 * behaviour does.
 */
#include <math.h>
#include <stdlib.h>

#include "nas/base/clock.h"
#include "nas/cli/bench_forward.h"
#include "nas/base/embedded.h"
#include "nas/run/config.h"
#include "nas/cli/print.h"
#include "nas/cli/progress.h"
#include "qbr/qbr.h"

#define RUNS_MAX 99
#define SPEED_EVALS 500000
#define SCALE_EVALS 2000000 /* long enough for threads to tell */
#define SIGNATURE_EVALS 50000
#define SIGNATURE_SEED 1

static const struct cli_option options[] = {
	{ "runs", 'n', "N", "runs of which the median is taken; default 5" },
	{ "no-certify", 0, NULL, "leave the certificate out" },
	{ 0 },
};

struct bench {
	const struct cli *cli;
	struct progress progress;
	int begun, parts; /* of what is measured */
	struct config config;
	struct problem problem;
	int runs;
	double speed_one, speed_all; /* evaluations per second */
	double long_one, long_all; /* the same on SCALE_EVALS */
	double known; /* candidates found known, for each that was not */
	uint64_t signature;
	bool certified;
	double certify_s, bound_s, gap;
	struct bench_forward forward;
};

static enum nas_status search(struct bench *b, int threads, int64_t evals,
			      int64_t seed, struct evolve_result *r,
			      struct arena *arena, struct nas_err *err)
{
	struct evolve_options o = b->config.search;
	struct evolve_hooks hooks = { .threads = threads };

	o.max_evals = evals;
	o.stall_evals = 0;
	o.time_s = 0;
	o.seed = seed;
	if (b->config.qbr.in_search)
		hooks.refine = qbr_refine;
	return evolve(r, &b->problem, &o, &hooks, arena, err);
}

static int compare(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void begin_part(struct bench *b)
{
	progress_step(&b->progress, b->cli->quiet, "measurements", b->begun++,
		      b->parts);
}

/* Median of the runs. */
static enum nas_status measure(struct bench *b, int threads, int64_t evals,
			       double *speed, struct nas_err *err)
{
	double each[RUNS_MAX];

	for (int i = 0; i < b->runs; i++) {
		struct arena_mark mark = arena_mark(b->cli->arena);
		struct evolve_result r;
		double begin;

		begin_part(b);
		begin = clock_s();
		if (search(b, threads, evals, i + 1, &r, b->cli->arena, err) != NAS_OK)
			return err->code;
		each[i] = (double)r.evaluations / (clock_s() - begin);
		if (evals == SPEED_EVALS)
			b->known = (double)r.duplicates /
				   (double)r.evaluations;
		arena_rewind(b->cli->arena, mark);
	}
	qsort(each, (size_t)b->runs, sizeof(each[0]), compare);
	*speed = each[b->runs / 2];
	return NAS_OK;
}

/* FNV-1a, 64 bits. */
static void mix(uint64_t *hash, const char *text)
{
	for (; *text; text++)
		*hash = (*hash ^ (unsigned char)*text) * 0x100000001b3;
}

static void mix_number(uint64_t *hash, double x)
{
	char number[40];

	json_format_number(number, x);
	mix(hash, number);
	mix(hash, ",");
}

static enum nas_status mix_network(struct bench *b,
				   const struct evolve_network *net,
				   struct nas_err *err)
{
	struct text t = {0};
	struct arch arch;

	if (!space_decode(b->problem.space, &net->genome, &arch,
			  b->cli->arena))
		return nas_fail(err, NAS_ENOMEM, "out of memory for a network");
	mix_number(&b->signature, net->total.score);
	if (text_add_json(&t, arch_to_json(&arch), err) == NAS_OK &&
	    text_check(&t, "a network", err) == NAS_OK)
		mix(&b->signature, t.data);
	text_free(&t);
	return err->code;
}

static enum nas_status sign(struct bench *b, struct nas_err *err)
{
	struct evolve_result r;

	begin_part(b);
	b->signature = 0xcbf29ce484222325;
	if (search(b, b->cli->threads, SIGNATURE_EVALS, SIGNATURE_SEED, &r,
		   b->cli->arena, err) != NAS_OK)
		return err->code;
	mix_number(&b->signature, (double)r.evaluations);
	mix_number(&b->signature, (double)r.feasible_evaluations);
	mix_number(&b->signature, (double)r.duplicates);
	for (int i = 0; i < r.nbest; i++)
		if (mix_network(b, &r.best[i], err) != NAS_OK)
			return err->code;
	return NAS_OK;
}

static enum nas_status time_bound(struct bench *b, struct nas_err *err)
{
	struct certificate c;
	struct evolve_result r;

	if (cli_value(b->cli, "no-certify"))
		return NAS_OK;
	begin_part(b);
	if (search(b, b->cli->threads, SPEED_EVALS, 1, &r, b->cli->arena,
		   err) != NAS_OK ||
	    certify(&c, &b->problem, r.feasible ? &r.best[0].genome : NULL,
		    &b->config.certificate, b->cli->threads, b->cli->arena,
		    err) != NAS_OK)
		return err->code;
	b->certified = c.status == CERTIFY_BOUND;
	b->certify_s = c.seconds;
	b->gap = isfinite(c.gap) ? c.gap : 1;
	if (c.iterations > 0)
		b->bound_s = c.seconds / (double)c.iterations;
	return NAS_OK;
}

static enum nas_status report_json(const struct bench *b, struct nas_err *err)
{
	cJSON *o = json_add_string(json_object("nas/bench/1"), "name",
				   b->config.name);
	char signature[32];

	snprintf(signature, sizeof(signature), "%016llx",
		 (unsigned long long)b->signature);
	json_add_string(o, "signature", signature);
	json_add_number(o, "evaluations_per_second", b->speed_one);
	json_add_number(o, "candidates_per_second",
			b->speed_one * (1 + b->known));
	json_add_int64(o, "threads", b->cli->threads);
	json_add_number(o, "evaluations_per_second_threads", b->speed_all);
	json_add_number(o, "speedup", b->long_all / b->long_one);
	json_add_int64(o, "runs", b->runs);
	json_add_int64(o, "evaluations", SPEED_EVALS);
	if (b->certified) {
		json_add_number(o, "certificate_seconds", b->certify_s);
		json_add_number(o, "certificate_gap", b->gap);
		json_add_number(o, "seconds_per_bound", b->bound_s);
	}
	json_add_number(o, "matrix_gflops", b->forward.matrix_flops / 1e9);
	json_add_number(o, "forward_seconds", b->forward.pass_s);
	json_add_int64(o, "forward_images", BENCH_IMAGES);
	json_add_number(o, "forward_gflops", b->forward.pass_flops / 1e9);
	return print_json(o, err);
}

static enum nas_status report(const struct bench *b, struct nas_err *err)
{
	if (b->cli->json)
		return report_json(b, err);
	say("%s, %d evaluations, median of %d\n", shown(b->config.name).s,
	    SPEED_EVALS, b->runs);
	say("candidates     %.2f M/s with 1 thread: made, evaluated, "
	    "looked up among the known\n",
	    b->speed_one * (1 + b->known) / 1e6);
	say("evaluations    %.2f M/s with 1 thread: of networks that were "
	    "new\n", b->speed_one / 1e6);
	if (b->cli->threads > 1)
		say("               %.2f M/s with %d threads; %.2f times "
		    "one on %d evaluations\n", b->speed_all / 1e6,
		    b->cli->threads, b->long_all / b->long_one,
		    SCALE_EVALS);
	if (b->certified)
		say("certificate    %.3g s to a gap of %.4f %%; a bound "
		    "takes %.3g ms\n", b->certify_s, 100 * b->gap,
		    1000 * b->bound_s);
	say("matrices       %.3g GFLOP/s with 1 thread: 512 x 512, single "
	    "precision\n", b->forward.matrix_flops / 1e9);
	say("forward pass   %.3g s, %.3g GFLOP/s with %d thread%s: "
	    "MobileNetV2 at 224x224, %d images\n", b->forward.pass_s,
	    b->forward.pass_flops / 1e9, b->cli->threads,
	    b->cli->threads == 1 ? "" : "s", BENCH_IMAGES);
	say("signature      %016llx\n", (unsigned long long)b->signature);
	return NAS_OK;
}

static enum nas_status prepare(struct bench *b, struct nas_err *err)
{
	const struct cli *cli = b->cli;
	struct config *c = &b->config;
	int64_t runs = 5;
	enum nas_status status;

	if (cli_whole(cli, "runs", 1, RUNS_MAX, &runs, err) != NAS_OK)
		return err->code;
	b->runs = (int)runs;
	b->parts = 3 + b->runs * (cli->threads > 1 ? 4 : 1) -
		   (cli_value(cli, "no-certify") != NULL);
	if (cli->nargs)
		status = config_read(c, cli->arg[0], cli->set, cli->nsets,
				     cli->arena, err);
	else
		status = config_parse(c, embedded_configs_imagenet_7_0g_json,
				      "configs/imagenet-7.0g.json", cli->set,
				      cli->nsets, cli->arena, err);
	if (status != NAS_OK)
		return status;
	return config_problem(&b->problem, c, cli->arena, err);
}

/* One thread and all, on a short search and on a long one. */
static enum nas_status measure_threads(struct bench *b, struct nas_err *err)
{
	int all = b->cli->threads;

	if (measure(b, 1, SPEED_EVALS, &b->speed_one, err) != NAS_OK)
		return err->code;
	b->speed_all = b->speed_one;
	b->long_one = b->long_all = 1;
	if (all == 1)
		return NAS_OK;
	if (measure(b, all, SPEED_EVALS, &b->speed_all, err) != NAS_OK ||
	    measure(b, 1, SCALE_EVALS, &b->long_one, err) != NAS_OK)
		return err->code;
	return measure(b, all, SCALE_EVALS, &b->long_all, err);
}

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	struct bench *b = NAS_NEW(cli->arena, struct bench, 1);

	if (!b)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the bench");
	b->cli = cli;
	if (prepare(b, err) != NAS_OK || sign(b, err) != NAS_OK ||
	    measure_threads(b, err) != NAS_OK)
		return err->code;
	if (time_bound(b, err) != NAS_OK)
		return err->code;
	begin_part(b);
	if (bench_forward(&b->forward, b->runs, cli->threads, cli->arena,
			  err) != NAS_OK)
		return err->code;
	progress_end(&b->progress);
	return report(b, err);
}

const struct command cmd_bench = {
	"bench", "[CONFIG]",
	"measure the speed of search, bound and forward pass", "nas bench",
	options, 0, 1, run,
	CLI_FORMAT | CLI_SET | CLI_THREADS | CLI_QUIET,
};
