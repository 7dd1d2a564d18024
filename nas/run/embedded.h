/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/embedded.h - text that the build puts into the library (Makefile):
 * configs/imagenet-7.0g.json, for 'nas bench' without a file, and the flags
 * it was built with. Internal to libnas and nas.
 *
 * Usage:
 *	status = config_parse(&config, bench_config_text, bench_config_name,
 *			      NULL, 0, arena, err);
 */
#ifndef NAS_RUN_EMBEDDED_H
#define NAS_RUN_EMBEDDED_H

extern const char bench_config_text[], bench_config_name[];
extern const char build_flags[]; /* ends in a newline */

#endif
