/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evolve/certify/certify_labels.h - label setting with dominance: closes the gap.
 *
 * A label is a partial network: the stages before a boundary, or those and
 * the first blocks of a stage, with its score and use of every limited
 * resource. Labels go through the stages in order. One is dropped
 *
 * - by dominance: another one at the same state (width; inside a stage also
 *   shape and number of blocks; the run of shortcuts that may go on) has no
 *   less score, uses no more of any resource and leaves a cap on the next
 *   block's bits that is no lower. What completes the dropped one completes
 *   the other, to at least its score;
 * - by bound: for every price (w, l) of certify_dp.h
 *	w score + sum_r l_r (L_r - use_r) + value of the state
 *   bounds w times the score of all completions inside the budgets. With
 *   w = 1 it has to be above the target, with w = 0 not below zero;
 * - by beam: only so many per state are kept. The largest bound of all that
 *   are dropped so is remembered, and bounds what was lost.
 *
 * So afterwards no network has a score above
 *	max(target, best complete label, largest bound dropped by beam).
 *
 * Order: at equal state labels are sorted, and states are joined in the order
 * of their widths, so results do not depend on the number of threads.
 */
#ifndef EVOLVE_CERTIFY_CERTIFY_LABELS_H
#define EVOLVE_CERTIFY_CERTIFY_LABELS_H

#include "evolve/certify/certify_solve.h"

#define CERT_PRICES_MAX 32

struct cert_prices {
	int n;
	struct cert_dp dp[CERT_PRICES_MAX]; /* the first sorts the labels */
};

struct cert_label {
	double score, reduced, bound; /* reduced: score - sum l_r use_r */
	uint32_t parent;
	uint16_t out, shape;
	uint16_t units; /* of variance in the stream; 1 where no run goes on */
	uint8_t pair, block, cap, stage; /* block: how many are done */
	double use[];                    /* (nuse) */
};

struct cert_pool {
	char *data;
	size_t stride, n, capacity;
	bool lost; /* memory was out */
};

static inline struct cert_label *cert_label(const struct cert_pool *p, size_t i)
{
	return (void *)(p->data + i * p->stride);
}

/* Room for one more; false when memory is out (lost) or n is at most. */
bool cert_pool_grow(struct cert_pool *p, size_t most);

struct cert_sort { /* scratch of cert_pareto */
	size_t capacity;
	struct cert_key *key, *spare;
	uint32_t *rank;
	double *tree;
	bool lost; /* memory was out */
};

/* Remove dominated labels; classes: number of caps. False: out of memory. */
bool cert_pareto(struct cert_pool *p, const struct cert_model *m, int classes,
		 struct cert_sort *sort);

/* Keep the most labels of the largest bounds; returns the largest bound of
 * the others, -HUGE_VAL if there are none. */
double cert_beam(struct cert_pool *p, size_t most, struct cert_sort *sort);

/* Order by reduced, largest first. */
bool cert_order(struct cert_pool *p, struct cert_sort *sort);

void cert_sort_free(struct cert_sort *sort);

struct cert_pass {
	double target;
	size_t beam;     /* labels a state at most */
	size_t bytes;    /* of labels in all */
	double work;     /* steps left when the stage began; set by the pass */
	/* results */
	bool done;       /* else stopped by time or bytes: no bound */
	double dropped;  /* largest bound dropped by beam */
};

/* NAS_ENOMEM: a pass that had no memory is no pass that is too large. */
enum nas_status cert_labels(struct cert_run *run, const struct cert_model *m,
			    const struct cert_prices *prices,
			    struct cert_pass *pass, struct nas_err *err)
	NAS_MUST_CHECK;

#endif
