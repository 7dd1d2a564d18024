/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/graph/graph.h - a network that runs: tensors, nodes, weights.
 *
 * The one form between where networks come from (an architecture: graph_layout
 * and graph_draw; an ONNX file: spaces/import/onnx.h) and where they go
 * (scoring/forward runs one, spaces/export writes one).
 *
 * Nodes stand in an order in which they can run. Every node has one output
 * tensor. Axis 0 of a tensor that is no constant is the images'; nodes never
 * mix images, so any number of them can be run. Layers are the nodes that
 * have weights and can be quantised: convolutions and linear maps.
 *
 * Quantisation is part of the graph. Where values are rounded there is a node
 * GRAPH_QUANT: value = scale * level, level = clip(round(x / scale), low, high),
 * round half to even. Level 0 is the value 0; an unsigned type stores level -
 * low. Weights on a grid have levels and scales beside their values (struct
 * graph_layer). graph_quantise puts bits that a policy gives into a graph.
 *
 * Usage:
 *	struct graph g;
 *	status = graph_layout(&g, &arch, &arena, err);
 *	status = graph_draw(&g, &draw_options, &arena, err);
 *	for (i = 0; i < g.nlayers; i++)
 *		use(g.layer[i].weight, g.layer[i].out, g.layer[i].fan);
 *
 * All memory is the arena's. Numbers of weights may be changed in place, or
 * given to a forward pass for one run (scoring/forward/forward.h).
 *
 * Symbols: Ci/Co channels in and out, g groups, K kernel.
 *
 * To add an operator: spaces/README.md.
 */
#ifndef SPACES_GRAPH_GRAPH_H
#define SPACES_GRAPH_GRAPH_H

#include <stdbool.h>
#include <stdint.h>

#include "nas/base/arena.h"
#include "nas/base/err.h"

#define GRAPH_RANK_MAX	 6
#define GRAPH_SIDE	 224 /* of images whose size nobody knows */
#define GRAPH_INPUTS_MAX 64 /* of one node; Concat has many */
#define GRAPH_NODES_MAX	 20000
#define GRAPH_VALUES_MAX ((int64_t)1 << 28) /* of one tensor */
#define GRAPH_WEIGHTS_MAX ((size_t)1 << 28) /* of an architecture: 1 GiB */

/* In groups, by whose bounds they are told: CONV .. SCALE take images only; ADD ..
 * MAX two inputs, either may be constant; RELU .. ROUND work value by value
 * without a constant, RELU .. ELU are activations behind a layer. */
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
	GRAPH_CLIP, /* x; its bounds may follow as constants, for their names */
	GRAPH_LEAKY,
	GRAPH_SIGMOID,
	GRAPH_TANH,
	GRAPH_HARD_SIGMOID,
	GRAPH_HARD_SWISH,
	GRAPH_SILU,
	GRAPH_ELU,
	GRAPH_EXP,
	GRAPH_SQRT,
	GRAPH_ERF,
	GRAPH_LOG,
	GRAPH_POW, /* x to the power a */
	GRAPH_ABS,
	GRAPH_NEG,
	GRAPH_FLOOR,
	GRAPH_ROUND,
	GRAPH_QUANT, /* x, scale (a constant of one number); bits, low, high */
	GRAPH_SOFTMAX,
	GRAPH_MAX_POOL,
	GRAPH_AVERAGE_POOL,
	GRAPH_RESIZE, /* rows and columns */
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
	float *data;		  /* (count) of a constant, else NULL */
	int producer;		  /* node, -1 = constant or input */
	int users;		  /* nodes that read it; +1 for an output */
};

struct graph_window { /* of a convolution or pooling; [0] rows [1] columns */
	int kernel[2], stride[2], dilation[2];
	int pad[4]; /* top, left, bottom, right */
	int groups;
	bool count_pad; /* average over padding too */
};

/* Where number i of n of a resized axis is looked up, the factor n / old or as
 * given: (i + 1/2) / factor - 1/2; the same, but 0 where n is 1; from end to
 * end; i / factor. */
enum graph_resize_coordinate {
	RESIZE_HALF_PIXEL,
	RESIZE_PYTORCH_HALF_PIXEL,
	RESIZE_ALIGN_CORNERS,
	RESIZE_ASYMMETRIC,
	RESIZE_COORDINATES
};

