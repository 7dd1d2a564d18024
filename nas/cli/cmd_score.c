/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas score: score and costs of given architectures, layer by layer. */

#include "nas/cli/model_options.h"
#include "nas/cli/values.h"
#include "nas/cli/print.h"
#include "nas/cli/progress.h"
#include "nas/run/scored.h"

static const struct cli_option options[] = {
	{ "network", 0, "NAME", "only the network of this name" },
	{ "bits", 0, "A/W", "A bits of activations and W of weights in all "
			    "layers but the first and the classifier, which "
			    "have 8 of both" },
	{ "memory", 'm', "MEMORY", "model of the peak memory, the first by "
				   "default" },
	LATENCY_OPTION,
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

static enum nas_status read_bits(struct scored_options *o,
				 const struct cli *cli, struct nas_err *err)
{
	static const struct quantity_limits limits = {
		"--bits", 1, ARCH_BITS_MAX, 0
	};
	const char *text = cli_value(cli, "bits");
	int bits[2];

	if (!text)
		return NAS_OK;
	if (quantity_read_pair(bits, &limits, '/', "A/W, such as 8/4", text,
			       err) != NAS_OK)
		return err->code;
	o->bits_a = bits[0];
	o->bits_w = bits[1];
	return NAS_OK;
}

static enum nas_status read_stage_weights(struct nas_qe_options *qe,
					  const struct cli *cli,
					  struct nas_err *err)
{
	const char *s = cli_value(cli, "stage-weights");

	if (!s)
		return NAS_OK;
	return quantity_read_list(qe->stage_weights, &qe->nstage_weights,
				  &cli_stage_weights, s, err);
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
	    latency_option_read(&o->latency, cli, err) ||
	    cli_size(cli, "image-size", &o->height, &o->width, err) ||
	    read_classes(o, cli, err) || read_bits(o, cli, err) ||
	    read_stage_weights(&o->qe, cli, err) ||
	    cli_number(cli, "sigma-a", ARCH_SIGMA_MIN, ARCH_SIGMA_MAX,
		       &o->qe.sigma_a, err) ||
	    cli_number(cli, "sigma-w", ARCH_SIGMA_MIN, ARCH_SIGMA_MAX,
		       &o->qe.sigma_w, err) ||
	    read_sampling(o, cli, err))
		return err->code;
	return NAS_OK;
}

/* ---- what is printed ------------------------------------------------------ */

#define FIGURE_SIZE 64 /* enough for any count */

/* A row: name, figure with separators, unit. */
static void add_count(struct nas_text *t, const char *name, double x,
		      const char *unit)
{
	char figure[FIGURE_SIZE];

	text_addf(t, "%s\t%s\t%s\n", name,
		  with_commas(figure, sizeof(figure), x), unit);
}

static void add_score(struct nas_text *t, const struct scored *x)
{
	const struct nas_arch *a = &x->arch;

	text_addf(t, "QE-Score\t%.6f\tstage weights", x->score);
	for (int s = 0; s < a->nstage_weights; s++)
		text_addf(t, " %g", a->stage_weights[s]);
	if (arch_is_quantised(a))
		text_addf(t, ", sigma %g and %g", a->sigma_a, a->sigma_w);
	text_add(t, "\n");
}

static const char *plural(int n)
{
	return n == 1 ? "" : "s";
}

static void add_sampled(struct nas_text *t, const struct scored *x)
{
	const struct monte_part *e = &x->monte.score;

	if (x->asked.samples) {
		text_addf(t, "sampled\t%.6f\t+- %.3g on %d random networks, "
			  "seed %llu; differs by %.6f:\n", e->sampled,
			  e->error, x->monte.samples,
			  (unsigned long long)x->asked.seed,
			  e->sampled - e->closed);
		text_addf(t, "border\t%.6f\tzero padding\n", e->border);
		text_addf(t, "input\t%.6f\tinputs that are not Gaussian with "
			  "one standard deviation\n", e->input);
		text_addf(t, "rest\t%.6f\t+- %.3g, chance\n", e->rest,
			  e->rest_error);
	}
	if (x->zen.samples)
		text_addf(t, "Zen-score\t%.6f\t+- %.3g on %d random "
			  "network%s\n", x->zen.score, x->zen.error,
			  x->zen.samples, plural(x->zen.samples));
}

