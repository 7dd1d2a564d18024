/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/measured.h - networks with measured accuracies.
 *
 * A file of architectures (spaces/arch.h) of which each says what it reaches:
 * accuracy, a number, or accuracies, one a training seed. Tables that others
 * publish become such files by tests/tools/measured.py.
 *
 * Usage:
 *	status = measured_read(&list, "table.json", arena, err);
 *	list.arch[i].measured->accuracy
 */
#ifndef SPACES_MEASURED_H
#define SPACES_MEASURED_H

#include "spaces/arch.h"

/* "-" = standard input. Every network has measured and a name. NAS_EIO;
 * NAS_EINPUT: also a network without accuracy, or nothing to rank: one network
 * alone, or all of one accuracy. */
enum nas_status measured_read(struct nas_arch_list *list, const char *path,
			      struct nas_arena *arena,
			      struct nas_err *err) NAS_MUST_CHECK;

/* The same of several files, one behind the other. */
enum nas_status measured_read_all(struct nas_arch_list *list,
				  const char *const *path, int npaths,
				  struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

#endif
