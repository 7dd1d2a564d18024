/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spaces/import/tflite_build.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define TYPE(x) ONNX__TENSOR_PROTO__DATA_TYPE__##x

enum nas_status build_bad(const struct build *b, const char *fmt, ...)
{
	char text[200];
	va_list args;

	if (b->err->code)
		return b->err->code;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (!b->op)
		return nas_fail_at(b->err, NAS_EINPUT, b->source, 0, 0, NULL,
				   "%s", text);
	return nas_fail_at(b->err, NAS_EINPUT, b->source, 0, 0, NULL,
			   "%s '%.60s': %s", b->op_name,
			   b->op->nout ? build_out(b, 0)->name : "", text);
}

const struct tflite_tensor *build_in(const struct build *b, int i)
{
	return i < b->op->nin && b->op->in[i] >= 0
		       ? &b->t.tensor[b->op->in[i]]
		       : NULL;
}

const struct tflite_tensor *build_out(const struct build *b, int i)
{
	return i < b->op->nout ? &b->t.tensor[b->op->out[i]] : NULL;
}

bool tflite_is_constant(const struct tflite_tensor *t)
{
	return t && t->data.n;
}

static size_t type_bytes(int type)
{
	switch (type) {
	case TFLITE_INT64:
		return 8;
	case TFLITE_FLOAT32:
	case TFLITE_INT32:
		return 4;
	case TFLITE_FLOAT16:
		return 2;
	case TFLITE_UINT8:
	case TFLITE_INT8:
	case TFLITE_INT4:
		return 1;
	default:
		return 0;
	}
}

static int onnx_type(int type)
{
	switch (type) {
	case TFLITE_INT64:
		return TYPE(INT64);
	case TFLITE_INT32:
		return TYPE(INT32);
	case TFLITE_FLOAT16:
		return TYPE(FLOAT16);
	case TFLITE_UINT8:
		return TYPE(UINT8);
	case TFLITE_FLOAT32:
		return TYPE(FLOAT);
	default:
		return TYPE(INT8);
	}
}

/* All numbers of a constant are there, of a type that is read. */
static enum nas_status check_constant(const struct build *b,
				      const struct tflite_tensor *t)
{
	size_t bytes = type_bytes(t->type);
	size_t want = t->type == TFLITE_INT4 ? (t->count + 1) / 2
					     : t->count * bytes;

	if (!bytes || t->sparse)
		return build_bad(b, "tensor '%.60s' is %s, which is not "
				 "supported", t->name,
				 t->sparse ? "sparse" : "of another type than "
				 "float, int8, uint8, int4, int32 or int64");
	if (t->data.n != want)
		return build_bad(b, "tensor '%.60s' has %zu bytes where its "
				 "shape has %zu", t->name, t->data.n, want);
	return NAS_OK;
}

int build_ints(struct build *b, int i, int64_t *x, int max)
{
	const struct tflite_tensor *t = build_in(b, i);

	if (!tflite_is_constant(t) || t->count > (size_t)max ||
	    (t->type != TFLITE_INT32 && t->type != TFLITE_INT64)) {
		build_bad(b, "input %d must be at most %d constant integers",
			  i, max);
		return -1;
	}
	if (check_constant(b, t) != NAS_OK)
		return -1;
	for (size_t k = 0; k < t->count; k++)
		x[k] = flat_int_at(&b->t.flat, &t->data, k,
				   (int)type_bytes(t->type));
	return (int)t->count;
}

static void no_memory(const struct build *b)
{
	if (!b->err->code)
		nas_fail(b->err, NAS_ENOMEM, "out of memory for '%.200s'",
			 b->source);
}

/* One more pointer at the end of a list in the arena. */
static bool push(struct build *b, void ***list, size_t *n, size_t *room,
		 void *x)
{
	if (*n == *room) {
		size_t more = *room ? 2 * *room : 64;
		void **bigger = NAS_NEW(b->arena, void *, more);

		if (!bigger) {
			no_memory(b);
			return false;
		}
		if (*n)
			memcpy(bigger, *list, *n * sizeof(*bigger));
		*list = bigger;
		*room = more;
	}
	(*list)[(*n)++] = x;
	return true;
}

