/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/import/tflite_build.h - a TFLite network, said as an ONNX message.
 *
 * For spaces/import only. TFLite's operators become ONNX's, which the importer
 * already reads: so everything that holds for ONNX files (folding, shapes,
 * quantisation) holds here. What differs:
 *
 * - Feature maps of four axes are (N, C, H, W) under their name; where TFLite's
 *   order of values matters, they are turned (build_flat, build_from_flat).
 * - A quantised tensor is the real values of its levels: what an operator
 *   computes passes QuantizeLinear and DequantizeLinear with the tensor's
 *   scale and zero point. How sums become levels: graph.integer.
 *
 * To add an operator: a row in import_tflite_ops.c, one function.
 */
#ifndef SPACES_IMPORT_TFLITE_BUILD_H
#define SPACES_IMPORT_TFLITE_BUILD_H

#include "onnx.pb-c.h"
#include "spaces/import/tflite_file.h"

#define TFLITE_OPSET 13

struct build {
	struct tflite t;
	const struct tflite_op *op; /* being read, NULL = none */
	const char *op_name;
	int code; /* of its row in the table of operators */
	const char *onnx;
	bool *made;			/* (t.ntensors) its name has a value */
	Onnx__GraphProto *graph;
	size_t nodes_room, constants_room;
	size_t constants, constants_max; /* values, so far and at most */
	int names;			 /* of what is between */
	const char *source;
	struct nas_arena *arena;
	struct nas_err *err;
};

/* NAS_EINPUT with the operator: "Conv2D 'stem': message". */
enum nas_status build_bad(const struct build *b, const char *fmt, ...)
	NAS_FORMAT(2, 3);

/* Tensor of an input or output of the operator; NULL when left out. */
const struct tflite_tensor *build_in(const struct build *b, int i);
const struct tflite_tensor *build_out(const struct build *b, int i);
bool tflite_is_constant(const struct tflite_tensor *t);
/* Integers of a constant input, at most max; -1 and a failure otherwise. */
int build_ints(struct build *b, int i, int64_t *x, int max);

/* Names of values; NULL after a failure. build_input: of a feature map, or of a
 * constant that meets feature maps of this rank. build_constant: of a constant
 * seen as of rank axes, turned: axis k is the tensor's perm[k]. */
const char *build_input(struct build *b, int i, int rank);
const char *build_constant(struct build *b, const struct tflite_tensor *t,
			   int rank, const int *perm);
/* A name that nobody has: of what is between. */
const char *build_name(struct build *b);
/* Values in TFLite's order. */
const char *build_flat(struct build *b, int i);
const char *build_number(struct build *b, float x);
const char *build_list(struct build *b, const int64_t *x, int n);

/* A node of up to three inputs (NULL: no more) and a new output, or one of that
 * name; NULL after a failure. Attributes are added to what it returns. */
Onnx__NodeProto *build_node(struct build *b, const char *type,
			    const char *const in[3], const char *out);
void build_int(struct build *b, Onnx__NodeProto *n, const char *name,
	       int64_t x);
void build_ints_of(struct build *b, Onnx__NodeProto *n, const char *name,
		   const int64_t *x, int count);
void build_real(struct build *b, Onnx__NodeProto *n, const char *name,
		float x);
void build_text(struct build *b, Onnx__NodeProto *n, const char *name,
		const char *x);
/* One step after another: x = type(x). False after a failure. */
bool build_step(struct build *b, const char **x, const char *type,
		const char *second, const char *third);

/* x is what output i is before it is rounded to its levels; keep: its values
 * are on them already. */
enum nas_status build_output(struct build *b, int i, const char *x, bool keep)
	NAS_MUST_CHECK;
/* x has TFLite's order of output i. */
enum nas_status build_from_flat(struct build *b, int i, const char *x)
	NAS_MUST_CHECK;
/* x under the name of a tensor, rounded to its levels if it has some. */
enum nas_status build_levels(struct build *b, const struct tflite_tensor *t,
			     const char *x, bool keep) NAS_MUST_CHECK;
/* An activation that is part of an operator. */
enum nas_status build_activation(struct build *b, int kind,
				 const char **x) NAS_MUST_CHECK;

/* The operator b->op. */
enum nas_status tflite_build_op(struct build *b) NAS_MUST_CHECK;

#endif
