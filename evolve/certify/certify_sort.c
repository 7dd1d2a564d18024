/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of labels: room, order, the narrow end of a beam. */
#include "evolve/certify/certify_sort.h"

#include <math.h>
#include <stdlib.h>

#define RUN 12 /* labels sorted by insertion */

void cert_sort_free(struct cert_sort *s)
{
	free(s->key);
	free(s->spare);
	free(s->rank);
	free(s->tree);
	memset(s, 0, sizeof(*s));
}

bool cert_sort_grow(struct cert_sort *s, size_t n)
{
	bool lost;

	if (n <= s->capacity)
		return true;
	n += n / 2;
	lost = s->lost; /* of an earlier list */
	cert_sort_free(s);
	s->lost = lost;
	s->key = malloc(n * sizeof(*s->key));
	s->spare = malloc(n * sizeof(*s->spare));
	s->rank = malloc(n * sizeof(*s->rank));
	s->tree = malloc((n + 1) * CERT_CLASSES * sizeof(*s->tree));
	if (!s->key || !s->spare || !s->rank || !s->tree) {
		cert_sort_free(s);
		s->lost = true;
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
	if (!data) {
		p->lost = true;
		return false;
	}
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

/* Merge sort, from runs of RUN up: sorting is most of the work of a pass, and
 * qsort's calls were a third of it. */
void cert_sort_keys(struct cert_sort *s, size_t n)
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

/* In place, following cycles. */
void cert_permute(struct cert_pool *p, struct cert_key *key, size_t n)
{
	_Alignas(double) char held[sizeof(struct cert_label) +
				   CERT_USES * sizeof(double)];

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

void cert_order_by(struct cert_pool *p, struct cert_sort *sort,
		     void (*key)(const struct cert_label *, struct cert_key *))
{
	if (p->n == 0)
		return; /* there may be no memory for keys yet */
	for (size_t i = 0; i < p->n; i++) {
		key(cert_label(p, i), &sort->key[i]);
		sort->key[i].index = (uint32_t)i;
	}
	cert_sort_keys(sort, p->n);
	cert_permute(p, sort->key, p->n);
}

void cert_order_last(struct cert_pool *p, struct cert_sort *sort, int r)
{
	for (size_t i = 0; i < p->n; i++) {
		sort->key[i].a = cert_label(p, i)->use[r];
		sort->key[i].b = 0;
		sort->key[i].index = (uint32_t)i;
	}
	cert_sort_keys(sort, p->n);
	cert_permute(p, sort->key, p->n);
}

void cert_key_use(const struct cert_label *l, struct cert_key *k)
{
	k->a = l->use[0];
	k->b = l->score;
}

void cert_key_score(const struct cert_label *l, struct cert_key *k)
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
	if (!cert_sort_grow(sort, p->n))
		return false;
	cert_order_by(p, sort, key_reduced);
	return true;
}

double cert_beam(struct cert_pool *p, size_t most, struct cert_sort *sort)
{
	double dropped;

	if (p->n <= most)
		return -HUGE_VAL;
	if (!cert_sort_grow(sort, p->n)) /* nobody is dropped then */
		return -HUGE_VAL;
	cert_order_by(p, sort, key_bound);
	dropped = cert_label(p, most)->bound;
	p->n = most;
	return dropped;
}

