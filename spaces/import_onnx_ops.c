/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The operators that are read, in the order of their names. */
#include <string.h>

#include "spaces/import_onnx.h"

static const struct import_op ops[] = {
	{ "Abs", import_unary, fold_unary, .code = GRAPH_ABS },
	{ "Add", import_binary, fold_binary, .code = GRAPH_ADD },
	{ "AveragePool", import_pool, NULL, .code = GRAPH_AVERAGE_POOL },
	{ "BatchNormalization", import_batch_norm, NULL },
	{ "Cast", import_cast, fold_cast },
	{ "Clip", import_clip, NULL },
	{ "Concat", import_concat, fold_concat },
	{ "Constant", NULL, fold_constant, .always = true },
	{ "ConstantOfShape", NULL, fold_constant_of_shape },
	{ "Conv", import_conv, NULL },
	{ "DequantizeLinear", import_dequantize, fold_dequantize },
	{ "Div", import_binary, fold_binary, .code = GRAPH_DIV },
	{ "Dropout", import_identity, fold_reshape },
	{ "Elu", import_unary, NULL, .code = GRAPH_ELU },
	{ "Exp", import_unary, fold_unary, .code = GRAPH_EXP },
	{ "Flatten", import_reshape, fold_reshape },
	{ "Floor", import_unary, fold_unary, .code = GRAPH_FLOOR },
	{ "Gather", NULL, fold_gather },
	{ "Gemm", import_gemm, NULL },
	{ "GlobalAveragePool", import_reduce, NULL,
	  .code = GRAPH_REDUCE_MEAN },
	{ "GlobalMaxPool", import_reduce, NULL, .code = GRAPH_REDUCE_MAX },
	{ "HardSigmoid", import_unary, NULL, .code = GRAPH_HARD_SIGMOID },
	{ "HardSwish", import_unary, NULL, .code = GRAPH_HARD_SWISH },
	{ "Identity", import_identity, fold_reshape },
	{ "LeakyRelu", import_unary, NULL, .code = GRAPH_LEAKY },
	{ "MatMul", import_matmul, NULL },
	{ "Max", import_binary, fold_binary, .code = GRAPH_MAX },
	{ "MaxPool", import_pool, NULL, .code = GRAPH_MAX_POOL },
	{ "Min", import_binary, fold_binary, .code = GRAPH_MIN },
	{ "Mul", import_binary, fold_binary, .code = GRAPH_MUL },
	{ "Neg", import_unary, fold_unary, .code = GRAPH_NEG },
	{ "Pad", import_pad, NULL },
	{ "Quant", import_quant, import_quant },
	{ "QuantizeLinear", import_quantize, NULL },
	{ "ReduceMax", import_reduce, fold_reduce, .code = GRAPH_REDUCE_MAX },
	{ "ReduceMean", import_reduce, fold_reduce,
	  .code = GRAPH_REDUCE_MEAN },
	{ "ReduceProd", NULL, fold_reduce, .code = GRAPH_MUL },
	{ "ReduceSum", import_reduce, fold_reduce, .code = GRAPH_REDUCE_SUM },
	{ "Relu", import_unary, fold_unary, .code = GRAPH_RELU },
	{ "Reshape", import_reshape, fold_reshape },
	{ "Round", import_unary, fold_unary, .code = GRAPH_ROUND },
	{ "Shape", NULL, fold_shape, .always = true },
	{ "Sigmoid", import_unary, NULL, .code = GRAPH_SIGMOID },
	{ "Slice", import_slice, fold_slice },
	{ "Softmax", import_softmax, NULL },
	{ "Split", import_split, NULL },
	{ "Sqrt", import_unary, fold_unary, .code = GRAPH_SQRT },
	{ "Squeeze", import_reshape, fold_reshape },
	{ "Sub", import_binary, fold_binary, .code = GRAPH_SUB },
	{ "Sum", import_binary, fold_binary, .code = GRAPH_ADD },
	{ "Tanh", import_unary, NULL, .code = GRAPH_TANH },
	{ "Transpose", import_transpose, fold_transpose },
	{ "Unsqueeze", import_reshape, fold_reshape },
};

const struct import_op *import_op_find(const char *name)
{
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if (strcmp(ops[i].name, name) == 0)
			return &ops[i];
	return NULL;
}
