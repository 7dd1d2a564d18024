/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ONNX tensors: raw bytes or typed fields, of the types that weights have. */
#include <string.h>

#include "spaces/import/import_onnx.h"

#define TYPE(x) ONNX__TENSOR_PROTO__DATA_TYPE__##x

static float half_to_float(uint16_t h)
{
	uint32_t sign = (uint32_t)(h & 0x8000) << 16, e = h >> 10 & 31;
	uint32_t bits, m = h & 1023;
	float f;

	if (e == 0) { /* zero or a subnormal: m * 2^-24 */
		f = (float)m * 0x1p-24f;
		return sign ? -f : f;
	}
	bits = sign | (e == 31 ? 0x7f800000 : (e + 112) << 23) | m << 13;
	memcpy(&f, &bits, sizeof(f));
	return f;
}

/* Bytes of an element in raw data; 0 = a type that is not read. */
static size_t type_size(int type)
{
	switch (type) {
	case TYPE(DOUBLE):
	case TYPE(INT64):
		return 8;
	case TYPE(FLOAT):
	case TYPE(INT32):
	case TYPE(UINT32):
		return 4;
	case TYPE(FLOAT16):
	case TYPE(INT16):
	case TYPE(UINT16):
		return 2;
	case TYPE(INT8):
	case TYPE(UINT8):
	case TYPE(BOOL):
		return 1;
	default:
		return 0;
	}
}

static bool type_is_float(int type)
{
	return type == TYPE(FLOAT) || type == TYPE(DOUBLE) ||
	       type == TYPE(FLOAT16);
}

/* Raw data is little-endian whatever the machine. */
static uint64_t little(const uint8_t *p, size_t size)
{
	uint64_t x = 0;

	for (size_t k = 0; k < size; k++)
		x |= (uint64_t)p[k] << (8 * k);
	return x;
}

static float raw_float(const uint8_t *p, int type)
{
	uint64_t bits = little(p, type_size(type));
	uint32_t bits32 = (uint32_t)bits;
	double d;
	float f;

	if (type == TYPE(FLOAT16))
		return half_to_float((uint16_t)bits);
	if (type == TYPE(FLOAT)) {
		memcpy(&f, &bits32, sizeof(f));
		return f;
	}
	memcpy(&d, &bits, sizeof(d));
	return (float)d;
}

static int64_t raw_int(const uint8_t *p, int type)
{
	size_t size = type_size(type);
	uint64_t x = little(p, size), top = (uint64_t)1 << (8 * size - 1);
	bool is_signed = type != TYPE(UINT8) && type != TYPE(UINT16) &&
			 type != TYPE(UINT32) && type != TYPE(BOOL);

	if (is_signed && size < 8 && x & top)
		x -= top << 1;
	return (int64_t)x;
}

static void from_raw(struct value *v, const Onnx__TensorProto *t, size_t k)
{
	const uint8_t *p = t->raw_data.data + k * type_size(t->data_type);

	if (v->kind == VALUE_FLOAT)
		v->f[k] = raw_float(p, t->data_type);
	else
		v->i[k] = raw_int(p, t->data_type);
}

/* Element k of the field that this type uses. */
static void from_field(struct value *v, const Onnx__TensorProto *t, size_t k)
{
	if (t->data_type == TYPE(FLOAT))
		v->f[k] = t->float_data[k];
	else if (t->data_type == TYPE(DOUBLE))
		v->f[k] = (float)t->double_data[k];
	else if (t->data_type == TYPE(FLOAT16))
		v->f[k] = half_to_float((uint16_t)t->int32_data[k]);
	else if (t->data_type == TYPE(INT64))
		v->i[k] = t->int64_data[k];
	else if (t->data_type == TYPE(UINT32))
		v->i[k] = (int64_t)(t->uint64_data[k] & UINT32_MAX);
	else
		v->i[k] = t->int32_data[k];
}

static size_t field_length(const Onnx__TensorProto *t)
{
	switch (t->data_type) {
	case TYPE(FLOAT):
		return t->n_float_data;
	case TYPE(DOUBLE):
		return t->n_double_data;
	case TYPE(INT64):
		return t->n_int64_data;
	case TYPE(UINT32):
		return t->n_uint64_data;
	default:
		return t->n_int32_data;
	}
}

/* Sizes of a tensor whose numbers are all there: so that a few bytes cannot
 * ask for gigabytes. */
static enum nas_status read_sizes(struct importer *im, const char *name,
				  const Onnx__TensorProto *t, int *size)
{
	size_t bytes = type_size(t->data_type), n = 1, there;

	if (t->n_dims > GRAPH_RANK_MAX)
		return import_bad(im, "tensor '%.60s' has more than %d axes",
				  name, GRAPH_RANK_MAX);
	for (size_t k = 0; k < t->n_dims; k++) {
		if (t->dims[k] < 0 || t->dims[k] > GRAPH_VALUES_MAX)
			return import_bad(im,
					  "tensor '%.60s' has invalid size "
					  "%lld",
					  name, (long long)t->dims[k]);
		size[k] = (int)t->dims[k];
		n = n > GRAPH_VALUES_MAX ? n : n * (size_t)size[k];
	}
	there = t->has_raw_data ? t->raw_data.len / bytes : field_length(t);
	if (n != there || (t->has_raw_data && t->raw_data.len % bytes))
		return import_bad(im,
				  "tensor '%.60s' has %zu numbers where "
				  "its shape has %zu",
				  name, there, n);
	return NAS_OK;
}

enum nas_status value_from_tensor(struct importer *im, struct value *v,
				  const Onnx__TensorProto *t)
{
	int size[GRAPH_RANK_MAX];

	if (!type_size(t->data_type))
		return import_bad(im,
				  "tensor '%.60s' has data type %d, which "
				  "is not supported",
				  v->name, t->data_type);
	if (t->n_external_data || t->data_location)
		return import_bad(im,
				  "tensor '%.60s' is in another file, "
				  "which is not supported",
				  v->name);
	if (read_sizes(im, v->name, t, size) != NAS_OK ||
	    value_make(im, v,
		       type_is_float(t->data_type) ? VALUE_FLOAT : VALUE_INT,
		       (int)t->n_dims, size) != NAS_OK)
		return im->err->code;
	v->is_int8 = t->data_type == TYPE(INT8);
	for (size_t k = 0; k < v->count; k++)
		if (t->has_raw_data)
			from_raw(v, t, k);
		else
			from_field(v, t, k);
	return NAS_OK;
}
