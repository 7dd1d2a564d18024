/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spaces/import/tflite_flat.h"

#include <stdbool.h>
#include <string.h>

static bool damage(struct flat *f, size_t at)
{
	if (!f->damaged)
		f->damaged = at ? at : 1;
	return false;
}

/* n bytes from there are inside; place is blamed if not. */
static bool inside(struct flat *f, size_t at, size_t n, size_t place)
{
	return (at <= f->n && n <= f->n - at) || damage(f, place);
}

static uint64_t little(const struct flat *f, size_t at, int bytes)
{
	uint64_t x = 0;

	for (int k = 0; k < bytes; k++)
		x |= (uint64_t)f->bytes[at + (size_t)k] << (8 * k);
	return x;
}

static int64_t sign_extended(uint64_t x, int bytes)
{
	uint64_t top = (uint64_t)1 << (8 * bytes - 1);

	return bytes == 8 || !(x & top) ? (int64_t)x
					: (int64_t)x - (int64_t)(top << 1);
}

/* What an offset at a position leads to, with n bytes there. */
static size_t follow(struct flat *f, size_t at, size_t n)
{
	uint64_t to;

	if (!inside(f, at, 4, at))
		return 0;
	to = at + little(f, at, 4);
	return to < f->n && inside(f, (size_t)to, n, at) ? (size_t)to
							 : (damage(f, at), 0);
}

/* Position of field i with so many bytes, 0 = absent. */
static size_t field(struct flat *f, size_t table, int i, size_t bytes)
{
	size_t slot = 4 + 2 * (size_t)i, offset;
	int64_t map;

	if (!table || !inside(f, table, 4, table))
		return 0;
	map = (int64_t)table - sign_extended(little(f, table, 4), 4);
	if (map < 0 || !inside(f, (size_t)map, 4, table))
		return damage(f, table), 0;
	if (little(f, (size_t)map, 2) < slot + 2)
		return 0;
	if (!inside(f, (size_t)map, slot + 2, table))
		return 0;
	offset = little(f, (size_t)map + slot, 2);
	if (!offset || !inside(f, table + offset, bytes, table))
		return 0;
	return table + offset;
}

size_t flat_root(struct flat *f)
{
	return follow(f, 0, 4);
}

int64_t flat_int(struct flat *f, size_t table, int i, int bytes,
		 int64_t fallback)
{
	size_t at = field(f, table, i, (size_t)bytes);

	return at ? sign_extended(little(f, at, bytes), bytes) : fallback;
}

static float as_float(const struct flat *f, size_t at)
{
	uint32_t bits = (uint32_t)little(f, at, 4);
	float x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

float flat_float(struct flat *f, size_t table, int i, float fallback)
{
	size_t at = field(f, table, i, 4);

	return at ? as_float(f, at) : fallback;
}

size_t flat_table(struct flat *f, size_t table, int i)
{
	size_t at = field(f, table, i, 4);

	return at ? follow(f, at, 4) : 0;
}

struct flat_list flat_list(struct flat *f, size_t table, int i, size_t bytes)
{
	size_t at = flat_table(f, table, i);
	struct flat_list list = {0};

	if (!at)
		return list;
	list.at = at + 4;
	list.n = (size_t)little(f, at, 4);
	if (list.n > (f->n - list.at) / bytes) {
		damage(f, at);
		list.n = 0;
	}
	return list;
}

int64_t flat_int_at(const struct flat *f, const struct flat_list *list,
		    size_t i, int bytes)
{
	return sign_extended(
		little(f, list->at + i * (size_t)bytes, bytes), bytes);
}

float flat_float_at(const struct flat *f, const struct flat_list *list,
		    size_t i)
{
	return as_float(f, list->at + 4 * i);
}

size_t flat_table_at(struct flat *f, const struct flat_list *list, size_t i)
{
	return follow(f, list->at + 4 * i, 4);
}
