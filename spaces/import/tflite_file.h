/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/import/tflite_file.h - a .tflite file as lists of tensors and operators.
 *
 * Usage:
 *	struct tflite t;
 *	status = tflite_parse(&t, bytes, n, "kws.tflite", arena, err);
 *	for (i = 0; i < t.nops; i++)
 *		use(t.op[i].code, &t.tensor[t.op[i].in[0]]);
 *
 * Nothing is copied but names: bytes must live as long. Tensors have TFLite's
 * shapes (N, H, W, C). Lists of a tensor or an operator are inside the file,
 * numbers of tensors are in range (an input may be -1: left out).
 *
 * Source: TensorFlow Lite's schema 3c, tensorflow/lite/schema/schema.fbs.
 */
#ifndef SPACES_IMPORT_TFLITE_FILE_H
#define SPACES_IMPORT_TFLITE_FILE_H

#include <stdbool.h>

#include "nas/base/arena.h"
#include "nas/base/err.h"
#include "spaces/graph/graph.h"
#include "spaces/import/tflite_flat.h"

#define TFLITE_TENSORS_MAX 100000
#define TFLITE_IO_MAX	   64 /* inputs or outputs of an operator */

enum tflite_type {
	TFLITE_FLOAT32 = 0,
	TFLITE_FLOAT16 = 1,
	TFLITE_INT32 = 2,
	TFLITE_UINT8 = 3,
	TFLITE_INT64 = 4,
	TFLITE_INT8 = 9,
	TFLITE_INT4 = 17
};

struct tflite_tensor {
	const char *name; /* each once in a file */
	int type;	  /* enum tflite_type, or one that is not read */
	int rank, size[GRAPH_RANK_MAX];
	size_t count;
	struct flat_list data;	      /* bytes; n = 0: computed by an operator */
	struct flat_list scale, zero; /* floats and 64-bit integers */
	int axis;		      /* of more scales than one */
	bool sparse;
};

struct tflite_op {
	int code;	/* BuiltinOperator */
	size_t options; /* table, 0 = none */
	int nin, nout;
	int *in, *out; /* tensors */
};

struct tflite {
	struct flat flat;
	int ntensors, nops, ninputs, noutputs;
	struct tflite_tensor *tensor;
	struct tflite_op *op;
	int *input, *output; /* tensors */
};

/* Whether the bytes say that they are TFLite: TFL3 at 4. */
bool tflite_looks_like(const void *bytes, size_t n);

/* NAS_EINPUT: damaged, with the byte; NAS_ENOMEM. */
enum nas_status tflite_parse(struct tflite *t, const void *bytes, size_t n,
			     const char *source, struct nas_arena *arena,
			     struct nas_err *err) NAS_MUST_CHECK;

/* A file as a graph: what graph_from_onnx (onnx.h) says, of a .tflite. */
enum nas_status graph_from_tflite(struct graph *g, const void *bytes, size_t n,
				  const char *source,
				  const struct graph_options *options,
				  struct nas_arena *arena,
				  struct nas_err *err) NAS_MUST_CHECK;

#endif
