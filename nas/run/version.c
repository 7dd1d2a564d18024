/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/version.h"

#include <stdio.h>
#include <string.h>

#include "nas/base/embedded.h"

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

const struct nas_version_part version_parts[] = {
	{ "OpenMP", HAVE_OPENMP },
	{ "GLPK", NAS_GLPK },
	{ "MPI", NAS_MPI },
	{ 0 },
};

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

	snprintf(text, sizeof(text), "%.*s",
		 (int)strcspn(embedded_build_flags, "\n"),
		 embedded_build_flags);
	return text;
}

const char *version_features(void)
{
	static char text[128];
	size_t n = 0;

	for (int i = 0; version_parts[i].name; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s %s",
				      i ? ", " : "", version_parts[i].name,
				      version_parts[i].built_in ? "yes" : "no");
	return text;
}
