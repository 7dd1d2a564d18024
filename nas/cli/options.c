/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/cli/options.h"
#include "nas/cli/values.h"

#include <getopt.h>
#include <string.h>

#include "evolve/ranks/comm.h"
#include "nas/base/parallel.h"

#define OPTIONS_MAX 64
#define LONG_VALUE 1000 /* of the i-th option: beyond every letter */
#define THREADS_MAX 1024
#define SEED_MAX 1000000000000000 /* of one that is no run of digits */

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

static enum nas_status set_seed(struct cli *cli, const char *value,
				struct nas_err *err)
{
	static const struct quantity_limits limits = { "--seed", 0, SEED_MAX,
						       0 };
	size_t n = strspn(value, "0123456789");
	char number[32];
	int64_t x = 0;

	if (n > 0 && n <= 18 && !value[n]) /* all digits count */
		x = strtoll(value, NULL, 10);
	else if (quantity_read_whole(&x, &limits, value, err) != NAS_OK)
		return err->code;
	cli->seed_given = true;
	cli->seed = (uint64_t)x;
	snprintf(number, sizeof(number), "%lld", (long long)x);
	return cli_add_set(cli, "search.seed", number, err);
}

static enum nas_status set_threads(struct cli *cli, const char *value,
				   struct nas_err *err)
{
	static const struct quantity_limits limits = { "--threads", 1,
						       THREADS_MAX, 0 };
	int64_t n = 0;

	if (strcmp(value, "auto") == 0) {
		cli->threads = parallel_cores_shared(cli->comm->sharers);
		return NAS_OK;
	}
	if (quantity_read_whole(&n, &limits, value, err) != NAS_OK)
		return err->code;
	cli->threads = (int)n;
	return NAS_OK;
}

static enum nas_status set_output(struct cli *cli, const char *value,
				  struct nas_err *err)
{
	if (!*value)
		return nas_fail(err, NAS_EUSAGE, "--output must not be empty");
	cli->output = value;
	cli->to_stdout = strcmp(value, "-") == 0;
	if (cli->to_stdout && (cli->command->uses & CLI_DIR))
		return nas_fail(err, NAS_EUSAGE, "--output: 'nas %s' writes a "
				"folder, not standard output",
				cli->command->name);
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

typedef enum nas_status apply_fn(struct cli *cli, const char *value,
				 struct nas_err *err);

static const struct common {
	struct cli_option option;
	unsigned uses; /* of the commands that list it; 0 = all */
	unsigned also; /* of others that take it: it is no lie there */
	apply_fn *apply;
	const char *refusal; /* "'nas boards' ..."; NULL = not refused */
} common[] = {
	{ { "help", 'h', NULL, "print this help and do nothing" }, 0, 0,
	  set_help, NULL },
	{ { "format", 'f', "table|json", "what is printed; default table" },
	  CLI_FORMAT, 0, set_format, "prints one form only" },
	{ { "set", 's', "PATH=VALUE", "change a value of the config, such as "
				      "search.population=64; repeatable" },
	  CLI_SET, 0, cli_add_assignment, "reads no config" },
	{ { "seed", 0, "N", "seed of the random numbers; search.seed of a "
			    "config" },
	  CLI_SEED, CLI_SET, set_seed, "draws no random numbers" },
	{ { "threads", 'j', "N", "threads; default: the cores this process may "
				 "use. The result does not depend on it" },
	  CLI_THREADS, CLI_ANY, set_threads, NULL },
	{ { "output", 'o', "FILE", "file that the result is written to; - is "
				   "standard output" },
	  CLI_FILE, 0, set_output, "writes no file of its own" },
	{ { "output", 'o', "DIR", "folder that the results are written to" },
	  CLI_DIR, 0, set_output, NULL },
	{ { "force", 0, NULL, "replace existing results" }, CLI_FORCE, 0,
	  set_force, "replaces nothing" },
	{ { "quiet", 'q', NULL, "no progress and no notes on standard error" },
	  CLI_QUIET, CLI_ANY, set_quiet, NULL },
	{ { "verbose", 'v', NULL, "more on standard error" }, CLI_VERBOSE,
	  CLI_ANY, set_verbose, NULL },
};

#define COMMON ((int)(sizeof(common) / sizeof(common[0])))

int cli_common_options(const struct command *command,
		       struct cli_option options[CLI_COMMON_MAX + 1])
{
	int n = 0;

