/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/cli/choices.h"

#include <stdio.h>
#include <string.h>

#include "scoring/forward/input_stats.h"
#include "scoring/forward/quantiser.h"
#include "scoring/monte_carlo.h"
#include "scoring/sensitivity/sensitivity.h"
#include "spaces/cost.h"
#include "spaces/export/pytorch.h"

#define CHOICES_MAX 64

static const char *metric(int i)
{
	return sensitivity_metrics[i] ? sensitivity_metrics[i]->name : NULL;
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

static const char *inputs(int i)
{
	return monte_inputs_names[i];
}

static const struct {
	const char *word;
	const char *(*name)(int i);
} choices[] = {
	{ "METRIC", metric },	{ "QUANTISER", quantiser },
	{ "MEMORY", memory },	{ "TRAINER", trainer },
	{ "INPUTS", inputs },	{ "NAME", either },
	{ "RANGES", range },
};

const char *cli_choice(const char *word, int i)
{
	for (size_t k = 0; k < sizeof(choices) / sizeof(choices[0]); k++)
		if (word && strcmp(choices[k].word, word) == 0)
			return choices[k].name(i);
	return NULL;
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
	const char *near = nas_nearest(given, names, n);
	char all[400] = "";
	size_t used = 0;

	if (near)
		return nas_fail(err, NAS_EUSAGE, "--%s: unknown value '%.80s' "
				"(did you mean '%s'?)", option, given, near);
	for (int i = 0; i < n && used < sizeof(all); i++)
		used += (size_t)snprintf(all + used, sizeof(all) - used,
					 "%s%s", i ? ", " : "", names[i]);
	return nas_fail(err, NAS_EUSAGE, "--%s: unknown value '%.80s', must "
			"be one of %s", option, given, all);
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
