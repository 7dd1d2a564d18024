/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evolve/certify/certify_model.h - one variant of a space as a layered graph.
 *
 * A network is a path. Boundary s lies before stage s; its states are the
 * widths that reach the stage. Stage s takes an item (in, out, shape), shape
 * being kernel, expansion and squeeze, whose first block it is; then some
 * inner blocks, which depend on (out, shape) alone, called a node. Every
 * block chooses a pair of bits (A, W).
 *
 * Where every block chooses its kernel or expansion, the inner blocks depend
 * on what is common to all blocks only: a node is (out, common), common being
 * the first shape with the same, and its inner blocks choose a shape as well.
 *
 * Peak memory. With M the budget in bits, a block with input bits A is
 * feasible if its inner steps are, step A <= M, and if its last step is,
 * tail_a A + tail_out A' <= M, A' being the input bits of the next block.
 * The second reads A' <= cap(A): so a state carries, besides the width, a cap
 * on the next block's A, and a larger cap never hurts. Caps are classes: with
 * class c, A may be the c-th of the next block's list or less. Without a
 * memory budget there is one class, and A plays no part in it.
 *
 * Shares. Where a score asks for a block's share in its stream, the share
 * depends on the blocks that its run of shortcuts had before, in stages before
 * this one as well. The dynamic program takes the best of all shares that
 * there can be, a bound for weights of any sign; labels carry the run with
 * them and are exact.
 *
 * A budget of rho <= r says of the end of every stage of the score: W >= f(L) =
 * L ln(L / r), W being the sum of ln(C k^2) and L the number of convolutions so
 * far: lines of W and L, sums over blocks, which get multipliers like budgets
 * (certify_rho.h). Labels have W and L with them, and are exact.
 *
 * A score that is a product has a model of what it sums over blocks, and
 * what a block weighs as one more part of the state (certify_weights.h).
 * Labels have the sum so far with them, and are exact.
 *
 * Pairs of bits that are dominated, whatever the block, are left out: another
 * pair gives at least as much score, costs no more of the resources that are
 * limited and has no larger class.
 *
 * Items are computed row by row when they are needed, or stored once few are
 * left (certify_items.c).
 */
#ifndef EVOLVE_CERTIFY_CERTIFY_MODEL_H
#define EVOLVE_CERTIFY_CERTIFY_MODEL_H

#include <math.h>

#include "evolve/certify/certify_limits.h"
#include "evolve/certify/certify_penalty.h"
#include "evolve/certify/certify_weights.h"
#include "scoring/chain.h"

#define CERT_CLASSES SPACE_CHOICES_MAX
#define CERT_PAIRS (SPACE_CHOICES_MAX * SPACE_CHOICES_MAX)
/* Relative slack of a budget in prunings: sums of doubles may differ in their
 * last digits by order. Wider than feasible, so bounds stay valid. */
#define CERT_SLACK 1e-11

/* A sum that is held inside a range is two resources: it, at most high, and
 * its negative, at most -low. */
#define CERT_RESOURCES (RESOURCES + 2 * TRUST_MAX)

struct cert_block { /* a block with its bits left open */
	double mul, add, weights, aux, macs, macs_fixed, params, layers;
	double time; /* ms at factor 1 */
	struct nas_linear_coef score;
	double ln_width; /* what it adds to W */
	double trust[TRUST_MAX]; /* what it adds to sums that are held */
	/* by class of its own A: 1 + class up to which the next block's A may
	 * go, 0 = not feasible; the next being of the same stage or not */
	uint8_t own[CERT_CLASSES], next[CERT_CLASSES];
};

struct cert_item { /* a first block */
	struct cert_block block;
	uint16_t in, out, shape;
	bool runs; /* with a shortcut, so that a run may go on */
};

struct cert_share { /* the least and the largest that there can be */
	double low, high;
};

static inline bool cert_same_share(struct cert_share x, struct cert_share y)
{
	return x.low == y.low && x.high == y.high;
}

struct cert_pair {
	double gain[2], aw, root, bytes, slow;
	uint8_t a, w, class;
};

struct cert_stage {
	const struct nas_chain *chain;
	const struct nas_chain_stage *cs;
	const struct nas_stage *choices;
	int index, nin, nout, nshape;
	int nclass, nnext;  /* classes before and behind the stage */
	int max_depth;
	bool depth_ok[SPACE_DEPTH_MAX + 2];
	const int *in_width; /* (nin) channels */
	bool ends;           /* a stage of the score */
	double limit_bits;   /* of memory */
	double layers;       /* of a block */

