/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/allocate_groups.h"

#include <math.h>
#include <string.h>

#include "qbr/allocate_orders.h"

/* Number the sets of tied layers in the order of their first layer. */
static void number_groups(struct groups *g, int *parent)
{
	const struct policy_problem *p = g->problem;

	for (int i = 0; i < p->nlayers; i++) {
		int first = orders_root(parent, i);

		g->of[i] = first == i ? g->n++ : g->of[first];
		g->slot[i] = g->group[g->of[i]].members++;
	}
}

static int find_bits(const struct policy_layer *l, int bits_w, int bits_a)
{
	for (int c = 0; c < l->n; c++)
		if (l->choice[c].bits_w == bits_w &&
		    l->choice[c].bits_a == bits_a)
			return c;
	return -1;
}

static void add_choice(const struct groups *g, struct item *it, int slot,
		       int index, const struct policy_choice *c)
{
	it->pick[slot] = index;
	it->loss += c->loss;
	for (int b = 0; b < g->nbudgets; b++)
		it->use[b] += c->cost[g->cost[b]];
}

/* The items of a group are its first layer's choices. */
static bool open_group(const struct groups *g, struct group *group,
		       const struct policy_layer *l, struct nas_arena *arena)
{
	int *picks = NAS_NEW2(arena, int, (size_t)l->n,
			      (size_t)group->members);

	group->item = NAS_NEW(arena, struct item, (size_t)l->n);
	if (!picks || !group->item)
		return false;
	group->n = l->n;
	for (int c = 0; c < l->n; c++) {
		struct item *it = &group->item[c];

		it->bits_w = l->choice[c].bits_w;
		it->bits_a = l->choice[c].bits_a;
		it->pick = picks + (size_t)c * (size_t)group->members;
		add_choice(g, it, 0, c, &l->choice[c]);
	}
	return true;
}

/* Of the items only those stay whose bits this layer has as well. */
static void join_layer(const struct groups *g, struct group *group, int slot,
		       const struct policy_layer *l)
{
	int n = 0;

	for (int k = 0; k < group->n; k++) {
		struct item it = group->item[k];
		int c = find_bits(l, it.bits_w, it.bits_a);

		if (c < 0)
			continue;
		add_choice(g, &it, slot, c, &l->choice[c]);
		group->item[n++] = it;
	}
	group->n = n;
}

static bool beats(const struct groups *g, const struct item *a,
		  const struct item *b)
{
	if (a->loss > b->loss)
		return false;
	for (int r = 0; r < g->nbudgets; r++)
		if (a->use[r] > b->use[r])
			return false;
	return true;
}

static void drop_dominated(const struct groups *g, struct group *group)
{
	int n = 0;

	for (int k = 0; k < group->n; k++) {
		struct item it = group->item[k];
		bool beaten = false;

		for (int j = 0; j < n && !beaten; j++)
			beaten = beats(g, &group->item[j], &it);
		for (int j = k + 1; j < group->n && !beaten; j++)
			beaten = beats(g, &group->item[j], &it) &&
				 !beats(g, &it, &group->item[j]);
		if (!beaten)
			group->item[n++] = it;
	}
	group->n = n;
}

/* A little inside the tolerance: the policy is summed in another order. */
static void find_budgets(struct groups *g)
{
	const struct policy_problem *p = g->problem;
	double tolerance = 0.99 * POLICY_TOLERANCE;

	for (int r = 0; r < p->ncosts; r++) {
		if (!isfinite(p->limit[r]))
			continue;
		g->cost[g->nbudgets] = r;
		g->limit[g->nbudgets++] =
			p->limit[r] + tolerance * fabs(p->limit[r]);
	}
}

