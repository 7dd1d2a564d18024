/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/paper_check.h - what must hold of a paper's parts together: names
 * that are there once, keys that the row's command takes, a reason wherever
 * there is no figure.
 *
 * Usage:
 *	.check = paper_check_row	in the form of a row
 */
#ifndef NAS_RUN_PAPER_CHECK_H
#define NAS_RUN_PAPER_CHECK_H

#include "nas/base/arena.h"
#include "nas/form/json.h"

#define PAPER_CHECK(name)                                                    \
	enum nas_status name(const struct json_doc *doc, const cJSON *node,  \
			     void *out, struct nas_arena *arena,             \
			     struct nas_err *err)
PAPER_CHECK(paper_check);
PAPER_CHECK(paper_check_table);
PAPER_CHECK(paper_check_column);
PAPER_CHECK(paper_check_row);

#endif
