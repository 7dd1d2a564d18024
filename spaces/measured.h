/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/measured.h - networks with measured accuracies, from the files that
 * have them.
 *
 * Read are
 *	our architecture JSON (spaces/arch.h), each with the key accuracy or
 *	accuracies
 *	NAS-Bench-Macro's file as it is (spaces/nas_bench_macro.h)
 *	CSV of MobileNets (spaces/mobilenet.h) with the columns model, width,
 *	resolution and accuracy; several accuracies, one a training seed, are
 *	accuracy, accuracy2, accuracy3, ... The usual other names are known:
 *	name, network; alpha, multiplier; image_size, input_size; top1, acc
 *
 * Usage:
 *	status = measured_read(&list, "table.csv", NULL, arena, err);
 *	list.arch[i].measured->accuracy
 */
#ifndef SPACES_MEASURED_H
#define SPACES_MEASURED_H

#include "spaces/arch.h"

/* "-" = standard input. column: the accuracies' in a CSV; NULL = as above.
 * Every network has measured and a name. NAS_EIO; NAS_EINPUT. */
enum nas_status measured_read(struct arch_list *list, const char *path,
			      const char *column, struct arena *arena,
			      struct nas_err *err) NAS_MUST_CHECK;

/* The CSV alone; text (n) is changed and must stay. */
enum nas_status measured_from_csv(struct arch_list *list, char *text, size_t n,
				  const char *source, const char *column,
				  struct arena *arena,
				  struct nas_err *err) NAS_MUST_CHECK;

#endif
