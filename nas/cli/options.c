/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/cli/options.h"

#include <getopt.h>
#include <string.h>

#include "evolve/ranks/comm.h"
#include "nas/base/parallel.h"

#define OPTIONS_MAX 64
#define LONG_VALUE 1000 /* of the i-th option: beyond every letter */
#define THREADS_MAX 1024
#define SEED_MAX 1000000000000000 /* of one that is no run of digits */

const struct cli_option cli_common_options[] = {
	{ "help", 'h', NULL, "print this help and do nothing" },
	{ "format", 'f', "table|json", "what is printed; default table" },
	{ "set", 's', "PATH=VALUE", "change a value of the config, such as "
				    "search.population=64; repeatable" },
	{ "seed", 0, "N", "seed of the random numbers; search.seed" },
	{ "threads", 'j', "N", "threads; default: the cores this process may "
			       "use. The result does not depend on it" },
	{ "output", 'o', "PATH", "where results are written" },
	{ "force", 0, NULL, "replace existing results" },
	{ "quiet", 'q', NULL, "no progress and no notes on standard error" },
	{ "verbose", 'v', NULL, "more on standard error" },
	{ 0 },
};

static enum nas_status set_help(struct cli *cli, const char *value,
				struct nas_err *err)
{
	(void)value;
	(void)err;
	cli->help = true;
	return NAS_OK;
}

static enum nas_status set_format(struct cli *cli, const char *value,
				  struct nas_err *err)
{
	static const char *const formats[] = { "table", "json" };

	for (int i = 0; i < 2; i++)
		if (strcmp(value, formats[i]) == 0) {
			cli->json = i;
			return NAS_OK;
		}
	return nas_fail(err, NAS_EUSAGE,
			"--format is table or json, not '%s'", value);
}

static enum nas_status set_set(struct cli *cli, const char *value,
			       struct nas_err *err)
{
	if (cli->nsets == CLI_SETS_MAX)
		return nas_fail(err, NAS_EUSAGE, "more than %d --set",
				CLI_SETS_MAX);
	cli->set[cli->nsets++] = value;
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
	return set_set(cli, s, err);
}

static enum nas_status set_seed(struct cli *cli, const char *value,
				struct nas_err *err)
{
	size_t n = strspn(value, "0123456789");
	char number[32];
	int64_t x = 0;

	if (n > 0 && n <= 18 && !value[n]) /* all digits count */
		return cli_add_set(cli, "search.seed", value, err);
	if (cli_parse_whole("--seed", value, 0, SEED_MAX, &x, err) != NAS_OK)
		return err->code;
	snprintf(number, sizeof(number), "%lld", (long long)x);
	return cli_add_set(cli, "search.seed", number, err);
}

static enum nas_status set_threads(struct cli *cli, const char *value,
				   struct nas_err *err)
{
	int64_t n = 0;

	if (strcmp(value, "auto") == 0) {
		cli->threads = parallel_cores_shared(cli->comm->sharers);
		return NAS_OK;
	}
	if (cli_parse_whole("--threads", value, 1, THREADS_MAX, &n, err))
		return err->code;
	cli->threads = (int)n;
	return NAS_OK;
}

static enum nas_status set_output(struct cli *cli, const char *value,
				  struct nas_err *err)
{
	if (!*value)
		return nas_fail(err, NAS_EUSAGE, "--output is empty");
	cli->output = value;
	return NAS_OK;
}

static enum nas_status set_force(struct cli *cli, const char *value,
				 struct nas_err *err)
{
	(void)value;
	(void)err;
	cli->force = true;
	return NAS_OK;
}

static enum nas_status set_quiet(struct cli *cli, const char *value,
				 struct nas_err *err)
{
	(void)value;
	(void)err;
	cli->quiet = true;
	return NAS_OK;
}

static enum nas_status set_verbose(struct cli *cli, const char *value,
				   struct nas_err *err)
{
	(void)value;
	(void)err;
	cli->verbose = true;
	return NAS_OK;
}

/* In the order of cli_common_options. */
static enum nas_status (*const apply_common[])(struct cli *, const char *,
					       struct nas_err *) = {
	set_help,   set_format, set_set,   set_seed,	set_threads,
	set_output, set_force,	set_quiet, set_verbose,
};

#define COMMON ((int)(sizeof(apply_common) / sizeof(apply_common[0])))

struct table { /* both tables of options as getopt_long wants them */
	int n;
	const struct cli_option *option[OPTIONS_MAX];
	struct option named[OPTIONS_MAX + 1];
	char letters[2 * OPTIONS_MAX + 2];
};

