/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/graph/graph.h - a trained network: tensors, nodes, weights.
 *
 * Nodes stand in an order in which they can run. Every node has one output
 * tensor. Axis 0 of a tensor that is no constant is the images'; nodes never
 * mix images, so any number of them can be run. Layers are the nodes that
 * have weights and can be quantised: convolutions and linear maps.
 *
 * Usage:
 *	struct graph g;
 *	status = graph_read(&g, "model.onnx", &options, &arena, err);
 *	for (i = 0; i < g.nlayers; i++)
 *		use(g.layer[i].weight, g.layer[i].out, g.layer[i].fan);
 *
 * All memory is the arena's. Numbers of weights may be changed in place, or
 * given to a forward pass for one run (scoring/forward/forward.h).
 *
 * Symbols: Ci/Co channels in and out, g groups, K kernel.
 */
#ifndef SPACES_GRAPH_GRAPH_H
#define SPACES_GRAPH_GRAPH_H

#include <stdbool.h>
#include <stdint.h>

#include "nas/base/arena.h"
#include "nas/base/err.h"

#define GRAPH_RANK_MAX	 6
#define GRAPH_INPUTS_MAX 64 /* of one node; Concat has many */
#define GRAPH_NODES_MAX	 20000
#define GRAPH_VALUES_MAX ((int64_t)1 << 28) /* of one tensor */

enum graph_op {
	GRAPH_CONV,   /* in: x; weights are the layer's */
	GRAPH_LINEAR, /* last axis: Ci -> Co */
	GRAPH_SCALE,  /* x * scale + shift, a pair a channel (batch norm) */
	GRAPH_ADD,
	GRAPH_SUB,
	GRAPH_MUL,
	GRAPH_DIV, /* broadcast */
	GRAPH_MIN,
	GRAPH_MAX,
	GRAPH_RELU,
	GRAPH_CLIP,
	GRAPH_LEAKY,
	GRAPH_SIGMOID,
	GRAPH_TANH,
	GRAPH_HARD_SIGMOID,
	GRAPH_HARD_SWISH,
	GRAPH_SILU,
	GRAPH_ELU,
	GRAPH_EXP,
	GRAPH_SQRT,
	GRAPH_ABS,
	GRAPH_NEG,
	GRAPH_FLOOR,
	GRAPH_ROUND,
	GRAPH_SOFTMAX,
	GRAPH_MAX_POOL,
	GRAPH_AVERAGE_POOL,
	GRAPH_REDUCE_MEAN, /* over axes; global average pooling too */
	GRAPH_REDUCE_MAX,
	GRAPH_REDUCE_SUM,
	GRAPH_PAD,
	GRAPH_RESHAPE, /* Flatten, Squeeze, Identity ...: values stay */
	GRAPH_TRANSPOSE,
	GRAPH_CONCAT,
	GRAPH_SLICE,
	GRAPH_OPS
};

const char *graph_op_name(enum graph_op op); /* ONNX's, where there is one */

struct graph_tensor {
	const char *name;
	int rank;		  /* axis 0 = images, unless constant */
	int size[GRAPH_RANK_MAX]; /* size[0] of a non-constant: what the file
				   * says or 1; a run takes any */
	size_t count;		  /* values of one image; of a constant: all */
	const float *data;	  /* (count) of a constant, else NULL */
	int producer;		  /* node, -1 = constant or input */
	int users;		  /* nodes that read it; +1 for an output */
};

struct graph_window { /* of a convolution or pooling; [0] rows [1] columns */
	int kernel[2], stride[2], dilation[2];
	int pad[4]; /* top, left, bottom, right */
	int groups;
	bool count_pad; /* average over padding too */
};

