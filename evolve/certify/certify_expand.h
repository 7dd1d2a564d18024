/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evolve/certify/certify_expand.h - one more block for every label of a list. */
#ifndef EVOLVE_CERTIFY_CERTIFY_EXPAND_H
#define EVOLVE_CERTIFY_CERTIFY_EXPAND_H

#include "evolve/certify/certify_labels.h"

#define CERT_LOCAL 0x80000000u /* parent is in the worker's own list */

struct cert_option { /* a pair of bits for a block */
	double total; /* reduced at the first price, with what follows */
	double score, score_c; /* alone, and times the share; of a product
				* what it adds to the sum */
	double use[CERT_USES];
	uint8_t pair, class, own, next;
};

struct cert_list { /* labels of one state */
	struct cert_pool pool;
	int classes; /* caps */
	double cut;  /* labels with bounds up to this were dropped */
};

/* What may follow a block of a product at a price, as a line over the sum so
 * far: value + sum * weight. */
struct cert_line {
	double value, weight;
};

struct cert_lines { /* by class of weights; only those that can be the most */
	struct cert_line *line;
	int n;
	double value, least; /* for sums below 0: of all lines the largest
			      * value, and the least weight */
};

struct cert_worker {
	struct cert_list end, middle;
	struct cert_pool kept; /* reduced lists, to join */
	struct cert_sort sort;
	struct cert_option option[CERT_PAIRS];
	int noption;
	double after_end[CERT_PRICES_MAX][CERT_CLASSES];    /* by class */
	double after_middle[CERT_PRICES_MAX][CERT_CLASSES];
	struct cert_lines *line_end, *line_middle; /* (prices, classes); of a
						    * product */
	struct cert_line *lines; /* room */
	double dropped;
	int64_t labels, labels_before; /* extended; before this stage */
	bool failed; /* memory is out, or a limit is reached */
};

struct cert_expansion {
	const struct cert_run *run;
	const struct cert_model *m;
	const struct cert_prices *prices;
	const struct cert_pass *pass;
	const struct cert_stage *st;
	const struct cert_block *block;
	size_t node;
	int shape;                   /* of the block */
	int nblock;                  /* number of the new block, from 1 */
	bool runs;                   /* it has a shortcut that matters */
	bool joins;                  /* widths are equal: cert_runs_add */
	struct cert_share share;
	const struct cert_pool *from;
	size_t first, count;         /* sources, by reduced, largest first */
	uint32_t mark;               /* or-ed to the index of the parent */
	size_t most;                 /* labels in a list */
};

/* Room for the lines of a product; false: out of memory. */
bool cert_lines_init(struct cert_worker *w, const struct cert_model *m);

/* What follows a block of class a, by price k and class of weights, into
 * w's lines. */
void cert_lines_fill(const struct cert_expansion *x, struct cert_worker *w);

/* The most that follows a sum. */
double cert_lines_most(const struct cert_lines *l, double sum);

/* What option pair adds at the first price with what follows. */
double cert_option_total(const struct cert_expansion *x,
			 const struct cert_worker *w, int pair);

/* Children go to w->end (the stage ends) and w->middle (it goes on). */
void cert_expand(const struct cert_expansion *x, struct cert_worker *w);

/* Reduce a list by dominance and beam. */
void cert_reduce(const struct cert_expansion *x, struct cert_worker *w,
		 struct cert_list *list);

#endif