static void table_add(struct table *t, const struct cli_option *o)
{
	char *end = t->letters + strlen(t->letters);

	for (; o && o->name; o++) {
		NAS_BUG_IF(t->n == OPTIONS_MAX);
		t->named[t->n] = (struct option){
			.name = o->name,
			.has_arg = o->value ? required_argument : no_argument,
			.val = LONG_VALUE + t->n,
		};
		t->option[t->n++] = o;
		if (!o->letter)
			continue;
		*end++ = (char)o->letter;
		if (o->value)
			*end++ = ':';
	}
}

static void table_make(struct table *t, const struct command *command)
{
	memset(t, 0, sizeof(*t));
	t->letters[0] = ':'; /* a missing value is told from a bad option */
	table_add(t, cli_common_options);
	NAS_BUG_IF(t->n != COMMON);
	table_add(t, command->options);
}

static int table_find(const struct table *t, int value)
{
	for (int i = 0; i < t->n; i++)
		if (value == LONG_VALUE + i || value == t->option[i]->letter)
			return i;
	return -1;
}

/* What getopt_long stumbled over: optopt is 0 for an unknown long option. */
static enum nas_status unknown_option(const struct cli *cli,
				      const struct table *t, char **argv,
				      struct nas_err *err)
{
	const char *name = cli->command->name, *word, *near;
	const char *names[OPTIONS_MAX];
	char bare[80];
	int i = table_find(t, optopt);

	if (optopt && i >= 0)
		return nas_fail(err, NAS_EUSAGE, "--%s takes no value",
				t->option[i]->name);
	if (optopt)
		return nas_fail(err, NAS_EUSAGE,
				"unknown option '-%c' (see 'nas %s --help')",
				optopt, name);
	word = argv[optind - 1] + 2;
	snprintf(bare, sizeof(bare), "%.*s", (int)strcspn(word, "="), word);
	for (i = 0; i < t->n; i++)
		names[i] = t->option[i]->name;
	near = nas_nearest(bare, names, t->n);
	if (near)
		return nas_fail(err, NAS_EUSAGE, "unknown option '--%s' (did "
				"you mean '--%s'?)", bare, near);
	return nas_fail(err, NAS_EUSAGE, "unknown or ambiguous option '--%s' "
			"(see 'nas %s --help')", bare, name);
}

static enum nas_status apply_own(struct cli *cli, const struct cli_option *o,
				 const char *value, struct nas_err *err)
{
	if (cli->ngiven == CLI_VALUES_MAX)
		return nas_fail(err, NAS_EUSAGE, "too many options");
	cli->given[cli->ngiven++] =
		(struct cli_given){ o->name, value ? value : "" };
	return NAS_OK;
}

static enum nas_status apply(struct cli *cli, const struct table *t, int c,
			     char **argv, struct nas_err *err)
{
	int i = table_find(t, c == ':' ? optopt : c);

	if (c == '?')
		return unknown_option(cli, t, argv, err);
	NAS_BUG_IF(i < 0);
	if (c == ':')
		return nas_fail(err, NAS_EUSAGE, "--%s needs a value: %s",
				t->option[i]->name, t->option[i]->value);
	if (i < COMMON)
		return apply_common[i](cli, optarg, err);
	return apply_own(cli, t->option[i], optarg, err);
}

static enum nas_status check_args(const struct cli *cli, struct nas_err *err)
{
	const struct command *c = cli->command;

	if (cli->help)
		return NAS_OK;
	if (cli->nargs < c->min_args)
		return nas_fail(err, NAS_EUSAGE,
				"'nas %s' needs %s (see 'nas %s --help')",
				c->name, c->args, c->name);
	if (c->max_args >= 0 && cli->nargs > c->max_args)
		return nas_fail(err, NAS_EUSAGE,
				"'nas %s' has no use for '%s' (see 'nas %s "
				"--help')", c->name, cli->arg[c->max_args],
				c->name);
	return NAS_OK;
}

enum nas_status cli_parse(struct cli *cli, int argc, char **argv,
			  struct nas_err *err)
{
	struct table t;
	int c;

	table_make(&t, cli->command);
	cli->threads = parallel_cores_shared(cli->comm->sharers);
	opterr = 0;
	optind = 1;
	while ((c = getopt_long(argc, argv, t.letters, t.named, NULL)) != -1)
		if (apply(cli, &t, c, argv, err) != NAS_OK)
			return err->code;
	cli->nargs = argc - optind;
	cli->arg = argv + optind;
	return check_args(cli, err);
}
