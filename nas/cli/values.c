/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values of options, once the command line is read. */
#include "nas/cli/values.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "nas/form/form.h"
#include "nas/form/json.h"
#include "nas/run/config.h"
#include "nas/run/quantised.h"
#include "nas/run/sensitivity_of.h"
#include "nas/run/verify.h"
#include "scoring/forward/input_stats.h"
#include "scoring/forward/quantiser.h"
#include "scoring/monte_carlo.h"
#include "spaces/arch.h"
#include "spaces/cost.h"
#include "spaces/export/export_formats.h"
#include "spaces/export/pytorch.h"

#define CHOICES_MAX 64

const char *cli_value(const struct cli *cli, const char *name)
{
	const char *value = NULL;

	cli_values(cli, name, &value, -1);
	return value;
}

/* max < 0: keep the last one only. */
int cli_values(const struct cli *cli, const char *name, const char **values,
	       int max)
{
	int n = 0;

	for (int i = 0; i < cli->ngiven; i++) {
		if (strcmp(cli->given[i].name, name) != 0)
			continue;
		if (max < 0)
			values[0] = cli->given[i].value;
		else if (n < max)
			values[n] = cli->given[i].value;
		n++;
	}
	return max >= 0 && n > max ? max : n;
}

static bool is_named(const char *name, const char *const *names)
{
	while (*names && strcmp(*names, name) != 0)
		names++;
	return *names != NULL;
}

enum nas_status cli_takes_only(const struct cli *cli, const char *mode,
			       const char *const *names, struct nas_err *err)
{
	const char *other = NULL;

	for (int i = 0; i < cli->ngiven; i++)
		if (!is_named(cli->given[i].name, names))
			other = cli->given[i].name;
	if (cli->output && !is_named("output", names))
		other = "output";
	if (cli->nsets > 0 && !is_named("set", names))
		other = cli->seed_given ? "seed" : "set";
	if (!other)
		return NAS_OK;
	return nas_fail(err, NAS_EUSAGE, "unexpected option '--%s': 'nas %s "
			"%s' does not use it", other, cli->command->name, mode);
}

const struct quantity_limits cli_stage_weights = {
	"--stage-weights", -ARCH_STAGE_WEIGHT_MAX, ARCH_STAGE_WEIGHT_MAX,
	ARCH_STAGES_MAX
};

enum nas_status cli_number(const struct cli *cli, const char *name, double low,
			   double high, double *x, struct nas_err *err)
{
	const char *text = cli_value(cli, name);
	char what[64];

	if (!text)
		return NAS_OK;
	snprintf(what, sizeof(what), "--%s", name);
	return quantity_read(x, &(struct quantity_limits){ what, low, high, 0 },
			     text, err);
}

enum nas_status cli_whole(const struct cli *cli, const char *name, int64_t low,
			  int64_t high, int64_t *x, struct nas_err *err)
{
	const char *text = cli_value(cli, name);
	char what[64];

	if (!text)
		return NAS_OK;
	snprintf(what, sizeof(what), "--%s", name);
	return quantity_read_whole(x, &(struct quantity_limits){
				   what, (double)low, (double)high, 0 }, text,
				   err);
}

enum nas_status cli_size(const struct cli *cli, const char *option, int *height,
			 int *width, struct nas_err *err)
{
	const char *text = cli_value(cli, option);
	char what[64];
	int size[2];

	if (!text)
		return NAS_OK;
	snprintf(what, sizeof(what), "--%s", option);
	if (quantity_read_size(size, &(struct quantity_limits){
			       what, 1, ARCH_SIDE_MAX, 0 }, text, err))
		return err->code;
	*height = size[0];
	*width = size[1];
	return NAS_OK;
}

uint64_t cli_seed(const struct cli *cli, uint64_t fallback)
{
	return cli->seed_given ? cli->seed : fallback;
}

/* ---- choices: names of a table -------------------------------------------- */

/* All metrics, then the one that is chosen for the network. */
static const char *metric(int i)
{
	int n = 0;

	while (n < i && sensitivity_metrics[n])
		n++;
	if (sensitivity_metrics[n])
		return sensitivity_metrics[n]->name;
	return n == i ? SENSITIVITY_AUTO : NULL;
}

static const char *quantiser(int i)
{
	return quantisers[i] ? quantisers[i]->name : NULL;
}

static const char *memory(int i)
{
	return i < MEMORY_KINDS ? memory_models[i].name : NULL;
}

static const char *trainer(int i)
{
	return i < PYTORCH_QUANTIZERS ? pytorch_quantizer_names[i] : NULL;
}

/* Grids of trained networks, and what trains those that are not. */
static const char *either(int i)
{
	int n = 0;

	while (quantisers[n])
		n++;
	return i < n ? quantisers[i]->name : trainer(i - n);
}

static const char *range(int i)
{
	return range_rule_names[i];
}

static const char *rounding(int i)
{
	return quantised_round_names[i];
}

static const char *inputs(int i)
{
	return monte_inputs_names[i];
}

static const char *format(int i)
{
	return export_formats[i].name;
}

static const char *target(int i)
{
	return verify_targets[i].name;
}

static const char *page(int i)
{
	static const char *const pages[HELP_PAGES + 1] = {
		[HELP_BASH] = "bash",
		[HELP_ZSH] = "zsh",
		[HELP_FISH] = "fish",
		[HELP_MAN] = "man",
	};

	return pages[i];
}

