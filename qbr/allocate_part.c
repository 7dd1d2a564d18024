/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/allocate_part.h"

#include <math.h>
#include <string.h>

/* Between the items that the mix has in a group; false where they are alike. */
static bool find_key(const struct node *n, const struct mixed *m, int by,
		     double *key)
{
	const struct group *group = &n->rest.g.group[m->group];
	double low = HUGE_VAL, high = -HUGE_VAL, sum = 0, weight = 0;

	for (int i = 0; i < m->n; i++) {
		double x = part_key(&group->item[m->item[i]], by);

		low = fmin(low, x);
		high = fmax(high, x);
		sum += m->weight[i] * x;
		weight += m->weight[i];
	}
	*key = fmin(fmax(sum / weight, low), low + 0.999 * (high - low));
	return low < high && *key < high;
}

/* Losses first, bits where nothing else differs. */
static int nth_key(int i, int budgets)
{
	return i == 0		  ? BY_LOSS
	       : i <= budgets	  ? i - 1
	       : i == budgets + 1 ? BY_BITS_W
				  : BY_BITS_A;
}

int part_places(const struct node *n, struct place *place)
{
	int keys = n->rest.g.nbudgets + 3, found = 0;

	for (int k = 0; k < n->mix.n && found < PART_PLACES; k++)
		for (int i = 0; i < keys; i++) {
			struct part *p = &place[found].part;

			*p = (struct part){n->mix.of[k].group,
					   nth_key(i, n->rest.g.nbudgets),
					   0, false};
			if (!find_key(n, &n->mix.of[k], p->by, &p->limit))
				continue;
			found++;
			break;
		}
	return found;
}

static bool find_widest(const struct node *n, int by, struct part *p)
{
	double most = 0;

	for (int k = 0; k < n->rest.g.n; k++) {
		const struct group *group = &n->rest.g.group[k];
		double low = HUGE_VAL, high = -HUGE_VAL, middle;

		for (int i = 0; i < group->n; i++) {
			double x = part_key(&group->item[i], by);

			low = fmin(low, x);
			high = fmax(high, x);
		}
		if (!(high - low > most))
			continue;
		most = high - low;
		middle = low + most / 2;
		*p = (struct part){k, by, middle < high ? middle : low, false};
	}
	return most > 0;
}

int part_anywhere(const struct node *n, struct place *place)
{
	int keys = n->rest.g.nbudgets + 3;

	for (int i = 0; i < keys; i++)
		if (find_widest(n, nth_key(i, n->rest.g.nbudgets),
				&place->part))
			return 1;
	return 0;
}

/* Of a part whose prices may be far above the node's, as where little fits:
 * node_most() does not allow for what those add to the rounding. */
static double round_down(const struct node *n, const struct bound_prices *p)
{
	double more = 0;

	for (int b = 0; b < n->rest.g.nbudgets; b++)
		more += fmax(p->multiplier[b] - n->multiplier[b], 0) *
			fabs(n->t->whole->limit[b]);
	return p->bound - PRICES_ROUNDING * more;
}

/* The bound of a part. False: out of memory. */
static bool probe(const struct node *n, struct place *p, bool above)
{
	struct nas_arena_mark mark = arena_mark(n->arena);
	struct group *group = &n->rest.g.group[p->part.group], whole = *group;
	struct prices_near near = {n->multiplier, node_most(n), NODE_PART};
	struct part part = p->part;
	struct bound_prices prices;
	bool ok;

	part.above = above;
	memcpy(p->multiplier[above], n->multiplier, sizeof(n->multiplier));
	ok = group_copy(group, &whole, n->arena);
	if (ok) {
		part_keep(group, &part);
		ok = group->n == 0 ||
		     prices_find_near(&prices, &n->rest.g, &n->rest.chains,
				      &near, n->arena);
	}
	p->bound[above] = HUGE_VAL;
	if (ok && group->n > 0) {
		memcpy(p->multiplier[above], prices.multiplier,
		       sizeof(prices.multiplier));
		if (!prices.hopeless)
			p->bound[above] = round_down(n, &prices);
	}
	*group = whole;
	arena_rewind(n->arena, mark);
	return ok;
}

static double score(const struct node *n, const struct place *p)
{
	double most = node_most(n), bound = n->prices.bound, product = 1;

	for (int i = 0; i < 2; i++)
		product *= fmax(fmin(p->bound[i], most) - bound,
				1e-3 * (most - bound));
	return product;
}

bool part_choose(const struct node *n, struct place *place, int nplaces,
		 const struct place **best)
{
	*best = NULL;
	for (int k = 0; k < nplaces; k++) {
		if (!probe(n, &place[k], false) || !probe(n, &place[k], true))
			return false;
		if (fmax(place[k].bound[0], place[k].bound[1]) >
		    node_most(n)) {
			*best = &place[k];
			return true;
		}
		if (!*best || score(n, &place[k]) > score(n, *best))
			*best = &place[k];
	}
	return true;
}
