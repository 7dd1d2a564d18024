/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas help: the commands, or one of them, for people, programs and shells. */
#include <string.h>

#include "nas/cli/help.h"
#include "nas/cli/options.h"
#include "nas/cli/print.h"
#include "nas/cli/values.h"
#include "nas/run/outputs.h"

static int count_options(const struct cli_option *o)
{
	int n = 0;

	while (o && o[n].name)
		n++;
	return n;
}

static void add_options(struct command_output *out, const struct cli_option *o,
			struct nas_arena *arena)
{
	for (; o && o->name; o++) {
		char letter[2] = { (char)o->letter, '\0' };

		out->options[out->noptions++] = (struct option_output){
			o->name, o->letter ? arena_strdup(arena, letter) : NULL,
			o->value, o->help
		};
	}
}

/* The lines of a command's example. */
static void add_examples(struct texts *out, const char *s,
			 struct nas_arena *arena)
{
	char *copy = arena_strdup(arena, s);
	const char **line = NAS_NEW(arena, const char *, strlen(s) + 1);

	while (copy && line && *copy) {
		size_t n = strcspn(copy, "\n");
		bool last = !copy[n];

		line[out->n++] = copy;
		copy[n] = '\0';
		copy += n + !last;
	}
	out->text = line;
}

static void describe(struct command_output *out, const struct command *c,
		     struct nas_arena *arena)
{
	struct cli_option common[CLI_COMMON_MAX + 1];

	cli_common_options(c, common);
	*out = (struct command_output){ .name = c->name, .arguments = c->args,
					.help = c->help };
	out->options = NAS_NEW(arena, struct option_output,
			       (size_t)(count_options(c->options) +
					count_options(common)));
	if (!out->options)
		return;
	add_options(out, c->options, arena);
	add_options(out, common, arena);
	add_examples(&out->examples, c->example, arena);
}

/* Of one command, or of all where c is NULL. */
static enum nas_status help_json(const struct command *c,
				 struct nas_arena *arena, struct nas_err *err)
{
	struct help_output o = { 0 };
	int n = 0;

	while (commands[n])
		n++;
	o.commands = NAS_NEW(arena, struct command_output, (size_t)n);
	for (int i = 0; o.commands && i < n; i++)
		if (!c || c == commands[i])
			describe(&o.commands[o.ncommands++], commands[i],
				 arena);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the help");
	return print_json(form_write(&help_form, &o), err);
}

static enum nas_status run_help(const struct cli *cli, struct nas_err *err)
{
	const struct command *c = cli->nargs ? command_find(cli->arg[0]) : NULL;
	int as = -1;

	if (cli->nargs && !c)
		return command_unknown(cli->arg[0], err);
	if (cli_read_choice(cli, "as", &as, err) != NAS_OK)
		return err->code;
	if (cli->json)
		return help_json(c, cli->arena, err);
	if (as < 0)
		return c ? help_command(c) : help_commands(commands);
	if (as == HELP_MAN)
		help_man(c, commands);
	else
		help_completion((enum help_page)as, commands);
	return NAS_OK;
}

static const struct cli_option options[] = {
	{ "as", 0, "PAGE", "print it as a page for man, or the completion of a "
			   "shell" },
	{ 0 },
};

const struct command cmd_help = {
	"help", "[COMMAND]", "list the commands, or explain one",
	"nas help search\nnas help --as bash >nas.bash",
	options, 0, 1, run_help,
	CLI_FORMAT,
};
