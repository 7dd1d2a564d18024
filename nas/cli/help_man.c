/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas help --as man: a page of section 1 for the program or one command. */
#include <ctype.h>
#include <stdio.h>

#include "nas/base/file.h"
#include "nas/cli/help.h"
#include "nas/cli/options.h"
#include "nas/cli/values.h"
#include "nas/cli/print.h"

/* Text as troff prints it: no line of it is a request, no hyphen a dash. */
static void put(const char *s)
{
	bool start = true;

	for (; *s; s++) {
		if (start && (*s == '.' || *s == '\''))
			printf("\\&");
		if (*s == '\\' || *s == '-')
			printf("\\%c", *s == '\\' ? 'e' : '-');
		else
			putchar(*s);
		start = *s == '\n';
	}
}

static void put_option(const struct cli_option *o)
{
	struct nas_text help = { 0 };

	printf(".TP\n");
	if (o->letter)
		printf("\\fB\\-%c\\fR, ", o->letter);
	printf("\\fB\\-\\-");
	put(o->name);
	printf("\\fR");
	if (o->value) {
		printf(" \\fI");
		put(o->value);
		printf("\\fR");
	}
	printf("\n");
	help_option(&help, o);
	put(text_said(&help));
	text_free(&help);
	printf("\n");
}

static void put_options(const char *title, const struct cli_option *o)
{
	if (!o || !o->name)
		return;
	printf(".SH %s\n", title);
	for (; o->name; o++)
		put_option(o);
}

static void put_choices(const struct cli_option *o)
{
	for (; o && o->name; o++) {
		if (cli_choice_help(o->value, 0))
			printf(".SH %s\n", o->value);
		for (int i = 0; cli_choice_help(o->value, i); i++) {
			printf(".TP\n\\fB");
			put(cli_choice(o->value, i));
			printf("\\fR\n");
			put(cli_choice_help(o->value, i));
			printf("\n");
		}
	}
}

static void head(const char *command, const char *help)
{
	printf(".TH NAS%s", command ? "\\-" : "");
	for (const char *s = command; s && *s; s++)
		putchar(toupper((unsigned char)*s));
	printf(" 1 \"\" \"nas " NAS_VERSION "\" \"nas\"\n.SH NAME\nnas%s%s "
	       "\\- ", command ? "\\-" : "", command ? command : "");
	put(help);
	printf("\n.SH SYNOPSIS\n\\fBnas %s\\fR ", command ? command : "");
}

static void put_command(const struct command *c)
{
	struct cli_option common[CLI_COMMON_MAX + 1];

	head(c->name, c->help);
	put(c->args);
	printf(" [\\fIoptions\\fR]\n");
	put_options("OPTIONS", c->options);
	cli_common_options(c, common);
	put_options("COMMON OPTIONS", common);
	put_choices(c->options);
	printf(".SH EXAMPLE\n.nf\n");
	put(c->example);
	printf("\n.fi\n.SH SEE ALSO\n\\fBnas\\fR(1)\n");
}

static void put_program(const struct command *const *all)
{
	head(NULL, "design neural networks for small devices");
	printf("\\fICOMMAND\\fR [\\fIoptions\\fR]\n.SH DESCRIPTION\n");
	put(help_about);
	printf("\n.SH COMMANDS\n");
	for (int i = 0; all[i]; i++) {
		printf(".TP\n\\fB%s\\fR\n", all[i]->name);
		put(all[i]->help);
		printf("\n");
	}
	printf(".SH EXIT STATUS\n");
	put(help_statuses);
	printf("\n.SH SEE ALSO\n");
	for (int i = 0; all[i]; i++)
		printf("%s\\fBnas\\-%s\\fR(1)", i ? ",\n" : "",
		       all[i]->name);
	printf("\n");
}

void help_man(const struct command *c, const struct command *const *all)
{
	if (c)
		put_command(c);
	else
		put_program(all);
}