enum graph_resize_rounding { /* of what lies between two numbers */
	RESIZE_PREFER_FLOOR, /* to the nearest, halves down */
	RESIZE_PREFER_CEIL,
	RESIZE_FLOOR,
	RESIZE_CEIL,
	RESIZE_ROUNDINGS
};
/* ONNX's names of them. */
extern const char *const graph_resize_coordinates[RESIZE_COORDINATES];
extern const char *const graph_resize_roundings[RESIZE_ROUNDINGS];

struct graph_resize { /* [0] rows [1] columns */
	bool linear; /* mixes two neighbours each way; else takes one */
	enum graph_resize_coordinate coordinate;
	enum graph_resize_rounding rounding;
	float factor[2]; /* floor(factor * old) = new */
};

struct graph_node {
	const char *name; /* the file's, or its output's */
	enum graph_op op;
	int nin;
	int *in;   /* (nin) tensors */
	int out;   /* tensor */
	int layer; /* index, -1 = none */
	struct graph_window window;
	struct graph_resize resize;
	float a, b, low, high; /* parameters of activations: Clip low .. high;
				* HardSigmoid a x + b; Leaky, Elu, Pow, Pad a;
				* Quant: lowest and highest level */
	int bits;	       /* Quant: of its levels */
	int axis;	       /* Softmax, Concat */
	int axes[GRAPH_RANK_MAX];   /* Transpose: permutation; ReduceX: 1
				    * where reduced; Slice: first index;
				    * Pad: before */
	int steps[GRAPH_RANK_MAX];  /* Slice: step */
	float *scale, *shift;	    /* (channels) of GRAPH_SCALE */
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
	int64_t macs;	     /* of one image; not on zeros that ConvTranspose
			      * puts between */
	bool depthwise;
	bool gate;	     /* of squeeze-and-excitation */
	int bits_a, bits_w; /* what an architecture or a policy asks for, or a
			     * quantised file has; 0 = nothing: float */
	float *scale;	    /* (out) weight = scale * level; NULL = none known,
			     * equal ones for a scale a tensor */
	void *level; /* (out, fan) of graph_level_size(bits_w) bytes; NULL =
		      * the weights are on no grid of bits_w */
};

struct graph {
	const char *name;
	int ntensors, nnodes, nlayers, ninputs, noutputs;
	struct graph_tensor *tensor; /* (ntensors) */
	struct graph_node *node;     /* (nnodes) */
	struct graph_layer *layer;   /* (nlayers) in the order they run */
	int *input, *output;	     /* (ninputs), (noutputs): tensors */
	bool integer; /* sums of levels are exact, and become levels by one
		       * product, as in TensorFlow Lite (a .tflite file) */
	bool open_size;    /* the file leaves an image's height or width open */
	bool assumed_size; /* and nobody said it: GRAPH_SIDE is taken */
	const char *left_out; /* the first operator behind all layers that is
			       * not read, and why; its inputs are outputs.
			       * NULL: the network is whole */
};

struct graph_options {
	bool keep_batch_norm; /* do not fold into convolutions */
	int height, width;    /* of inputs whose size the file leaves open;
			       * 0 = GRAPH_SIDE */
	bool resize;          /* a list of layers has that size, not its own */
	bool as_written;      /* rewrite nothing, but the steps of a fake
			       * quantisation as GRAPH_QUANT */
};

/* Bytes of one level: int8_t up to 8 bits, int32_t above. */
static inline size_t graph_level_size(int bits)
{
	return bits > 8 ? 4 : 1;
}

/* Fill l->level from weights, scale and bits_w. False: a weight is outside its
 * bits, or arena->failed. */
bool graph_find_levels(struct graph_layer *l,
		       struct nas_arena *arena) NAS_MUST_CHECK;

struct nas_arch; /* spaces/arch.h */

/* The graph of an architecture, in float: convolutions with bias (batch norm
 * folded), ReLU, shortcuts, squeeze-and-excitation, global pooling,
 * classifier. All weights and biases are 0: fill them in place. Layers follow
 * the order of the architecture's convolutions, squeeze-and-excitation's two
 * after the one that has it, the classifier last; bits_a and bits_w are set.
 * NAS_EINPUT: too large; NAS_ENOMEM. */
enum nas_status graph_of_arch(struct graph *g, const struct nas_arch *arch,
			      struct nas_arena *arena,
			      struct nas_err *err) NAS_MUST_CHECK;

