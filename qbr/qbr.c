/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/qbr.h"

#include <math.h>
#include <string.h>

#include "qbr/bits.h"

/* ---- step 1: activations against peak memory ----------------------------- */

/* Lower a block's activations while its own steps are too large. */
static void fit_alone(const struct bits *bits, struct bits_block *b)
{
	while (b->a > 0 && bits_own_peak(b) > bits->sram_bits)
		b->a--;
}

/* Loss of score when the activations go down a level; none left: infinite. */
static double loss_of_lowering_a(const struct bits_block *b)
{
	if (b->a == 0)
		return HUGE_VAL;
	return bits_gain(b, b->a, b->w) - bits_gain(b, b->a - 1, b->w);
}

/* The block whose last step is the largest above the budget, or -1. */
static int worst_tail(const struct bits *bits)
{
	double most = bits->sram_bits;
	int worst = -1;

	for (int i = 0; i < bits->n; i++)
		if (bits_tail_peak(bits, i) > most) {
			most = bits_tail_peak(bits, i);
			worst = i;
		}
	return worst;
}

/* Of the two tensors of a block's last step, lower the one that costs least
 * score; false when both are at the bottom. */
static bool lower_pair(struct bits *bits, int i)
{
	struct bits_block *b = &bits->block[i];
	struct bits_block *next = i + 1 < bits->n ? b + 1 : NULL;
	double loss = loss_of_lowering_a(b);
	double loss_next = next ? loss_of_lowering_a(next) : HUGE_VAL;

	if (isinf(loss) && isinf(loss_next))
		return false;
	if (!next || loss <= loss_next)
		b->a--;
	else
		next->a--;
	return true;
}

static bool fit_memory(struct bits *bits)
{
	for (int i = 0; i < bits->n; i++) {
		fit_alone(bits, &bits->block[i]);
		if (bits_own_peak(&bits->block[i]) > bits->sram_bits)
			return false;
	}
	for (int i; (i = worst_tail(bits)) >= 0;)
		if (!lower_pair(bits, i))
			return false;
	return true;
}

/* ---- steps 2 and 3: levels down until all fits, then up while it fits ---- */

/*
 * The next move of every block in one direction, activations and weights, and
 * its price: score per unit, units being the shares of the budgets that
 * count. After a move only those of its block are made anew.
 */
struct moves {
	int step; /* -1 down, +1 up */
	bool counts[RESOURCES];
	struct bits_move move[BITS_BLOCKS_MAX][2];
	double price[BITS_BLOCKS_MAX][2]; /* NAN = there is no such move */
};

static double price_of(const struct bits *bits, const struct bits_move *m,
		       int step, const bool *counts)
{
	double units = 0;

	for (int r = 0; r < bits->nlimits; r++)
		if (counts[r])
			units += fabs(m->use[r]) * bits->share[r];
	return units > 0 ? step * m->score / units : HUGE_VAL;
}

static void update_block(struct moves *moves, const struct bits *bits, int i)
{
	for (int w = 0; w < 2; w++) {
		struct bits_move *m = &moves->move[i][w];
		int step = moves->step;

		moves->price[i][w] = (double)NAN;
		if (bits_move(bits, i, w ? 0 : step, w ? step : 0, m))
			moves->price[i][w] =
				price_of(bits, m, step, moves->counts);
	}
}

static void start_moves(struct moves *moves, const struct bits *bits,
			int step, const bool *counts)
{
	moves->step = step;
	memcpy(moves->counts, counts, sizeof(moves->counts));
	for (int i = 0; i < bits->n; i++)
		update_block(moves, bits, i);
}

/* Index 2 block + weights of the lowest (or highest) price below infinity;
 * -1 when there is none. Of equal prices the first. */
static int lowest_price(const struct moves *moves, int n)
{
	const double *price = moves->price[0];
	double least = HUGE_VAL;
	int found = -1;

	for (int k = 0; k < 2 * n; k++)
		if (price[k] < least) {
			least = price[k];
			found = k;
		}
	return found;
}

static int highest_price(const struct moves *moves, int n)
{
	const double *price = moves->price[0];
	double most = 0;
	int found = -1;

	for (int k = 0; k < 2 * n; k++)
		if (price[k] > most) {
			most = price[k];
			found = k;
		}
	return found;
}

static bool exceeded(const struct bits *bits, bool *which)
{
	bool any = false;

	memset(which, 0, RESOURCES * sizeof(*which));
	for (int r = 0; r < bits->nlimits; r++)
		any |= which[r] = bits->used[r] > bits->limit[r];
	return any;
}

/* Step 2: while a budget is exceeded, the move that loses least score for
 * what is exceeded goes down. */
