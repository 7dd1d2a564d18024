/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spaces/export/flat_write.h"

#include <string.h>

static void add(struct nas_text *t, uint64_t x, int bytes)
{
	char raw[8];

	for (int k = 0; k < bytes; k++)
		raw[k] = (char)(uint8_t)(x >> (8 * k));
	text_addn(t, raw, (size_t)bytes);
}

/* Zeros, until the byte so much further on lies on a multiple. */
static void align(struct nas_text *t, size_t behind, size_t to)
{
	static const char zeros[16];

	text_addn(t, zeros, (to - (t->length + behind) % to) % to);
}

/* A list's number of elements; they come next, on a multiple. */
static size_t begin_list(struct nas_text *t, size_t n, size_t to)
{
	size_t at;

	align(t, 4, to);
	at = t->length;
	add(t, n, 4);
	return at;
}

static void put(struct nas_text *t, size_t at, uint32_t x, int bytes)
{
	for (int k = 0; k < bytes && at + 4 <= t->length; k++)
		t->data[at + (size_t)k] = (char)(uint8_t)(x >> (8 * k));
}

void flat_write_head(struct nas_text *t, const char *magic)
{
	add(t, 0, 4);
	text_addn(t, magic, 4);
}

void flat_write_point(struct nas_text *t, size_t from, size_t to)
{
	put(t, from, (uint32_t)(to - from), 4);
}

size_t flat_write_table(struct nas_text *t, struct flat_field *f, int n)
{
	size_t start, at;
	int slots = 0;

	for (int i = 0; i < n; i++)
		slots = f[i].slot + 1 > slots ? f[i].slot + 1 : slots;
	align(t, 0, 4);
	start = t->length;
	add(t, (uint64_t)(4 + 2 * slots), 2);
	add(t, (uint64_t)(4 + 4 * n), 2);
	for (int s = 0; s < slots; s++) {
		int i = 0;

		while (i < n && f[i].slot != s)
			i++;
		add(t, i < n ? (uint64_t)(4 + 4 * i) : 0, 2);
	}
	align(t, 0, 4);
	at = t->length;
	add(t, at - start, 4);
	for (int i = 0; i < n; i++) {
		f[i].at = t->length;
		add(t, f[i].bytes ? f[i].value : 0, 4);
	}
	return at;
}

size_t flat_write_ints(struct nas_text *t, const int32_t *x, int n)
{
	size_t at = begin_list(t, (size_t)n, 4);

	for (int i = 0; i < n; i++)
		add(t, (uint32_t)x[i], 4);
	return at;
}

size_t flat_write_floats(struct nas_text *t, const float *x, int n)
{
	size_t at = begin_list(t, (size_t)n, 4);

	for (int i = 0; i < n; i++) {
		uint32_t bits;

		memcpy(&bits, &x[i], sizeof(bits));
		add(t, bits, 4);
	}
	return at;
}

size_t flat_write_longs(struct nas_text *t, int64_t x, int n)
{
	size_t at = begin_list(t, (size_t)n, 8);

	for (int i = 0; i < n; i++)
		add(t, (uint64_t)x, 8);
	return at;
}

size_t flat_write_bytes(struct nas_text *t, const uint8_t *x, size_t n)
{
	size_t at = begin_list(t, n, 16);

	text_addn(t, (const char *)x, n);
	return at;
}

size_t flat_write_references(struct nas_text *t, int n)
{
	size_t at = begin_list(t, (size_t)n, 4);

	for (int i = 0; i < n; i++)
		add(t, 0, 4);
	return at;
}

size_t flat_write_text(struct nas_text *t, const char *s)
{
	size_t at = begin_list(t, strlen(s), 4);

	text_addn(t, s, strlen(s) + 1);
	return at;
}
