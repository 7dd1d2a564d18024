/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas --version: version, how it was built, what is built in. */
#include <stdio.h>

#include "nas/cli/help.h"
#include "nas/cli/print.h"
#include "nas/run/version.h"

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	cJSON *o, *built;

	if (!cli->json) {
		say("nas %s\nbuilt in: %s\ncompiler: %s\nflags: %s\n",
		    NAS_VERSION, version_features(), version_compiler(),
		    version_flags());
		return NAS_OK;
	}
	o = json_add_string(json_object("nas/version/1"), "program", NAS_PROGRAM);
	json_add_string(o, "version", NAS_VERSION);
	built = cJSON_CreateObject();
	for (int i = 0; version_parts[i].name; i++)
		json_add_bool(built, version_parts[i].name,
			      version_parts[i].built_in);
	json_add(o, "built_in", built);
	json_add_string(o, "compiler", version_compiler());
	json_add_string(o, "flags", version_flags());
	return print_json(o, err);
}

const struct command cmd_version = {
	"version", "", "version, build flags, what is built in",
	"nas --version", NULL, 0, 0, run,
	CLI_FORMAT,
};
