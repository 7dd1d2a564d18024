/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/block.h - what a block is: a short run of convolutions.
 *
 * A kind of block is one line of BLOCK_LIST and one file block_KIND.c with
 * two functions: its convolutions one by one (the definition, from which all
 * reported figures come), and its coefficients in closed form (the same
 * sums, ready for millions of evaluations a second; a test holds both equal).
 *
 * Symbols: k kernel, s stride, h hidden channels, q squeeze channels.
 *
 *	kind     convolutions
 *	conv     k x k, in -> out, stride s
 *	mbconv   1x1 in -> h; depthwise k x k stride s; 1x1 h -> out
 *	         (with squeeze-and-excitation on h after the depthwise one)
 *	dwsep    depthwise k x k stride s; 1x1 in -> out
 *	mbconv1  depthwise k x k stride s; 1x1 in -> out: an mbconv without
 *	         expansion (squeeze-and-excitation on in)
 *	convpool k x k, in -> out, stride s / 2; max pooling 3x3 or 2x2 of stride 2
 *	basic    k x k, in -> out, stride s; k x k, out -> out
 *	bottleneck  1x1 in -> h, stride s; k x k, h -> h; 1x1 h -> out
 *
 * Every convolution is followed by batch normalisation and a ReLU, but the
 * last of mbconv and mbconv1 by no ReLU, and that of basic and bottleneck by
 * one behind the shortcut. A shortcut is the input where it has the shape of
 * the output; basic and bottleneck bring it to that by a 1x1 convolution of
 * stride s, which has the bits of the block's first.
 */
#ifndef SPACES_BLOCK_H
#define SPACES_BLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define BLOCK_CONVS_MAX 3
#define BLOCK_STEPS_MAX 4 /* with that of the shortcut */

enum nas_block_has {
	BLOCK_HIDDEN = 1,    /* channels between its 1x1 convolutions */
	BLOCK_SHORTCUT = 2,  /* it adds its input where shapes are equal */
	BLOCK_POOLS = 4,     /* and may do so at stride 2, average-pooled */
	BLOCK_PROJECTS = 8,  /* and where they differ, by a 1x1 convolution; a
			      * ReLU follows the sum */
	BLOCK_SQUEEZE = 16,  /* it may have squeeze-and-excitation */
	BLOCK_INVERTED = 32, /* it is an inverted residual */
	BLOCK_MAX_POOL = 64, /* max pooling is a part of it */
};

/*
 * The kinds of block: all that is asked of a kind stands here or in its file.
 *	X(ID, name, convolutions, has, label, title)
 * name      "type" in files, and of its functions
 * convolutions  those that have bits and are layers: not the shortcut's
 * has       of enum nas_block_has
 * label     in a drawing, short; title: in its legend
 */
#define BLOCK_LIST(X)                                                          \
	X(CONV, conv, 1, 0, "Conv", "convolution")                             \
	X(MBCONV, mbconv, 3,                                                   \
	  BLOCK_HIDDEN | BLOCK_SHORTCUT | BLOCK_POOLS | BLOCK_SQUEEZE |        \
		  BLOCK_INVERTED,                                              \
	  "MBConv", "inverted residual (MBConv)")                              \
	X(DWSEP, dwsep, 2, 0, "DW-sep", "depthwise-separable")                 \
	X(MBCONV1, mbconv1, 2,                                                 \
	  BLOCK_SHORTCUT | BLOCK_SQUEEZE | BLOCK_INVERTED,                     \
	  "MBConv1", "inverted residual without expansion (MBConv1)")          \
	X(CONVPOOL, convpool, 1, BLOCK_MAX_POOL, "Conv+pool",                               \
	  "convolution and max pooling")                                       \
	X(BASIC, basic, 2, BLOCK_SHORTCUT | BLOCK_PROJECTS, "Basic",           \
	  "ResNet's basic block")                                              \
	X(BOTTLENECK, bottleneck, 3,                                           \
	  BLOCK_HIDDEN | BLOCK_SHORTCUT | BLOCK_PROJECTS, "Bottleneck",        \
	  "ResNet's bottleneck")

#define BLOCK_SAYS(id, name, nconvs, has, label, title) "; " #name ": " title
#define BLOCK_HELP "kind of block" BLOCK_LIST(BLOCK_SAYS)

#define BLOCK_ENUM(id, ...) BLOCK_##id,
enum nas_block_kind { BLOCK_LIST(BLOCK_ENUM) BLOCK_KINDS };

/*
 * Where equal widths meet. IDENTITY: a residual at stride 1, the network of
 * our files. POOL: also at stride 2, the shortcut average-pooled 2x2, the
 * network of the reference's files. NONE: no residual.
 * Two figures are the reference's by definition and count a pooled shortcut
 * for IDENTITY too: flops and the tinyengine memory model.
 */
enum nas_shortcut {
	SHORTCUT_IDENTITY,
	SHORTCUT_POOL,
	SHORTCUT_NONE,
	SHORTCUTS
};
extern const char *const shortcut_names[SHORTCUTS + 1]; /* in files; NULL */

