/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/export/onnx.h - a network with numbers in it, as an ONNX file and back.
 *
 * Usage:
 *	struct onnx_net net;
 *	status = onnx_init(&net, &arch, seed, &arena, err);    draws weights
 *	status = onnx_write(&text, &net, ONNX_STANDARD, &arena, err);
 *	...
 *	status = onnx_read(&net, bytes, n, "model.onnx", &arena, err);
 *
 * The file (IR 8, opset 13; what Debian 12 and every runtime since 2021 read):
 *	input    "image" (N, channels, height, width), normalised to mean 0
 *	         and variance 1
 *	output   "logits" (N, classes); a backbone gives the feature map of
 *	         every stage's end, "stage1", "stage2", ...
 *	a layer  input -> fake quantisation -> Conv with bias -> Relu. Batch
 *	         normalisation is folded into weights and bias. No Relu after
 *	         the last conv of an mbconv
 *	levels   round half to even, [-2^(b-1), 2^(b-1) - 1]: 2^b of them
 *	STANDARD input: Div, Round, Clip, Mul; weights: INT8 (INT32 above 8
 *	         bits) with DequantizeLinear; it holds a scale per output
 *	         channel, here all equal
 *	QONNX    Quant nodes for both, weights stored as their float values
 *	shortcut adds the block's input after its fake quantisation: the
 *	         tensor that the memory models count. Pooled: AveragePool, ceil mode
 *	squeeze  GlobalAveragePool, Conv, Relu, Conv, hard sigmoid (x + 3
 *	         clipped to 0 .. 6, / 6), Mul; 8 bits in a quantised network
 *	head     GlobalAveragePool, Flatten, Gemm
 *	metadata nas.architecture (JSON), nas.layers (JSON: bits of each
 *	         layer), nas.form, nas.seed
 *
 * Numbers: weights are N(0, sigma_w) on the integer grid of their bits, as in
 * QE-Score's theory. A layer's scale is the power of two that brings its
 * output next to variance 1, as batch normalisation would, given the mean and
 * variance of the quantised input; a channel's bias takes its mean away. An
 * input's scale is its root mean square / sigma_a, rounded to three binary
 * digits. So all products and sums are exact in single precision: every
 * runtime gives the same bits, whatever order it adds in. Without bits,
 * weights are N(0, 1 / (fan-in v)), v the variance of the input.
 */
#ifndef SPACES_EXPORT_ONNX_H
#define SPACES_EXPORT_ONNX_H

#include "nas/base/file.h"
#include "spaces/arch.h"

#define ONNX_FILE_MAX ((size_t)1 << 30) /* bytes that onnx_read takes */
#define ONNX_IR 8
#define ONNX_OPSET 13

enum onnx_form { ONNX_STANDARD, ONNX_QONNX, ONNX_FORMS };

struct onnx_layer { /* convolution or classifier */
	char name[40]; /* "blocks.3.expand", "head" */
	int in, out, kernel, stride, groups;
	int bits_a, bits_w; /* 0 = full precision */
	size_t fan;         /* weights of one output channel */
	float input_scale;  /* of the input's levels */
	void *weight;       /* (out, fan); see onnx_weight_size */
	float *scale;       /* (out) of the levels; NULL without bits */
	float *bias;        /* (out) */
};

struct onnx_net {
	struct arch arch;
	uint64_t seed; /* what the weights were drawn from */
	int nlayers;
	struct onnx_layer *layer; /* (nlayers) in the order they run */
};

/* Bytes of one weight: int8_t up to 8 bits, int32_t above; float without. */
static inline size_t onnx_weight_size(int bits_w)
{
	return bits_w > 0 && bits_w <= 8 ? 1 : 4;
}

/* The layers of a network with room for their numbers, all 0. The arch has
 * passed arch_check and must outlive net. NAS_ENOMEM; NAS_EINPUT when there
 * are more weights than a file holds. */
enum nas_status onnx_layout(struct onnx_net *net, const struct arch *arch,
			    struct arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

/* The same, with numbers drawn as above: the same seed gives the same. */
enum nas_status onnx_init(struct onnx_net *net, const struct arch *arch,
			  uint64_t seed, struct arena *arena,
			  struct nas_err *err) NAS_MUST_CHECK;

/* Add the file's bytes to out. NAS_ENOMEM. */
enum nas_status onnx_write(struct text *out, const struct onnx_net *net,
			   enum onnx_form form, struct arena *arena,
			   struct nas_err *err) NAS_MUST_CHECK;

/* A file of ours (either form, weights of any origin) back to what it was
 * written from. source is its name in messages. NAS_EINPUT when it is damaged
 * or not ours; NAS_ENOMEM. */
enum nas_status onnx_read(struct onnx_net *net, const void *bytes, size_t n,
			  const char *source, struct arena *arena,
			  struct nas_err *err) NAS_MUST_CHECK;

/* Whether it is such a file: its metadata has an architecture. NAS_EINPUT when
 * it is no ONNX model, or a damaged one. */
enum nas_status onnx_is_ours(bool *ours, const void *bytes, size_t n,
			     const char *source, struct arena *arena,
			     struct nas_err *err) NAS_MUST_CHECK;

/* These bytes may be an ONNX file, and are no JSON. */
bool onnx_looks_like(const void *bytes, size_t n);

#endif
