/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Dominance among the labels of one state.
 *
 * Labels are visited by use of the first resource, least first, larger score
 * and cap first among equals: whoever dominates a label came before it. For
 * one resource it is then enough to know the best score so far per cap; for
 * two, the best score among those that use no more of the second one, a prefix
 * maximum over its ranks (binary indexed tree), one tree a cap. With more
 * resources a label is compared with the last COMPARE kept ones: fewer are
 * dropped than could be, which costs time and never truth. Layers, if they are
 * the third resource or later, are made part of the state instead: a network
 * with fewer layers hardly ever has the better score.
 */
#include <math.h>

#include "evolve/certify/certify_sort.h"

#define COMPARE 200
#define SCORE_NOISE 1e-13 /* relative: sums in another order */

static double noise(const struct cert_label *l)
{
	return SCORE_NOISE * fmax(1, fabs(l->score));
}

/* ---- none or one resource ---- */

static size_t sweep_one(struct cert_pool *p, int classes)
{
	double best[CERT_CLASSES];
	size_t n = 0;

	for (int c = 0; c < classes; c++)
		best[c] = -HUGE_VAL;
	for (size_t i = 0; i < p->n; i++) {
		const struct cert_label *l = cert_label(p, i);

		if (l->score <= best[l->cap] + noise(l))
			continue;
		for (int c = 0; c <= l->cap; c++)
			best[c] = fmax(best[c], l->score);
		memmove(cert_label(p, n++), l, p->stride);
	}
	return n;
}

/* ---- two ---- */

static void make_ranks(struct cert_pool *p, struct cert_sort *sort)
{
	uint32_t rank = 0;

	for (size_t i = 0; i < p->n; i++) {
		sort->key[i].a = cert_label(p, i)->use[1];
		sort->key[i].b = 0;
		sort->key[i].index = (uint32_t)i;
	}
	cert_sort_keys(sort, p->n);
	for (size_t i = 0; i < p->n; i++) {
		if (i && sort->key[i].a > sort->key[i - 1].a)
			rank++;
		sort->rank[sort->key[i].index] = rank;
	}
}

static double tree_best(const double *tree, uint32_t rank)
{
	double best = -HUGE_VAL;

	for (uint32_t k = rank + 1; k > 0; k &= k - 1)
		best = tree[k] > best ? tree[k] : best;
	return best;
}

static void tree_add(double *tree, size_t n, uint32_t rank, double v)
{
	for (size_t k = rank + 1; k <= n; k += k & -k)
		tree[k] = tree[k] < v ? v : tree[k];
}

static size_t sweep_two(struct cert_pool *p, int classes,
			struct cert_sort *sort)
{
	size_t n = 0, all = p->n, step = all + 1;

	make_ranks(p, sort);
	for (size_t k = 0; k < step * (size_t)classes; k++)
		sort->tree[k] = -HUGE_VAL;
	for (size_t i = 0; i < all; i++) {
		const struct cert_label *l = cert_label(p, i);
		double *tree = &sort->tree[step * l->cap];

		if (l->score <= tree_best(tree, sort->rank[i]) + noise(l))
			continue;
		for (int c = 0; c <= l->cap; c++)
			tree_add(&sort->tree[step * (size_t)c], all,
				 sort->rank[i], l->score);
		memmove(cert_label(p, n++), l, p->stride);
	}
	return n;
}

/* ---- more ---- */

static bool dominates(const struct cert_label *x, const struct cert_label *y,
		      int nuse)
{
	if (x->score + noise(y) < y->score || x->cap < y->cap)
		return false;
	for (int r = 0; r < nuse; r++)
		if (x->use[r] > y->use[r])
			return false;
	return true;
}

static size_t sweep_more(struct cert_pool *p, int nuse)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++) {
		const struct cert_label *l = cert_label(p, i);
		size_t k = 0, most = n < COMPARE ? n : COMPARE;

		while (k < most &&
		       !dominates(cert_label(p, n - 1 - k), l, nuse))
			k++;
		if (k == most)
			memmove(cert_label(p, n++), l, p->stride);
	}
	return n;
}

static size_t sweep(struct cert_pool *p, int nuse, int classes,
		    struct cert_sort *sort)
{
	if (nuse <= 1)
		return sweep_one(p, classes);
	if (nuse == 2)
		return sweep_two(p, classes, sort);
	return sweep_more(p, nuse);
}

/* Each run of equal use of the last resource by itself. */
static size_t sweep_runs(struct cert_pool *p, int nuse, int classes,
			 struct cert_sort *sort)
{
	size_t n = 0;

	for (size_t i = 0, j; i < p->n; i = j) {
		double layers = cert_label(p, i)->use[nuse - 1];
		struct cert_pool part = *p;
		size_t kept;

		for (j = i + 1; j < p->n; j++)
			if (cert_label(p, j)->use[nuse - 1] != layers)
				break;
		part.data = (char *)cert_label(p, i);
		part.n = j - i;
		cert_order_by(&part, sort, cert_key_use);
		kept = sweep(&part, nuse - 1, classes, sort);
		memmove(cert_label(p, n), part.data, kept * p->stride);
		n += kept;
	}
	return n;
}

/* All in one state. */
static void one_state(struct cert_pool *p, const struct cert_model *m,
		      int classes, struct cert_sort *sort)
{
	int n = cert_uses(m);

	int last = n - 1 - cert_first_use(m); /* of the resources */

	if (n > 2 && (m->ntangents || m->use[last] == RES_LAYERS)) {
		cert_order_last(p, sort, n - 1);
		p->n = sweep_runs(p, n, classes, sort);
		return;
	}
	cert_order_by(p, sort, n ? cert_key_use : cert_key_score);
	p->n = sweep(p, n, classes, sort);
}

static void key_units(const struct cert_label *l, struct cert_key *k)
{
	k->a = l->units;
	k->b = 0;
}

/* What else has to be equal: the run of shortcuts, or with a penalty on depths
 * the runs of blocks. */
static double state_of(const struct cert_pool *p, size_t i,
		       const struct cert_model *m)
{
	const struct cert_label *l = cert_label(p, i);

	return m->penalty.weight > 0 ? l->use[cert_uses(m) + CERT_RUNS]
				     : l->units;
}

static bool states_differ(const struct cert_pool *p, const struct cert_model *m)
{
	for (size_t i = 1; i < p->n; i++)
		if (state_of(p, i, m) != state_of(p, 0, m))
			return true;
	return false;
}

/* Labels where all of that is equal are a state. */
static void each_state(struct cert_pool *p, const struct cert_model *m,
		       int classes, struct cert_sort *sort)
{
	size_t n = 0;

	if (m->penalty.weight > 0)
		cert_order_last(p, sort, cert_uses(m) + CERT_RUNS);
	else
		cert_order_by(p, sort, key_units);
	for (size_t i = 0, j; i < p->n; i = j) {
		struct cert_pool part = *p;

		for (j = i + 1; j < p->n; j++)
			if (state_of(p, j, m) != state_of(p, i, m))
				break;
		part.data = (char *)cert_label(p, i);
		part.n = j - i;
		one_state(&part, m, classes, sort);
		memmove(cert_label(p, n), part.data, part.n * p->stride);
		n += part.n;
	}
	p->n = n;
}

bool cert_pareto(struct cert_pool *p, const struct cert_model *m, int classes,
		 struct cert_sort *sort)
{
	if (p->n < 2)
		return true;
	if (!cert_sort_grow(sort, p->n))
		return false;
	if (states_differ(p, m))
		each_state(p, m, classes, sort);
	else
		one_state(p, m, classes, sort);
	return true;
}
