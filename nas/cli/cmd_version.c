/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas --version: version, how it was built, what is built in. */
#include <stdio.h>

#include "nas/cli/help.h"
#include "nas/cli/print.h"
#include "nas/run/listing.h"
#include "nas/run/version.h"

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	if (!cli->json) {
		say("nas %s\nbuilt in: %s\ncompiler: %s\nflags: %s\n",
		    NAS_VERSION, version_features(), version_compiler(),
		    version_flags());
		return NAS_OK;
	}
	return print_json(version_json(), err);
}

const struct command cmd_version = {
	"version", "", "version, build flags, what is built in",
	"nas --version", NULL, 0, 0, run,
	CLI_FORMAT,
};
