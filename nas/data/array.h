/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/data/array.h - arrays of numbers in files: NumPy's .npy, and IDX.
 *
 * Usage:
 *	status = array_read(&a, "x.npy", err);
 *	if (a.type == ARRAY_UINT8)
 *		use((const uint8_t *)a.data, a.size, a.rank);
 *	array_free(&a);
 *
 * IDX is Fashion-MNIST's form, and may be compressed by gzip. Data is in the
 * machine's byte order afterwards. Fortran order is refused.
 */
#ifndef NAS_DATA_ARRAY_H
#define NAS_DATA_ARRAY_H

#include <stdbool.h>
#include <stdint.h>

#include "nas/base/err.h"

#define ARRAY_RANK_MAX	6
#define ARRAY_BYTES_MAX ((size_t)4 << 30)

enum array_type {
	ARRAY_UINT8,
	ARRAY_INT8,
	ARRAY_INT16,
	ARRAY_INT32,
	ARRAY_INT64,
	ARRAY_FLOAT,
	ARRAY_DOUBLE
};

struct array {
	enum array_type type;
	int rank;
	int64_t size[ARRAY_RANK_MAX];
	size_t count;
	const void *data; /* (count), anywhere in owned */
	char *owned;
};

bool array_is_file(const char *path); /* by its name */
enum nas_status array_read(struct array *a, const char *path,
			   struct nas_err *err) NAS_MUST_CHECK;
void array_free(struct array *a);

size_t array_type_size(enum array_type type);
double array_get(const struct array *a, size_t i);

/* Write floats as .npy; size (rank). */
enum nas_status npy_write(const char *path, const float *x, int rank,
			  const int64_t *size,
			  struct nas_err *err) NAS_MUST_CHECK;

/* One form each; bytes are owned by the array from then on, also when the
 * call fails. */
enum nas_status npy_parse(struct array *a, char *bytes, size_t n,
			  const char *source,
			  struct nas_err *err) NAS_MUST_CHECK;
enum nas_status idx_read(struct array *a, const char *path,
			 struct nas_err *err) NAS_MUST_CHECK;

/* Sizes are positive and fill so many bytes; sets count. */
bool array_fits(struct array *a, size_t bytes);

#endif