	for (int i = 0; i < COMMON; i++)
		if (!common[i].uses || (common[i].uses & command->uses))
			options[n++] = common[i].option;
	NAS_BUG_IF(n > CLI_COMMON_MAX);
	options[n] = (struct cli_option){ 0 };
	return n;
}

/* Other spellings of options. */
static const struct {
	const char *name, *means;
} spellings[] = {
	{ "quantizer", "quantiser" },
	{ "equalize", "equalise" },
};

struct option_table { /* all options of a command as getopt_long wants them */
	int n;
	const struct cli_option *option[OPTIONS_MAX];
	apply_fn *apply[OPTIONS_MAX];	   /* NULL = one of its own */
	const char *refusal[OPTIONS_MAX]; /* why not; NULL = taken */
	int names;
	struct option named[OPTIONS_MAX + 1];
	char letters[2 * OPTIONS_MAX + 2];
};

static void add_name(struct option_table *t, const char *name)
{
	NAS_BUG_IF(t->names == OPTIONS_MAX);
	t->named[t->names++] = (struct option){
		.name = name,
		.has_arg = t->option[t->n]->value ? required_argument
						  : no_argument,
		.val = LONG_VALUE + t->n,
	};
}

static void table_add(struct option_table *t, const struct cli_option *o,
		      apply_fn *apply, const char *refusal)
{
	char *end = t->letters + strlen(t->letters);

	NAS_BUG_IF(t->n == OPTIONS_MAX);
	t->option[t->n] = o;
	t->apply[t->n] = apply;
	t->refusal[t->n] = refusal;
	add_name(t, o->name);
	for (size_t i = 0; i < sizeof(spellings) / sizeof(*spellings); i++)
		if (strcmp(o->name, spellings[i].means) == 0)
			add_name(t, spellings[i].name);
	t->n++;
	if (!o->letter)
		return;
	*end++ = (char)o->letter;
	if (o->value)
		*end++ = ':';
}

static bool is_taken(const struct common *c, const struct command *command)
{
	return !c->uses || c->also == CLI_ANY ||
	       ((c->uses | c->also) & command->uses);
}

/* --output is taken, as a folder. */
static bool is_other_output(const struct common *c,
			    const struct command *command)
{
	return c->uses == CLI_FILE && (command->uses & CLI_DIR);
}

/* evaluate --output NAME. */
static bool is_own(const struct common *c, const struct command *command)
{
	const struct cli_option *o = command->options;

	while (o && o->name && strcmp(o->name, c->option.name) != 0)
		o++;
	return o && o->name;
}

static void table_make(struct option_table *t, const struct command *command)
{
	memset(t, 0, sizeof(*t));
	t->letters[0] = ':'; /* a missing value is told from a bad option */
	for (int i = 0; i < COMMON; i++) {
		const struct common *c = &common[i];

		if (is_taken(c, command))
			table_add(t, &c->option, c->apply, NULL);
		else if (c->refusal && !is_other_output(c, command) &&
			 !is_own(c, command))
			table_add(t, &c->option, c->apply, c->refusal);
	}
	for (const struct cli_option *o = command->options; o && o->name; o++)
		table_add(t, o, NULL, NULL);
}

static int table_find(const struct option_table *t, int value)
{
	for (int i = 0; i < t->n; i++)
		if (value == LONG_VALUE + i || value == t->option[i]->letter)
			return i;
	return -1;
}

/* What getopt_long stumbled over: optopt is 0 for an unknown long option. */
static enum nas_status unknown_option(const struct cli *cli,
				      const struct option_table *t, char **argv,
				      struct nas_err *err)
{
	const char *name = cli->command->name, *word;
	const char *names[OPTIONS_MAX];
	char bare[80], help[100];
	int i = table_find(t, optopt), n = 0;

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
		if (!t->refusal[i])
			names[n++] = t->option[i]->name;
	snprintf(help, sizeof(help), " (or ambiguous; see 'nas %s --help')",
		 name);
	return nas_fail(err, NAS_EUSAGE, "unknown option '--%s'%s", bare,
			nas_hint(bare, names, n, "--", help).s);
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

static enum nas_status apply(struct cli *cli, const struct option_table *t, int c,
			     char **argv, struct nas_err *err)
{
	int i = table_find(t, c == ':' ? optopt : c);

	if (c == '?')
		return unknown_option(cli, t, argv, err);
	NAS_BUG_IF(i < 0);
	if (c == ':')
		return nas_fail(err, NAS_EUSAGE, "--%s needs a value: %s",
				t->option[i]->name, t->option[i]->value);
	if (t->refusal[i])
		return nas_fail(err, NAS_EUSAGE, "unexpected option '--%s': "
				"'nas %s' %s", t->option[i]->name,
				cli->command->name, t->refusal[i]);
	if (t->apply[i])
		return t->apply[i](cli, optarg, err);
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
				"unexpected argument '%.80s' (see 'nas %s "
				"--help')", cli->arg[c->max_args], c->name);
	return NAS_OK;
}

enum nas_status cli_parse(struct cli *cli, int argc, char **argv,
			  struct nas_err *err)
{
	struct option_table t;
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
