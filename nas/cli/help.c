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

void help_option(struct nas_text *t, const struct cli_option *o)
{
	text_add(t, o->help);
	for (int i = 0; cli_choice(o->value, i); i++)
		text_addf(t, "%s%s", i ? ", " : ": ",
			  cli_choice(o->value, i));
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
	help_option(&help, o);
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

static void print_choices(const struct cli_option *o)
{
	for (; o && o->name; o++) {
		if (cli_choice_help(o->value, 0))
			printf("\n%s:\n", o->value);
		for (int i = 0; cli_choice_help(o->value, i); i++) {
			printf("  %-15s ", cli_choice(o->value, i));
			print_wrapped(cli_choice_help(o->value, i), 18);
		}
	}
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
	print_choices(c->options);
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

enum nas_status help_commands(const struct command *const *all)
{
	printf("usage: nas COMMAND [options]\n\n%s\n\ncommands:\n",
	       help_about);
	for (int i = 0; all[i]; i++)
		printf("  %-11s %s\n", all[i]->name, all[i]->help);
	printf("\n'nas help COMMAND' or 'nas COMMAND --help' says more, with "
	       "an example.\n"
	       "Start with: nas search configs/quick.json -o run\n\n"
	       "exit status: %s\n", help_statuses);
	return NAS_OK;
}