static void add_latency(struct nas_text *t, const struct scored *x)
{
	char text[512];

	if (!x->latency)
		return;
	latency_text(text, sizeof(text), x->latency);
	text_addf(t, "latency\t%.4g\tms by %s\n", x->cost.latency_ms,
		  shown(text).s);
}

static void add_totals(struct nas_text *t, const struct scored *x)
{
	char unit[96];

	add_score(t, x);
	add_count(t, "BitOps", x->cost.bitops, "");
	add_count(t, "MACs", x->cost.macs, "");
	add_count(t, "parameters", x->cost.params, "");
	add_count(t, "weights", x->cost.size_bytes, "bytes");
	add_count(t, "flash", x->cost.flash_bytes,
		  x->arch.head.classes ? "bytes, with the classifier"
				       : "bytes, there is no classifier");
	snprintf(unit, sizeof(unit), "bytes at step %d (%s)",
		 x->cost.peak_step, x->model->name);
	add_count(t, "peak memory", x->cost.peak_memory_bytes, unit);
	add_latency(t, x);
	add_count(t, "layers", x->cost.layers, "convolutions");
	for (int i = 1; i < SCORES_MAX && scores[i].name; i++)
		if (x->has_other[i] && scores[i].rule)
			text_addf(t, "%s\t%.6f\t\n", scores[i].title,
				  x->other[i]);
	text_addf(t, "DeepMAD rho\t%.6f\tat most\n", x->deepmad.rho_max);
	add_sampled(t, x);
}

static void add_bytes(struct nas_text *t, double x)
{
	char figure[FIGURE_SIZE];

	text_addf(t, "\t%s", with_commas(figure, sizeof(figure), x));
}

static void add_bits(struct nas_text *t, const struct nas_step *s)
{
	if (s->conv.bits_a)
		text_addf(t, "\t%d/%d", s->conv.bits_a, s->conv.bits_w);
	else
		text_add(t, "\t-");
}

static void add_step(struct nas_text *t, const struct scored *x, int index)
{
	const struct nas_step *s = &x->steps[index];

	text_addf(t, "%d\t%d\t%s\t%s %dx%d", index, s->block, s->kind,
		  s->conv.role, s->conv.kernel, s->conv.kernel);
	if (s->conv.stride > 1)
		text_addf(t, " /%d", s->conv.stride);
	text_addf(t, "\t%dx%dx%d\t%dx%dx%d", s->in_height, s->in_width,
		  s->conv.in, s->out_height, s->out_width, s->conv.out);
	add_bits(t, s);
	add_bytes(t, s->macs);
	add_bytes(t, s->weight_bytes);
	add_bytes(t, s->in_bytes);
	add_bytes(t, s->out_bytes);
	add_bytes(t, s->residual_bytes);
	add_bytes(t, s->memory_bytes);
	if (x->latency)
		text_addf(t, "\t%.4g", latency_of_step(x->latency, s));
	text_add(t, index == x->cost.peak_step ? "\t<- peak\n" : "\n");
}

static void add_layer(struct nas_text *t, const struct monte_layer *l, int i)
{
	const struct monte_part *e = &l->e;

	text_addf(t, "%d\t%s %dx%d", i, l->conv.role, l->conv.kernel,
		  l->conv.kernel);
	if (l->conv.stride > 1)
		text_addf(t, " /%d", l->conv.stride);
	text_addf(t, "\t%dx%dx%d", l->out_height, l->out_width, l->conv.out);
	if (l->conv.bits_a)
		text_addf(t, "\t%d/%d", l->conv.bits_a, l->conv.bits_w);
	else
		text_add(t, "\t-");
	text_addf(t, "\t%.4f\t%.4f\t%.4f\t%.4f\t%.4f\t%.4f\t%.4f\t%.1f\n",
		  e->closed, e->sampled, e->error, e->sampled - e->closed,
		  e->border, e->input, e->rest,
		  e->rest_error > 0 ? e->rest / e->rest_error : 0);
}