	int npair;
	struct cert_pair pair[CERT_PAIRS];  /* by class */
	int class_first[CERT_CLASSES + 1];

	bool *alive; /* (nout) widths in play */
	struct cert_share enter; /* of first blocks with a shortcut */
	struct cert_share share[SPACE_DEPTH_MAX]; /* of inner block j; 1 where
						   * the score does not ask */
	int least_units, most_units; /* that can leave the stage */
	double *end_score;                /* (nout) what the end adds */
	double (*end_use)[CERT_RESOURCES]; /* (nout) */
	struct cert_block *inner;         /* (nout, nshape); NULL if depth 1 */
	int nnodes;
	uint32_t *node;                   /* (nnodes) out * nshape + common */
	int32_t *node_place;              /* (nout, nshape) index in node[] */
	uint16_t *common;                 /* (nshape) see above */
	uint16_t *by_common;              /* (nshape) shapes, by common */
	uint16_t *place;                  /* (nshape) of common: where its
					   * shapes begin in by_common */
	uint16_t *choice;                 /* (nout, nshape) shapes of inner
					   * blocks, a node's from its place */
	uint16_t *nchoice;                /* (nout, nshape) their number, at
					   * the node */

	int64_t nitems;                   /* stored ones, by (in, out, shape) */
	struct cert_item *item;
	int64_t *row_first;               /* (nin + 1) */
	int64_t *column;                  /* indices by (out, common, shape, in) */
	int64_t *column_first;            /* (nout + 1) */
};

#define CERT_TANGENTS 64
/* What a label has by number: of a product what it comes to at the least
 * weight to come, negative; the resources; W and L. And behind those, of a
 * product, what dominance does not compare: enum cert_slot. */
#define CERT_USES (CERT_RESOURCES + 3 + CERT_SLOTS)

enum cert_slot {
	CERT_DONE, /* what the stage ends so far have made of it */
	CERT_SUM,  /* over the blocks so far */
	CERT_PLANE, /* slopes times depths (certify_penalty.h) */
	CERT_RUNS, /* packed */
	CERT_SLOTS
};

struct cert_tangent { /* at a stage's end: width W - slope L + offset >= 0 */
	int stage;
	double width, slope, offset;
};

struct cert_model {
	const struct nas_problem *problem; /* of a product what it sums */
	const struct nas_chain *product; /* of the score; NULL: it is a sum */
	const struct nas_chain *chain;
	int nstages, threads;
	int nuse;                     /* resources that can bind */
	int use[CERT_RESOURCES];      /* enum nas_resource, or RESOURCES +
				       * 2 t + side of the t-th held sum */
	double limit[CERT_RESOURCES]; /* of use[], widened by CERT_SLACK */
	int ntangents;                /* 0 = no budget of rho */
	int convs;                    /* of the whole network; 0 = any */
	struct cert_tangent tangent[CERT_TANGENTS];
	struct cert_stage *stage;
	struct cert_weights weights;
	struct cert_penalty penalty;
	bool stored;
	struct cert_item **buffer;    /* (threads) a row or column each */
	struct cert_limits *limits;   /* NULL = none */
};

static inline struct cert_share cert_first_share(const struct cert_stage *st,
						 const struct cert_item *item)
{
	return item->runs ? st->enter : (struct cert_share){ 1, 1 };
}

/* Where a label's uses of resources begin. */
static inline int cert_first_use(const struct cert_model *m)
{
	return m->product ? 1 : 0;
}

/* What a label has of uses: of a product its own, those of resources, then -W
 * and L. */
static inline int cert_uses(const struct cert_model *m)
{
	int n = cert_first_use(m) + m->nuse;

	return m->ntangents ? n + 2 : n;
}

/* What sums that are held come to on the i-th of their sides. */
static inline double cert_side(const double held[TRUST_MAX], int i)
{
	return i % 2 ? -held[i / 2] : held[i / 2];
}

/* The same with slots. */
static inline int cert_fields(const struct cert_model *m)
{
	return m->product ? cert_uses(m) + CERT_SLOTS : cert_uses(m);
}

/* rho holds where W and L are so, but for rounding. */
static inline bool cert_rho_holds(const struct cert_model *m, double w,
				  double l)
{
	double f = l * log(l / m->problem->budgets.rho);

	return w >= f - 1e-9 * fabs(f);
}

