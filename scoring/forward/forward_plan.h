/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scoring/forward/forward_plan.h - what a forward pass is made of.
 *
 * For scoring/forward*.c. A step is a node, together with the activation
 * behind it where nobody asks for what lies between. A slot holds the live
 * tensors of one image; tensors whose lives do not meet share its memory.
 *
 * To add an operator: one row in forward_ops.c, one function.
 */
#ifndef SCORING_FORWARD_FORWARD_PLAN_H
#define SCORING_FORWARD_FORWARD_PLAN_H

#include "nas/base/arena.h"
#include "scoring/forward/conv.h"
#include "scoring/forward/forward.h"

struct forward_step {
	int node;
	int out; /* tensor: the activation's where one was taken in */
	struct activation activation;
	struct conv_call conv; /* of a convolution */
};

struct forward_layer {
	float *weight, *bias; /* in use: copies */
	bool has_grid;
	struct quant_grid grid;
};

struct forward {
	const struct graph *g;
	struct forward_options o;
	struct nas_arena arena;
	int nsteps;
	struct forward_step *step;   /* (nsteps) */
	struct forward_layer *layer; /* (nlayers) */
	bool *watched;		     /* (ntensors) */
	bool *again;		     /* (nsteps) that forward_again runs */
	bool *stale;		     /* (nsteps) that a change left behind */
	int shown;		     /* tensor of forward_again */
	int kept;		     /* images held with o.keep */
	int *root;	/* (ntensors) whose memory it is: of Reshape's output,
			 * its input's */
	size_t *offset; /* (ntensors) in a slot; of roots */
	size_t slot;	/* floats */
	size_t scratch; /* floats of a worker: input copy, then kernels' */
	size_t fed;	/* floats of the copy of a layer's input */
	float *buffer;	/* slots, then scratch */
	size_t buffer_floats;
};

/* One step on one image. */
struct forward_call {
	const struct forward *f;
	const struct graph_node *node;
	const struct forward_step *step;
	const float *const *x; /* inputs; a layer's may be its copy */
	float *y;
	float *scratch;
};
typedef void forward_kernel(const struct forward_call *c);
typedef size_t forward_scratch(const struct forward *f,
			       const struct forward_step *s);

struct forward_op {
	forward_kernel *run;
	forward_scratch *scratch; /* NULL = none */
};
extern const struct forward_op forward_ops[GRAPH_OPS];

forward_kernel forward_conv, forward_linear, forward_scale, forward_binary,
	forward_unary, forward_quant, forward_softmax, forward_pool, forward_reduce,
	forward_pad, forward_transpose, forward_concat, forward_slice,
	forward_nothing;

enum nas_status forward_plan(struct forward *f,
			     struct nas_err *err) NAS_MUST_CHECK;

/* Set f->again: what is stale or follows from a layer, and leads to a tensor;
 * and f->stale as it will be. False when memory is out. */
bool forward_mark(struct forward *f, int layer, int tensor);

/* Where tensor t of a slot is; constants are where the graph has them. */
const float *forward_at(const struct forward *f, const float *slot, int t);

#endif
