/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas help --as bash, zsh, fish: commands, options and values completed. */
#include <stdio.h>
#include <string.h>

#include "nas/cli/help.h"
#include "nas/cli/options.h"
#include "nas/cli/values.h"

/* "table|json" is a list of words, "N|HxW" is not. */
static bool is_words(const char *value)
{
	return value && strchr(value, '|') &&
	       strspn(value, "abcdefghijklmnopqrstuvwxyz-|") == strlen(value);
}

static bool has_choices(const struct cli_option *o)
{
	return o->value && (cli_choice(o->value, 0) || is_words(o->value));
}

/* All that may follow the option, a space before each. */
static void put_choices(const struct cli_option *o)
{
	for (int i = 0; cli_choice(o->value, i); i++)
		printf(" %s", cli_choice(o->value, i));
	for (const char *s = is_words(o->value) ? o->value : ""; *s;) {
		int n = (int)strcspn(s, "|");

		printf(" %.*s", n, s);
		s += n + (s[n] == '|');
	}
}

/* s within single quotes of a shell, as which reads them. Brackets and colons
 * mean something to zsh. */
static void put_quoted(const char *s, bool zsh)
{
	for (; *s; s++)
		if (*s == '\'')
			printf(zsh ? "'\\''" : "\\'");
		else if (zsh && strchr("[]:", *s))
			printf("\\%c", *s);
		else
			putchar(*s == '\n' ? ' ' : *s);
}

/* Its own options and the common ones. */
static int options_of(const struct command *c, struct cli_option all[])
{
	int n = 0;

	for (const struct cli_option *o = c->options; o && o->name; o++)
		if (n < CLI_VALUES_MAX)
			all[n++] = *o;
	return n + cli_common_options(c, all + n);
}

/* ---- bash ---------------------------------------------------------------- */

static void bash_values(const struct command *c)
{
	struct cli_option o[CLI_VALUES_MAX + CLI_COMMON_MAX + 1];
	int n = options_of(c, o);

	for (int i = 0; i < n; i++) {
		if (!has_choices(&o[i]))
			continue;
		printf("\t'%s --%s'", c->name, o[i].name);
		if (o[i].letter)
			printf(" | '%s -%c'", c->name, o[i].letter);
		printf(") words='");
		put_choices(&o[i]);
		printf("' ;;\n");
	}
}

static void bash_names(const struct command *c)
{
	struct cli_option o[CLI_VALUES_MAX + CLI_COMMON_MAX + 1];
	int n = options_of(c, o);

	printf("\t%s) words='", c->name);
	for (int i = 0; i < n; i++)
		printf(" --%s", o[i].name);
	printf("' ;;\n");
}

static void put_bash(const struct command *const *all)
{
	printf("# bash completion of nas\n_nas()\n{\n"
	       "\tlocal current=${COMP_WORDS[COMP_CWORD]} words=\n"
	       "\tlocal before=${COMP_WORDS[COMP_CWORD - 1]}\n"
	       "\tlocal command=${COMP_WORDS[1]}\n\n"
	       "\tif [ \"$COMP_CWORD\" -eq 1 ] || [ \"$before\" = help ]; then\n"
	       "\t\twords='");
	for (int i = 0; all[i]; i++)
		printf(" %s", all[i]->name);
	printf("'\n\telse\n\tcase \"$command $before\" in\n");
	for (int i = 0; all[i]; i++)
		bash_values(all[i]);
	printf("\tesac\n\tfi\n"
	       "\tif [ -z \"$words\" ] && [ \"${current#-}\" != \"$current\" ]; "
	       "then\n\tcase $command in\n");
	for (int i = 0; all[i]; i++)
		bash_names(all[i]);
	printf("\tesac\n\tfi\n"
	       "\tCOMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n}\n"
	       "complete -o default -F _nas nas\n");
}

/* ---- zsh ----------------------------------------------------------------- */

static void zsh_option(const struct cli_option *o)
{
	if (o->letter)
		printf(" \\\n\t\t\t'(-%c --%s)'{-%c,--%s}'[", o->letter, o->name,
		       o->letter, o->name);
	else
		printf(" \\\n\t\t\t'--%s[", o->name);
	put_quoted(o->help, true);
	printf("]");
	if (o->value) {
		printf(":");
		put_quoted(o->value, true);
		printf(has_choices(o) ? ":(" : ":_files");
		put_choices(o);
		printf(has_choices(o) ? ")" : "");
	}
	printf("'");
}

static void zsh_command(const struct command *c)
{
	struct cli_option o[CLI_VALUES_MAX + CLI_COMMON_MAX + 1];
	int n = options_of(c, o);

	printf("\t%s)\n\t\t_arguments", c->name);
	for (int i = 0; i < n; i++)
		zsh_option(&o[i]);
	printf(" \\\n\t\t\t'*:file:_files' ;;\n");
}

static void put_zsh(const struct command *const *all)
{
	printf("#compdef nas\n# zsh completion of nas\n_nas()\n{\n"
	       "\tlocal -a names\n\tnames=(");
	for (int i = 0; all[i]; i++) {
		printf("\n\t\t'%s:", all[i]->name);
		put_quoted(all[i]->help, true);
		printf("'");
	}
	printf(")\n\tif ((CURRENT == 2)); then\n"
	       "\t\t_describe command names\n\t\treturn\n\tfi\n"
	       "\tshift words\n\t((CURRENT--))\n\tcase $words[1] in\n");
	for (int i = 0; all[i]; i++)
		zsh_command(all[i]);
	printf("\tesac\n}\n"
	       "if [ \"$funcstack[1]\" = _nas ]; then\n\t_nas \"$@\"\nelse\n"
	       "\tcompdef _nas nas\nfi\n");
}

/* ---- fish ---------------------------------------------------------------- */

static void fish_option(const struct command *c, const struct cli_option *o)
{
	printf("complete -c nas -n '__fish_seen_subcommand_from %s' -l %s",
	       c->name, o->name);
	if (o->letter)
		printf(" -s %c", o->letter);
	if (o->value)
		printf(" -r");
	if (has_choices(o)) {
		printf(" -f -a '");
		put_choices(o);
		printf("'");
	}
	printf(" -d '");
	put_quoted(o->help, false);
	printf("'\n");
}

static void put_fish(const struct command *const *all)
{
	struct cli_option o[CLI_VALUES_MAX + CLI_COMMON_MAX + 1];

	printf("# fish completion of nas\n");
	for (int i = 0; all[i]; i++) {
		const struct command *c = all[i];
		int n = options_of(c, o);

		printf("complete -c nas -n __fish_use_subcommand -f -a %s -d '",
		       c->name);
		put_quoted(c->help, false);
		printf("'\n");
		for (int k = 0; k < n; k++)
			fish_option(c, &o[k]);
	}
}

/* ---- all of them --------------------------------------------------------- */

void help_completion(enum help_page shell, const struct command *const *all)
{
	static void (*const put[HELP_PAGES])(const struct command *const *all) = {
		[HELP_BASH] = put_bash,
		[HELP_ZSH] = put_zsh,
		[HELP_FISH] = put_fish,
	};

	put[shell](all);
}
