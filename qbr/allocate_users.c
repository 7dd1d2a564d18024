/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/allocate_users.h"

#include <math.h>

#include "qbr/allocate_tree.h"

#define LITTLE 1e-6  /* of all losses: a budget worth so much is worth nothing */
#define BEYOND 1e-8  /* of all uses: looked at beyond a limit, for rounding */

/* The budget whose price makes up most. */
static int dearest(const struct view *v, const struct counts *c)
{
	int best = 0;
	double most = -1;

	for (int b = 0; b < c->g->nbudgets; b++)
		if (v->n.multiplier[b] * fabs(v->g.limit[b]) > most) {
			most = v->n.multiplier[b] * fabs(v->g.limit[b]);
			best = b;
		}
	return best;
}

/* Groups with at most `count` of each key, which lose what they use of a
 * budget; that is none any more. */
static bool make_users(struct groups *to, const struct counts *c,
		       const struct view *v, int budget)
{
	int last = c->g->nbudgets - 1;

	if (!groups_copy(to, &c->left.g, c->arena))
		return false;
	to->nbudgets = last + c->nkeys;
	to->limit[budget] = to->limit[last];
	for (int i = 0; i < c->nkeys; i++)
		to->limit[last + i] = round(v->count[i]);
	for (int k = 0; k < to->n; k++)
		for (int j = 0; j < to->group[k].n; j++) {
			struct item *it = &to->group[k].item[j];

			it->loss = it->use[budget];
			it->use[budget] = it->use[last];
			for (int i = 0; i < c->nkeys; i++)
				it->use[last + i] = boxes_count(
					&to->group[k], it, &c->key[i]);
		}
	return true;
}

/* Of the box's linear program, in uses of that budget. */
static void users_prices(const struct counts *c, const struct view *v,
			 const struct box *b, int budget, double *price)
{
	int last = c->g->nbudgets - 1;
	double unit = v->n.multiplier[budget];

	if (!(unit * c->g->limit[budget] > LITTLE * v->t.size))
		return; /* it is worth nothing there */
	for (int i = 0; i < last; i++)
		price[i] = v->n.multiplier[i == budget ? last : i] / unit;
	for (int i = 0; i < c->nkeys; i++) {
		double x = c->step[i];

		for (int j = 0; j < b->n; j++)
			if (b->limit[j].part.by == c->key[i].by &&
			    b->limit[j].part.limit == c->key[i].limit)
				x += v->n.multiplier[c->g->nbudgets + j] *
				     (b->limit[j].part.above ? -1 : 1);
		price[last + i] = fmax(x, 0) / unit;
	}
}

/* Items that use less of one budget than its limit become a policy of all. */
static void take_users(const struct counts *c, const struct view *v,
		       const struct item *best)
{
	for (int k = 0; k < c->g->n; k++) {
		const struct group *group = &c->left.g.group[k];

		v->t.item[k] = group->item[boxes_find(group, &best[k])];
	}
	boxes_offer(c, v);
}

/* Prices that are not so large that bounds are off by more than what is looked
 * at beyond the limit. */
static bool is_sane(const struct groups *g, const struct bound_prices *p)
{
	double more = groups_limits_priced(g, p->multiplier);

	return 8 * PRICES_ROUNDING * more < BEYOND * groups_size(g);
}

bool users_find(struct counts *c, struct view *v, const struct box *b,
		enum users *found, struct nas_err *err)
{
	int budget = dearest(v, c);
	double limit = c->g->limit[budget], price[GROUPS_USES] = {0}, most;
	struct item_search f = {.found = true, .enough = limit,
				.chains = c->s->chains,
				.best = NAS_NEW(c->arena, struct item,
						(size_t)c->g->n)};
	struct prices_near near = {price, 0, 0};
	struct groups g;
	struct bound_prices p;

	if (!f.best || !make_users(&g, c, v, budget))
		return false;
	most = f.loss = near.most = limit + BEYOND * groups_size(&g);
	quantum_tighten(&g);
	users_prices(c, v, b, budget, price);
	if (!prices_find_near(&p, &g, &c->s->chains, &near, c->arena))
		return false;
	*found = p.hopeless ? USERS_NONE : USERS_NOT_KNOWN;
	if (p.hopeless || !is_sane(&g, &p))
		return true;
	if (tree_search(&f, &g, &p, c->nodes, c->arena, err) != NAS_OK)
		return false;
	c->s->nodes += f.nodes;
	*found = f.loss <= limit		? USERS_SOME
		 : f.gave_up || f.loss < most	? USERS_NOT_KNOWN
						: USERS_NONE;
	if (*found == USERS_SOME)
		take_users(c, v, f.best);
	return true;
}
