/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/cost.h - what a network costs, layer by layer.
 *
 * Definitions (the reference's, methods: Sun et al. 2022 and its code):
 *	flops         sum over convs of C_in C_out k^2 / (g s^2) * (A/8)(W/8)
 *	              + 2 C_out / s^2, times the area, plus ReLUs and pooled
 *	              shortcuts; classifier and global pooling not counted
 *	macs          plain multiply-accumulates of convs, squeeze-and-
 *	              excitation and classifier, true feature map sizes
 *	bitops        the same, each times the bits of its input and of its
 *	              weights; squeeze-and-excitation at 8 by 8 bits, as its
 *	              bytes, and so all that has no bits. Not 64 * flops, whose
 *	              normalisation, ReLUs and shortcuts are no multiply-
 *	              accumulates and which lacks the classifier
 *	params        weights + 2 a normalised channel + classifier with biases
 *	size_bytes    weights * W / 8 + 2 bytes a channel, without classifier
 *	flash_bytes   size_bytes + classifier, weights * W / 8 + 2 a class
 *	layers        convolutions (3 an mbconv), without those of shortcuts
 *	peak memory   largest step under the memory model
 *
 * Usage:
 *	struct nas_cost cost;
 *	struct nas_step *steps =
 *		NAS_NEW(&arena, struct nas_step, cost_steps(arch));
 *	cost_of(&cost, steps, arch, &memory_models[MEMORY_TINYENGINE]);
 *
 * Memory models (the table memory_models[]):
 *	tinyengine  in + out of a conv; a depthwise conv works in place with
 *	            one channel of extra output; the residual (in == out, also at
 *	            stride 2) is added at the depthwise conv only
 *	plain       in + out + the residual while it is live (the expanding
 *	            conv reads it as its input); as TFLM and Cube.AI count
 * Both: the convolution of a shortcut runs behind the block's first and needs
 * in, what that one made, and its own output, which lives on at the block's
 * input bits, as a residual does.
 */
#ifndef SPACES_COST_H
#define SPACES_COST_H

#include "spaces/arch.h"
#include "spaces/budget.h"

enum nas_memory_kind { MEMORY_TINYENGINE, MEMORY_PLAIN, MEMORY_KINDS };

/* Elements (not bytes) that are alive while one conv of a block runs. */
struct nas_live {
	int64_t in;       /* at the conv's input bits */
	int64_t out;      /* at the next conv's input bits; of a shortcut's
			   * conv: what the first conv made */
	int64_t residual; /* at the block's input bits */
};

struct nas_memory_model {
	const char *name;
	const char *help;
	bool floors; /* sides are halved rounding down */
	/* live elements of conv j of block b; in/out: places of that conv */
	struct nas_live (*live)(const struct nas_block *b,
				const struct nas_conv *c, int j,
				const struct nas_place *in,
				const struct nas_place *out);
};

/* The same of step j of block_steps, a shortcut's conv too. */
struct nas_live memory_live(const struct nas_memory_model *model,
			    const struct nas_block *b,
			    const struct nas_conv *c, int j,
			    const struct nas_place *in,
			    const struct nas_place *out);

extern const struct nas_memory_model memory_models[MEMORY_KINDS];
const struct nas_memory_model *memory_model_find(const char *name);

struct nas_step { /* one convolution as it runs */
	int block;          /* index in the architecture */
	const char *kind;   /* "conv", "mbconv", ... */
	struct nas_conv conv;
	int in_height, in_width, out_height, out_width;
	int bits_out;
	/* Of the conv with its normalisation and ReLU. The layers of squeeze-
	 * and-excitation count at the depthwise conv, a pooled shortcut at the
	 * block's last: so the steps sum to the network without its head. */
	double macs, flops, bitops, params;
	double weight_bytes; /* weights W / 8 + 2 a channel */
	double in_bytes, out_bytes, residual_bytes;
	double memory_bytes; /* their sum */
};

struct nas_cost {
	double flops, bitops;
	double macs, params;
	double size_bytes, flash_bytes;
	double latency_ms; /* 0 after cost_of: latency_of (spaces/latency.h) */
	double peak_memory_bytes;
	int peak_step; /* the first step that reaches it */
	int layers;
	int nsteps; /* layers and the convolutions of shortcuts */
};

void cost_resources(const struct nas_cost *cost, double res[RESOURCES]);

/* Convolutions in the network, those of shortcuts too. */
int cost_steps(const struct nas_arch *arch);

/* steps may be NULL. The architecture has passed arch_check. */
void cost_of(struct nas_cost *cost, struct nas_step *steps,
	     const struct nas_arch *arch, const struct nas_memory_model *model);

/* The classifier and the layer before it, if any; all 0 without a head.
 * bytes: weights W / 8 + 2 an output. */
struct nas_head_cost {
	double macs, bitops, params, bytes;
};
struct nas_head_cost cost_of_head(const struct nas_head *head, int channels);

#endif
