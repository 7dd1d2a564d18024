/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/network.h - one network with the figures that are reported.
 *
 * All figures are recomputed layer by layer from the architecture; nothing of
 * what a search or solver believes is passed on.
 *
 * Usage:
 *	struct nas_network net;
 *	status = network_make(&net, &problem, &genome, arena, err);
 *	text_add_structure(&t, &net.arch);
 */
#ifndef NAS_RUN_NETWORK_H
#define NAS_RUN_NETWORK_H

#include "nas/base/file.h"
#include "scoring/problem.h"

struct nas_network {
	int rank; /* 1 = best; 0 = no rank */
	struct nas_arch arch;
	double score; /* the one that was asked for */
	double qe;    /* QE-Score */
	struct nas_cost cost;
	double used[BUDGET_KINDS]; /* fraction of each budget; 0 = no limit */
	struct nas_genome genome;  /* where it came from */
};

extern const struct form network_form; /* reads and writes struct nas_network */

enum nas_status network_make(struct nas_network *net,
			     const struct nas_problem *problem,
			     const struct nas_genome *genome,
			     struct nas_arena *arena,
			     struct nas_err *err) NAS_MUST_CHECK;

/* The same from an architecture instead of a genome. */
enum nas_status network_of_arch(struct nas_network *net,
				const struct nas_problem *problem,
				const struct nas_arch *arch,
				struct nas_err *err) NAS_MUST_CHECK;

/* The one architecture of a file. Forms that do not say the image size get
 * the space's first. NAS_EIO, NAS_EINPUT. */
enum nas_status network_arch_read(struct nas_arch *arch, const char *path,
				  const struct nas_space *space,
				  struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

/* Limits by enum nas_budget; INFINITY = none. */
void budget_limits(const struct nas_budgets *budgets,
		   double limit[BUDGET_KINDS]);
/* Figures of a network in the same order. */
void budget_figures(const struct nas_network *net, double figure[BUDGET_KINDS]);

/* A budget's figure for people: "253,440". */
const char *budget_text(char *text, size_t size, double value);

/* "16 24k5x2 48x3 ... 1280": out channels, kernel unless 3 or 1, depth unless
 * 1 of each entry. */
void text_add_structure(struct nas_text *t, const struct nas_arch *arch);

/* "8/8 5/5 5/4 ...": bits of activations/weights of each block; equal
 * neighbours once, with their number: "5/5x3". "" without bits. */
void text_add_bits(struct nas_text *t, const struct nas_arch *arch);

/* Same structure: all but bits. */
bool same_structure(const struct nas_space *space, const struct nas_genome *a,
		    const struct nas_genome *b);

#endif
