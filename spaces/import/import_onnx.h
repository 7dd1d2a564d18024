/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/import/import_onnx.h - from an ONNX message to a graph, operator by operator.
 *
 * For spaces/import only. A name of the file stands for a value: a
 * constant (from an initialiser, a Constant node, or computed from such), or
 * a tensor of the graph. Nodes whose inputs are all constant are computed
 * right away (fold), and so are shapes; the others become nodes (emit).
 *
 * To add an operator: one row in import_onnx_ops.c, one function.
 */
#ifndef SPACES_IMPORT_IMPORT_ONNX_H
#define SPACES_IMPORT_IMPORT_ONNX_H

#include "onnx.pb-c.h"
#include "spaces/graph/graph.h"

#define IMPORT_VALUES_MAX ((size_t)1 << 28) /* of all constants together */

#define IMPORT_ENDS_MAX	  64

enum value_kind { VALUE_UNKNOWN, VALUE_TENSOR, VALUE_FLOAT, VALUE_INT,
		  VALUE_LEFT }; /* of an operator that is left out */

struct value {
	const char *name;
	enum value_kind kind;
	int tensor; /* VALUE_TENSOR; of a constant: where it was used, or -1 */
	int rank;   /* the rest is of constants */
	int size[GRAPH_RANK_MAX];
	size_t count;
	float *f;    /* (count) VALUE_FLOAT */
	int64_t *i;  /* (count) VALUE_INT */
	bool packed; /* integers of a quantised tensor: bits 8 or so */
	bool is_int8; /* zero points say the type of levels */
	/* Of a tensor that stands for levels: it has their values. NULL = it
	 * is what it is named. */
	const struct value *levels_scale, *levels_zero;
	const struct value *scale; /* f = scale * whole numbers: one, or one a
				    * row of axis 0; NULL = none known */
};

struct importer {
	struct graph *g;
	const Onnx__GraphProto *file;
	const char *source;
	struct graph_options options;
	int opset;
	int nvalues;
	struct value *value; /* (nvalues) in the order of names */
	size_t constants;    /* values held so far, ... */
	size_t constants_max; /* ... and at most: what import_values_max says */
	size_t tensor_max;   /* values of one feature map at most */
	int nodes_max, tensors_max;
	const Onnx__NodeProto *node; /* being read */
	int code; /* of its row in the table of operators */
	int nends, end[IMPORT_ENDS_MAX]; /* tensors that what is left out reads */
	bool row; /* its maps have one axis: read as pictures of one row */
	struct nas_arena *arena;
	struct nas_err *err;
};

/* What a file of so many bytes may ask for: some to begin with, then each byte
 * some more. A few bytes can name any size; those that weights take cannot be
 * had for nothing. */
#define IMPORT_FREE_CONSTANTS ((size_t)4 << 20)
#define IMPORT_FREE_TENSOR    ((size_t)64 << 20)
#define IMPORT_BYTE_VALUES    16
static inline size_t import_values_max(size_t some, size_t bytes, size_t most)
{
	return bytes < (most - some) / IMPORT_BYTE_VALUES
		       ? some + IMPORT_BYTE_VALUES * bytes
		       : most;
}

/* The node being read: "Conv 'stem'". Returns out. */
const char *import_subject(const struct importer *im, char *out, size_t size);
/* NAS_EINPUT with it: "Conv 'stem': message". What has failed before it, say in
 * a part of the same condition, stays the error. */
enum nas_status import_bad(const struct importer *im, const char *fmt, ...)
	NAS_FORMAT(2, 3);

/* What nas does not read may stand behind all layers, as the boxes of detectors
 * do: the node is left out, and g->left_out says which and why; what follows
 * from it is left out too. layer: the node is one. NAS_EINPUT: it is, for the
 * network goes on there, or too much is read. */
enum nas_status import_leave_out(struct importer *im, bool layer,
				 const char *why) NAS_MUST_CHECK;
bool import_reads_left(const struct importer *im);
/* Outputs of the file; where it has left ones, im->end. */
enum nas_status import_outputs(struct importer *im) NAS_MUST_CHECK;

