/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fronts against enumeration of whole spaces: the ends of the axes, what is
 * left out, and that no network of the space makes a point of the front
 * needless.
 *
 * NAS_TEST_SCALE=n makes the spaces n times as large; SEED=n draws others.
 */
#include "nas/run/pareto.h"
#include "tests/evolve/grid.h"
#include "tests/evolve/proven.h"

#define SPACES 60
#define NETWORKS 600.0

struct made {
	struct small sm;
	struct nas_config config;
	struct pareto_axis axis[GRID_AXES];
	struct pareto front;
	struct nas_arena arena;
	struct nas_run_env env;
};

/* A small space as a config, and a front of it. */
static bool make(struct made *m, struct rng *rng, int naxes)
{
	static const char *const keys[] = { "flash_bytes", "bitops", "layers",
					    "sram_bytes", "macs",
					    "latency_ms" };
	static char name[] = "small";
	struct nas_err err = { 0 };
	char over[200];
	size_t n = 0;

	memset(m, 0, sizeof(*m));
	arena_init(&m->arena, (size_t)256 << 20);
	small_make(&m->sm, rng, NETWORKS * scale(), &m->arena);
	run_env_init(&m->env, &m->arena);
	m->env.threads = 1 + small_draw(rng, 3);
	m->config = (struct nas_config){
		.name = name, .space = m->sm.space, .limits = m->sm.budgets,
		.score_def = m->sm.def, .score_options = m->sm.score,
		.certificate = prove,
	};
	m->front = (struct pareto){ .axis = m->axis,
				    .n = 2 + small_draw(rng, 5),
				    .even = small_draw(rng, 2) };
	for (int a = 0; a < naxes; a++)
		n += (size_t)snprintf(over + n, sizeof(over) - n, "%s%s",
				      a ? "," : "",
				      keys[3 * a + small_draw(rng, 3)]);
	CHECK_OK(pareto_over(&m->front, over, &err), &err);
	assert_int_equal(m->front.naxes, naxes);
	return pareto_run(&m->front, &m->config, &m->env, &err) == NAS_OK;
}

/* The best score with such limits of the axes, but for sums in another order.
 */
static double best_within(struct made *m, const double limit[GRID_AXES])
{
	m->sm.problem = m->front.problem;
	for (int a = 0; a < m->front.naxes; a++)
		*budget_limit(&m->sm.problem.budgets,
			      (enum nas_budget)m->axis[a].budget) =
			limit[a] * (1 + 1e-12);
	return small_enumerate(&m->sm);
}

static double least_step(const struct pareto_axis *axis)
{
	return pareto_is_whole(axis->budget) ? 1 : 1e-6 * axis->high;
}

/* Below the upper end of an axis the score is less; none needs less than the
 * lower end. */
static void ends_are_right(struct made *m)
{
	double high[GRID_AXES], all[GRID_AXES], limit[GRID_AXES], most;

	for (int a = 0; a < m->front.naxes; a++) {
		high[a] = m->axis[a].high;
		all[a] = 1e18;
	}
	most = best_within(m, all);
	CHECK_CLOSE(best_within(m, high), most, ROUNDED * fabs(most));
	for (int a = 0; a < m->front.naxes; a++) {
		memcpy(limit, high, sizeof(limit));
		limit[a] = high[a] - least_step(&m->axis[a]);
		assert_true(best_within(m, limit) < most);
		limit[a] = m->axis[a].low;
		assert_true(isfinite(best_within(m, limit)));
		limit[a] = fmax(0, 0.998 * m->axis[a].low -
					   least_step(&m->axis[a]));
		assert_false(isfinite(best_within(m, limit)));
	}
}

static bool is_inside(const struct made *m, const struct pareto_point *p,
		      const double limit[GRID_AXES])
{
	double figure[BUDGET_KINDS];

	budget_figures(&p->best, figure);
	for (int a = 0; a < m->front.naxes; a++)
		if (figure[m->axis[a].budget] > limit[a] * (1 + 1e-12))
			return false;
	return true;
}

/* No network that needs no more scores more. */
static void points_are_right(struct made *m)
{
	for (int i = 0; i < m->front.npoints; i++) {
		const struct pareto_point *p = &m->front.point[i];
		double figure[BUDGET_KINDS], limit[GRID_AXES];

		assert_true(is_inside(m, p, m->front.grid.cell[p->cell].budget));
		assert_true(p->optimal);
		budget_figures(&p->best, figure);
		for (int a = 0; a < m->front.naxes; a++)
			limit[a] = figure[m->axis[a].budget];
		CHECK_CLOSE(best_within(m, limit), p->best.score,
			    ROUNDED * fabs(p->best.score));
	}
}

/* Each budget of the grid has its best score in a point that needs no more. */
static void grid_is_covered(struct made *m)
{
	const struct pareto *f = &m->front;

	for (int i = 0; i < f->grid.n; i++) {
		const struct nas_grid_cell *c = &f->grid.cell[i];
		double best = best_within(m, c->budget), found = -HUGE_VAL;

		for (int k = 0; k < f->npoints; k++)
			if (is_inside(m, &f->point[k], c->budget))
				found = fmax(found, f->point[k].best.score);
		if (isfinite(best))
			CHECK_CLOSE(found, best, ROUNDED * fabs(best));
		else
			assert_int_equal(c->state, GRID_INFEASIBLE);
	}
}

static void none_dominates_another(const struct made *m)
{
	const struct pareto *f = &m->front;

	for (int i = 0; i < f->npoints; i++)
		for (int k = 0; k < f->npoints; k++) {
			double figure[BUDGET_KINDS], limit[GRID_AXES];

			budget_figures(&f->point[k].best, figure);
			for (int a = 0; a < f->naxes; a++)
				limit[a] = figure[m->axis[a].budget];
			assert_true(i == k ||
				    !is_inside(m, &f->point[i], limit) ||
				    f->point[i].best.score <
					    f->point[k].best.score);
		}
}

static void fronts_equal_enumeration(void **state)
{
	int points = 0, grid = 0, fronts = 0;
	struct rng rng;

	(void)state;
	rng_seed(&rng, check_seed(1), 0);
	for (int i = 0; i < SPACES; i++) {
		static struct made m;

		if (make(&m, &rng, 1 + i % 2)) {
			ends_are_right(&m);
			points_are_right(&m);
			grid_is_covered(&m);
			none_dominates_another(&m);
			assert_int_equal(m.front.npoints + m.front.ngaps,
					 m.front.grid.n);
			points += m.front.npoints;
			grid += m.front.grid.n;
			fronts++;
		}
		arena_free(&m.arena);
	}
	print_message("%d fronts, %d of %d points\n", fronts, points, grid);
	assert_true(fronts > SPACES / 2 && points < grid);
}

static void points_go_by_the_number_of_budgets(void **state)
{
	static const char *const over[] = { "flash_bytes",
					    "flash_bytes,sram_bytes",
					    "flash_bytes,sram_bytes,macs" };
	static const int points[] = { 21, 11, 6 };
	struct nas_err err = { 0 };

	(void)state;
	for (int i = 0; i < GRID_AXES; i++) {
		struct pareto_axis axis[GRID_AXES] = { 0 };
		struct pareto front = { .axis = axis };

		CHECK_OK(pareto_over(&front, over[i], &err), &err);
		assert_int_equal(front.n, points[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fronts_equal_enumeration),
		cmocka_unit_test(points_go_by_the_number_of_budgets),
	};

	return CHECK_RUN("pareto", tests);
}
