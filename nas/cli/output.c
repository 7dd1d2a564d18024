/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L /* S_ISREG */
#include "nas/cli/output.h"

#include <string.h>
#include <sys/stat.h>

#include "nas/cli/print.h"

/* A device or pipe is written to, never replaced. */
static bool is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

enum nas_status output_refuse_file(const struct cli *cli, const char *path,
				   struct nas_err *err)
{
	if (is_file(path) && !cli->force)
		return nas_fail(err, NAS_EIO, "'%.200s' exists; --force "
				"replaces it", path);
	return NAS_OK;
}

enum nas_status output_refuse_existing(const struct cli *cli,
				       struct nas_err *err)
{
	return cli->to_stdout ? NAS_OK
			      : output_refuse_file(cli, cli->output, err);
}

bool output_is_json(const struct cli *cli)
{
	size_t n = strlen(cli->output);

	if (cli->to_stdout)
		return cli->json;
	return n > 5 && strcmp(cli->output + n - 5, ".json") == 0;
}

enum nas_status output_write_text(const struct cli *cli,
				  const struct nas_text *text,
				  struct nas_err *err)
{
	if (cli->to_stdout) {
		say_text(text);
		return NAS_OK;
	}
	if (text_write(text, cli->output, err) != NAS_OK)
		return err->code;
	cli_note(cli, "'%s' is written", cli->output);
	return NAS_OK;
}

enum nas_status output_write_json(const struct cli *cli, cJSON *tree,
				  struct nas_err *err)
{
	struct nas_text t = {0};

	if (text_add_json(&t, tree, err) == NAS_OK)
		(void)!output_write_text(cli, &t, err);
	text_free(&t);
	return err->code;
}

enum nas_status output_refuse_filled(const struct cli *cli,
				     struct nas_err *err)
{
	bool empty = true;

	if (cli->output && !cli->force &&
	    file_dir_is_empty(cli->output, &empty, err) != NAS_OK)
		return err->code;
	if (!empty)
		return nas_fail(err, NAS_EIO, "'%.200s' is not empty; --force "
				"replaces what is in it", cli->output);
	return NAS_OK;
}

enum nas_status output_add_file(const struct cli *cli, const char *name,
				struct nas_text *text, struct nas_err *err)
{
	char path[4096];

	if (file_join(path, sizeof(path), cli->output, name, err) == NAS_OK)
		(void)!text_write(text, path, err);
	text_free(text);
	return err->code;
}
