/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/space.h - a search space: a chain of stages with choices.
 *
 * A stage is one to eleven blocks of one kind; the first has the stride and
 * changes the width, the others keep it. Width, depth, squeeze-and-excitation
 * and stride are chosen once a stage; the bits of activations and weights once
 * a block (its convolutions share them); kernel and expansion once a stage, or
 * once a block where the stage says so ("each").
 *
 * A genome names one choice of everything by indices. It is canonical: what
 * makes no difference is 0 (bits of blocks beyond the depth, choices among
 * expansions that round to the same hidden width), so two genomes name the
 * same stages only when they are equal. (Neighbouring stages alike in all but
 * depth can share their blocks in several ways; these count as different.)
 *
 * Strides (where a stage offers several) and input sides change the size of
 * every feature map behind them; each combination, and of the bits of the
 * classifier's weights, is a variant of the space, numbered, and the genome's
 * first gene.
 *
 * Usage:
 *	struct nas_space *space = ...;              from a config, space_form
 *	status = space_compile(space, &arena, err);
 *	space_random(space, &genome, &rng);
 *	space_decode(space, &genome, &arch, &arena);
 */
#ifndef SPACES_SPACE_H
#define SPACES_SPACE_H

#include <string.h>

#include "spaces/arch.h"

struct form;        /* nas/form/form.h */
struct form_custom; /* the same */

struct rng; /* nas/base/rng.h */

#define SPACE_STAGES_MAX 32
#define SPACE_DEPTH_MAX 11
#define SPACE_BLOCKS_MAX (SPACE_STAGES_MAX * SPACE_DEPTH_MAX)
#define SPACE_WIDTHS_MAX 256
#define SPACE_CHOICES_MAX 15 /* kernels, expansions, depths, bits: each */
#define SPACE_VARIANTS_MAX 256

enum nas_expand_of { EXPAND_OF_OUT, EXPAND_OF_IN };

/* What every block of a stage chooses by itself. */
enum nas_each { EACH_KERNEL = 1, EACH_EXPAND = 2 };

struct nas_gene { /* one stage; indices into its lists */
	uint8_t width, kernel, expand, depth, se;
	uint8_t bits[SPACE_DEPTH_MAX]; /* a block: (index of A) << 4 | of W */
	/* an inner block: (index of kernel) << 4 | of expansion, each 0 where
	 * the stage's is meant; shape[0] is 0: the first block has the stage's */
	uint8_t shape[SPACE_DEPTH_MAX];
	uint8_t unused[5];
};

#define GENE_WORDS 4
_Static_assert(sizeof(struct nas_gene) == GENE_WORDS * sizeof(uint64_t),
	       "genes are handled as words");

struct nas_stage { /* the lists ascend and hold no value twice */
	int kind;     /* enum nas_block_kind */
	int shortcut; /* enum nas_shortcut */
	int pool;     /* side of the max pooling; 0 = 3 */
	int nwidth, *width;
	int nkernel, *kernel;
	int nexpand;
	double *expand; /* hidden / out, or hidden / in */
	int expand_of;  /* enum nas_expand_of */
	unsigned each;  /* of enum nas_each */
	int ndepth, *depth;
	int nstride, *stride;
	int nse, *se; /* 0 = without, 1 = with squeeze-and-excitation */
	int nbits_a, *bits_a; /* 0 choices = full precision */
	int nbits_w, *bits_w;

	/* canonical[w * nexpand + e]: the first expansion with the same hidden
	 * width (EXPAND_OF_OUT); NULL when hidden widths depend on the input */
	uint8_t *canonical;
	uint8_t *inner_canonical; /* the same of inner blocks; never NULL */
	uint64_t keep[SPACE_CHOICES_MAX][GENE_WORDS]; /* [depth]: bits and shapes
						       * of existing blocks */
};

struct nas_space_input {
	int nheight, *height, nwidth, *width; /* equal counts; width may be
					       * absent: square */
	int channels;
};

struct nas_space_head {
	struct nas_head first; /* with the first choice of bits_w */
	int nbits_w, *bits_w; /* choices; none = first's */
};

struct nas_space {
	struct nas_space_input input;
	bool monotone; /* widths never fall from stage to stage */
	int nstages;
	struct nas_stage *stage; /* (nstages) */
	struct nas_space_head head;

	int nvariants;
	uint8_t *stride_of; /* (nvariants, nstages): index into stride[] */
	uint8_t *side_of;   /* (nvariants): index into height[] */
};

struct nas_genome {
	uint64_t variant;
	struct nas_gene stage[SPACE_STAGES_MAX];
};

extern const struct form space_form; /* reads struct nas_space */
extern const struct form_custom space_head_custom; /* its head */

/* Choices of the classifier's bits, at least one; and the one of a variant. */
int space_head_choices(const struct nas_space_head *head);
struct nas_head space_head_of(const struct nas_space *space, uint64_t variant);

/* Check the space and build its tables. All problems go to err. */
enum nas_status space_compile(struct nas_space *space, struct nas_arena *arena,
			      struct nas_err *err) NAS_MUST_CHECK;

