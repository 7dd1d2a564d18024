/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/result_dir.h - a folder for results that are written at the end.
 *
 * Usage:
 *	status = result_dir_open("fronts/a", force, "pareto.html",
 *				 "pareto.json", "front", err);
 */
#ifndef NAS_RUN_RESULT_DIR_H
#define NAS_RUN_RESULT_DIR_H

#include <stdbool.h>

#include "nas/base/err.h"

/* Make the folder, or take an empty one; by force also one that holds the
 * file that is written first or the last one, which show that it is the folder
 * of such a result (what: "comparison"), be it of a program that was killed.
 * NAS_EIO. */
enum nas_status result_dir_open(const char *dir, bool force, const char *first,
				const char *last, const char *what,
				struct nas_err *err) NAS_MUST_CHECK;

#endif
