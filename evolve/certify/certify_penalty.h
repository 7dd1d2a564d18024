/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evolve/certify/certify_penalty.h - DeepMAD's penalty on depths that differ
 * (scoring/deepmad.h), on the chain.
 *
 * It is exp of the standard deviation of the lengths of all runs of blocks of
 * one width, kind and kernel. Labels carry the runs with them and are exact.
 * The dynamic program takes a plane below it instead: for any slopes g,
 *	penalty >= least + sum over stages g_s depth_s
 * where least is the minimum of penalty - sum g_s depth_s over all depths, and
 * over all ways in which runs may go on or break. The slopes are those at the
 * best network known.
 */
#ifndef EVOLVE_CERTIFY_CERTIFY_PENALTY_H
#define EVOLVE_CERTIFY_CERTIFY_PENALTY_H

#include "spaces/space.h"

struct cert_penalty {
	double weight; /* of it in the score; 0 = none */
	double slope[SPACE_STAGES_MAX];
	double least; /* of penalty less slopes times depths */
	double most;  /* it is no larger */
};

struct cert_runs { /* of a network's first blocks */
	int n, sum, squares; /* of runs that ended: number, lengths */
	int depth, kernel;   /* of the one that may go on; depth 0 = none */
};

struct cert_model;
struct cert_stage;

/* All of a run in 49 bits, and back. */
double cert_runs_pack(const struct cert_runs *r);
void cert_runs_unpack(struct cert_runs *r, double packed);

/* One more block of that kernel; joins: the run before it may go on in it. */
void cert_runs_add(const struct cert_stage *st, struct cert_runs *r,
		   bool joins, int kernel);

/* Behind stage s of that width: a run that the next stage cannot go on with
 * ends. */
void cert_runs_leave(const struct cert_model *m, int s, int width,
		     struct cert_runs *r);

/* The first block of stage s goes on with the run of the stage before it, if
 * the widths are equal and so are the kernels. */
bool cert_runs_join(const struct cert_model *m, int s);

double cert_runs_penalty(const struct cert_runs *r);

/* The plane whose slopes are those at a network; NULL: flat. False: out of
 * memory. */
bool cert_penalty_fit(struct cert_model *m, const struct nas_genome *at);

#endif
