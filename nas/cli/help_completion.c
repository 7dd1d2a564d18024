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

/* put for each option of the command: its own, then the common ones. */
static void each_option(const struct command *c,
			void (*put)(const struct command *c,
				    const struct cli_option *o))
{
	struct cli_option common[CLI_COMMON_MAX + 1];

	for (const struct cli_option *o = c->options; o && o->name; o++)
		put(c, o);
	cli_common_options(c, common);
	for (const struct cli_option *o = common; o->name; o++)
		put(c, o);
}

/* ---- bash ---------------------------------------------------------------- */

static void bash_values(const struct command *c, const struct cli_option *o)
{
	if (!has_choices(o))
		return;
	printf("\t'%s --%s'", c->name, o->name);
	if (o->letter)
		printf(" | '%s -%c'", c->name, o->letter);
	printf(") words='");
	put_choices(o);
	printf("' ;;\n");
}

static void bash_name(const struct command *c, const struct cli_option *o)
{
	(void)c;
	printf(" --%s", o->name);
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
		each_option(all[i], bash_values);
	printf("\tesac\n\tfi\n"
	       "\tif [ -z \"$words\" ] && [ \"${current#-}\" != \"$current\" ]; "
	       "then\n\tcase $command in\n");
	for (int i = 0; all[i]; i++) {
		printf("\t%s) words='", all[i]->name);
		each_option(all[i], bash_name);
		printf("' ;;\n");
	}
	printf("\tesac\n\tfi\n"
	       "\tCOMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n}\n"
	       "complete -o default -F _nas nas\n");
}

/* ---- zsh ----------------------------------------------------------------- */

static void zsh_option(const struct command *c, const struct cli_option *o)
{
	(void)c;
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
	for (int i = 0; all[i]; i++) {
		printf("\t%s)\n\t\t_arguments", all[i]->name);
		each_option(all[i], zsh_option);
		printf(" \\\n\t\t\t'*:file:_files' ;;\n");
	}
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
	printf("# fish completion of nas\n");
	for (int i = 0; all[i]; i++) {
		const struct command *c = all[i];

		printf("complete -c nas -n __fish_use_subcommand -f -a %s -d '",
		       c->name);
		put_quoted(c->help, false);
		printf("'\n");
		each_option(c, fish_option);
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
