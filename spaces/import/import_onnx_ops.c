/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The operators that are read, in the order of their names. */
#include <string.h>

#include "spaces/import/import_onnx.h"

#define OP(n, e, f) .name = n, .emit = e, .fold = f

static const struct import_op ops[] = {
	{OP("Abs", import_unary, fold_unary), .code = GRAPH_ABS},
	{OP("Add", import_binary, fold_binary), .code = GRAPH_ADD},
	{OP("AveragePool", import_pool, NULL), .code = GRAPH_AVERAGE_POOL},
	{OP("BatchNormalization", import_batch_norm, NULL)},
	{OP("Cast", import_cast, fold_cast)},
	{OP("Clip", import_clip, NULL)},
	{OP("Concat", import_concat, fold_concat)},
	{OP("Constant", NULL, fold_constant), .always = true},
	{OP("ConstantOfShape", NULL, fold_constant_of_shape)},
	{OP("Conv", import_conv, NULL)},
	{OP("DequantizeLinear", import_dequantize, fold_dequantize)},
	{OP("Div", import_binary, fold_binary), .code = GRAPH_DIV},
	{OP("Dropout", import_identity, fold_reshape)},
	{OP("Elu", import_unary, NULL), .code = GRAPH_ELU},
	{OP("Exp", import_unary, fold_unary), .code = GRAPH_EXP},
	{OP("Flatten", import_reshape, fold_reshape)},
	{OP("Floor", import_unary, fold_unary), .code = GRAPH_FLOOR},
	{OP("Gather", NULL, fold_gather)},
	{OP("Gemm", import_gemm, NULL)},
	{OP("GlobalAveragePool", import_reduce, NULL),
	 .code = GRAPH_REDUCE_MEAN},
	{OP("GlobalMaxPool", import_reduce, NULL), .code = GRAPH_REDUCE_MAX},
	{OP("HardSigmoid", import_unary, NULL), .code = GRAPH_HARD_SIGMOID},
	{OP("HardSwish", import_unary, NULL), .code = GRAPH_HARD_SWISH},
	{OP("Identity", import_identity, fold_reshape)},
	{OP("LeakyRelu", import_unary, NULL), .code = GRAPH_LEAKY},
	{OP("MatMul", import_matmul, NULL)},
	{OP("Max", import_binary, fold_binary), .code = GRAPH_MAX},
	{OP("MaxPool", import_pool, NULL), .code = GRAPH_MAX_POOL},
	{OP("Min", import_binary, fold_binary), .code = GRAPH_MIN},
	{OP("Mul", import_binary, fold_binary), .code = GRAPH_MUL},
	{OP("Neg", import_unary, fold_unary), .code = GRAPH_NEG},
	{OP("Pad", import_pad, NULL)},
	{OP("Quant", import_quant, import_quant)},
	{OP("QuantizeLinear", import_quantize, fold_quantize)},
	{OP("ReduceMax", import_reduce, fold_reduce), .code = GRAPH_REDUCE_MAX},
	{OP("ReduceMean", import_reduce, fold_reduce),
	 .code = GRAPH_REDUCE_MEAN},
	{OP("ReduceProd", NULL, fold_reduce), .code = GRAPH_MUL},
	{OP("ReduceSum", import_reduce, fold_reduce), .code = GRAPH_REDUCE_SUM},
	{OP("Relu", import_unary, fold_unary), .code = GRAPH_RELU},
	{OP("Reshape", import_reshape, fold_reshape)},
	{OP("Round", import_unary, fold_unary), .code = GRAPH_ROUND},
	{OP("Shape", NULL, fold_shape), .always = true},
	{OP("Sigmoid", import_unary, NULL), .code = GRAPH_SIGMOID},
	{OP("Slice", import_slice, fold_slice)},
	{OP("Softmax", import_softmax, NULL)},
	{OP("Split", import_split, NULL)},
	{OP("Sqrt", import_unary, fold_unary), .code = GRAPH_SQRT},
	{OP("Squeeze", import_reshape, fold_reshape)},
	{OP("Sub", import_binary, fold_binary), .code = GRAPH_SUB},
	{OP("Sum", import_binary, fold_binary), .code = GRAPH_ADD},
	{OP("Tanh", import_unary, NULL), .code = GRAPH_TANH},
	{OP("Transpose", import_transpose, fold_transpose)},
	{OP("Unsqueeze", import_reshape, fold_reshape)},
};

const struct import_op *import_op_find(const char *name)
{
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if (strcmp(ops[i].name, name) == 0)
			return &ops[i];
	return NULL;
}
