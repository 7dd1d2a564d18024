/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evolve/certify/certify_expand.h - one more block for every label of a list. */
#ifndef EVOLVE_CERTIFY_CERTIFY_EXPAND_H
#define EVOLVE_CERTIFY_CERTIFY_EXPAND_H

#include "evolve/certify/certify_labels.h"

#define CERT_LOCAL 0x80000000u /* parent is in the worker's own list */

struct cert_option { /* a pair of bits for a block */
	double total; /* reduced at the first price, with what follows */
	double score, score_c; /* alone, and times the share */
	double use[CERT_USES];
	uint8_t pair, class, own, next;
};

struct cert_list { /* labels of one state */
	struct cert_pool pool;
	int classes; /* caps */
	double cut;  /* labels with bounds up to this were dropped */
};

struct cert_worker {
	struct cert_list end, middle;
	struct cert_pool kept; /* reduced lists, to join */
	struct cert_sort sort;
	struct cert_option option[CERT_PAIRS];
	int noption;
	double after_end[CERT_PRICES_MAX][CERT_CLASSES];    /* by class */
	double after_middle[CERT_PRICES_MAX][CERT_CLASSES];
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
	struct cert_share share;
	const struct cert_pool *from;
	size_t first, count;         /* sources, by reduced, largest first */
	uint32_t mark;               /* or-ed to the index of the parent */
	size_t most;                 /* labels in a list */
};

/* Children go to w->end (the stage ends) and w->middle (it goes on). */
void cert_expand(const struct cert_expansion *x, struct cert_worker *w);

/* Reduce a list by dominance and beam. */
void cert_reduce(const struct cert_expansion *x, struct cert_worker *w,
		 struct cert_list *list);

#endif
