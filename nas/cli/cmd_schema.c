/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas schema: the JSON Schema of a file format, from the table that checks
 * it. */
#include "nas/cli/print.h"
#include "nas/run/formats.h"
#include "nas/run/listing.h"

static enum nas_status list(const struct cli *cli, struct nas_err *err)
{
	if (cli->json)
		return print_json(schemas_json(), err);
	for (int i = 0; i < nfile_formats; i++)
		say("%-20s %s\n", file_formats[i].name, format_title(&file_formats[i]));
	return NAS_OK;
}

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	const struct file_format *f;

	if (cli->nargs == 0)
		return list(cli, err);
	f = format_find(cli->arg[0]);
	return f ? print_json(format_schema(f), err)
		 : format_unknown(cli->arg[0], err);
}

const struct command cmd_schema = {
	"schema", "[NAME]", "list the file formats, or print the JSON Schema of "
	"one", "nas schema config", NULL, 0, 1, run,
	CLI_FORMAT,
};
