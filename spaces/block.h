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
 *
 * Every convolution is followed by batch normalisation; the last of an
 * mbconv has no activation function.
 */
#ifndef SPACES_BLOCK_H
#define SPACES_BLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define BLOCK_CONVS_MAX 3

/*
 * The kinds of block: all that is asked of a kind stands here or in its file.
 *	X(ID, name, convolutions, hidden, shortcut, squeeze, label, title)
 * name      "type" in files, and of its functions
 * hidden    it has channels between its 1x1 convolutions
 * shortcut  it adds its input where widths are equal
 * squeeze   it may have squeeze-and-excitation
 * label     in a drawing, short; title: in its legend
 */
#define BLOCK_LIST(X)                                                          \
	X(CONV, conv, 1, false, false, false, "Conv", "convolution")           \
	X(MBCONV, mbconv, 3, true, true, true, "MBConv",                       \
	  "inverted residual (MBConv)")                                        \
	X(DWSEP, dwsep, 2, false, false, false, "DW-sep", "depthwise-separable")

#define BLOCK_SAYS(id, name, nconvs, hidden, shortcut, squeeze, label, title)  \
	"; " #name ": " title
#define BLOCK_HELP "kind of block" BLOCK_LIST(BLOCK_SAYS)

#define BLOCK_ENUM(id, name, nconvs, hidden, shortcut, squeeze, label, title)  \
	BLOCK_##id,
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
	int bits_a[BLOCK_CONVS_MAX]; /* of each conv's input; 0 = full precision */
	int bits_w[BLOCK_CONVS_MAX]; /* of each conv's weights; 0 = the same */
	int entry;      /* entry of the file, for writing it back */
};

struct nas_conv { /* one convolution of a block */
	const char *role; /* "conv", "expand", "depthwise", "project" */
	int in, out, kernel, stride, groups;
	int bits_a, bits_w; /* 0 = full precision */
	bool relu;          /* follows in the network */
	int squeeze;        /* channels q of squeeze-and-excitation on its
			     * output; 0 = none */
	bool holds;         /* the reference's memory counts the block's
			     * shortcut while this one runs */
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
	bool has_hidden, has_shortcut, has_squeeze;
	const char *label, *title;
	void (*convs)(const struct nas_block *b, struct nas_conv *c);
	void (*terms)(const struct nas_block *b, const struct nas_place *in,
		      const struct nas_place *out, struct nas_block_terms *t);
};

extern const struct nas_block_ops block_kinds[BLOCK_KINDS];

/* The network adds its input to its output here. */
bool block_has_residual(const struct nas_block *b);

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

/* Round half to even to a multiple of 8, at least 8 (Python's round). */
int round_to_8(double x);

#endif