/* A run of shortcuts can go on into stage s with that width. */
bool cert_run_enters(const struct cert_model *m, int s, int width);

/* All widths alive, nothing stored; no classes of weights yet. sum: problem
 * itself, or where its score is a product what that sums. */
bool cert_model_init(struct cert_model *m, const struct nas_problem *problem,
		     const struct nas_problem *sum, int variant, int threads,
		     struct nas_arena *arena);

/* Refresh the nodes after alive changed. */
void cert_model_nodes(struct cert_model *m);

static inline size_t cert_node(const struct cert_stage *st, int out, int shape)
{
	return (size_t)out * (size_t)st->nshape + st->common[shape];
}

/* The i-th shape of a node's inner blocks. */
static inline int cert_choice(const struct cert_stage *st, size_t node, int i)
{
	size_t common = node % (size_t)st->nshape;

	return st->choice[node - common + st->place[common] + (size_t)i];
}

/* The inner block of a node with a shape. */
static inline const struct cert_block *cert_inner(const struct cert_stage *st,
						  size_t node, int shape)
{
	size_t out = node / (size_t)st->nshape;

	return &st->inner[out * (size_t)st->nshape + (size_t)shape];
}

static inline void cert_add_node(struct cert_stage *st, int out, int common)
{
	int node = out * st->nshape + common;

	st->node_place[node] = st->nnodes;
	st->node[st->nnodes++] = (uint32_t)node;
}

/* Caps of a block; false if it fits the memory with no bits. */
bool cert_block_make(const struct cert_stage *st, const struct nas_coef *c,
		     struct cert_block *b);

/* The gene of a shape, of the largest depth, all bits 0. */
void cert_shape_gene(const struct cert_stage *st, int out, int shape,
		     struct nas_gene *g);

/* Inner block b of a gene gets the shape. */
void cert_shape_inner(const struct cert_stage *st, int shape, int b,
		      struct nas_gene *g);

uint8_t cert_depth_index(const struct cert_stage *st, int depth);

/* Canonical genes, stage by stage. */
void cert_canonical(const struct cert_model *m, struct nas_genome *g);

/* The item into *item; false if it is infeasible or a copy of another. */
bool cert_item_make(const struct cert_stage *st, int in, int out, int shape,
		    struct cert_item *item);

/* Items with the same input, or output. Computed into buffer unless stored;
 * returns how many; *list and, for stored columns, *index (NULL otherwise).
 */
int cert_row(const struct cert_model *m, int s, int in,
	     struct cert_item *buffer, const struct cert_item **list);

struct cert_column {
	const struct cert_item *list;
	const int64_t *index; /* NULL: list is dense */
	int n;
};
void cert_column(const struct cert_model *m, int s, int out,
		 struct cert_item *buffer, struct cert_column *column);

/* Threads worth their start for so many items. */
static inline int cert_threads(const struct cert_model *m, int64_t items)
{
	return items < 4000 ? 1 : m->threads;
}

/* Items of stage s, or how many there could be. */
static inline int64_t cert_stage_items(const struct cert_model *m, int s)
{
	const struct cert_stage *st = &m->stage[s];

	return m->stored ? st->nitems
			 : (int64_t)st->nin * st->nout * st->nshape;
}

static inline const struct cert_item *
cert_column_item(const struct cert_column *c, int i)
{
	return &c->list[c->index ? c->index[i] : i];
}

/* What a pass over the whole model costs. */
double cert_pass_steps(const struct cert_model *m);

/* ---- stored items, certify_items.c ---- */

/* Items there could be; each is sizeof(struct cert_item). */
int64_t cert_items_most(const struct cert_model *m);

/* Kept items, one bit each, of a stage: (nout) rows of (nin, nshape). */
struct cert_keep {
	uint8_t **bits;     /* (S) */
	size_t *row_bytes;  /* (S) */
	int64_t **count;    /* (S, nout) */
};
bool cert_keep_init(struct cert_keep *keep, const struct cert_model *m,
		    struct nas_arena *arena);
int64_t cert_keep_total(const struct cert_keep *keep,
			const struct cert_model *m);

/* Store the items kept; keep NULL = all. Stored ones are thinned in place. */
bool cert_items_store(struct cert_model *m, const struct cert_keep *keep,
		      struct nas_arena *arena);

#endif
