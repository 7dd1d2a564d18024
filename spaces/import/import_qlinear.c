/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * QLinearConv and its like: an operator between DequantizeLinear and
 * QuantizeLinear, which is what they are defined as. They become these nodes
 * before anything else is read.
 */
#include <string.h>

#include "spaces/import/import_onnx.h"

#define NODES_A_NODE 6 /* but of QLinearConcat */

/* Where a node's inputs are: maps of three inputs each (numbers, scale, zero
 * point), a bias that is not quantised itself, scale and zero point of what it
 * makes. */
static const struct qlinear {
	const char *name, *op;
	int maps, bias, out; /* inputs; bias -1 = none */
} kinds[] = {
	{"QGemm", "Gemm", 2, 6, 7},
	{"QLinearAdd", "Add", 2, -1, 6},
	{"QLinearAveragePool", "AveragePool", 1, -1, 3},
	{"QLinearConcat", "Concat", 0, -1, 0},
	{"QLinearConv", "Conv", 2, 8, 6},
	{"QLinearGlobalAveragePool", "GlobalAveragePool", 1, -1, 3},
	{"QLinearLeakyRelu", "LeakyRelu", 1, -1, 3},
	{"QLinearMatMul", "MatMul", 2, -1, 6},
	{"QLinearMul", "Mul", 2, -1, 6},
	{"QLinearSigmoid", "Sigmoid", 1, -1, 3},
	{"QLinearSoftmax", "Softmax", 1, -1, 3},
};

struct expansion {
	const Onnx__NodeProto *from;
	Onnx__GraphProto *to;
	int names;
	struct nas_arena *arena;
};

static char *new_name(struct expansion *x)
{
	char text[40];

	snprintf(text, sizeof(text), "nas/qlinear/%d", x->names++);
	return arena_strdup(x->arena, text);
}

/* A node of up to three inputs; empty ones at the end are left out. */
static Onnx__NodeProto *add(struct expansion *x, const char *op, char *a,
			    char *b, char *c, char *out)
{
	Onnx__NodeProto *n = NAS_NEW(x->arena, Onnx__NodeProto, 1);
	char *in[3] = {a, b, c};

	if (!n)
		return NULL;
	*n = (Onnx__NodeProto)ONNX__NODE_PROTO__INIT;
	n->op_type = (char *)(uintptr_t)op;
	n->name = x->from->name && *x->from->name ? x->from->name
						     : x->from->output[0];
	n->input = NAS_NEW(x->arena, char *, 3);
	n->output = NAS_NEW(x->arena, char *, 1);
	if (x->arena->failed)
		return NULL;
	for (; n->n_input < 3 && in[n->n_input] && *in[n->n_input]; n->n_input++)
		n->input[n->n_input] = in[n->n_input];
	n->output[n->n_output++] = out;
	x->to->node[x->to->n_node++] = n;
	return n;
}

static char *input(const struct expansion *x, size_t i)
{
	return i < x->from->n_input ? x->from->input[i] : NULL;
}

/* axis: of the scales, where there are several. */
static char *dequantise(struct expansion *x, char *levels, char *scale,
			char *zero, int64_t axis)
{
	char *name = new_name(x);
	Onnx__NodeProto *n =
		add(x, "DequantizeLinear", levels, scale, zero, name);
	Onnx__AttributeProto *a = NAS_NEW(x->arena, Onnx__AttributeProto, 1);

	if (!n || !a)
		return name;
	*a = (Onnx__AttributeProto)ONNX__ATTRIBUTE_PROTO__INIT;
	a->name = (char *)(uintptr_t)"axis";
	a->has_i = true;
	a->i = axis;
	n->attribute = NAS_NEW(x->arena, Onnx__AttributeProto *, 1);
	if (n->attribute)
		n->attribute[n->n_attribute++] = a;
	return name;
}