/* Values. import_in: input i of the node, NULL when left out or unknown. */
struct value *import_find(const struct importer *im, const char *name);
struct value *import_in(const struct importer *im, size_t i);
struct value *import_out(const struct importer *im, size_t i);
bool value_is_constant(const struct value *v);
bool value_same(const struct value *a, const struct value *b); /* NULL: 0 */
double value_get(const struct value *v, size_t i); /* of a constant */
void value_set(struct value *v, size_t i, double x);

/* Make v a constant of that shape, zeroed. */
enum nas_status value_make(struct importer *im, struct value *v,
			   enum value_kind kind, int rank,
			   const int *size) NAS_MUST_CHECK;
/* v becomes another name of a value, of another shape if rank >= 0. */
enum nas_status value_view(struct importer *im, struct value *v,
			   const struct value *of, int rank,
			   const int *size) NAS_MUST_CHECK;
/* An initialiser or attribute (import_onnx_tensor.c). */
enum nas_status value_from_tensor(struct importer *im, struct value *v,
				  const Onnx__TensorProto *t) NAS_MUST_CHECK;

/* The file's graph without QLinearConv and its like (import_qlinear.c); NULL
 * when memory is out. */
const Onnx__GraphProto *import_expanded(const struct importer *im);

/* The graph of a file that is unpacked. */
enum nas_status import_model(struct graph *g, const Onnx__ModelProto *model,
			     const char *source,
			     const struct graph_options *options,
			     struct nas_arena *arena,
			     struct nas_err *err) NAS_MUST_CHECK;

/* All nodes in an order in which they can run (import_onnx_order.c), by
 * import_read_node. */
enum nas_status import_read_nodes(struct importer *im) NAS_MUST_CHECK;
enum nas_status import_read_node(struct importer *im,
				 const Onnx__NodeProto *node) NAS_MUST_CHECK;

/* Attributes of the node (import_onnx_attr.c). */
const Onnx__AttributeProto *import_attr(const struct importer *im,
					const char *name);
int64_t attr_int(const struct importer *im, const char *name, int64_t fallback);
float attr_float(const struct importer *im, const char *name, float fallback);
bool attr_text_is(const struct importer *im, const char *name,
		  const char *text);
/* List of integers into x (max); its length, or -1 when absent. */
int attr_ints(const struct importer *im, const char *name, int64_t *x, int max);
/* The same from attribute name, or from constant input i. NAS_EINPUT when
 * it is no constant or too long; *n = -1 when there is none. */
enum nas_status import_ints(struct importer *im, const char *name, size_t i,
			    int64_t *x, int max, int *n) NAS_MUST_CHECK;
/* Sizes from constant input i into size (GRAPH_RANK_MAX), each at least 0; *n = -1
 * when there are none. */
enum nas_status import_sizes(struct importer *im, size_t i, int *size,
			     int *n) NAS_MUST_CHECK;
/* Axes, negative ones from the end, as a mask a rank. */
enum nas_status import_axes(struct importer *im, const int64_t *x, int n,
			    int rank, int *mask) NAS_MUST_CHECK;
enum nas_status import_axis(struct importer *im, int64_t axis, int rank,
			    int *out) NAS_MUST_CHECK;

/* Graph tensor of a value: a constant becomes one when it is first used. */
enum nas_status import_tensor(struct importer *im, struct value *v,
			      int *t) NAS_MUST_CHECK;
enum nas_status import_input(struct importer *im, size_t i, int *t)
	NAS_MUST_CHECK; /* of the node; must be there */

/* A new node of n inputs; import_finish infers its output's shape and gives
 * it to output i of the file's node; i < 0: to nobody yet, *out is it. */
struct graph_node *import_node(struct importer *im, enum graph_op op, int n,
			       const int *in);
enum nas_status import_finish(struct importer *im, struct graph_node *n, int i,
			      int *out) NAS_MUST_CHECK;
