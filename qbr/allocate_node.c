/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/allocate_node.h"

#include <math.h>
#include <string.h>

#include "qbr/allocate_relax.h"

#define BLENDED	   6	/* mixed groups of which all items are tried */
#define PAIRS_MANY 30 /* parted nodes, then pairs only of few items */
#define MANY	   1000
#define FEW	   100

double node_most(const struct node *n)
{
	const struct item_search *s = n->t->s;
	double size = n->t->size + fabs(s->loss), most;

	if (!s->found)
		return HUGE_VAL;
	for (int b = 0; b < n->rest.g.nbudgets; b++)
		size += n->multiplier[b] * fabs(n->t->whole->limit[b]);
	most = s->loss - n->settled - PRICES_ROUNDING * size;
	return fmin(most,
		    quantum_below(&n->steps, most) + PRICES_ROUNDING * size);
}

void node_offer(struct node *n, const int *item)
{
	struct tree *t = n->t;
	const struct groups *g = t->whole;
	double loss = 0, use[GROUPS_USES] = {0};

	for (int k = 0; k < n->rest.g.n; k++)
		t->item[n->rest.of[k]] = n->rest.g.group[k].item[item[k]];
	for (int k = 0; k < g->n; k++) {
		loss += t->item[k].loss;
		for (int b = 0; b < g->nbudgets; b++)
			use[b] += t->item[k].use[b];
	}
	for (int b = 0; b < g->nbudgets; b++)
		if (use[b] > g->limit[b])
			return;
	if ((t->s->found && !(loss < t->s->loss)) ||
	    chains_broken_by(&t->s->chains, t->item) >= 0)
		return;
	t->s->found = true;
	t->s->loss = loss;
	memcpy(t->s->best, t->item, (size_t)g->n * sizeof(*t->item));
}

struct blend { /* of the items that a mix has in some groups */
	const struct node *n;
	int *item, *best; /* (G) */
	double loss;	  /* of the best that fits */
};

static bool is_in_order(const struct blend *b)
{
	const struct rest *r = &b->n->rest;

	for (int k = 0; k < r->g.n; k++) {
		int below = r->chains.below[k];

		if (below >= 0 &&
		    !item_in_order(&r->g.group[k].item[b->item[k]],
				   &r->g.group[below].item[b->item[below]]))
			return false;
	}
	return true;
}

static void take_blend(struct blend *b, double loss, const double *use)
{
	const struct groups *g = &b->n->rest.g;

	for (int r = 0; r < g->nbudgets; r++)
		if (use[r] > g->limit[r])
			return;
	if (!(loss < b->loss) || !is_in_order(b))
		return;
	b->loss = loss;
	memcpy(b->best, b->item, (size_t)g->n * sizeof(*b->best));
}

static void blend(struct blend *b, int at, double loss, const double *use)
{
	const struct groups *g = &b->n->rest.g;
	const struct mix *m = &b->n->mix;
	const struct mixed *mixed = &m->of[at];

	if (at == m->n || at == BLENDED) {
		take_blend(b, loss, use);
		return;
	}
	for (int i = 0; i < mixed->n; i++) {
		const struct item *item = g->group[mixed->group].item;
		const struct item *it = &item[mixed->item[i]];
		const struct item *from = &item[m->item[mixed->group]];
		double more[GROUPS_USES];

		for (int r = 0; r < g->nbudgets; r++)
			more[r] = use[r] + it->use[r] - from->use[r];
		b->item[mixed->group] = mixed->item[i];
		blend(b, at + 1, loss + it->loss - from->loss, more);
	}
}

/* Of the mix, the best that fits; else the prices' choice, repaired. */
static bool try_mix(struct node *n)
{
	const struct groups *g = &n->rest.g;
	size_t size = (size_t)g->n;
	struct relax r = {g, &n->rest.chains, n->multiplier,
			  n->t->parted < PAIRS_MANY ? MANY : FEW};
	int *item = NAS_NEW(n->arena, int, size);
	int *best = NAS_NEW(n->arena, int, size);
	struct blend b = {n, item, best, HUGE_VAL};
	double use[GROUPS_USES];

	if (!item || !best)
		return false;
	memcpy(item, n->mix.item, size * sizeof(*item));
	groups_use(g, item, use);
	blend(&b, 0, groups_loss(g, item), use);
	if (!(b.loss < HUGE_VAL)) {
		memcpy(best, n->prices.item, size * sizeof(*item));
		if (!relax_repair(&r, best))
			return true;
	}
	relax_improve(&r, best);
	node_offer(n, best);
	return true;
}

/* Prices near those that are known. False: out of memory. */
static bool find_prices(struct node *n, double part)
{
	struct prices_near near = {n->multiplier, node_most(n), part};

	if (!prices_find_near(&n->prices, &n->rest.g, &n->rest.chains, &near,
			      n->arena))
		return false;
	memcpy(n->multiplier, n->prices.multiplier, sizeof(n->multiplier));
	n->open = !n->prices.hopeless && !(n->prices.bound > node_most(n));
	return !n->open ||
	       mix_make(&n->mix, &n->rest.g, &n->prices, n->arena);
}

bool node_price(struct node *n)
{
	quantum_tighten(&n->rest.g);
	n->steps = quantum_of_losses(&n->rest.g);
	if (!find_prices(n, NODE_PART))
		return false;
	/* Nothing is mixed: is that the best, or is something missing? */
	if (n->open && n->mix.n == 0 && !find_prices(n, 0))
		return false;
	if (n->open && !try_mix(n))
		return false;
	n->open = n->open && !(n->prices.bound > node_most(n));
	return true;
}
