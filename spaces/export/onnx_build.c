/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spaces/export/onnx_build.h"

#include <math.h>
#include <string.h>

#define FLOAT ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT
#define INT8  ONNX__TENSOR_PROTO__DATA_TYPE__INT8
#define INT32 ONNX__TENSOR_PROTO__DATA_TYPE__INT32

/* most for one layer, and for what stands around it in a block */
#define NODES_PER_LAYER	  20
#define TENSORS_PER_LAYER 6
#define TENSORS_SHARED	  (3 * (ARCH_BITS_MAX + 1) + 8)

#define INPUTS(...) ((const char *const[]){__VA_ARGS__, NULL})

const char *const onnx_form_names[ONNX_FORMS] = {"standard", "qonnx"};

struct builder {
	struct onnx_graph *g;
	const struct onnx_net *net;
	enum onnx_form form;
	int next;			  /* layer */
	bool has_bits[ARCH_BITS_MAX + 1]; /* constants of this width exist */
	bool has_zero, has_gate;
};

static bool is_head(const struct onnx_layer *l)
{
	return strcmp(l->name, "head") == 0;
}

/* The constants of a width: bounds of the levels, or the width itself. */
static void add_bits(struct builder *b, int bits)
{
	struct onnx_graph *g = b->g;
	double half = ldexp(1, bits - 1);

	if (b->has_bits[bits])
		return;
	b->has_bits[bits] = true;
	if (b->form == ONNX_QONNX) {
		onnx_tensor_float(g, onnx_text(g, "bits%d", bits), (float)bits);
		if (!b->has_zero)
			onnx_tensor_float(g, "zero", 0);
		b->has_zero = true;
		return;
	}
	onnx_tensor_float(g, onnx_text(g, "int%d_min", bits), (float)-half);
	onnx_tensor_float(g, onnx_text(g, "int%d_max", bits),
			  (float)(half - 1));
}

static void add_quant(struct builder *b, const char *x, const char *scale,
		      int bits, const char *name, const char *out)
{
	struct onnx_graph *g = b->g;
	Onnx__NodeProto *node;

	add_bits(b, bits);
	node = onnx_node(
		g, "Quant", onnx_text(g, "%s/Quant", name), out,
		INPUTS(x, scale, "zero", onnx_text(g, "bits%d", bits)));
	if (node)
		node->domain = onnx_text(g, "%s", ONNX_QUANT_DOMAIN);
	onnx_attribute_int(g, node, "signed", 1);
	onnx_attribute_int(g, node, "narrow", 0);
	onnx_attribute_text(g, node, "rounding_mode", "ROUND");
}

/* x fake-quantised, with the name of the result. */
static char *add_levels(struct builder *b, const char *x, const char *scale,
			int bits, const char *name)
{
	struct onnx_graph *g = b->g;
	char *out = onnx_text(g, "%s/quantised", name);
	char *steps = onnx_text(g, "%s/steps", name);
	char *round = onnx_text(g, "%s/rounded", name);
	char *clip = onnx_text(g, "%s/levels", name);

	if (b->form == ONNX_QONNX) {
		add_quant(b, x, scale, bits, name, out);
		return out;
	}
	add_bits(b, bits);
	onnx_node(g, "Div", onnx_text(g, "%s/Div", name), steps,
		  INPUTS(x, scale));
	onnx_node(g, "Round", onnx_text(g, "%s/Round", name), round,
		  INPUTS(steps));
	onnx_node(g, "Clip", onnx_text(g, "%s/Clip", name), clip,
		  INPUTS(round, onnx_text(g, "int%d_min", bits),
			 onnx_text(g, "int%d_max", bits)));
	onnx_node(g, "Mul", onnx_text(g, "%s/Mul", name), out,
		  INPUTS(clip, scale));
	return out;
}

static float *weight_values(struct builder *b, const struct onnx_layer *l)
{
	size_t n = (size_t)l->out * l->fan;
	float *x = NAS_NEW(b->g->arena, float, n);
	const int8_t *small = l->weight;
	const int32_t *large = l->weight;
	bool is_small = onnx_weight_size(l->bits_w) == 1;

	for (size_t i = 0; x && i < n; i++)
		x[i] = (is_small ? (float)small[i] : (float)large[i]) *
		       l->scale[i / l->fan];
	return x;
}