/* The same as files have it: inputs of layers with bits, and the gates of
 * quantised networks, pass GRAPH_QUANT; gates are clip(x + 3, 0, 6) / 6. Names
 * are those of our ONNX files (spaces/export/onnx.h). No numbers: weight, bias,
 * scale and level are NULL, scales of layers' inputs are 0. */
enum nas_status graph_layout(struct graph *g, const struct nas_arch *arch,
			     struct nas_arena *arena,
			     struct nas_err *err) NAS_MUST_CHECK;

struct graph_draw {
	uint64_t seed;
	double sigma_a, sigma_w; /* of the architecture; 0 = 5 and 4 */
};

/* Numbers for a graph_layout that nobody has trained; spaces/export/onnx.h says
 * which. The same seed gives the same. NAS_ENOMEM. */
enum nas_status graph_draw(struct graph *g, const struct graph_draw *how,
			   struct nas_arena *arena,
			   struct nas_err *err) NAS_MUST_CHECK;

/* Bits for the layers of a quantised copy: a policy with what images say of the
 * layers' inputs. Bits 2 .. 8 make a grid; any others are noted only. */
struct graph_quant {
	const int *bits_w, *bits_a; /* (nlayers), NULL or 0 = none: what g
				     * has stays */
	float *const *weight;	    /* (nlayers) (out, fan): on their grids,
				     * NULL = the graph's */
	float *const *scale;	    /* (nlayers) (out): of those grids */
	float *const *bias;	    /* (nlayers) (out): beside those weights;
				     * NULL = the graph's */
	const float *low, *high;    /* (nlayers) range of the layer's input;
				     * NULL: bits_a is noted only */
};

/* g with the policy's bits, weights, scales and levels, and GRAPH_QUANT before
 * the layers whose inputs have bits: 2^bits levels over the range, widened to
 * hold 0. Shares what does not change with g. NAS_ENOMEM. */
enum nas_status graph_quantise(struct graph *out, const struct graph *g,
			       const struct graph_quant *quant,
			       struct nas_arena *arena,
			       struct nas_err *err) NAS_MUST_CHECK;

/* Weights of neighbouring layers in float, scaled channel by channel so that their
 * ranges are alike; g computes what it did, but for rounding (Nagel et al., ICCV
 * 2019). pairs: of layers that were scaled. NAS_ENOMEM. */
enum nas_status graph_equalise(struct graph *g, int *pairs,
			       struct nas_arena *arena,
			       struct nas_err *err) NAS_MUST_CHECK;

/* got computes what want does, a graph_layout that waits for its numbers; names
 * of what is inside may differ. False: where (n) says where it does not, or is
 * empty when memory is out. */
bool graph_same(const struct graph *got, const struct graph *want, char *where,
		size_t n, struct nas_arena *arena);

/* g with every map on a grid, to be computed in integers: a map that a grid
 * rounds is on it for all its readers, others get a grid of 8 bits over their
 * range, low .. high (ntensors of g; NULL = none known). Gates go into the
 * layers before them. Without any_bits NAS_EINPUT names a layer of other bits
 * than 8 (weights: 8 or 4); with it all have to be 8 or fewer, and of several
 * grids of a map that of most bits is its own, or, where others than layers read
 * it, one of 8 bits. NAS_EINPUT also for what has no grid; NAS_ENOMEM. */
enum nas_status graph_on_grids(struct graph *out, const struct graph *g,
			       const float *low, const float *high,
			       bool any_bits, struct nas_arena *arena,
			       struct nas_err *err) NAS_MUST_CHECK;

/* What n makes is what it reads, moved, or zeros. */
bool graph_moves(const struct graph_node *n);

/* The GRAPH_QUANT whose levels t holds, perhaps moved; NULL = none. */
const struct graph_node *graph_grid_of(const struct graph *g, int t);
float graph_grid_scale(const struct graph *g, const struct graph_node *grid);
bool graph_same_grid(const struct graph *g, const struct graph_node *a,
		     const struct graph_node *b);

/* reader (ntensors): the first node that reads each tensor, -1 = none. */
void graph_readers(const struct graph *g, int *reader);
/* Tensor of that name, -1 = none. */
int graph_find_tensor(const struct graph *g, const char *name);

#endif
