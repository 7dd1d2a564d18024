/* SPDX-License-Identifier: GPL-3.0-or-later */
/* evolve/certify/certify_sort.h - orders of labels, for certify_pareto.c. */
#ifndef EVOLVE_CERTIFY_CERTIFY_SORT_H
#define EVOLVE_CERTIFY_CERTIFY_SORT_H

#include "evolve/certify/certify_labels.h"

struct cert_key { /* by a ascending, then b descending, then index */
	double a, b;
	uint32_t index;
};

bool cert_sort_grow(struct cert_sort *s, size_t n);
void cert_sort_keys(struct cert_sort *s, size_t n);

/* Put labels in the order of key[0 .. n). */
void cert_permute(struct cert_pool *p, struct cert_key *key, size_t n);

void cert_order_by(struct cert_pool *p, struct cert_sort *sort,
		   void (*key)(const struct cert_label *, struct cert_key *));
void cert_key_use(const struct cert_label *l, struct cert_key *k);
void cert_key_score(const struct cert_label *l, struct cert_key *k);

/* By use of resource r, an index of the model's. */
void cert_order_last(struct cert_pool *p, struct cert_sort *sort, int r);

#endif
