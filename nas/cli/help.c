/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/cli/help.h"

#include <stdio.h>
#include <string.h>

#include "nas/base/file.h"
#include "nas/cli/values.h"
#include "nas/cli/options.h"
#include "nas/cli/print.h"

#define NAME_COLUMNS 24 /* of an option with its value */
#define LINE_COLUMNS 78

/* Words of text, wrapped, the lines after the first indented. */
static void print_wrapped(const char *text, int indent)
{
	int column = indent;

	while (*text) {
		int n = (int)strcspn(text, " ");

		if (column > indent && column + 1 + n > LINE_COLUMNS) {
			printf("\n%*s", indent, "");
			column = indent;
		} else if (column > indent) {
			column += printf(" ");
		}
		column += printf("%.*s", n, text);
		text += n;
		text += strspn(text, " ");
	}
	printf("\n");
}

static void print_option(const struct cli_option *o)
{
	char letter[8] = "    ", name[80];
	struct nas_text help = { 0 };

	if (o->letter)
		snprintf(letter, sizeof(letter), "-%c, ", o->letter);
	snprintf(name, sizeof(name), "  %s--%s%s%s", letter, o->name,
		 o->value ? " " : "", o->value ? o->value : "");
	printf("%-*s", NAME_COLUMNS + 4, name);
	if (strlen(name) >= NAME_COLUMNS + 4)
		printf("\n%*s", NAME_COLUMNS + 4, "");
	text_add(&help, o->help);
	for (int i = 0; cli_choice(o->value, i); i++)
		text_addf(&help, "%s%s", i ? ", " : ": ",
			  cli_choice(o->value, i));
	print_wrapped(text_said(&help), NAME_COLUMNS + 4);
	text_free(&help);
}

static void print_options(const char *title, const struct cli_option *o)
{
	if (!o || !o->name)
		return;
	printf("\n%s:\n", title);
	for (; o->name; o++)
		print_option(o);
}

/* One command line a line. */
static void print_example(const char *s)
{
	printf("\nexample:\n");
	for (; *s; s += strcspn(s, "\n"), s += *s == '\n')
		printf("  %.*s\n", (int)strcspn(s, "\n"), s);
}

enum nas_status help_command(const struct command *c)
{
	struct cli_option common[CLI_COMMON_MAX + 1];

	printf("usage: nas %s %s%s[options]\n\n", c->name, c->args,
	       *c->args ? " " : "");
	print_wrapped(c->help, 0);
	print_options("options", c->options);
	cli_common_options(c, common);
	print_options("common options", common);
	print_example(c->example);
	return NAS_OK;
}

const char help_about[] =
	"Designs neural networks for small devices: a config in, the best "
	"architectures\ninside its budgets out, with a proven bound beside "
	"them.";
const char help_statuses[] =
	"0 done, 1 failed, 2 bad command line, 3 nothing meets the budgets,\n"
	"4 bad input, 5 cannot read or write, 75 interrupted";

enum nas_status help_commands(void)
{
	printf("usage: nas COMMAND [options]\n\n%s\n\ncommands:\n",
	       help_about);
	for (int i = 0; commands[i]; i++)
		printf("  %-11s %s\n", commands[i]->name, commands[i]->help);
	printf("\n'nas help COMMAND' or 'nas COMMAND --help' says more, with "
	       "an example.\n"
	       "Start with: nas search configs/quick.json -o run\n\n"
	       "exit status: %s\n", help_statuses);
	return NAS_OK;
}

static void add_options(cJSON *list, const struct cli_option *o)
{
	for (; o && o->name; o++) {
		cJSON *option = json_add_string(cJSON_CreateObject(), "name",
						o->name);
		char letter[2] = { (char)o->letter, '\0' };

		if (o->letter)
			json_add_string(option, "letter", letter);
		if (o->value)
			json_add_string(option, "value", o->value);
		json_append(list, json_add_string(option, "help", o->help));
	}
}

static cJSON *command_json(const struct command *c)
{
	cJSON *o = json_add_string(cJSON_CreateObject(), "name", c->name);
	cJSON *options = cJSON_CreateArray(), *examples = cJSON_CreateArray();
	struct cli_option common[CLI_COMMON_MAX + 1];
	char line[256];

	json_add_string(o, "arguments", c->args);
	json_add_string(o, "help", c->help);
	add_options(options, c->options);
	cli_common_options(c, common);
	add_options(options, common);
	for (const char *s = c->example; *s; s += *s == '\n') {
		int n = (int)strcspn(s, "\n");

		snprintf(line, sizeof(line), "%.*s", n, s);
		json_append(examples, cJSON_CreateString(line));
		s += n;
	}
	return json_add(json_add(o, "options", options), "examples",
			examples);
}

/* Of one command, or of all where c is NULL. */
static enum nas_status help_json(const struct command *c, struct nas_err *err)
{
	cJSON *list = cJSON_CreateArray();

	for (int i = 0; commands[i]; i++)
		if (!c || c == commands[i])
			json_append(list, command_json(commands[i]));
	return print_json(json_add(json_object("nas/help/1"), "commands",
				   list), err);
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
		return help_json(c, err);
	if (as < 0)
		return c ? help_command(c) : help_commands();
	if (as == HELP_MAN)
		help_man(c);
	else
		help_completion((enum help_page)as);
	return NAS_OK;
}

static const struct cli_option options[] = {
	{ "as", 0, "PAGE", "print it as a page for man, or the completion of a "
			   "shell" },
	{ 0 },
};

const struct command cmd_help = {
	"help", "[COMMAND]", "list the commands, or explain one",
	"nas help search\nnas help --as bash >~/.local/share/bash-completion/"
	"completions/nas", options, 0, 1, run_help,
	CLI_FORMAT,
};
