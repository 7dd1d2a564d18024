/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas options: every key of a config, from the tables that check them. */
#include "nas/cli/print.h"
#include "nas/form/form.h"
#include "nas/run/config_keys.h"

#define RANGE_COLUMNS 64 /* of a table: JSON has the whole */

/* A long list of choices ends with "|...". */
static void shorten(struct nas_text *range)
{
	size_t n = RANGE_COLUMNS - 4;

	if (range->failed || range->length <= RANGE_COLUMNS)
		return;
	while (n > 0 && range->data[n] != '|')
		n--;
	range->length = n;
	text_add(range, "|...");
}

static void print_keys(const struct config_keys *keys)
{
	struct nas_text rows = { 0 };

	text_add(&rows, "key\ttype\trange\tdefault\tmeaning\n");
	for (int i = 0; i < keys->noptions; i++) {
		const struct config_key *k = &keys->options[i];
		struct nas_text range = { 0 };

		text_add(&range, k->range);
		shorten(&range);
		text_addf(&rows, "%s\t%s\t", k->key, k->type);
		text_take(&rows, &range);
		text_addf(&rows, "\t%s\t%s\n", k->fallback, k->help);
	}
	print_table(&rows);
	text_free(&rows);
}

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	struct config_keys keys;

	if (config_keys(&keys, cli->nargs ? cli->arg[0] : NULL, cli->arena,
			err) != NAS_OK)
		return err->code;
	if (cli->json)
		return print_json(form_write(&config_keys_form, &keys), err);
	print_keys(&keys);
	return NAS_OK;
}

const struct command cmd_options = {
	"options", "[PREFIX]", "list the keys of a config: type, range, "
	"default, meaning", "nas options search", NULL, 0, 1, run,
	CLI_FORMAT,
};