struct graph_node {
	const char *name; /* the file's, or its output's */
	enum graph_op op;
	int nin;
	int *in;   /* (nin) tensors */
	int out;   /* tensor */
	int layer; /* index, -1 = none */
	struct graph_window window;
	float a, b, low, high; /* parameters of activations: Clip low .. high;
				* HardSigmoid a x + b; Leaky, Elu a; Pad a */
	int axis;	       /* Softmax, Concat */
	int axes[GRAPH_RANK_MAX];   /* Transpose: permutation; ReduceX: 1
				    * where reduced; Slice: first index;
				    * Pad: before */
	int steps[GRAPH_RANK_MAX];  /* Slice: step */
	const float *scale, *shift; /* (channels) of GRAPH_SCALE */
};

struct graph_layer {	  /* what can be quantised */
	const char *name; /* node's */
	int node;
	int input;  /* tensor */
	int sum;    /* tensor: the node's own output */
	int output; /* tensor: after batch norm and activation, its feature
		     * map; sum where nothing follows that it is alone with */
	int in, out, groups; /* Ci, Co */
	size_t fan;	     /* weights of one output channel: Ci/g * Kh * Kw */
	float *weight;	     /* (out, fan), of a linear map too */
	float *bias;	     /* (out), zeros where the file has none */
	int64_t macs;	     /* of one image */
	bool depthwise;
	int bits_a, bits_w; /* what an architecture asks for; 0 = nothing */
};

struct graph {
	const char *name;
	int ntensors, nnodes, nlayers, ninputs, noutputs;
	struct graph_tensor *tensor; /* (ntensors) */
	struct graph_node *node;     /* (nnodes) */
	struct graph_layer *layer;   /* (nlayers) in the order they run */
	int *input, *output;	     /* (ninputs), (noutputs): tensors */
};

struct graph_options {
	bool keep_batch_norm; /* do not fold into convolutions */
	int height, width;    /* of inputs whose size the file leaves open;
			       * 0 = 224 */
};

/* Read an ONNX file (spaces/import/import_onnx.h), opsets 7 to 17. NAS_EIO;
 * NAS_EINPUT: damaged, or it has what is not supported (names operator and
 * node); NAS_ENOMEM. */
enum nas_status graph_read(struct graph *g, const char *path,
			   const struct graph_options *options,
			   struct arena *arena,
			   struct nas_err *err) NAS_MUST_CHECK;
enum nas_status graph_from_onnx(struct graph *g, const void *bytes, size_t n,
				const char *source,
				const struct graph_options *options,
				struct arena *arena,
				struct nas_err *err) NAS_MUST_CHECK;

struct arch; /* spaces/arch.h */

/* The graph of an architecture: convolutions with bias (batch norm folded),
 * ReLU, shortcuts, squeeze-and-excitation, global pooling, classifier. All
 * weights and biases are 0: fill them in place. Layers follow the order of
 * the architecture's convolutions, squeeze-and-excitation's two after their
 * depthwise one, the classifier last; bits_a and bits_w are set. */
enum nas_status graph_of_arch(struct graph *g, const struct arch *arch,
			      struct arena *arena,
			      struct nas_err *err) NAS_MUST_CHECK;

/* Bits for the layers of a quantised copy; bits 0 = as it is. */
struct graph_quant {
	const int *bits_w, *bits_a; /* (nlayers), NULL = none */
	const float *const *weight; /* (nlayers): weights on their grid, NULL
				     * = the graph's */
	const float *low, *high;    /* (nlayers) range of the layer's input */
};

struct text; /* nas/base/file.h */

/* The network as ONNX, opset 13, with fake quantisation where quant asks
 * for it: weights are stored on their grid, inputs pass through Div, Round,
 * Clip, Mul. quant may be NULL. NAS_ENOMEM. */
enum nas_status graph_write_onnx(struct text *out, const struct graph *g,
				 const struct graph_quant *quant,
				 struct arena *arena,
				 struct nas_err *err) NAS_MUST_CHECK;

/* One row a layer: its shapes, bits, work, bytes of its weights. bits (nlayers)
 * or NULL; 0 and 32 = float, which is 4 bytes a weight. */
void graph_csv(struct text *out, const struct graph *g, const int *bits_w,
	       const int *bits_a);

/* Tensor of that name, -1 = none. */
int graph_find_tensor(const struct graph *g, const char *name);

#endif
