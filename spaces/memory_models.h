/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/memory_models.h - the function of each memory model.
 *
 * For the table in spaces/memory_model.c only; everybody else calls
 * memory_models[kind].live. Squeeze-and-excitation works on pooled 1x1 maps,
 * whose few elements no model counts.
 */
#ifndef SPACES_MEMORY_MODELS_H
#define SPACES_MEMORY_MODELS_H

#include "spaces/cost.h"

struct nas_live memory_tinyengine_live(const struct nas_block *b,
				       const struct nas_conv *c, int j,
				       const struct nas_place *in,
				       const struct nas_place *out);
struct nas_live memory_plain_live(const struct nas_block *b,
				  const struct nas_conv *c, int j,
				  const struct nas_place *in,
				  const struct nas_place *out);

#endif
