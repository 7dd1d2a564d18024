/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ring: the best of each island go to the next one. */
#include <string.h>

#include "evolve/search.h"

#define MIGRANTS_MOST 64

static struct member *migrant(const struct search *s, int row, int i)
{
	size_t stride = s->island[0].population.stride;
	size_t at = (size_t)row * (size_t)s->migration.most + (size_t)i;

	return (struct member *)(void *)(s->migration.member + at * stride);
}

enum nas_status migration_init(struct search *s, struct nas_arena *arena,
			       struct nas_err *err)
{
	struct migration *m = &s->migration;
	size_t rows = (size_t)s->share.n + 1;

	m->most = s->options->migrants < MIGRANTS_MOST ? s->options->migrants
						       : MIGRANTS_MOST;
	m->message = sizeof(int64_t) +
		     (size_t)m->most *
			     packed_size(s->problem->space->nstages);
	m->count = NAS_NEW(arena, int, rows);
	m->out = NAS_NEW(arena, char, m->message);
	m->in = NAS_NEW(arena, char, m->message);
	if (s->share.n > 0)
		m->member = arena_alloc2(arena, rows, (size_t)m->most,
					 s->island[0].population.stride);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for migrants");
	return NAS_OK;
}

static void take_best(struct search *s, int i)
{
	struct population *p = &s->island[i].elite;
	const struct member *best[MIGRANTS_MOST];
	int n = population_best(p, best, s->migration.most);

	for (int m = 0; m < n; m++)
		memcpy(migrant(s, i + 1, m), best[m], p->stride);
	s->migration.count[i + 1] = n;
}

static void copy_own_last(struct search *s)
{
	int n = s->share.n;

	s->migration.count[0] = s->migration.count[n];
	for (int m = 0; m < s->migration.count[n]; m++)
		memcpy(migrant(s, 0, m), migrant(s, n, m),
		       s->island[0].population.stride);
}

static void pack_last(struct search *s)
{
	struct migration *g = &s->migration;
	const struct population *p = &s->island[0].population;
	int64_t n = g->count[s->share.n];

	memcpy(g->out, &n, sizeof(n));
	for (int m = 0; m < n; m++)
		pack_member(p, migrant(s, s->share.n, m),
			    g->out + sizeof(n) +
				    (size_t)m * packed_size(p->nstages));
}

static enum nas_status unpack_first(struct search *s, struct nas_err *err)
{
	struct migration *g = &s->migration;
	const struct population *p = &s->island[0].population;
	int64_t n;

	memcpy(&n, g->in, sizeof(n));
	NAS_BUG_IF(n < 0 || n > g->most);
	g->count[0] = (int)n;
	for (int m = 0; m < n; m++)
		if (!unpack_member(p, g->in + sizeof(n) +
				   (size_t)m * packed_size(p->nstages),
				   migrant(s, 0, m)))
			return nas_fail(err, NAS_ERUN, "a migrant from "
					"another rank is inconsistent");
	return NAS_OK;
}

/* To the rank of the next island, from that of the one before. */
static enum nas_status pass_on(struct search *s, struct nas_err *err)
{
	const struct share *share = &s->share;
	int all = share->islands;
	int next = share_owner(share, (share->first + share->n) % all);
	int before = share_owner(share, (share->first + all - 1) % all);

	pack_last(s);
	s->comm->ops->exchange(s->comm, next, s->migration.out, before,
			       s->migration.in, s->migration.message);
	return unpack_first(s, err);
}

/* Into the elite, and into the first population: what comes to a later one
 * would soon be all that is left of it. */
static void settle(struct island *is, const struct member *m)
{
	population_offer(&is->elite, m, true);
	if (is->rounds == 0 && (m->fitness > INFEASIBLE || !is->prices.on))
		population_offer(&is->population, m, true);
}

/* All are taken before any is given, so the order of islands does not
 * matter. */
enum nas_status migrate(struct search *s, struct nas_err *err)
{
	int n = s->share.n;

	if (n == 0 || s->migration.most == 0)
		return NAS_OK;
	for (int i = 0; i < n; i++)
		take_best(s, i);
	if (n == s->share.islands)
		copy_own_last(s);
	else if (pass_on(s, err) != NAS_OK)
		return err->code;
	for (int i = 0; i < n; i++)
		for (int m = 0; m < s->migration.count[i]; m++)
			settle(&s->island[i], migrant(s, i, m));
	return NAS_OK;
}
