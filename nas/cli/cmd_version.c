/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas --version: version, how it was built, what is built in. */
#include <stdio.h>
#include <string.h>

#include "nas/form/json.h"
#include "nas/cli/embedded.h"
#include "nas/cli/help.h"
#include "nas/cli/print.h"

#ifndef NAS_GLPK
#define NAS_GLPK 1 /* the build sets 0 where it leaves it out */
#endif

#ifndef NAS_MPI
#define NAS_MPI 0 /* the build sets 1 where MPI is found */
#endif

#ifdef _OPENMP
#define HAVE_OPENMP 1
#else
#define HAVE_OPENMP 0
#endif

static const struct {
	const char *name;
	int built_in;
} features[] = {
	{ "OpenMP", HAVE_OPENMP },
	{ "GLPK", NAS_GLPK },
	{ "MPI", NAS_MPI },
};

#define NFEATURES (sizeof(features) / sizeof(features[0]))

const char *version_compiler(void)
{
#ifdef __VERSION__
	return __VERSION__;
#else
	return "unknown";
#endif
}

const char *version_flags(void)
{
	static char text[2048];

	snprintf(text, sizeof(text), "%.*s", (int)strcspn(build_flags, "\n"),
		 build_flags);
	return text;
}

const char *version_features(void)
{
	static char text[128];
	size_t n = 0;

	for (size_t i = 0; i < NFEATURES; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s %s",
				      i ? ", " : "", features[i].name,
				      features[i].built_in ? "yes" : "no");
	return text;
}

static enum nas_status run(const struct cli *cli, struct nas_err *err)
{
	cJSON *o, *built;

	if (!cli->json) {
		printf("nas %s\nbuilt in: %s\ncompiler: %s\nflags: %s\n",
		       NAS_VERSION, version_features(), version_compiler(),
		       version_flags());
		return NAS_OK;
	}
	o = json_add_string(cJSON_CreateObject(), "program", NAS_PROGRAM);
	json_add_string(o, "version", NAS_VERSION);
	built = cJSON_CreateObject();
	for (size_t i = 0; i < NFEATURES; i++)
		json_add_bool(built, features[i].name, features[i].built_in);
	json_add(o, "built_in", built);
	json_add_string(o, "compiler", version_compiler());
	json_add_string(o, "flags", version_flags());
	return print_json(o, err);
}

const struct command cmd_version = {
	"version", "", "version, build flags, what is built in",
	"nas --version", NULL, 0, 0, run,
};
