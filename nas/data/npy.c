/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * NumPy's .npy: "\x93NUMPY", version, length of the header, the header as a
 * Python dictionary {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4)},
 * the numbers.
 */
#include <stdlib.h>
#include <string.h>

#include "nas/data/array.h"
#include "nas/base/file.h"

static const struct {
	const char *descr;
	enum array_type type;
} types[] = {
	{"|u1", ARRAY_UINT8}, {"|b1", ARRAY_UINT8},  {"|i1", ARRAY_INT8},
	{"<i2", ARRAY_INT16}, {"<i4", ARRAY_INT32},  {"<i8", ARRAY_INT64},
	{"<f4", ARRAY_FLOAT}, {"<f8", ARRAY_DOUBLE},
};

/* What follows 'key': in the header, NULL when it is not there. */
static const char *value_of(const char *header, const char *key)
{
	const char *p = strstr(header, key);

	p = p ? strchr(p, ':') : NULL;
	return p ? p + 1 + strspn(p + 1, " ") : NULL;
}

static bool read_type(struct array *a, const char *p)
{
	for (size_t i = 0; p && i < sizeof(types) / sizeof(types[0]); i++)
		if (strncmp(p + 1, types[i].descr, 3) == 0 && p[4] == *p) {
			a->type = types[i].type;
			return true;
		}
	return false;
}

static bool read_shape(struct array *a, const char *p)
{
	char *end;

	if (!p || *p++ != '(')
		return false;
	while (a->rank < ARRAY_RANK_MAX) {
		p += strspn(p, " ,");
		if (*p == ')')
			return true;
		a->size[a->rank] = strtoll(p, &end, 10);
		if (end == p)
			return false;
		a->rank++;
		p = end;
	}
	return p[strspn(p, " ,")] == ')';
}

/* Where the header begins and how long it is; 0 = not this form. */
static size_t header_of(const unsigned char *b, size_t n, size_t *length)
{
	size_t begin;

	if (n < 12 || memcmp(b, "\x93NUMPY", 6) != 0 || b[6] < 1 || b[6] > 3)
		return 0;
	begin = b[6] == 1 ? 10 : 12;
	*length = b[8] | (size_t)b[9] << 8;
	if (b[6] > 1)
		*length |= (size_t)b[10] << 16 | (size_t)b[11] << 24;
	return *length <= n - begin ? begin : 0;
}

enum nas_status npy_parse(struct array *a, char *bytes, size_t n,
			  const char *source, struct nas_err *err)
{
	char header[1024];
	size_t length = 0;
	size_t begin = header_of((const unsigned char *)bytes, n, &length);
	const char *order;

	*a = (struct array){.owned = bytes};
	if (!begin || length >= sizeof(header)) {
		array_free(a);
		return nas_fail_at(err, NAS_EINPUT, source, 0, 0, NULL,
				   "is not a NumPy array, or is damaged");
	}
	memcpy(header, bytes + begin, length);
	header[length] = '\0';
	order = value_of(header, "'fortran_order'");
	a->data = bytes + begin + length;
	if (read_type(a, value_of(header, "'descr'")) && order &&
	    strncmp(order, "False", 5) == 0 &&
	    read_shape(a, value_of(header, "'shape'")) &&
	    array_fits(a, n - begin - length))
		return NAS_OK;
	array_free(a);
	return nas_fail_at(err, NAS_EINPUT, source, 0, 0, NULL,
			   "is not a complete array of little-endian floats "
			   "or integers in C order");
}

enum nas_status npy_write(const char *path, const float *x, int rank,
			  const int64_t *size, struct nas_err *err)
{
	static const char magic[] = "\x93NUMPY\x01";
	char header[256];
	struct nas_text t = {0};
	size_t n = 4, used;

	used = (size_t)snprintf(header, sizeof(header),
				"{'descr': '<f4', "
				"'fortran_order': False, 'shape': (");
	for (int k = 0; k < rank && k < ARRAY_RANK_MAX; k++) {
		n *= (size_t)size[k];
		used += (size_t)snprintf(header + used, sizeof(header) - used,
					 "%lld, ", (long long)size[k]);
	}
	used += (size_t)snprintf(header + used, sizeof(header) - used, "), }");
	/* Magic, version, two bytes of length and header fill 64s. */
	while ((10 + used + 1) % 64)
		header[used++] = ' ';
	header[used++] = '\n';
	text_addn(&t, magic, sizeof(magic)); /* with the minor version, 0 */
	text_addn(&t, (const char[]){(char)(used & 255), (char)(used >> 8)}, 2);
	text_addn(&t, header, used);
	text_addn(&t, (const char *)x, n);
	if (text_write(&t, path, err) != NAS_OK) {
		text_free(&t);
		return err->code;
	}
	text_free(&t);
	return NAS_OK;
}
