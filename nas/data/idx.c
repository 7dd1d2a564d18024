/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * IDX, the form of MNIST: two zeros, type, rank, sizes as big-endian 32-bit
 * numbers, bytes. zlib reads it compressed or not.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "nas/base/file.h"
#include "nas/data/array.h"

#define TYPE_BYTES 8 /* unsigned */
#define PIECE	   ((size_t)1 << 20)

static enum nas_status bad(struct array *a, const char *path,
			   struct nas_err *err)
{
	bool memory = errno == ENOMEM;

	array_free(a);
	if (memory)
		return file_fail(err, "read", path, ENOMEM);
	return nas_fail_at(err, NAS_EINPUT, path, 0, 0, NULL,
			   "is not an IDX file of bytes, or is damaged");
}

static bool read_header(gzFile f, struct array *a)
{
	unsigned char b[4 + 4 * ARRAY_RANK_MAX];
	int rank;

	if (gzread(f, b, 4) != 4 || b[0] || b[1] || b[2] != TYPE_BYTES)
		return false;
	rank = b[3];
	if (rank < 1 || rank > ARRAY_RANK_MAX ||
	    gzread(f, b, (unsigned)rank * 4) != rank * 4)
		return false;
	a->rank = rank;
	for (int k = 0; k < rank; k++)
		a->size[k] = (int64_t)b[4 * k] << 24 | b[4 * k + 1] << 16 |
			     b[4 * k + 2] << 8 | b[4 * k + 3];
	a->type = ARRAY_UINT8;
	return true;
}

/* Grow with what is really there: a header is easily wrong. */
static bool read_bytes(gzFile f, struct array *a, size_t want)
{
	size_t have = 0, room = 0;
	char *more;
	int n;

	while (have < want) {
		if (have == room) {
			room = room ? 2 * room : PIECE;
			room = room < want ? room : want;
			more = realloc(a->owned, room);
			if (!more)
				return false;
			a->owned = more;
		}
		n = gzread(
			f, a->owned + have,
			(unsigned)(room - have < PIECE ? room - have : PIECE));
		if (n <= 0)
			return false;
		have += (size_t)n;
	}
	a->data = a->owned;
	return true;
}

enum nas_status idx_read(struct array *a, const char *path, struct nas_err *err)
{
	size_t want = 1;
	gzFile f;
	bool ok;

	*a = (struct array){0};
	errno = 0; /* zlib says only that it failed */
	f = gzopen(path, "rb");
	if (!f)
		return file_fail(err, "read", path, errno ? errno : ENOMEM);
	ok = read_header(f, a);
	for (int k = 0; ok && k < a->rank; k++)
		ok = !__builtin_mul_overflow(want, (size_t)a->size[k], &want) &&
		     want <= ARRAY_BYTES_MAX;
	ok = ok && read_bytes(f, a, want) && array_fits(a, want);
	gzclose(f);
	return ok ? NAS_OK : bad(a, path, err);
}