static void print_monte(const struct scored *x)
{
	struct nas_text t = { 0 };

	if (x->asked.samples == 0)
		return;
	text_add(&t, "step\tlayer\tout\tbits a/w\tclosed form\tsampled\terror\t"
		     "difference\tborder\tinput\trest\trest/error\n");
	for (int i = 0; i < x->monte.nlayers; i++)
		add_layer(&t, &x->monte.layer[i], i);
	say("\n");
	print_table(&t);
	text_free(&t);
}

static void print_title(const struct scored *x)
{
	const struct nas_arch *a = &x->arch;

	say("%s: input %dx%dx%d, %d blocks", shown(x->name).s, a->height, a->width,
	    a->channels, a->nblocks);
	if (a->head.classes)
		say(", %d classes", a->head.classes);
	say("%s\n\n", arch_is_quantised(a) ? "" : ", full precision "
						  "counted as 8 bits");
}

static void print_network(const struct scored *x)
{
	struct nas_text totals = {0}, steps = {0};

	add_totals(&totals, x);
	text_add(&steps, "step\tblock\ttype\tlayer\tin\tout\tbits a/w\tMACs\t"
			 "weights B\tin B\tout B\tresidual B\tmemory B");
	text_add(&steps, x->latency ? "\tms\n" : "\n");
	for (int i = 0; i < x->cost.nsteps; i++)
		add_step(&steps, x, i);
	print_title(x);
	print_table(&totals);
	say("\n");
	print_table(&steps);
	print_monte(x);
	text_free(&totals);
	text_free(&steps);
}

static void print_list(const struct scored *x, int n)
{
	struct nas_text t = {0};

	text_add(&t, "name\tQE-Score\tBitOps\tMACs\tparameters\tflash B\t"
		     "peak memory B\tlayers");
	text_add(&t, x->latency ? "\tms\n" : "\n");
	for (int i = 0; i < n; i++) {
		text_addf(&t, "%s\t%.6f", shown(x[i].name).s, x[i].score);
		add_bytes(&t, x[i].cost.bitops);
		add_bytes(&t, x[i].cost.macs);
		add_bytes(&t, x[i].cost.params);
		add_bytes(&t, x[i].cost.flash_bytes);
		add_bytes(&t, x[i].cost.peak_memory_bytes);
		text_addf(&t, "\t%d", x[i].cost.layers);
		if (x->latency)
			text_addf(&t, "\t%.4g", x[i].cost.latency_ms);
		text_add(&t, "\n");
	}
	print_table(&t);
	text_free(&t);
}

/* ---- the command --------------------------------------------------------- */

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	struct scored_list list = {0};
	struct progress_watch watch;
	struct scored_options o;

	if (read_options(&o, cli, err) != NAS_OK)
		return err->code;
	o.monte.watch = progress_watch(&watch, cli->quiet, "random networks");
	if (scored_files(&list, (const char *const *)cli->arg, cli->nargs,
			 cli_value(cli, "network"), &o, cli->arena, err) != NAS_OK)
		return err->code;
	progress_end(&watch.progress);
	if (cli->json)
		return print_json(form_write(&scores_form, &list), err);
	if (list.n > 1)
		print_list(list.scored, list.n);
	if (list.n > 1 && !cli_value(cli, "layers"))
		return NAS_OK;
	for (int i = 0; i < list.n; i++) {
		if (list.n > 1)
			say("\n");
		print_network(&list.scored[i]);
	}
	return NAS_OK;
}

const struct command cmd_score = {
	"score", "FILE...", "score and costs of given architectures",
	"nas score run/best/001/architecture.json --memory plain",
	options, 1, -1, run,
	CLI_FORMAT | CLI_SEED | CLI_THREADS | CLI_QUIET,
};
