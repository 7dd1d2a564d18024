/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/paper_network.h - what a row says of a network and how its layers
 * are measured, as nas sensitivity and nas allocate read it from options.
 *
 * Usage:
 *	status = paper_network_options(&how, row, arena, err);
 */
#ifndef NAS_RUN_PAPER_NETWORK_H
#define NAS_RUN_PAPER_NETWORK_H

#include "nas/run/paper.h"
#include "nas/run/sensitivity_of.h"

/* Lists live in arena. NAS_EINPUT names the key. */
enum nas_status paper_network_options(struct sensitivity_options *how,
				      const struct paper_row *row,
				      struct nas_arena *arena,
				      struct nas_err *err) NAS_MUST_CHECK;

/* "M" or "M,M,M" into out, a channel each; NULL leaves it as it is. NAS_EINPUT
 * names the key. */
enum nas_status paper_read_channels(const char *key, const char *text,
				    double low, float out[3],
				    struct nas_err *err) NAS_MUST_CHECK;

/* "N" or "HxW" into out, height and width; NULL leaves it as it is.
 * NAS_EINPUT names the key. */
enum nas_status paper_read_size(const char *key, const char *text, int out[2],
				struct nas_err *err) NAS_MUST_CHECK;

#endif
