/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas score: score and costs of given architectures, layer by layer. */
#include <stdlib.h>
#include <string.h>

#include "nas/cli/values.h"
#include "nas/cli/print.h"
#include "nas/cli/progress.h"
#include "nas/cli/score_print.h"

static const struct cli_option options[] = {
	{ "memory", 'm', "MEMORY", "model of the peak memory, the first by "
				   "default" },
	{ "image-size", 0, "N|HxW", "size of the input instead of the file's" },
	{ "classes", 0, "N", "classes of a classifier instead of the file's; "
			     "0 = none" },
	{ "stage-weights", 0, "A,B,...", "weights of the score's stages "
					 "instead of the file's" },
	{ "sigma-a", 0, "X", "spread of the activations instead of the file's; "
			     "default 5" },
	{ "sigma-w", 0, "X", "spread of the weights instead of the file's; "
			     "default 4" },
	{ "monte-carlo", 0, "N", "measure the score on N random networks, layer "
				 "by layer, beside the closed form" },
	{ "inputs", 0, "INPUTS", "inputs of their layers: fresh numbers "
				 "(default); the output of the layer before, "
				 "brought to sigma-a as a whole; or each "
				 "channel of it; in this order" },
	{ "zen", 0, "N", "Zen-score, mean of N random networks" },
	{ "layers", 'l', NULL, "layers of every network, even if there are "
			       "several" },
	{0},
};

static enum nas_status read_memory(struct scored_options *o,
				   const struct cli *cli, struct nas_err *err)
{
	int i = MEMORY_TINYENGINE;

	if (cli_read_choice(cli, "memory", &i, err) != NAS_OK)
		return err->code;
	o->model = &memory_models[i];
	return NAS_OK;
}

static enum nas_status read_classes(struct scored_options *o,
				    const struct cli *cli, struct nas_err *err)
{
	int64_t classes = -1;

	if (cli_whole(cli, "classes", 0, ARCH_CLASSES_MAX, &classes, err))
		return err->code;
	o->classes = (int)classes;
	return NAS_OK;
}

static enum nas_status read_stage_weights(struct nas_qe_options *qe,
					  const struct cli *cli,
					  struct nas_err *err)
{
	const char *s = cli_value(cli, "stage-weights");

	if (!s)
		return NAS_OK;
	return cli_parse_numbers("--stage-weights", s, -ARCH_STAGE_WEIGHT_MAX,
				 ARCH_STAGE_WEIGHT_MAX, qe->stage_weights,
				 ARCH_STAGES_MAX, &qe->nstage_weights, err);
}

/* A whole number of networks; 0 = not asked for. */
static enum nas_status read_networks(int *n, const struct cli *cli,
				     const char *name, struct nas_err *err)
{
	int64_t x = 0;

	if (cli_whole(cli, name, 2, SCORED_NETWORKS_MAX, &x, err) != NAS_OK)
		return err->code;
	*n = (int)x;
	return NAS_OK;
}

static enum nas_status read_sampling(struct scored_options *o,
				     const struct cli *cli,
				     struct nas_err *err)
{
	int i = MONTE_GAUSSIAN;

	o->monte.seed = cli_seed(cli, 1);
	o->monte.threads = cli->threads;
	if (read_networks(&o->monte.samples, cli, "monte-carlo", err) ||
	    read_networks(&o->zen, cli, "zen", err))
		return err->code;
	if (cli_read_choice(cli, "inputs", &i, err) != NAS_OK)
		return err->code;
	o->monte.inputs = (enum monte_inputs)i;
	return NAS_OK;
}

static enum nas_status read_options(struct scored_options *o,
				    const struct cli *cli, struct nas_err *err)
{
	const struct nas_qe_options defaults = QE_DEFAULTS;

	*o = (struct scored_options){ .qe = defaults };
	o->sigma_a_given = cli_value(cli, "sigma-a");
	o->sigma_w_given = cli_value(cli, "sigma-w");
	if (read_memory(o, cli, err) || 
	    cli_image_size(cli, &o->height, &o->width, err) ||
	    read_classes(o, cli, err) ||
	    read_stage_weights(&o->qe, cli, err) ||
	    cli_number(cli, "sigma-a", ARCH_SIGMA_MIN, ARCH_SIGMA_MAX,
		       &o->qe.sigma_a, err) ||
	    cli_number(cli, "sigma-w", ARCH_SIGMA_MIN, ARCH_SIGMA_MAX,
		       &o->qe.sigma_w, err) ||
	    read_sampling(o, cli, err))
		return err->code;
	return NAS_OK;
}

