/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/space_fit.h - does a block fit a stage, and if not, why.
 *
 * Private to space_encode.c. Each function counts what the stage does not
 * offer, 0 = the block fits, and says it in why unless that is NULL:
 * "kernel 7 (allowed: 3, 5), bits_w 6 (allowed: 2, 4, 8)".
 */
#ifndef SPACES_SPACE_FIT_H
#define SPACES_SPACE_FIT_H

#include "nas/base/file.h"
#include "spaces/space.h"

/* As the first block of the stage. */
int stage_misfit_first(const struct nas_stage *st, const struct nas_block *b,
		       struct nas_text *why);

/* As a later one, behind first; g: the stage's width and expansion. */
int stage_misfit_inner(const struct nas_stage *st, const struct nas_gene *g,
		       const struct nas_block *first, const struct nas_block *b,
		       struct nas_text *why);

/* Kernel and expansion of an inner block that fits, where it has its own. */
uint8_t stage_shape(const struct nas_stage *st, int width,
		    const struct nas_block *b);

/* The bits of a block that fits. */
uint8_t stage_bits(const struct nas_stage *st, const struct nas_block *b);

/* One of a list's values; its index, else -1. */
int choice_find(const int *list, int n, int value);

/* "3, 5", or "16 to 64 in steps of 8" for three and more. */
void text_add_choices(struct nas_text *t, const int *list, int n);

#endif