static inline int gene_bits_a(uint8_t bits)
{
	return bits >> 4;
}

static inline int gene_bits_w(uint8_t bits)
{
	return bits & 15;
}

static inline uint8_t gene_bits(int a, int w)
{
	return (uint8_t)(a << 4 | w);
}

static inline uint8_t gene_shape(int kernel, int expand)
{
	return (uint8_t)(kernel << 4 | expand);
}

/* What shapes of inner blocks may differ in. */
static inline uint8_t stage_each_mask(const struct nas_stage *st)
{
	return gene_shape(st->each & EACH_KERNEL ? 15 : 0,
			  st->each & EACH_EXPAND ? 15 : 0);
}

/* The gene with kernel and expansion of its b-th block. */
static inline struct nas_gene gene_of_block(const struct nas_stage *st,
					    const struct nas_gene *g, int b)
{
	struct nas_gene own = *g;

	if (b > 0 && st->each & EACH_KERNEL)
		own.kernel = g->shape[b] >> 4;
	if (b > 0 && st->each & EACH_EXPAND)
		own.expand = g->shape[b] & 15;
	return own;
}

/* Hidden channels of the first and of the inner blocks; 0 where the kind has
 * none. in, out: channels. */
int stage_hidden_first(const struct nas_stage *st, int in, int width,
		       int expand);
int stage_hidden_inner(const struct nas_stage *st, int width, int expand);

/* The first expansion that gives the same hidden widths. */
int canonical_expand(const struct nas_stage *st, const struct nas_gene *g,
		     int in);

/* The same of inner blocks, where each has its own expansion. */
void canonical_shapes(const struct nas_stage *st, struct nas_gene *g);

/* Set what makes no difference to 0. in: channels that reach the stage. */
static inline void gene_canonical(const struct nas_stage *st,
				  struct nas_gene *g, int in)
{
	uint64_t word[GENE_WORDS];

	g->expand = st->canonical ? st->canonical[g->width * st->nexpand +
						  g->expand]
				  : (uint8_t)canonical_expand(st, g, in);
	if (st->each)
		canonical_shapes(st, g);
	memcpy(word, g, sizeof(word));
	for (int i = 0; i < GENE_WORDS; i++)
		word[i] &= st->keep[g->depth][i];
	memcpy(g, word, sizeof(word));
}

/* The smallest choice of everything, variant 0. */
void space_smallest(const struct nas_space *space, struct nas_genome *g);

/* Widths obey the monotone rule and every index is inside its list. */
bool space_contains(const struct nas_space *space, const struct nas_genome *g);

/*
 * The space of one architecture's structure with its bits left open: a block
 * is a stage with one choice of everything but bits, and its candidates of
 * bits are those of from's first stage for the first block, of its last stage
 * for the last, else of the first stage of that kind that has a choice. For
 * networks that are in no space; up to SPACE_STAGES_MAX blocks. Hidden widths
 * that are no multiple of 8 become one.
 */
enum nas_status space_around(struct nas_space *space,
			     const struct nas_arch *arch,
			     const struct nas_space *from,
			     struct nas_arena *arena,
			     struct nas_err *err) NAS_MUST_CHECK;

/*
 * Number of architectures. Exact below 2^63; above, relative error below
 * 1e-15 a stage. Counts canonical genomes: distinct architectures.
 */
long double space_size(const struct nas_space *space);

/*
 * Uniform sampling over the architectures of the space: the counts of
 * completions of every (stage, width) are tabulated once, widths are drawn by
 * them, everything else is uniform given the widths.
 */
struct nas_space_sampler {
	const struct nas_space *space;
	double *next;   /* (nstages, SPACE_WIDTHS_MAX) ways to go on */
	double *weight; /* the same times the stage's own choices */
};
enum nas_status space_sampler_init(struct nas_space_sampler *sampler,
				   const struct nas_space *space,
				   struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;
void space_sample(const struct nas_space_sampler *sampler, struct nas_genome *g,
		  struct rng *rng);

/* The i-th architecture, 0 <= i < space_size, of a space of at most 2^53. */
void space_nth(const struct nas_space_sampler *sampler, uint64_t i,
	       struct nas_genome *g);

/* The architecture of a genome; blocks are the arena's. Returns false when
 * memory is out. */
bool space_decode(const struct nas_space *space, const struct nas_genome *g,
		  struct nas_arch *arch, struct nas_arena *arena);

/* The same into the caller's blocks (SPACE_BLOCKS_MAX). */
void space_decode_into(const struct nas_space *space,
		       const struct nas_genome *g, struct nas_arch *arch,
		       struct nas_block *block);

/* The genome of an architecture. NAS_EINPUT says where it leaves the space
 * first: "/blocks/2, block 1 of its 2, does not fit; /space/stages/2: kernel 7
 * (allowed: 3, 5)". A head must be the space's. */
enum nas_status space_encode(const struct nas_space *space,
			     const struct nas_arch *arch, struct nas_genome *g,
			     struct nas_err *err) NAS_MUST_CHECK;

#endif