/* The network's own name, or the file's with the network's number. */
static char *name_of(const struct nas_arch_list *list, int i, const char *path,
		     struct nas_arena *arena)
{
	const char *base = strrchr(path, '/'), *end;
	char name[256];

	if (list->arch[i].name)
		return arena_strdup(arena, list->arch[i].name);
	base = base ? base + 1 : path;
	end = strstr(base, ".json");
	snprintf(name, sizeof(name), "%.*s",
		 end ? (int)(end - base) : (int)strlen(base), base);
	if (list->n > 1)
		snprintf(name + strlen(name), sizeof(name) - strlen(name),
			 "#%d", i);
	return arena_strdup(arena, name);
}

static enum nas_status score_list(struct scored *out,
				  const struct nas_arch_list *list,
				  const char *path,
				  const struct scored_options *o,
				  struct nas_arena *arena, struct nas_err *err)
{
	for (int i = 0; i < list->n; i++) {
		out[i].name = name_of(list, i, path, arena);
		if (!out[i].name)
			return nas_fail(err, NAS_ENOMEM, "out of memory for a name");
		if (scored_make(&out[i], &list->arch[i], o, arena, err) ==
		    NAS_ENOMEM)
			return err->code;
	}
	return err->code;
}

struct results {
	int n;
	struct scored *list; /* (n) */
};

/* Read all files, then score all networks; say all that is wrong. */
static enum nas_status score_files(struct results *results,
				   const struct cli *cli,
				   const struct scored_options *o,
				   struct nas_err *err)
{
	const struct nas_arch_defaults defaults = { o->height, o->width };
	struct nas_arch_list *lists;
	int n = 0;

	lists = NAS_NEW(cli->arena, struct nas_arch_list, (size_t)cli->nargs);
	if (!lists)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the files");
	for (int i = 0; i < cli->nargs; i++) {
		if (arch_read(&lists[i], cli->arg[i], &defaults, cli->arena,
			      err) == NAS_ENOMEM)
			break;
		results->n += lists[i].n;
	}
	if (err->code != NAS_OK)
		return err->code;
	results->list = NAS_NEW(cli->arena, struct scored, (size_t)results->n);
	if (!results->list)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the results");
	for (int i = 0; i < cli->nargs; i++) {
		if (score_list(results->list + n, &lists[i], cli->arg[i], o,
			       cli->arena, err) == NAS_ENOMEM)
			break;
		n += lists[i].n;
	}
	return err->code;
}

static enum nas_status print_results(const struct results *results,
				     struct nas_err *err)
{
	cJSON *list = cJSON_CreateArray();

	for (int i = 0; i < results->n; i++)
		json_append(list, scored_json(&results->list[i]));
	return print_json(json_add(json_object("nas/scores/1"), "results", list),
			  err);
}

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	struct results results = {0};
	struct progress_watch watch;
	struct scored_options o;

	if (read_options(&o, cli, err) != NAS_OK)
		return err->code;
	o.monte.watch = progress_watch(&watch, cli->quiet, "random networks");
	if (score_files(&results, cli, &o, err) != NAS_OK)
		return err->code;
	progress_end(&watch.progress);
	if (cli->json)
		return print_results(&results, err);
	if (results.n > 1)
		scored_print_list(results.list, results.n);
	if (results.n > 1 && !cli_value(cli, "layers"))
		return NAS_OK;
	for (int i = 0; i < results.n; i++) {
		if (results.n > 1)
			say("\n");
		scored_print(&results.list[i]);
	}
	return NAS_OK;
}

const struct command cmd_score = {
	"score", "FILE...", "score and costs of given architectures",
	"nas score run/best/001/architecture.json --memory plain",
	options, 1, -1, run,
	CLI_FORMAT | CLI_SEED | CLI_THREADS | CLI_QUIET,
};
