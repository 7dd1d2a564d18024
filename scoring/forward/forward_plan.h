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

/* How a GRAPH_QUANT makes levels of what comes from integers. */
struct forward_integer {
	const struct graph_node *source; /* a layer, Add, Sub, Mul, a mean,
					  * Softmax */
	struct activation activation;	 /* between */
	float *factor; /* (out) of a layer: level = sum x factor */
	bool *wide;    /* (out) sums may need more than 32 bits */
	float in_scale[2]; /* of an operator's inputs */
	int in[2], shift;  /* level = (level 0 x in[0] + ...) >> shift */
	float zero;	   /* of a mean: level 0 as it is stored */
	float times;	   /* level = level 0 x level 1 x times */
	int32_t m;	   /* of quotients (spaces/graph/integer.h), with shift; */
	int n, inner;	   /* of so many values, so far from each other */
	uint32_t *exp;
};

struct forward_step {
	int node;
	int out; /* tensor: the activation's where one was taken in */
	struct activation activation;
	struct conv_call conv; /* of a convolution */
	struct forward_integer *integer; /* of a GRAPH_QUANT; NULL = rounds
					  * values */
};

struct forward_layer {
	float *weight, *bias; /* in use: copies */
	bool own;	      /* copies of the graph's */
	bool whole;	      /* weight and bias in levels: sums are integers */
	float *unit;	      /* (out) value of a sum of 1; NULL: never whole */
	float input_scale;    /* step of the grid of its input */
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
	int started, at;	     /* forward_start: images; step it is at */
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
	const float *slot; /* where the image's tensors are */
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
	forward_unary, forward_quant, forward_softmax, forward_pool, forward_resize,
	forward_reduce, forward_pad, forward_transpose, forward_concat, forward_slice,
	forward_nothing;
forward_scratch scratch_resize;

/* Integers: units of layers and what rounds, once steps are there; a layer
 * in values or in levels, as they are in use; x as levels; sums of a channel as
 * values, with the step's activation; a step of GRAPH_QUANT. */
void forward_integer_plan(struct forward *f);
void forward_settle(struct forward *f, int layer);
void forward_levels(float *to, const float *x, size_t n, float scale);
void forward_unit(const struct forward_call *c, size_t channel, float *y,
		  size_t n);
bool forward_is_integer(const struct forward_call *c);
/* Channel o of a layer has sums of more than 32 bits; its levels, exactly. */
bool forward_is_wide(const struct graph *g, int layer, const float *unit, int o);
void forward_wide(const struct forward_call *c, float *y, int o);
forward_kernel forward_integer;

enum nas_status forward_plan(struct forward *f,
			     struct nas_err *err) NAS_MUST_CHECK;

/* Set f->again: what is stale or follows from a layer, and leads to a tensor;
 * and f->stale as it will be. False when memory is out. */
bool forward_mark(struct forward *f, int layer, int tensor);

/* The call of a layer that is a convolution, else NULL. */
const struct conv_call *forward_conv_of(const struct forward *f, int layer);

/* Where tensor t of a slot is; constants are where the graph has them. */
static inline const float *forward_at(const struct forward *f,
				       const float *slot, int t)
{
	const struct graph_tensor *x = &f->g->tensor[t];

	return x->data ? x->data : slot + f->offset[f->root[t]];
}

#endif
