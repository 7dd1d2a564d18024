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
 * dropped than could be, which costs time and never truth.
 */
#include <math.h>
#include <stdlib.h>

#include "evolve/certify_labels.h"

#define COMPARE 200
#define RUN 12
#define SCORE_NOISE 1e-13 /* relative: sums in another order */

struct cert_key {
	double a, b;
	uint32_t index;
};

void cert_sort_free(struct cert_sort *s)
{
	free(s->key);
	free(s->spare);
	free(s->rank);
	free(s->tree);
	memset(s, 0, sizeof(*s));
}

static bool sort_grow(struct cert_sort *s, size_t n)
{
	if (n <= s->capacity)
		return true;
	n += n / 2;
	cert_sort_free(s);
	s->key = malloc(n * sizeof(*s->key));
	s->spare = malloc(n * sizeof(*s->spare));
	s->rank = malloc(n * sizeof(*s->rank));
	s->tree = malloc((n + 1) * CERT_CLASSES * sizeof(*s->tree));
	if (!s->key || !s->spare || !s->rank || !s->tree) {
		cert_sort_free(s);
		return false;
	}
	s->capacity = n;
	return true;
}

bool cert_pool_grow(struct cert_pool *p, size_t most)
{
	size_t want = p->capacity ? 2 * p->capacity : 1024;
	char *data;

	if (p->n < p->capacity)
		return true;
	if (want > most)
		want = most;
	if (want <= p->n)
		return false;
	data = realloc(p->data, want * p->stride);
	if (!data)
		return false;
	p->data = data;
	p->capacity = want;
	return true;
}

static inline bool before(const struct cert_key *p, const struct cert_key *q)
{
	if (p->a != q->a)
		return p->a < q->a;
	if (p->b != q->b)
		return p->b > q->b;
	return p->index < q->index;
}

static void insertion(struct cert_key *key, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct cert_key k = key[i];
		size_t j = i;

		for (; j > 0 && before(&k, &key[j - 1]); j--)
			key[j] = key[j - 1];
		key[j] = k;
	}
}

/* Merge sort, from runs of RUN up; about three times qsort's speed. */
static void sort_keys(struct cert_sort *s, size_t n)
{
	struct cert_key *from = s->key, *to = s->spare;

	for (size_t i = 0; i < n; i += RUN)
		insertion(from + i, n - i < RUN ? n - i : RUN);
	for (size_t run = RUN; run < n; run *= 2) {
		struct cert_key *was = from;

		for (size_t i = 0; i < n; i += 2 * run) {
			size_t x = i, mid = i + run < n ? i + run : n;
			size_t y = mid, end = mid + run < n ? mid + run : n;

			for (size_t k = i; k < end; k++)
				if (y == end ||
				    (x < mid && !before(&from[y], &from[x])))
					to[k] = from[x++];
				else
					to[k] = from[y++];
		}
		from = to;
		to = was;
	}
	s->key = from;
	s->spare = to;
}

/* Put labels in the order of key[0 .. n), in place, following cycles. */
static void permute(struct cert_pool *p, struct cert_key *key, size_t n)
{
	_Alignas(double) char held[sizeof(struct cert_label) +
				   RESOURCES * sizeof(double)];

	for (size_t i = 0; i < n; i++) {
		size_t to = i;

		if (key[i].index == i)
			continue;
		memcpy(held, cert_label(p, i), p->stride);
		while (key[to].index != i) {
			size_t from = key[to].index;

			memcpy(cert_label(p, to), cert_label(p, from),
			       p->stride);
			key[to].index = (uint32_t)to;
			to = from;
		}
		memcpy(cert_label(p, to), held, p->stride);
		key[to].index = (uint32_t)to;
	}
}

static void order_by(struct cert_pool *p, struct cert_sort *sort,
		     void (*key)(const struct cert_label *, struct cert_key *))
{
	if (p->n == 0)
		return; /* there may be no memory for keys yet */
	for (size_t i = 0; i < p->n; i++) {
		key(cert_label(p, i), &sort->key[i]);
		sort->key[i].index = (uint32_t)i;
	}
	sort_keys(sort, p->n);
	permute(p, sort->key, p->n);
}

static void key_use(const struct cert_label *l, struct cert_key *k)
{
	k->a = l->use[0];
	k->b = l->score;
}

static void key_score(const struct cert_label *l, struct cert_key *k)
{
	k->a = 0;
	k->b = l->score;
}

static void key_bound(const struct cert_label *l, struct cert_key *k)
{
	k->a = -l->bound;
	k->b = l->reduced;
}

static void key_reduced(const struct cert_label *l, struct cert_key *k)
{
	k->a = -l->reduced;
	k->b = l->score;
}

bool cert_order(struct cert_pool *p, struct cert_sort *sort)
{
	if (!sort_grow(sort, p->n))
		return false;
	order_by(p, sort, key_reduced);
	return true;
}

double cert_beam(struct cert_pool *p, size_t most, struct cert_sort *sort)
{
	double dropped;

	if (p->n <= most)
		return -INFINITY;
	if (!sort_grow(sort, p->n)) /* nobody is dropped then */
		return -INFINITY;
	order_by(p, sort, key_bound);
	dropped = cert_label(p, most)->bound;
	p->n = most;
	return dropped;
}

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
		best[c] = -INFINITY;
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
	sort_keys(sort, p->n);
	for (size_t i = 0; i < p->n; i++) {
		if (i && sort->key[i].a > sort->key[i - 1].a)
			rank++;
		sort->rank[sort->key[i].index] = rank;
	}
}

static double tree_best(const double *tree, uint32_t rank)
{
	double best = -INFINITY;

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
		sort->tree[k] = -INFINITY;
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

bool cert_pareto(struct cert_pool *p, int nuse, int classes,
		 struct cert_sort *sort)
{
	if (p->n < 2)
		return true;
	if (!sort_grow(sort, p->n))
		return false;
	order_by(p, sort, nuse ? key_use : key_score);
	if (nuse <= 1)
		p->n = sweep_one(p, classes);
	else if (nuse == 2)
		p->n = sweep_two(p, classes, sort);
	else
		p->n = sweep_more(p, nuse);
	return true;
}
