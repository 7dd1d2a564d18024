/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/nas_bench_macro.h - the networks of NAS-Bench-Macro (Su et al., CVPR
 * 2021), from its published file.
 *
 * The file is one object, a member a network: the key has a digit for each of
 * the eight layers, the value test_acc (one a training seed), mean_acc, params
 * and flops (multiply-accumulates). A network is
 *	conv 3x3, 3 -> 32, on 32 x 32 images
 *	layers in stages of 2, 3, 3 with 64, 128, 256 channels, stride 2 at
 *	each stage's first: digit 0 = identity, a 1x1 conv where the shape
 *	changes; 1 = mbconv of kernel 3 and expansion 3; 2 = of kernel 5 and
 *	expansion 6 (of the input); shortcuts where the shape stays
 *	conv 1x1, 256 -> 1280; global pooling; classifier
 * The number of classes is the one that params asks for (10 for CIFAR-10).
 * A member whose params or flops are not its network's is refused.
 *
 * Usage:
 *	if (nas_bench_macro_is(doc.root))
 *		status = nas_bench_macro_from_json(&list, &doc, arena, err);
 */
#ifndef SPACES_NAS_BENCH_MACRO_H
#define SPACES_NAS_BENCH_MACRO_H

#include "spaces/arch.h"

#define NAS_BENCH_MACRO_LAYERS 8

bool nas_bench_macro_is(const cJSON *root); /* by its first member */

/* NAS_EINPUT with all that is wrong and its places; NAS_ENOMEM. */
enum nas_status nas_bench_macro_from_json(struct arch_list *list,
					  const struct json_doc *doc,
					  struct arena *arena,
					  struct nas_err *err) NAS_MUST_CHECK;

/* The network of a key, NAS_BENCH_MACRO_LAYERS of the digits 0 .. 2. */
enum nas_status nas_bench_macro_make(struct arch *arch, const char *key,
				     int classes, struct arena *arena,
				     struct nas_err *err) NAS_MUST_CHECK;

#endif
