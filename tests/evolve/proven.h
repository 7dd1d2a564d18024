/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tests/evolve/proven.h - a certificate against the enumeration of a space. */
#ifndef TESTS_EVOLVE_PROVEN_H
#define TESTS_EVOLVE_PROVEN_H

#include "evolve/certify/certify.h"
#include "tests/evolve/small_space.h"

#define ROUNDED 1e-8 /* the bound is rounded outwards by 1e-9 */

static const struct nas_certify_options prove = { 1e15, 1e9, 0, 64e6, false };

static inline double scale(void)
{
	const char *s = getenv("NAS_TEST_SCALE");
	double x = s ? strtod(s, NULL) : 1;

	return x > 0 ? x : 1;
}

static inline void certified(const struct small *sm, const struct nas_certificate *c)
{
	double best = sm->best, tol = ROUNDED * fmax(1, fabs(best));

	if (!isfinite(best)) {
		assert_int_equal(c->status, CERTIFY_INFEASIBLE);
		return;
	}
	assert_int_equal(c->status, CERTIFY_BOUND);
	CHECK_CLOSE(c->score, best, tol);
	assert_true(c->upper_bound >= best);
	CHECK_CLOSE(c->upper_bound, best, tol);
	assert_true(c->root_bound >= best - tol);
	assert_true(c->optimal);
}

/* The network reported is in the space, feasible, and has that score. */
static inline void sound(const struct small *sm, const struct nas_certificate *c,
		  struct nas_arena *arena)
{
	struct nas_excess excess[EXCESS_MAX];
	struct nas_err err = { 0 };
	struct nas_arch arch;
	struct nas_cost cost;
	double score;

	if (c->status != CERTIFY_BOUND || !isfinite(c->score))
		return;
	assert_true(space_contains(&sm->space, &c->best));
	CHECK_OK(problem_recompute(&sm->problem, &c->best, &arch, &cost,
				   &score, arena, &err), &err);
	assert_int_equal(problem_violations(&sm->problem, &arch, &cost,
					    excess), 0);
	CHECK_CLOSE(score, c->score, 1e-12 * fmax(1, fabs(score)));
}

/* The certificate of a space that has been enumerated. */
static inline void proves(const struct small *sm, int threads,
			  struct nas_arena *arena)
{
	struct nas_err err = { 0 };
	struct nas_certificate c;

	CHECK_OK(certify(&c, &sm->problem, NULL, &prove, threads, arena, &err),
		 &err);
	certified(sm, &c);
	sound(sm, &c, arena);
}

/* A budget of rho that some networks meet. */
static inline void limit_rho(struct small *sm, struct rng *rng,
		      struct nas_arena *arena)
{
	struct nas_space_sampler sampler;
	struct nas_err err = { 0 };
	struct nas_genome g;

	CHECK_OK(space_sampler_init(&sampler, &sm->space, arena, &err), &err);
	space_sample(&sampler, &g, rng);
	/* not at it: there the order of a sum decides */
	sm->budgets.rho = problem_rho(&sm->problem, &g) * (1 + 1e-6);
	sm->problem.budgets.rho = sm->budgets.rho;
}

#endif