static char *dequantised(struct expansion *x, size_t first, int64_t axis)
{
	return dequantise(x, input(x, first), input(x, first + 1),
			  input(x, first + 2), axis);
}

/* Integers whose scale is the product of those of both maps. */
static char *bias_of(struct expansion *x, int bias)
{
	char *integers = bias < 0 ? NULL : input(x, (size_t)bias), *scale;

	if (!integers || !*integers)
		return NULL;
	scale = new_name(x);
	add(x, "Mul", input(x, 1), input(x, 4), NULL, scale);
	return dequantise(x, integers, scale, NULL, 0);
}

static void add_output(struct expansion *x, char *real, size_t first)
{
	add(x, "QuantizeLinear", real, input(x, first), input(x, first + 1),
	    x->from->output[0]);
}

static bool has_transposed(const Onnx__NodeProto *n)
{
	for (size_t k = 0; k < n->n_attribute; k++)
		if (strcmp(n->attribute[k]->name, "transB") == 0)
			return n->attribute[k]->i != 0;
	return false;
}

static void expand(struct expansion *x, const struct qlinear *k)
{
	bool conv = strcmp(k->op, "Conv") == 0;
	char *map[2] = {NULL, NULL}, *real, *bias;
	Onnx__NodeProto *n;

	for (int i = 0; i < k->maps; i++)
		map[i] = dequantised(x, 3 * (size_t)i,
				     i == 0 || conv || has_transposed(x->from)
					     ? 0
					     : 1);
	bias = bias_of(x, k->bias);
	real = new_name(x);
	n = add(x, k->op, map[0], map[1], bias, real);
	if (n) {
		n->attribute = x->from->attribute;
		n->n_attribute = x->from->n_attribute;
	}
	add_output(x, real, (size_t)k->out);
}

static void expand_concat(struct expansion *x)
{
	size_t maps = (x->from->n_input - 2) / 3;
	char **in = NAS_NEW(x->arena, char *, maps + 1), *real = new_name(x);
	Onnx__NodeProto *n;

	for (size_t i = 0; in && i < maps; i++)
		in[i] = dequantised(x, 2 + 3 * i, 0);
	n = add(x, "Concat", NULL, NULL, NULL, real);
	if (n && in) {
		n->input = in;
		n->n_input = maps;
		n->attribute = x->from->attribute;
		n->n_attribute = x->from->n_attribute;
	}
	add_output(x, real, 0);
}

static const struct qlinear *kind_of(const Onnx__NodeProto *n)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (n->op_type && strcmp(n->op_type, kinds[i].name) == 0)
			return &kinds[i];
	return NULL;
}

static size_t room_of(const Onnx__GraphProto *g, bool *any)
{
	size_t room = 0;

	*any = false;
	for (size_t i = 0; i < g->n_node; i++) {
		bool is = kind_of(g->node[i]) != NULL;

		*any |= is;
		room += is ? NODES_A_NODE + g->node[i]->n_input : 1;
	}
	return room;
}

const Onnx__GraphProto *import_expanded(const struct importer *im)
{
	struct expansion x = {.arena = im->arena};
	bool any;
	size_t room = room_of(im->file, &any);

	if (!any)
		return im->file;
	x.to = NAS_NEW(im->arena, Onnx__GraphProto, 1);
	if (!x.to)
		return NULL;
	*x.to = *im->file;
	x.to->node = NAS_NEW(im->arena, Onnx__NodeProto *, room);
	x.to->n_node = 0;
	for (size_t i = 0; i < im->file->n_node && !im->arena->failed; i++) {
		const struct qlinear *k = kind_of(im->file->node[i]);

		x.from = im->file->node[i];
		if (!k || x.from->n_output != 1 || x.from->n_input < 2)
			x.to->node[x.to->n_node++] = im->file->node[i];
		else if (k->maps)
			expand(&x, k);
		else
			expand_concat(&x);
	}
	return im->arena->failed ? NULL : x.to;
}