static const char *metric_help(int i)
{
	const struct sensitivity_metric *m =
		metric(i) ? sensitivity_find(metric(i)) : NULL;

	return m ? m->help : metric(i) ? "what two minutes and --data allow"
				       : NULL;
}

static const char *quantiser_help(int i)
{
	return quantisers[i] ? quantisers[i]->help : NULL;
}

static const char *memory_help(int i)
{
	return i < MEMORY_KINDS ? memory_models[i].help : NULL;
}

static const char *format_help(int i)
{
	return export_formats[i].help;
}

static const struct choice {
	const char *word;
	const char *(*name)(int i);
	const char *(*help)(int i); /* NULL: the option's help says it */
} choices[] = {
	{ "METRIC", metric, metric_help },
	{ "QUANTISER", quantiser, quantiser_help },
	{ "MEMORY", memory, memory_help },
	{ "TRAINER", trainer, NULL },
	{ "INPUTS", inputs, NULL },
	{ "GRID", either, NULL },
	{ "RANGES", range, NULL },
	{ "FORMAT", format, format_help },
	{ "TARGET", target, NULL },
	{ "PAGE", page, NULL },
	{ "ROUND", rounding, NULL },
};

static const struct choice *choice_find(const char *word)
{
	for (size_t k = 0; k < sizeof(choices) / sizeof(choices[0]); k++)
		if (word && strcmp(choices[k].word, word) == 0)
			return &choices[k];
	return NULL;
}

const char *cli_choice(const char *word, int i)
{
	const struct choice *c = choice_find(word);

	return c ? c->name(i) : NULL;
}

const char *cli_choice_help(const char *word, int i)
{
	const struct choice *c = choice_find(word);

	return c && c->help ? c->help(i) : NULL;
}

static const char *word_of(const struct cli *cli, const char *option)
{
	const struct cli_option *o = cli->command->options;

	while (strcmp(o->name, option) != 0)
		o++;
	return o->value;
}

static enum nas_status unknown(const char *option, const char *given,
			       const char *const *names, int n,
			       struct nas_err *err)
{
	char all[400] = ", must be one of ";
	size_t used = strlen(all);

	for (int i = 0; i < n && used < sizeof(all); i++)
		used += (size_t)snprintf(all + used, sizeof(all) - used,
					 "%s%s", i ? ", " : "", names[i]);
	return nas_fail(err, NAS_EUSAGE, "--%s: unknown value '%.80s'%s", option,
			given, nas_hint(given, names, n, "", all).s);
}

enum nas_status cli_read_choice(const struct cli *cli, const char *option,
				int *index, struct nas_err *err)
{
	const char *given = cli_value(cli, option), *names[CHOICES_MAX];
	const char *word = word_of(cli, option);
	int n = 0;

	if (!given)
		return NAS_OK;
	for (; n < CHOICES_MAX && (names[n] = cli_choice(word, n)); n++)
		if (strcmp(names[n], given) == 0) {
			*index = n;
			return NAS_OK;
		}
	return unknown(option, given, names, n, err);
}

/* ---- options that stand for a key of the config -------------------------- */

enum nas_status cli_add_assignment(struct cli *cli, const char *assignment,
				   struct nas_err *err)
{
	if (cli->nsets == CLI_SETS_MAX)
		return nas_fail(err, NAS_EUSAGE, "too many --set, at most %d",
				CLI_SETS_MAX);
	cli->set[cli->nsets++] = assignment;
	return NAS_OK;
}

enum nas_status cli_add_set(struct cli *cli, const char *path,
			    const char *text, struct nas_err *err)
{
	size_t n = strlen(path) + strlen(text) + 2;
	char *s = NAS_NEW(cli->arena, char, n);

	if (!s)
		return nas_fail(err, NAS_ENOMEM, "out of memory for an option");
	snprintf(s, n, "%s=%s", path, text);
	return cli_add_assignment(cli, s, err);
}

static enum nas_status add_number(struct cli *cli,
				  const struct cli_shorthand *s,
				  const char *text, struct nas_err *err)
{
	const struct form_field *f = form_find(&config_form, s->path);
	char what[64], number[32];
	struct quantity_limits limits = { .name = what };
	double x = 0;

	NAS_BUG_IF(!f);
	form_bounds(f, &limits.low, &limits.high);
	snprintf(what, sizeof(what), "--%s", s->option);
	if (quantity_read(&x, &limits, text, err) != NAS_OK)
		return err->code;
	if (f->type != FORM_NUMBER && f->type != FORM_BYTES && x != floor(x))
		return nas_fail(err, NAS_EUSAGE, "%s must be a whole number, "
				"not %.80s", what, text);
	json_format_number(number, x);
	return cli_add_set(cli, s->path, number, err);
}

enum nas_status cli_add_shorthands(struct cli *cli,
				   const struct cli_shorthand *table,
				   struct nas_err *err)
{
	for (const struct cli_shorthand *s = table; s->option; s++) {
		const char *given = cli_value(cli, s->option);

		if (given && (s->value ? cli_add_set(cli, s->path, s->value,
						     err)
				       : add_number(cli, s, given, err)))
			return err->code;
	}
	return NAS_OK;
}
