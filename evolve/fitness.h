/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evolve/fitness.h - what a network is worth to a population.
 *
 * A search that takes nothing outside its budgets gets stuck: where a budget
 * is used up, every change that scores more has to come together with one
 * that costs less. So a population may go beyond the budgets, at a price:
 *	fitness = score - sum over budgets r of price_r max(0, use_r / limit_r - 1)
 * A price at which the budget is just worth keeping is near its Lagrange
 * multiplier, and changes that keep to it in pairs become single steps, of
 * nearly equal fitness. It is found while the search runs: it falls as long
 * as a member keeps the budget, and rises when none does (an adaptive
 * penalty: Bean and Hadj-Alouane 1992); where no member keeps all budgets,
 * those rise that fewer than half keep. It begins at the spread of the first
 * members' scores, and never falls below a small part of that.
 *
 * Without prices, and outside every limit of them, networks outside the
 * budgets rank below all inside, by how far outside they are.
 *
 * Usage:
 *	prices_begin(&prices, &population);
 *	prices_move(&prices, &population);         from time to time
 *	w = weigh(&population, &prices, member, total);
 *	fitness = fitness_priced(&prices, score, &w);
 */
#ifndef EVOLVE_FITNESS_H
#define EVOLVE_FITNESS_H

#include <math.h>

#include "evolve/population.h"
#include "scoring/table_row.h"

/* Fitness of a network outside the budgets: this times 1 + excess. */
#define INFEASIBLE (-1e12)

/* one a lane, [0] not used; memory; what whole networks say */
#define PRICES (TABLE_LANES_MAX + 3)
#define PRICE_MEMORY TABLE_LANES_MAX
#define PRICE_RHO (TABLE_LANES_MAX + 1)
#define PRICE_TRUST (TABLE_LANES_MAX + 2)

struct prices {
	bool on; /* else nothing outside the budgets has a price */
	double price[PRICES]; /* of exceeding a budget by all of it */
	double least[PRICES];
	double step[PRICES]; /* of its logarithm, the last one */
	double dear; /* cost above which a score that takes a while is not asked
		      * for: it would have to be far better than any */
};

struct weight {
	double excess; /* over the budgets, relative, summed; 0 = inside */
	double cost;   /* the same times prices; when they are on */
};

/* Prices at the spread of the members' scores, and their fitness by them. */
void prices_begin(struct prices *prices, struct population *p);

/* Prices after what the members keep to, and the members' fitness by them. */
void prices_move(struct prices *prices, struct population *p);

/* For p->whole: adds rho and the trust region to the weight; the member's score
 * is NAN where it takes a while and is not asked for. */
void weigh_whole(const struct population *p, const struct prices *prices,
		 struct member *m, struct weight *w);

/* Whether score and fitness are what the member's values say; for members that
 * come from a file. */
bool fitness_is_right(const struct population *p, const struct prices *prices,
		      struct member *m, bool by_price);

/* A fitness by no price but inside and outside. */
static inline double fitness_plain(double score, const struct weight *w)
{
	return w->excess > 0 ? INFEASIBLE * (1 + w->excess) : score;
}

/* A fitness by prices, where there is one. */
static inline double fitness_priced(const struct prices *prices, double score,
				    const struct weight *w)
{
	if (prices->on && !isnan(score))
		return score - w->cost;
	return fitness_plain(score, w);
}

/* Budgets of sums and of memory. total: (lanes) of the member. */
TABLE_INLINE struct weight weigh(const struct population *p,
				 const struct prices *prices,
				 const struct member *m, const double *total)
{
	const struct nas_problem *problem = p->table->problem;
	struct weight w = { 0, 0 };

	for (int i = 1; i <= problem->nactive; i++) {
		double over = budget_excess(total[i], p->limit[i]);

		if (over != 0) {
			w.excess += over;
			w.cost += prices->price[i] * over;
		}
	}
	if (p->table->memory) {
		double peak = table_peak(p->table, m->variant,
					 member_memory(p, m));
		double over = budget_excess(peak, problem->budgets.sram_bytes);

		if (over != 0) {
			w.excess += over;
			w.cost += prices->price[PRICE_MEMORY] * over;
		}
	}
	return w;
}

#endif