static bool lower_until_fits(struct bits *bits, struct moves *moves)
{
	bool which[RESOURCES];

	if (!exceeded(bits, which))
		return true;
	start_moves(moves, bits, -1, which);
	do {
		int k = lowest_price(moves, bits->n);

		if (k < 0)
			return false;
		bits_apply(bits, &moves->move[k / 2][k % 2]);
		update_block(moves, bits, k / 2);
		if (!exceeded(bits, which))
			return true;
		if (memcmp(which, moves->counts, sizeof(which)) != 0)
			start_moves(moves, bits, -1, which);
	} while (true);
}

static bool fits(const struct bits *bits, const struct bits_move *m)
{
	for (int r = 0; r < bits->nlimits; r++)
		if (bits->used[r] + m->use[r] > bits->limit[r])
			return false;
	return m->score > 0 && bits_memory_fits(bits, m);
}

/* May more bits use less? By factors of a latency model. */
static bool use_may_fall(const struct bits *bits)
{
	const struct nas_latency *model = bits->problem->budgets.latency;
	bool limited = false;

	for (int r = 0; r < bits->nlimits; r++)
		limited |= bits->resource[r] == RES_LATENCY;
	return limited && model && model->nfactors;
}

/* Step 3: the raise with the most score for its units, while one fits. What
 * does not fit now never will where use only grows. True if any did. */
static bool raise_while_fits(struct bits *bits, struct moves *moves)
{
	bool all[RESOURCES], any = false;
	int k;

	for (int r = 0; r < RESOURCES; r++)
		all[r] = true;
	start_moves(moves, bits, +1, all);
	while ((k = highest_price(moves, bits->n)) >= 0) {
		if (fits(bits, &moves->move[k / 2][k % 2])) {
			any = true;
			bits_apply(bits, &moves->move[k / 2][k % 2]);
			update_block(moves, bits, k / 2);
		} else {
			moves->price[k / 2][k % 2] = (double)NAN;
		}
	}
	return any;
}

/* The pair of levels of block i with the most score of those that fit; true if
 * that is not the pair it has. */
static bool improve_block(struct bits *bits, int i)
{
	const struct bits_block *b = &bits->block[i];
	struct bits_move m, best = { .score = 0 };

	for (int a = 0; a < b->na; a++)
		for (int w = 0; w < b->nw; w++)
			if (bits_move(bits, i, a - b->a, w - b->w, &m) &&
			    m.score > best.score && fits(bits, &m))
				best = m;
	if (best.score > 0)
		bits_apply(bits, &best);
	return best.score > 0;
}

#define ROUNDS 20

/* Step 4, for scores that may gain by fewer bits, or by two levels where they
 * lose by one: block by block the best pair, until no block has a better. */
static void improve_each(struct bits *bits)
{
	bool any = bits->chain->linear->mixed;

	for (int round = 0; any && round < ROUNDS; round++) {
		any = false;
		for (int i = 0; i < bits->n; i++)
			any = improve_block(bits, i) || any;
	}
}

/* Do the additive budgets hold with level u of everything? */
static bool level_fits(struct bits *bits, int u)
{
	bool which[RESOURCES];

	bits_all_at(bits, u);
	bits_sum(bits);
	return !exceeded(bits, which);
}

/*
 * The weights start at the lowest level that exceeds a budget when all blocks
 * have it (the highest when none does), the activations there or at what
 * memory allows. Levels above are never reached on the way down from the top
 * anyway, but for a few blocks, which step 3 raises.
 */
static bool set_levels(struct bits *bits)
{
	int u = 0;

	if (!level_fits(bits, 0))
		return false;
	while (u < SPACE_CHOICES_MAX && level_fits(bits, u))
		u++;
	bits_all_at(bits, SPACE_CHOICES_MAX);
	if (bits->memory && !fit_memory(bits))
		return false;
	bits_at_most(bits, u);
	return true;
}

static bool refine(struct bits *bits)
{
	struct moves moves;

	if (!set_levels(bits))
		return false;
	bits_sum(bits);
	if (!lower_until_fits(bits, &moves)) {
		/* less bits used more on the way; the least of all fit */
		bits_all_at(bits, 0);
		bits_sum(bits);
	}
	while (raise_while_fits(bits, &moves) && use_may_fall(bits))
		;
	improve_each(bits);
	return true;
}

bool qbr_refine(const struct nas_problem *problem, struct nas_genome *g)
{
	struct bits bits;
	bool ok = bits_open(&bits, problem, g) && refine(&bits);

	if (!ok)
		bits_all_at(&bits, 0);
	bits_close(&bits, g);
	return ok;
}
