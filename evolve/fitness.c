/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evolve/fitness.h"

#include "scoring/trust.h"

/* Steps of a price, relative; chosen by trying some forty settings of these
 * constants on imagenet-7.0g and -19.2g, seeds 1 to 20. */
#define STEP_LEAST 0.03
#define STEP_MOST 0.5
#define FASTER 1.3
#define SLOWER 0.5
#define LEAST (1.0 / 64) /* of the price at the start */
#define PLAUSIBLE 4      /* spreads of the members' scores above the best */

struct whole { /* over budgets that are no sums of lanes, relative */
	double rho, trust;
};

static struct whole whole_excess(const struct nas_problem *problem,
				 const struct nas_genome *g)
{
	double limit = problem->budgets.rho;
	struct whole over = { 0, problem_trust(problem, g) };

	if (isfinite(limit))
		over.rho = budget_excess(problem_rho(problem, g), limit);
	return over;
}

static void add_whole(struct weight *w, const struct prices *prices,
		      struct whole over)
{
	w->excess += over.rho + over.trust;
	if (over.rho != 0)
		w->cost += prices->price[PRICE_RHO] * over.rho;
	if (over.trust != 0)
		w->cost += prices->price[PRICE_TRUST] * over.trust;
}

/* The score of a network that is a member of p->known; NAN = of none. */
static double known_score(const struct population *p, const struct member *m)
{
	size_t bytes = (size_t)p->nstages * sizeof(struct nas_gene);

	for (int i = 0; p->known && i < p->known->n; i++) {
		const struct member *k = population_member(p->known, i);

		if (k->hash == m->hash && k->variant == m->variant &&
		    !memcmp(member_genes(k), member_genes(m), bytes))
			return k->score;
	}
	return (double)NAN;
}

void weigh_whole(const struct population *p, const struct prices *prices,
		 struct member *m, struct weight *w)
{
	const struct nas_problem *problem = p->table->problem;
	struct nas_genome g;
	bool dear;

	member_genome(p, m, &g);
	add_whole(w, prices, whole_excess(problem, &g));
	dear = w->excess > 0 && (!prices->on || w->cost > prices->dear);
	if (problem->whole && dear)
		m->score = (double)NAN;
	else if (problem->whole)
		m->score = known_score(p, m);
	if (problem->whole && !dear && isnan(m->score))
		m->score = problem_whole(problem, &g);
}

static bool same(double a, double b)
{
	return a == b || (isnan(a) && isnan(b));
}

bool fitness_is_right(const struct population *p, const struct prices *prices,
		      struct member *m, bool by_price)
{
	double total[TABLE_LANES_MAX], score = m->score, fitness;
	/* a score that was not asked for is not asked for now */
	const struct prices asked = { .on = !isnan(score), .dear = HUGE_VAL };
	struct weight w;

	table_total(member_values(p, m), p->nstages, p->table->lanes, total);
	w = weigh(p, prices, m, total);
	m->score = total[0];
	if (p->whole)
		weigh_whole(p, &asked, m, &w);
	fitness = by_price ? fitness_priced(prices, m->score, &w)
			   : fitness_plain(m->score, &w);
	return same(m->score, score) && same(m->fitness, fitness);
}

static struct whole member_excess(const struct population *p,
				  const struct member *m)
{
	const struct nas_problem *problem = p->table->problem;
	struct nas_genome g;

	if (!isfinite(problem->budgets.rho) && !problem->budgets.ntrust)
		return (struct whole){ 0, 0 };
	member_genome(p, m, &g);
	return whole_excess(problem, &g);
}

/* How many members keep each budget; returns how many keep all. */
static int count_kept(const struct population *p, int kept[PRICES])
{
	const struct nas_problem *problem = p->table->problem;
	double total[TABLE_LANES_MAX];
	int all = 0;

	memset(kept, 0, PRICES * sizeof(*kept));
	for (int k = 0; k < p->n; k++) {
		const struct member *m = population_member(p, k);
		bool fits = !p->table->memory ||
			    budget_met(table_peak(p->table, m->variant,
						  member_memory(p, m)),
				       problem->budgets.sram_bytes);
		bool inside = fits;
		struct whole over;

		kept[PRICE_MEMORY] += fits;
		over = member_excess(p, m);
		kept[PRICE_RHO] += !(over.rho > 0);
		kept[PRICE_TRUST] += !(over.trust > 0);
		inside = inside && !(over.rho > 0 || over.trust > 0);
		table_total(member_values(p, m), p->nstages, p->table->lanes,
			    total);
		for (int i = 1; i <= problem->nactive; i++) {
			fits = budget_met(total[i], p->limit[i]);
			kept[i] += fits;
			inside = inside && fits;
		}
		all += inside;
	}
	return all;
}

/* The scores of the members. */
static void find_range(const struct population *p, double *low, double *high)
{
	*low = HUGE_VAL;
	*high = -HUGE_VAL;
	for (int i = 0; i < p->n; i++) {
		const struct member *m = population_member(p, i);

		if (isnan(m->score))
			continue;
		*low = fmin(*low, m->score);
		*high = fmax(*high, m->score);
	}
}

static void reprice(struct prices *prices, struct population *p)
{
	double total[TABLE_LANES_MAX], low, high;

	for (int k = 0; k < p->n; k++) {
		struct member *m = population_member(p, k);
		struct weight w;

		table_total(member_values(p, m), p->nstages, p->table->lanes,
			    total);
		w = weigh(p, prices, m, total);
		add_whole(&w, prices, member_excess(p, m));
		if (!isnan(m->score))
			m->fitness = m->score - w.cost;
	}
	population_sort(p);
	find_range(p, &low, &high);
	prices->dear = high + PLAUSIBLE * (high - low) - p->fitness[0];
}

void prices_begin(struct prices *prices, struct population *p)
{
	double low, high, spread;

	find_range(p, &low, &high);
	spread = fmax(high - low, 1e-6 * fabs(high));
	if (!(spread > 0) || !isfinite(spread))
		spread = 1;
	*prices = (struct prices){ .on = true };
	for (int i = 0; i < PRICES; i++) {
		prices->price[i] = spread;
		prices->step[i] = -STEP_LEAST;
		prices->least[i] = LEAST * spread;
	}
	reprice(prices, p);
}

static void move_price(struct prices *prices, int i, bool up)
{
	double last = prices->step[i];
	double size = fabs(last) * ((last > 0) == up ? FASTER : SLOWER);

	size = fmin(fmax(size, STEP_LEAST), STEP_MOST);
	prices->step[i] = up ? size : -size;
	prices->price[i] = fmax(prices->price[i] * exp(prices->step[i]),
				prices->least[i]);
}

void prices_move(struct prices *prices, struct population *p)
{
	int kept[PRICES], least = count_kept(p, kept) ? 1 : p->n / 2;

	for (int i = 1; i < PRICES; i++) {
		move_price(prices, i, kept[i] < least);
	}
	reprice(prices, p);
}
