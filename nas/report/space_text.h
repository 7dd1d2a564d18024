/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/report/space_text.h - a search space in a few words.
 *
 * Usage:
 *	space_text(&t, &space);
 *	"inputs 176x176x3\nstage 1: conv with kernel 3, width 8 to 32, ..."
 */
#ifndef NAS_REPORT_SPACE_TEXT_H
#define NAS_REPORT_SPACE_TEXT_H

#include "nas/base/file.h"
#include "spaces/space.h"

/* Text as it is, not HTML; a line for each stage. */
void space_text(struct nas_text *t, const struct nas_space *space);

#endif
