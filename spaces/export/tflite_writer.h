/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/export/tflite_writer.h - a network on grids as TFLite's tensors and operators.
 *
 * For spaces/export/format_tflite.c and tflite_*.c. A map of four axes has the
 * order (N, H, W, C) in the file; each map is an int8 tensor of its grid.
 *
 * To add an operator: a row in tflite_ops.c, one function; a row in
 * tflite_tensors.c says its options and version.
 */
#ifndef SPACES_EXPORT_TFLITE_WRITER_H
#define SPACES_EXPORT_TFLITE_WRITER_H

#include "spaces/export/export_formats.h"
#include "spaces/export/flat_write.h"

#define TFLITE_OPTIONS_MAX 8

enum { SAME, VALID }; /* padding */
enum { ADD = 0, AVERAGE_POOL = 1, CONCATENATION = 2, CONV = 3, DEPTHWISE = 4,
       FULLY_CONNECTED = 9, LOGISTIC = 14, MAX_POOL = 17, MUL = 18,
       RELU = 19, RELU_1 = 20, RELU_6 = 21, RESHAPE = 22, SOFTMAX = 25, TANH = 28, PAD = 34,
       TRANSPOSE = 39, MEAN = 40, SUB = 41, LEAKY = 98, QUANTIZE = 114,
       HARD_SWISH = 117 };

struct tflite_made { /* a tensor of the file */
	const char *name;
	int type; /* enum tflite_type */
	int rank, size[GRAPH_RANK_MAX];
	const uint8_t *data; /* NULL: computed */
	size_t bytes;
	const float *scale; /* (scales) */
	int scales, axis;
	int64_t zero;
	bool outside; /* an input or output of the network */
};

struct tflite_call { /* an operator of the file */
	int code, version;
	int nin, *in;
	int out;
	int kind; /* of its options, BuiltinOptions; 0 = none */
	struct flat_field option[TFLITE_OPTIONS_MAX];
	int noptions;
};

struct tflite_writer {
	const struct graph *g;
	int ntensors, ncalls, room_tensors, room_calls;
	struct tflite_made *tensor;
	struct tflite_call *call;
	int *of; /* (g's tensors) tensor of the file, -1 = not there */
	struct nas_arena *arena;
	struct nas_err *err;
};

/* The operator of node n, whose activation is act (NULL = none) and whose
 * output is rounded to grid (NULL: it moves levels). made: tensor of the graph
 * that it gives. */
struct tflite_group {
	const struct graph_node *n, *act, *grid;
	int made;
};
enum nas_status tflite_write_op(struct tflite_writer *w,
				const struct tflite_group *op) NAS_MUST_CHECK;

/* Those of tflite_moves.c. */
typedef enum nas_status tflite_write_function(struct tflite_writer *w,
					      const struct tflite_group *op);
tflite_write_function tflite_write_reshape, tflite_write_transpose,
	tflite_write_pad, tflite_write_concat;

/* NAS_EINPUT: "TFLite: Conv 'stem': message". */
enum nas_status tflite_refuse(const struct tflite_writer *w,
			      const struct graph_node *n, const char *why);

/* Axes of the graph's maps in the file's order, and back. */
extern const int tflite_to_nhwc[4], tflite_to_nchw[4];

/* A map of the graph as a tensor of the file; its shape, in the file's order
 * where it has four axes. */
int tflite_map(struct tflite_writer *w, int t);
/* Another tensor, of that shape; NULL when memory is out. */
struct tflite_made *tflite_add(struct tflite_writer *w, int type, int rank,
			       const int *size);
int tflite_ints(struct tflite_writer *w, const int32_t *x, int n);
int tflite_weights(struct tflite_writer *w, const struct graph_layer *l,
		   int rank, const int *size, bool depthwise);
int tflite_bias(struct tflite_writer *w, const struct graph_layer *l,
		float input_scale);
/* A tensor like another, of another shape; the levels of x in another shape, as y
 * (-1: a new one); x with pairs of pads an axis. */
int tflite_like(struct tflite_writer *w, int t, int rank, const int *size);
int tflite_reshape(struct tflite_writer *w, int x, int rank, const int *size,
		   int y);
int tflite_pad(struct tflite_writer *w, int x, const int32_t *pads);
/* A call of up to three inputs, -1 = none more, of the version that reads int8
 * maps; NULL when memory is out. */
struct tflite_call *tflite_call(struct tflite_writer *w, int code,
				const int in[3], int out);
void tflite_option(struct tflite_call *c, int slot, int bytes, uint32_t value);

static inline bool tflite_is(float x, double y)
{
	return !((double)x < y) && !((double)x > y);
}

#endif
