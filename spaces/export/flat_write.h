/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/export/flat_write.h - FlatBuffers, written from the front: a table first, then
 * what it points at.
 *
 * Usage:
 *	struct flat_field f[2] = {{.slot = 0, .bytes = 4, .value = 3},
 *				  {.slot = 1}};          a reference
 *	flat_write_head(&t, "TFL3");
 *	flat_write_point(&t, FLAT_ROOT, flat_write_table(&t, f, 2));
 *	flat_write_point(&t, f[1].at, flat_write_text(&t, "name"));
 *
 * Positions are those of t. When memory is out t->failed says so, and what is
 * written means nothing.
 *
 * Source: FlatBuffers' internals, https://flatbuffers.dev/internals/
 */
#ifndef SPACES_EXPORT_FLAT_WRITE_H
#define SPACES_EXPORT_FLAT_WRITE_H

#include <stdint.h>

#include "nas/base/file.h"

#define FLAT_ROOT 0 /* where the file points at its root */

struct flat_field {
	int slot;
	int bytes;	/* 1 or 4 of a number, 0 of a reference */
	uint32_t value; /* of a number, in its low bytes */
	size_t at;	/* where it lies, once written */
};

void flat_write_head(struct nas_text *t, const char *magic);
size_t flat_write_table(struct nas_text *t, struct flat_field *f, int n);
/* The reference at one position leads to what begins at another. */
void flat_write_point(struct nas_text *t, size_t from, size_t to);

/* Lists: of numbers of 4 bytes, of 8 (the same n times), of bytes (on 16), of
 * references, which lie at the list's position + 4 + 4 i; a text. */
size_t flat_write_ints(struct nas_text *t, const int32_t *x, int n);
size_t flat_write_floats(struct nas_text *t, const float *x, int n);
size_t flat_write_longs(struct nas_text *t, int64_t x, int n);
size_t flat_write_bytes(struct nas_text *t, const uint8_t *x, size_t n);
size_t flat_write_references(struct nas_text *t, int n);
size_t flat_write_text(struct nas_text *t, const char *s);

#endif