/* The weights of a layer, ready for a Conv to read as names->weight. */
static void add_weights(struct builder *b, const struct onnx_layer *l,
			const struct onnx_names *names)
{
	struct onnx_graph *g = b->g;
	size_t n = (size_t)l->out * l->fan, size = onnx_weight_size(l->bits_w);
	struct onnx_shape shape, scale;
	Onnx__NodeProto *node;

	onnx_weight_shape(&shape, l);
	onnx_scale_shape(&scale, l, b->form);
	if (!l->bits_w) {
		onnx_tensor(g, names->weight, FLOAT, &shape, l->weight,
			    n * sizeof(float));
		return;
	}
	onnx_tensor(g, names->weight_scale, FLOAT, &scale, l->scale,
		    (size_t)l->out * sizeof(float));
	if (b->form == ONNX_QONNX) {
		onnx_tensor(g, names->levels, FLOAT, &shape,
			    weight_values(b, l), n * sizeof(float));
		add_quant(b, names->levels, names->weight_scale, l->bits_w,
			  names->weight, names->weight);
		return;
	}
	onnx_tensor(g, names->levels, size == 1 ? INT8 : INT32, &shape,
		    l->weight, n * size);
	node = onnx_node(g, "DequantizeLinear",
			 onnx_text(g, "%s/DequantizeLinear", names->weight),
			 names->weight,
			 INPUTS(names->levels, names->weight_scale));
	onnx_attribute_int(g, node, "axis", 0);
}

static void add_conv_node(struct builder *b, const struct onnx_layer *l,
			  const struct onnx_names *names, const char *x,
			  const char *out)
{
	struct onnx_graph *g = b->g;
	int64_t k = l->kernel, s = l->stride, p = k / 2;
	Onnx__NodeProto *node;

	node = onnx_node(
		g, is_head(l) ? "Gemm" : "Conv",
		onnx_text(g, "%s/%s", l->name, is_head(l) ? "Gemm" : "Conv"),
		out, INPUTS(x, names->weight, names->bias));
	if (is_head(l)) {
		onnx_attribute_int(g, node, "transB", 1);
		return;
	}
	onnx_attribute_int(g, node, "group", l->groups);
	onnx_attribute_ints(g, node, "kernel_shape", (int64_t[]){k, k}, 2);
	onnx_attribute_ints(g, node, "pads", (int64_t[]){p, p, p, p}, 4);
	onnx_attribute_ints(g, node, "strides", (int64_t[]){s, s}, 2);
}

/* The next layer on x, its result under the name out. Returns its input as
 * it was quantised. */
static const char *add_layer(struct builder *b, const char *x, const char *out,
			     bool relu)
{
	const struct onnx_layer *l = &b->net->layer[b->next++];
	struct onnx_graph *g = b->g;
	struct onnx_shape channels = {1, {l->out}};
	struct onnx_names names;
	char *before = onnx_text(g, "%s/out", l->name);

	onnx_names(&names, l);
	if (l->bits_a) {
		onnx_tensor_float(g, names.input_scale, l->input_scale);
		x = add_levels(b, x, names.input_scale, l->bits_a,
			       onnx_text(g, "%s.input", l->name));
	}
	add_weights(b, l, &names);
	onnx_tensor(g, names.bias, FLOAT, &channels, l->bias,
		    (size_t)l->out * sizeof(float));
	add_conv_node(b, l, &names, x, relu ? before : out);
	if (relu)
		onnx_node(g, "Relu", onnx_text(g, "%s/Relu", l->name), out,
			  INPUTS(before));
	return x;
}

static void add_gate_constants(struct builder *b, bool quantised)
{
	if (b->has_gate)
		return;
	b->has_gate = true;
	onnx_tensor_float(b->g, "three", 3);
	onnx_tensor_float(b->g, "six", 6);
	if (quantised)
		onnx_tensor_float(b->g, "gate_scale", ONNX_GATE_SCALE);
	if (!b->has_zero)
		onnx_tensor_float(b->g, "zero", 0);
	b->has_zero = true;
}

/* Squeeze-and-excitation on x. Returns the name of the result. */
static char *add_squeeze(struct builder *b, const char *x, int i)
{
	struct onnx_graph *g = b->g;
	bool quantised = b->net->layer[b->next].bits_a > 0;
	char *name = onnx_text(g, "blocks.%d.gate", i);
	char *t[6];

	for (int k = 0; k < 6; k++)
		t[k] = onnx_text(g, "%s/%d", name, k);
	add_gate_constants(b, quantised);
	onnx_node(g, "GlobalAveragePool", onnx_text(g, "%s/Pool", name), t[0],
		  INPUTS(x));
	add_layer(b, t[0], t[1], true);
	add_layer(b, t[1], t[2], false);
	onnx_node(g, "Add", onnx_text(g, "%s/Add", name), t[3],
		  INPUTS(t[2], "three"));
	onnx_node(g, "Clip", onnx_text(g, "%s/Clip6", name), t[4],
		  INPUTS(t[3], "zero", "six"));
	onnx_node(g, "Div", onnx_text(g, "%s/Div6", name), t[5],
		  INPUTS(t[4], "six"));
	if (quantised)
		t[5] = add_levels(b, t[5], "gate_scale", ONNX_GATE_BITS, name);
	onnx_node(g, "Mul", onnx_text(g, "%s/Scale", name),
		  onnx_text(g, "%s/out", name), INPUTS(x, t[5]));
	return onnx_text(g, "%s/out", name);
}