struct nas_block {
	enum nas_block_kind kind;
	enum nas_shortcut shortcut;
	int in, out;    /* channels */
	int hidden;     /* channels between the 1x1 convs; 0 where none */
	int kernel, stride;
	int squeeze;    /* channels q of squeeze-and-excitation; 0 = none */
	int pool;       /* side of the max pooling, 0 = 3 */
	int bits_a[BLOCK_CONVS_MAX]; /* of each conv's input; 0 = full precision */
	int bits_w[BLOCK_CONVS_MAX]; /* of each conv's weights; 0 = the same */
	int entry;      /* entry of the file, for writing it back */
};

static inline int block_pool(const struct nas_block *b)
{
	return b->pool ? b->pool : 3;
}

struct nas_conv { /* one convolution of a block */
	const char *role; /* "conv", "expand", "depthwise", "project" */
	int in, out, kernel, stride, groups;
	int bits_a, bits_w; /* 0 = full precision */
	bool relu;          /* follows in the network */
	int squeeze;        /* channels q of squeeze-and-excitation on its
			     * output; 0 = none */
	bool holds;         /* the reference's memory counts the block's
			     * shortcut while this one runs */
	int pool;           /* max pooling of this side and stride 2 follows,
			     * the last one of a block; 0 = none */
	bool of_shortcut;   /* it reads the block's input and makes what is
			     * added to the output */
};

/*
 * What reaches a block, or leaves it: the size of the feature map.
 * area: height x width with fractions, never rounded (15 / 2 = 7.5): the
 *       reference's flops.
 * floor_*: halves rounded down: the reference's memory.
 * height, width: as convolutions with padding k/2 give them (rounded up):
 *       macs, the plain memory model, exported networks.
 */
struct nas_place {
	double area;
	int floor_height, floor_width;
	int height, width;
};

struct nas_place place_input(int height, int width);
struct nas_place place_after(const struct nas_place *p, int stride);

/*
 * What a block adds, with the bits left open: at input bits A and weight bits
 * W (8 where full precision)
 *	flops      = mul * A W / 64 + add         bit-weighted multiply-adds
 *	size_bytes = weights * W / 8 + aux_bytes
 *	bitops     = (macs - macs_fixed) * A W + macs_fixed * 64
 * and its fan-ins C k^2 (C = 1 for a depthwise conv), one a convolution.
 * Doubles hold exact integers or quarters.
 */
struct nas_block_terms {
	double mul, add;
	double weights, aux_bytes;
	double macs, macs_fixed; /* all; of them squeeze-and-excitation's */
	double params;
	int nconvs;
	int inner; /* channels of its depthwise conv; else hidden; else out */
	int fan[BLOCK_CONVS_MAX];
};

struct nas_block_ops { /* a line of BLOCK_LIST */
	const char *name;
	int nconvs;
	unsigned has; /* of enum nas_block_has */
	const char *label, *title;
	void (*convs)(const struct nas_block *b, struct nas_conv *c);
	void (*terms)(const struct nas_block *b, const struct nas_place *in,
		      const struct nas_place *out, struct nas_block_terms *t);
};

extern const struct nas_block_ops block_kinds[BLOCK_KINDS];

static inline bool block_has(const struct nas_block *b, enum nas_block_has x)
{
	return block_kinds[b->kind].has & x;
}

/* The network adds its input to its output here. */
bool block_has_residual(const struct nas_block *b);

/* The same of a convolution of its input; a kind with BLOCK_PROJECTS. */
static inline bool block_projects(const struct nas_block *b)
{
	return b->shortcut != SHORTCUT_NONE &&
	       (b->stride > 1 || b->in != b->out);
}

static inline bool block_has_projection(const struct nas_block *b)
{
	return block_has(b, BLOCK_PROJECTS) && block_projects(b);
}

static inline bool block_has_sum(const struct nas_block *b)
{
	return block_has_residual(b) || block_has_projection(b);
}

/* All convolutions in the order in which they run, that of the shortcut behind
 * the first; how many. c may be NULL. */
int block_steps(const struct nas_block *b, struct nas_conv c[BLOCK_STEPS_MAX]);

/* Where steps read and write, before a pooling; in: what reaches the block. */
void block_places(const struct nas_conv *c, int n, const struct nas_place *in,
		  struct nas_place from[BLOCK_STEPS_MAX],
		  struct nas_place to[BLOCK_STEPS_MAX]);

/* Equal widths meet, and the block does not refuse a shortcut. */
static inline bool block_widths_meet(const struct nas_block *b)
{
	return b->in == b->out && b->shortcut != SHORTCUT_NONE;
}

/* The reference's flops and memory count a shortcut here. */
bool block_counts_shortcut(const struct nas_block *b);

/* Channels of the squeeze layer for h hidden ones: max(1, round(h/4) / 8) * 8,
 * round half to even, integer division. */
int block_squeeze_channels(int hidden);

/* The same of the channels that the block's squeeze-and-excitation works on:
 * what "se" means. */
static inline int block_se_channels(const struct nas_block *b)
{
	return block_squeeze_channels(b->hidden ? b->hidden : b->in);
}

/* Round half to even to a multiple of 8, at least 8 (Python's round). */
int round_to_8(double x);

#endif
