/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/cli/embedded.h - text that the build puts into the program (Makefile):
 * configs/imagenet-7.0g.json, for 'nas bench' without a file, and the flags
 * it was built with.
 *
 * Usage:
 *	status = config_parse(&config, bench_config_text, bench_config_name,
 *			      NULL, 0, arena, err);
 */
#ifndef NAS_CLI_EMBEDDED_H
#define NAS_CLI_EMBEDDED_H

extern const char bench_config_text[], bench_config_name[];
extern const char build_flags[]; /* ends in a newline */

#endif