const char *build_name(struct build *b)
{
	char name[40];
	const char *copy;

	snprintf(name, sizeof(name), "between_%d", b->names++);
	copy = arena_strdup(b->arena, name);
	if (!copy)
		no_memory(b);
	return copy;
}

/* A constant of the message with room for its bytes; NULL after a failure. */
static Onnx__TensorProto *constant(struct build *b, int type, int rank,
				   const int64_t *size, size_t bytes)
{
	Onnx__TensorProto *t = NAS_NEW(b->arena, Onnx__TensorProto, 1);
	const char *name = build_name(b);
	void **list = (void **)b->graph->initializer;
	size_t n = bytes;

	if (!t || !name) {
		no_memory(b);
		return NULL;
	}
	*t = (Onnx__TensorProto)ONNX__TENSOR_PROTO__INIT;
	t->name = (char *)(uintptr_t)name;
	t->dims = NAS_NEW(b->arena, int64_t, (size_t)rank + 1);
	t->n_dims = (size_t)rank;
	t->has_data_type = true;
	t->data_type = type;
	t->has_raw_data = true;
	for (int k = 0; k < rank && t->dims; k++) {
		t->dims[k] = size[k];
		n *= (size_t)size[k];
	}
	if (n / bytes > b->constants_max - b->constants) {
		build_bad(b, "more constants than a file of its size can hold");
		return NULL;
	}
	b->constants += n / bytes;
	t->raw_data.data = arena_alloc(b->arena, n, 1);
	t->raw_data.len = n;
	if (b->arena->failed ||
	    !push(b, &list, &b->graph->n_initializer, &b->constants_room, t)) {
		no_memory(b);
		return NULL;
	}
	b->graph->initializer = (Onnx__TensorProto **)list;
	return t;
}

static void put(uint8_t *to, uint64_t x, int bytes)
{
	for (int k = 0; k < bytes; k++)
		to[k] = (uint8_t)(x >> (8 * k));
}

/* Element k as its bytes; of INT4 the low half comes first. */
static uint64_t element(const struct build *b, const struct tflite_tensor *t,
			size_t k)
{
	uint64_t x;

	if (t->type != TFLITE_INT4)
		return (uint64_t)flat_int_at(&b->t.flat, &t->data, k,
					     (int)type_bytes(t->type));
	x = (uint64_t)flat_int_at(&b->t.flat, &t->data, k / 2, 1);
	x = (k % 2 ? x >> 4 : x) & 15;
	return x & 8 ? x | ~(uint64_t)15 : x;
}

/* Numbers of a list of the file, as floats or of a type of one byte or four. */
static const char *scales(struct build *b, const struct flat_list *list)
{
	int64_t size = (int64_t)list->n;
	Onnx__TensorProto *c = constant(b, TYPE(FLOAT), 1, &size, 4);

	for (size_t k = 0; c && k < list->n; k++)
		put(c->raw_data.data + 4 * k,
		    (uint64_t)flat_int_at(&b->t.flat, list, k, 4), 4);
	return c ? c->name : NULL;
}

static const char *zeros(struct build *b, const struct tflite_tensor *t)
{
	bool wide = t->type == TFLITE_INT32;
	int64_t size = (int64_t)t->scale.n;
	Onnx__TensorProto *c = constant(b, onnx_type(t->type), 1, &size,
					wide ? 4 : 1);

	for (size_t k = 0; c && k < t->scale.n; k++)
		put(c->raw_data.data + (wide ? 4 : 1) * k,
		    k < t->zero.n ? (uint64_t)flat_int_at(&b->t.flat, &t->zero,
							  k, 8) : 0,
		    wide ? 4 : 1);
	return c ? c->name : NULL;
}

