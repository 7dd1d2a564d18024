/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/version.h - which library this is, and how it was built.
 *
 * Usage:
 *	printf("%s: %s\n", NAS_VERSION, version_features());
 */
#ifndef NAS_RUN_VERSION_H
#define NAS_RUN_VERSION_H

#include <stdbool.h>

#ifndef NAS_VERSION
#define NAS_VERSION "0.0.0" /* the build sets it */
#endif
#define NAS_PROGRAM "nas"

struct nas_version_part { /* an optional part of the library */
	const char *name;
	bool built_in;
};

extern const struct nas_version_part version_parts[]; /* name NULL ends */

/* What is built in, "OpenMP yes, GLPK yes, ...". */
const char *version_features(void);
const char *version_compiler(void);
const char *version_flags(void); /* compilers and their flags */

#endif