static bool fill(struct groups *g, struct nas_arena *arena)
{
	const struct policy_problem *p = g->problem;

	for (int i = 0; i < p->nlayers; i++) {
		struct group *group = &g->group[g->of[i]];

		if (g->slot[i] > 0)
			join_layer(g, group, g->slot[i], &p->layer[i]);
		else if (!open_group(g, group, &p->layer[i], arena))
			return false;
	}
	for (int k = 0; k < p->norders; k++) {
		int a = g->of[p->order[k].a], b = g->of[p->order[k].b];

		g->group[a].ordered |= a != b;
		g->group[b].ordered |= a != b;
	}
	for (int k = 0; k < g->n; k++)
		if (!g->group[k].ordered)
			drop_dominated(g, &g->group[k]);
	return true;
}

enum nas_status groups_make(struct groups *g, const struct policy_problem *p,
			    struct nas_arena *arena, struct nas_err *err)
{
	size_t n = (size_t)p->nlayers;
	int *parent = NAS_NEW(arena, int, n);

	memset(g, 0, sizeof(*g));
	g->problem = p;
	g->group = NAS_NEW(arena, struct group, n);
	g->of = NAS_NEW(arena, int, n);
	g->slot = NAS_NEW(arena, int, n);
	if (arena->failed || !orders_unite(parent, p, arena))
		return nas_fail(err, NAS_ENOMEM, "out of memory for the groups");
	find_budgets(g);
	number_groups(g, parent);
	if (!fill(g, arena))
		return nas_fail(err, NAS_ENOMEM, "out of memory for the groups");
	for (int i = 0; i < p->nlayers; i++)
		if (g->group[g->of[i]].n == 0)
			return nas_fail(err, NAS_EINPUT, "layer %d is tied to "
					"layers that have no bits in common "
					"with it", i);
	return NAS_OK;
}

void groups_take(struct policy *policy, const struct groups *g,
		 const struct item *item)
{
	for (int i = 0; i < g->problem->nlayers; i++)
		policy->pick[i] = item[g->of[i]].pick[g->slot[i]];
	policy_sum(policy, g->problem);
}

bool groups_use(const struct groups *g, const int *item, double *use)
{
	bool fits = true;

	for (int b = 0; b < g->nbudgets; b++) {
		use[b] = 0;
		for (int k = 0; k < g->n; k++)
			use[b] += g->group[k].item[item[k]].use[b];
		fits = fits && use[b] <= g->limit[b];
	}
	return fits;
}

double groups_over(const struct groups *g, const double *use)
{
	double sum = 0;

	for (int b = 0; b < g->nbudgets; b++)
		if (use[b] > g->limit[b])
			sum += (use[b] - g->limit[b]) /
			       fmax(fabs(g->limit[b]), 1e-300);
	return sum;
}

double groups_loss(const struct groups *g, const int *item)
{
	double loss = 0;

	for (int k = 0; k < g->n; k++)
		loss += g->group[k].item[item[k]].loss;
	return loss;
}

double item_priced(const struct item *it, const double *price, int nb)
{
	double x = it->loss;

	for (int b = 0; b < nb; b++)
		x += price[b] * it->use[b];
	return x;
}

bool group_copy(struct group *to, const struct group *from,
		struct nas_arena *arena)
{
	size_t n = (size_t)from->n;
	struct item *item = NAS_NEW(arena, struct item, n);

	if (item)
		memcpy(item, from->item, n * sizeof(*item));
	*to = *from;
	to->item = item;
	return item;
}

bool groups_copy(struct groups *to, const struct groups *from,
		 struct nas_arena *arena)
{
	struct group *group = NAS_NEW(arena, struct group, (size_t)from->n);

	for (int k = 0; k < from->n && !arena->failed; k++)
		group_copy(&group[k], &from->group[k], arena);
	*to = *from;
	to->group = group;
	return !arena->failed;
}

double groups_limits_priced(const struct groups *g, const double *price)
{
	double sum = 0;

	for (int b = 0; b < g->nbudgets; b++)
		sum += price[b] * fabs(g->limit[b]);
	return sum;
}

double groups_size(const struct groups *g)
{
	double size = 0;

	for (int k = 0; k < g->n; k++) {
		double most = 0;

		for (int i = 0; i < g->group[k].n; i++)
			most = fmax(most, fabs(g->group[k].item[i].loss));
		size += most;
	}
	return size;
}