static void add_residual(struct builder *b, int i, const char *shortcut,
			 const char *y, const char *out)
{
	struct onnx_graph *g = b->g;
	int64_t s = b->net->arch.block[i].stride;
	char *pooled = onnx_text(g, "blocks.%d.shortcut", i);
	Onnx__NodeProto *node;

	if (s > 1) {
		node = onnx_node(g, "AveragePool",
				 onnx_text(g, "%s/AveragePool", pooled), pooled,
				 INPUTS(shortcut));
		onnx_attribute_int(g, node, "ceil_mode", 1);
		onnx_attribute_int(g, node, "count_include_pad", 0);
		onnx_attribute_ints(g, node, "kernel_shape", (int64_t[]){s, s},
				    2);
		onnx_attribute_ints(g, node, "strides", (int64_t[]){s, s}, 2);
		shortcut = pooled;
	}
	onnx_node(g, "Add", onnx_text(g, "blocks.%d/Add", i), out,
		  INPUTS(y, shortcut));
}

static void add_block(struct builder *b, int i, const char *x, const char *out)
{
	const struct block *block = &b->net->arch.block[i];
	int n = block_kinds[block->kind].nconvs;
	bool residual = block_has_residual(block);
	const char *shortcut = x, *seen;

	for (int j = 0; j < n; j++) {
		bool last = j + 1 == n;
		const char *y = onnx_text(b->g, "blocks.%d.%d", i, j);

		if (last && !residual)
			y = out;
		seen = add_layer(b, x, y, block->kind != BLOCK_MBCONV || !last);
		if (j == 0)
			shortcut = seen;
		x = j == 1 && block->squeeze ? add_squeeze(b, y, i) : y;
	}
	if (residual)
		add_residual(b, i, shortcut, x, out);
}

/* All blocks; a backbone's stages become outputs. Returns the last result. */
static const char *add_blocks(struct builder *b)
{
	const struct arch *a = &b->net->arch;
	struct place p = place_input(a->height, a->width);
	const char *x = "image";
	int stage = 0;

	for (int i = 0; i < a->nblocks; i++) {
		bool end = arch_ends_stage(a, i) && a->head.classes == 0;
		const char *out = end ? onnx_text(b->g, "stage%d", ++stage)
				      : onnx_text(b->g, "blocks.%d", i);

		add_block(b, i, x, out);
		x = out;
		p = place_after(&p, a->block[i].stride);
		if (end)
			onnx_output(b->g, out,
				    &(struct onnx_shape){4,
							 {-1, a->block[i].out,
							  p.height, p.width}});
	}
	return x;
}

static void add_head(struct builder *b, const char *x)
{
	struct onnx_shape shape = {2, {-1, b->net->arch.head.classes}};

	onnx_node(b->g, "GlobalAveragePool", "head/Pool", "head.pooled",
		  INPUTS(x));
	onnx_node(b->g, "Flatten", "head/Flatten", "head.flat",
		  INPUTS("head.pooled"));
	add_layer(b, "head.flat", "logits", false);
	onnx_output(b->g, "logits", &shape);
}

enum nas_status onnx_build(struct onnx_graph *g, const struct onnx_net *net,
			   enum onnx_form form, struct arena *arena,
			   struct nas_err *err)
{
	const struct arch *a = &net->arch;
	struct builder b = {.g = g, .net = net, .form = form};
	size_t n = (size_t)net->nlayers;
	const char *x;

	if (!onnx_graph_init(g, arena, n * NODES_PER_LAYER + 8,
			     n * TENSORS_PER_LAYER + TENSORS_SHARED))
		return nas_fail(err, NAS_ENOMEM, "out of memory for the ONNX graph");
	onnx_input(g, "image",
		   &(struct onnx_shape){
			   4, {-1, a->channels, a->height, a->width}});
	x = add_blocks(&b);
	if (a->head.classes > 0)
		add_head(&b, x);
	return arena->failed
		       ? nas_fail(err, NAS_ENOMEM, "out of memory for the ONNX graph")
		       : NAS_OK;
}