/* The real values of levels; axis: of the scales, where there are more. */
static const char *dequantised(struct build *b, const struct tflite_tensor *t,
			       const char *x, int axis)
{
	const char *in[3] = {x, scales(b, &t->scale), zeros(b, t)};
	Onnx__NodeProto *n = in[1] && in[2]
				     ? build_node(b, "DequantizeLinear", in,
						  NULL)
				     : NULL;

	if (n)
		build_int(b, n, "axis", axis);
	return n ? n->output[0] : NULL;
}

const char *build_constant(struct build *b, const struct tflite_tensor *t,
			   int rank, const int *perm)
{
	int64_t size[GRAPH_RANK_MAX] = {0};
	size_t stride[GRAPH_RANK_MAX], step = 1, bytes = type_bytes(t->type);
	int missing = rank - t->rank, axis = 0;
	Onnx__TensorProto *c;

	if (check_constant(b, t) != NAS_OK)
		return NULL;
	if (missing < 0 || rank > GRAPH_RANK_MAX) {
		build_bad(b, "tensor '%.60s' has too many axes", t->name);
		return NULL;
	}
	for (int k = rank - 1; k >= 0; k--) {
		int of = k - missing;

		stride[k] = step;
		step *= of < 0 ? 1 : (size_t)t->size[of];
	}
	for (int k = 0; k < rank; k++) {
		int of = (perm ? perm[k] : k) - missing;

		size[k] = of < 0 ? 1 : t->size[of];
		if (of == t->axis)
			axis = k;
	}
	c = constant(b, onnx_type(t->type), rank, size, bytes);
	for (size_t k = 0; c && k < t->count; k++) {
		size_t rest = k, from = 0;

		for (int a = rank - 1; a >= 0; a--) {
			from += rest % (size_t)size[a] *
				stride[perm ? perm[a] : a];
			rest /= (size_t)size[a];
		}
		put(c->raw_data.data + k * bytes, element(b, t, from),
		    (int)bytes);
	}
	if (!c || !t->scale.n || t->type == TFLITE_FLOAT32)
		return c ? c->name : NULL;
	return dequantised(b, t, c->name, axis);
}

const char *build_number(struct build *b, float x)
{
	Onnx__TensorProto *c = constant(b, TYPE(FLOAT), 0, NULL, 4);
	uint32_t bits;

	memcpy(&bits, &x, sizeof(bits));
	if (c)
		put(c->raw_data.data, bits, 4);
	return c ? c->name : NULL;
}

const char *build_list(struct build *b, const int64_t *x, int n)
{
	int64_t size = n;
	Onnx__TensorProto *c = constant(b, TYPE(INT64), 1, &size, 8);

	for (int k = 0; c && k < n; k++)
		put(c->raw_data.data + 8 * k, (uint64_t)x[k], 8);
	return c ? c->name : NULL;
}

/* Converters join the names of what they fuse by semicolons. */
static char *first_name(struct build *b, const struct tflite_tensor *t)
{
	char *name = arena_strdup(b->arena, t->name);

	if (name && *name != ';')
		name[strcspn(name, ";")] = '\0';
	return name;
}

Onnx__NodeProto *build_node(struct build *b, const char *type,
			    const char *const in[3], const char *out)
{
	Onnx__NodeProto *n;
	void **list = (void **)b->graph->node;

	if (b->err->code)
		return NULL;
	n = NAS_NEW(b->arena, Onnx__NodeProto, 1);
	if (!out)
		out = build_name(b);
	if (n) {
		*n = (Onnx__NodeProto)ONNX__NODE_PROTO__INIT;
		n->input = NAS_NEW(b->arena, char *, 3);
		n->output = NAS_NEW(b->arena, char *, 1);
		n->attribute = NAS_NEW(b->arena, Onnx__AttributeProto *, 8);
	}
	if (b->arena->failed || !n || !out ||
	    !push(b, &list, &b->graph->n_node, &b->nodes_room, n)) {
		no_memory(b);
		return NULL;
	}
	b->graph->node = (Onnx__NodeProto **)list;
	n->op_type = (char *)(uintptr_t)type;
	n->name = b->op && b->op->nout ? first_name(b, build_out(b, 0)) : NULL;
	for (; n->n_input < 3 && in[n->n_input]; n->n_input++)
		n->input[n->n_input] = (char *)(uintptr_t)in[n->n_input];
	n->output[n->n_output++] = (char *)(uintptr_t)out;
	return n;
}

