/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/import/tflite_flat.h - FlatBuffers: bytes that nobody vouches for.
 *
 * A table is known by its position. Its fields are found through a table of
 * offsets; whatever leads out of the file sets f->damaged to the position that
 * did so and reads as absent: check once after a group of reads.
 *
 * Usage:
 *	struct flat f = {bytes, n, 0};
 *	size_t model = flat_root(&f);
 *	struct flat_list codes = flat_tables(&f, model, 1);
 *	for (i = 0; i < codes.n; i++)
 *		use(flat_int(&f, flat_table_at(&f, &codes, i), 3, 4, 0));
 *	if (f.damaged)
 *		...
 *
 * Source: FlatBuffers' internals, https://flatbuffers.dev/internals/
 */
#ifndef SPACES_IMPORT_TFLITE_FLAT_H
#define SPACES_IMPORT_TFLITE_FLAT_H

#include <stddef.h>
#include <stdint.h>

struct flat {
	const uint8_t *bytes;
	size_t n;
	size_t damaged; /* first position that is wrong; 0 = none */
};

struct flat_list { /* n elements from position at; n = 0 when absent */
	size_t at, n;
};

size_t flat_root(struct flat *f); /* 0 when damaged */

/* Field i of a table: an integer of 1, 2, 4 or 8 bytes, a float, a table (0 =
 * absent), a list of elements of so many bytes. */
int64_t flat_int(struct flat *f, size_t table, int i, int bytes,
		 int64_t fallback);
float flat_float(struct flat *f, size_t table, int i, float fallback);
size_t flat_table(struct flat *f, size_t table, int i);
struct flat_list flat_list(struct flat *f, size_t table, int i, size_t bytes);

/* Elements of a list; i < list->n. */
int64_t flat_int_at(const struct flat *f, const struct flat_list *list,
		    size_t i, int bytes);
float flat_float_at(const struct flat *f, const struct flat_list *list,
		    size_t i);
size_t flat_table_at(struct flat *f, const struct flat_list *list, size_t i);

#endif
