/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/export/onnx.h - a network as an ONNX file.
 *
 * The rows onnx and qonnx of spaces/export/export_formats.h; this is what both
 * files hold. spaces/import/onnx.h reads them back.
 *
 * The file (IR 8, opset 13; what Debian 12 and every runtime since 2021 read):
 *	a layer  weights and bias; batch normalisation is folded into them.
 *	         A grid before it where its input has bits
 *	grid     levels round half to even. Of an architecture: 2^b of them,
 *	         [-2^(b-1), 2^(b-1) - 1]; of a trained network: over the
 *	         range that images showed
 *	STANDARD grids: Div, Round, Clip, Mul; weights with levels: INT8 (INT32
 *	         above 8 bits) with DequantizeLinear, a scale an output channel
 *	QONNX    Quant nodes for both, weights stored as their float values
 *	spelled  what opset 13 lacks: HardSwish, SiLU
 *
 * Of an architecture (source->arch) besides:
 *	input    "image" (N, channels, height, width), normalised to mean 0
 *	         and variance 1
 *	output   "logits" (N, classes); a backbone gives the feature map of
 *	         every stage's end, "stage1", "stage2", ...
 *	shortcut adds the block's input after its fake quantisation: the
 *	         tensor that the memory models count. Pooled: AveragePool, ceil mode
 *	squeeze  GlobalAveragePool, Conv, Relu, Conv, hard sigmoid (x + 3
 *	         clipped to 0 .. 6, / 6), Mul; 8 bits in a quantised network
 *	head     GlobalAveragePool, Flatten, (Gemm, Relu where it has hidden
 *	         units,) Gemm
 *	names    of layers: "blocks.3.expand", "head", "head.hidden"; of its
 *	         tensors: .weight, .weight_levels, .weight_scale, .input_scale, .bias
 *	metadata nas.architecture (JSON), nas.layers (JSON: bits of each
 *	         layer), nas.form, nas.seed
 *
 * Numbers that graph_draw makes: weights are N(0, sigma_w) on the integer grid
 * of their bits, as in QE-Score's theory. A layer's scale is the power of two
 * that brings its output next to variance 1, as batch normalisation would,
 * given the mean and variance of the quantised input; a channel's bias takes
 * its mean away. An input's scale is its root mean square / sigma_a, rounded to
 * three binary digits. So all products and sums are exact in single precision:
 * every runtime gives the same bits, whatever order it adds in. Without bits,
 * weights are N(0, 1 / (fan-in v)), v the variance of the input.
 */
#ifndef SPACES_EXPORT_ONNX_H
#define SPACES_EXPORT_ONNX_H

#include "spaces/export/export_formats.h"

#define ONNX_IR 8
#define ONNX_OPSET 13

enum onnx_form { ONNX_STANDARD, ONNX_QONNX, ONNX_QDQ, ONNX_FORMS };

/* Add the file's bytes to out. NAS_EINPUT: a constant of more than 4 axes;
 * NAS_ENOMEM. */
enum nas_status onnx_write(struct nas_text *out,
			   const struct export_source *source,
			   enum onnx_form form, struct nas_arena *arena,
			   struct nas_err *err) NAS_MUST_CHECK;

#endif