/* A constant tensor made here. */
enum nas_status import_constant(struct importer *im, float *data,
				int rank, const int *size,
				int *t) NAS_MUST_CHECK;
/* A map (N, C, L) as (N, C, 1, L), and im->row; others stay. Its way back, for the
 * node's output. */
enum nas_status import_row(struct importer *im, int *t) NAS_MUST_CHECK;
enum nas_status import_finish_row(struct importer *im,
				  struct graph_node *n) NAS_MUST_CHECK;
/* A layer with zeroed weights and biases, or a failure. */
struct graph_layer *import_layer(struct importer *im, int out, size_t fan);

/* Constant input i, of that rank; NULL and a failure otherwise. */
const struct value *import_weights(struct importer *im, size_t i, int rank);
/* The layer's node, which reads x; NULL and a failure, also where x is -1. */
struct graph_node *import_layer_node(struct importer *im, enum graph_op op,
				     struct graph_layer *l, int x);
/* The bias of a layer: constant input i, (out) or one number for all, times a
 * factor; nothing where there is none. */
enum nas_status import_bias(struct importer *im, size_t i, float *bias, int out,
			    double factor);

/* Shape arithmetic that folding and emitting share. */
struct shape {
	int rank, size[GRAPH_RANK_MAX];
};
enum nas_status import_shape_of(struct importer *im, const struct value *v,
				struct shape *s) NAS_MUST_CHECK;
enum nas_status import_reshaped(struct importer *im, const struct shape *in,
				struct shape *out) NAS_MUST_CHECK;

typedef enum nas_status import_step(struct importer *im);

struct import_op {
	const char *name;
	import_step *emit; /* NULL: only on constants */
	import_step *fold; /* NULL: never on constants */
	bool layer;	   /* has weights */
	bool always;	   /* fold whatever the inputs are: Shape, Constant */
	int code;	   /* for functions that serve several operators */
	int axis;	   /* the same */
};
const struct import_op *import_op_find(const char *name);

import_step import_conv, import_batch_norm, import_gemm, import_matmul,
	import_unary, import_clip, import_binary, import_softmax, import_pool,
	import_reduce, import_reduce_l2,
	import_reduce_min, import_pad, import_reshape, import_transpose,
	import_concat, import_slice, import_split, import_cast, import_identity,
	import_quantize, import_dequantize, import_quant, import_pow,
	import_layer_norm, import_instance_norm, import_lp_norm, import_lrn,
	import_gelu, import_prelu, import_selu, import_softplus, import_mish,
	import_reciprocal, import_log_softmax, import_resize, import_depth_to_space,
	import_space_to_depth,
	import_conv_transpose, import_tile, import_expand, import_gather;
import_step fold_constant, fold_shape, fold_constant_of_shape, fold_gather,
	fold_slice, fold_concat, fold_reshape, fold_cast, fold_transpose,
	fold_binary, fold_unary, fold_quantize, fold_dequantize, fold_reduce,
	fold_where, fold_tile, fold_expand, fold_range;

/* Codes of operators on constants only, beside those of enum graph_op. */
enum fold_code {
	FOLD_EQUAL = GRAPH_OPS,
	FOLD_LESS,
	FOLD_LESS_EQUAL,
	FOLD_GREATER,
	FOLD_GREATER_EQUAL,
	FOLD_AND,
	FOLD_OR,
	FOLD_NOT,
	FOLD_MOD,
	FOLD_CEIL,
	FOLD_RECIPROCAL,
};

enum nas_status import_window(struct importer *im, const int *size,
			      struct graph_window *w, bool kernel_known,
			      bool *ceil) NAS_MUST_CHECK;
/* First, last and step along each axis of a Slice node. */
struct slice {
	int first[GRAPH_RANK_MAX], count[GRAPH_RANK_MAX], step[GRAPH_RANK_MAX];
};
enum nas_status import_slice_of(struct importer *im, const struct shape *in,
				struct slice *s) NAS_MUST_CHECK;
enum nas_status import_permutation(struct importer *im, int rank,
				   int *perm) NAS_MUST_CHECK;

#endif
