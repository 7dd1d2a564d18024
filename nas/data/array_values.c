/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sizes and values of an array that was read. */
#include <stdlib.h>
#include <string.h>

#include "nas/data/array.h"

static const size_t sizes[] = {
	[ARRAY_UINT8] = 1,  [ARRAY_INT8] = 1,  [ARRAY_INT16] = 2,
	[ARRAY_INT32] = 4,  [ARRAY_INT64] = 8, [ARRAY_FLOAT] = 4,
	[ARRAY_DOUBLE] = 8,
};

size_t array_type_size(enum array_type type)
{
	return sizes[type];
}

bool array_fits(struct array *a, size_t bytes)
{
	size_t n = 1;

	for (int k = 0; k < a->rank; k++) {
		if (a->size[k] < 0 ||
		    __builtin_mul_overflow(n, (size_t)a->size[k], &n))
			return false;
	}
	a->count = n;
	return n <= bytes / sizes[a->type] && n * sizes[a->type] == bytes;
}

void array_free(struct array *a)
{
	free(a->owned);
	*a = (struct array){0};
}

/* Through memcpy: the data of .npy files need not be aligned. */
double array_get(const struct array *a, size_t i)
{
	const char *p = (const char *)a->data + i * sizes[a->type];
	int16_t i16;
	int32_t i32;
	int64_t i64;
	double d;
	float f;

	switch (a->type) {
	case ARRAY_UINT8:
		return (uint8_t)*p;
	case ARRAY_INT8:
		return (int8_t)*p;
	case ARRAY_INT16:
		memcpy(&i16, p, sizeof(i16));
		return i16;
	case ARRAY_INT32:
		memcpy(&i32, p, sizeof(i32));
		return i32;
	case ARRAY_INT64:
		memcpy(&i64, p, sizeof(i64));
		return (double)i64;
	case ARRAY_FLOAT:
		memcpy(&f, p, sizeof(f));
		return (double)f;
	case ARRAY_DOUBLE:
	default:
		memcpy(&d, p, sizeof(d));
		return d;
	}
}
