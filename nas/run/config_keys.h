/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/config_keys.h - every key of a config, from the tables that check
 * them.
 *
 * Usage:
 *	status = config_keys(&keys, "search", arena, err);
 *	keys.options[0].help
 */
#ifndef NAS_RUN_CONFIG_KEYS_H
#define NAS_RUN_CONFIG_KEYS_H

#include "nas/base/arena.h"
#include "nas/base/err.h"

struct config_key {
	char *key;	  /* "search.max_evals", "space.stages.N.kernel" */
	const char *type; /* "integer", "bytes", ... */
	char *range;	  /* "1..6", ">0..", "a|b"; "" = no bounds */
	const char *fallback; /* JSON text; "required", "none" */
	const char *unit;     /* "" = none */
	const char *help;
};

struct config_keys {
	int schema; /* 0: nas/options/1 */
	int noptions;
	struct config_key *options; /* (noptions) */
};

/* Those that begin with prefix; NULL = all. NAS_ENOMEM. */
enum nas_status config_keys(struct config_keys *out, const char *prefix,
			    struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

extern const struct form config_keys_form; /* writes it */

#endif