/* A new attribute; NULL after a failure. A node has at most 8. */
static Onnx__AttributeProto *attribute(struct build *b, Onnx__NodeProto *n,
				       const char *name)
{
	Onnx__AttributeProto *a = NAS_NEW(b->arena, Onnx__AttributeProto, 1);

	if (!a) {
		no_memory(b);
		return NULL;
	}
	*a = (Onnx__AttributeProto)ONNX__ATTRIBUTE_PROTO__INIT;
	a->name = (char *)(uintptr_t)name;
	n->attribute[n->n_attribute++] = a;
	return a;
}

void build_int(struct build *b, Onnx__NodeProto *n, const char *name,
	       int64_t x)
{
	Onnx__AttributeProto *a = attribute(b, n, name);

	if (a) {
		a->has_i = true;
		a->i = x;
	}
}

void build_ints_of(struct build *b, Onnx__NodeProto *n, const char *name,
		   const int64_t *x, int count)
{
	Onnx__AttributeProto *a = attribute(b, n, name);

	if (!a)
		return;
	a->ints = NAS_NEW(b->arena, int64_t, (size_t)count);
	if (!a->ints) {
		no_memory(b);
		return;
	}
	memcpy(a->ints, x, (size_t)count * sizeof(*x));
	a->n_ints = (size_t)count;
}

void build_real(struct build *b, Onnx__NodeProto *n, const char *name,
		float x)
{
	Onnx__AttributeProto *a = attribute(b, n, name);

	if (a) {
		a->has_f = true;
		a->f = x;
	}
}

void build_text(struct build *b, Onnx__NodeProto *n, const char *name,
		const char *x)
{
	Onnx__AttributeProto *a = attribute(b, n, name);

	if (a) {
		a->has_s = true;
		a->s.data = (uint8_t *)(uintptr_t)x;
		a->s.len = strlen(x);
	}
}

bool build_step(struct build *b, const char **x, const char *type,
		const char *second, const char *third)
{
	Onnx__NodeProto *n =
		build_node(b, type, (const char *[]){*x, second, third}, NULL);

	*x = n ? n->output[0] : NULL;
	return n != NULL;
}

static bool has_levels(const struct tflite_tensor *t)
{
	return t->type == TFLITE_INT8 || t->type == TFLITE_UINT8;
}

/* x becomes that name, if it is what the last node computes. */
static bool rename_last(struct build *b, const char *name, const char *x)
{
	Onnx__NodeProto *n = b->graph->n_node
				     ? b->graph->node[b->graph->n_node - 1]
				     : NULL;

	if (!n || n->output[0] != x)
		return false;
	n->output[0] = (char *)(uintptr_t)name;
	return true;
}

enum nas_status build_levels(struct build *b, const struct tflite_tensor *t,
			     const char *x, bool keep)
{
	const char *in[3] = {x, NULL, NULL};

	b->made[t - b->t.tensor] = true;
	if (has_levels(t) && t->scale.n != 1)
		return build_bad(b, "feature map '%.60s' has %zu scales, not "
				 "one", t->name, t->scale.n);
	if (!has_levels(t) && t->type != TFLITE_FLOAT32)
		return build_bad(b, "feature map '%.60s' must be of float, "
				 "int8 or uint8", t->name);
	if (!has_levels(t) || keep)
		return rename_last(b, t->name, x) ||
				       build_node(b, "Identity", in, t->name)
			       ? NAS_OK
			       : b->err->code;
	in[1] = scales(b, &t->scale);
	in[2] = in[1] ? zeros(b, t) : NULL;
	if (!in[2])
		return b->err->code;
	x = build_name(b);
	if (!x || !build_node(b, "QuantizeLinear", in, x))
		return b->err->code;
	in[0] = x;
	return build_node(b, "DequantizeLinear", in, t->name) ? NAS_OK
							      : b->err->code;
}
