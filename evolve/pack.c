/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evolve/pack.h"

#include <string.h>

#include "evolve/update.h"
#include "nas/base/rng.h"

/* ---- members ------------------------------------------------------------- */

void pack_member(const struct population *p, const struct member *m, void *out)
{
	struct packed head = { m->fitness, m->score, m->hash, m->variant };

	memcpy(out, &head, sizeof(head));
	memcpy((char *)out + sizeof(head), member_genes(m),
	       (size_t)p->nstages * sizeof(struct nas_gene));
}

void unpack_genome(const void *in, int stages, struct nas_genome *g)
{
	struct packed head;

	memset(g, 0, sizeof(*g));
	memcpy(&head, in, sizeof(head));
	g->variant = head.variant;
	memcpy(g->stage, (const char *)in + sizeof(head),
	       (size_t)stages * sizeof(struct nas_gene));
}

bool unpack_member(const struct population *p, const void *in,
		   struct member *m)
{
	struct packed head;
	struct nas_genome g;

	unpack_genome(in, p->nstages, &g);
	if (!space_contains(p->table->problem->space, &g))
		return false;
	memcpy(&head, in, sizeof(head));
	memset(m, 0, p->stride);
	m->fitness = head.fitness;
	m->score = head.score;
	m->variant = g.variant;
	memcpy(member_genes(m), g.stage,
	       (size_t)p->nstages * sizeof(struct nas_gene));
	member_update_all(p, m);
	return m->hash == head.hash;
}

/* ---- islands ------------------------------------------------------------- */

/* Followed by what of elite and population, and by the child bred ahead: a
 * heap and members each; then the slots of what was seen. */
struct packed_island {
	int64_t evaluations, feasible, duplicates;
	int64_t until, until_candidates;
	int64_t look, look_feasible, look_evaluations;
	int64_t mark_evaluations, mark_candidates, seen_from;
	uint64_t place;
	int64_t listed;
	int32_t n, elite, rounds, bred, cut, exhausted;
	int32_t bits, forgot;
	struct prices prices;
	struct rng rng;
};

static size_t members_size(const struct population *p, int n)
{
	return (size_t)n * (sizeof(int32_t) + packed_size(p->nstages));
}

size_t packed_island_most(const struct island *island)
{
	const struct population *p = &island->population;

	return sizeof(struct packed_island) + 2 * members_size(p, p->size) +
	       packed_size(p->nstages) + seen_packed_most(&island->seen);
}

static char *pack_population(const struct population *p, char *at)
{
	size_t n = (size_t)p->n;

	memcpy(at, p->heap, n * sizeof(int32_t));
	at += n * sizeof(int32_t);
	for (int i = 0; i < p->n; i++, at += packed_size(p->nstages))
		pack_member(p, population_member(p, i), at);
	return at;
}

static void pack_head(const struct island *is, struct packed_island *head)
{
	memset(head, 0, sizeof(*head));
	*head = (struct packed_island){
		.evaluations = is->evaluations,
		.feasible = is->feasible,
		.duplicates = is->duplicates,
		.until = is->until,
		.until_candidates = is->until_candidates,
		.look = is->look,
		.look_feasible = is->look_feasible,
		.look_evaluations = is->look_evaluations,
		.mark_evaluations = is->mark_evaluations,
		.mark_candidates = is->mark_candidates,
		.seen_from = is->seen_from,
		.place = is->place,
		.listed = is->listed,
		.n = is->population.n,
		.elite = is->elite.n,
		.rounds = is->rounds,
		.bred = is->bred,
		.cut = is->cut,
		.exhausted = is->exhausted,
		.bits = is->seen.bits,
		.forgot = is->seen.forgot,
	};
	memcpy(&head->prices, &is->prices, sizeof(head->prices));
	memcpy(&head->rng, &is->rng, sizeof(head->rng));
}

size_t pack_island(const struct island *island, void *out)
{
	const struct population *p = &island->population;
	struct packed_island head;
	char *at = out;

	pack_head(island, &head);
	memcpy(at, &head, sizeof(head));
	at = pack_population(&island->elite, at + sizeof(head));
	at = pack_population(p, at);
	if (island->bred) {
		pack_member(p, p->child[0], at);
		at += packed_size(p->nstages);
	}
	at += seen_pack(&island->seen, at);
	return (size_t)(at - (char *)out);
}

/* Of what head says, without what was seen. */
static size_t packed_least(const struct island *is,
			   const struct packed_island *head)
{
	const struct population *p = &is->population;

	return sizeof(*head) + members_size(p, head->elite) +
	       members_size(p, head->n) +
	       (head->bred ? packed_size(p->nstages) : 0);
}

static bool head_is_sane(const struct island *is,
			 const struct packed_island *head, size_t n)
{
	const struct population *p = &is->population;
	const struct listing *l = &is->setup->listing;

	return head->n >= 1 && head->n <= p->size && head->elite >= 1 &&
	       head->elite <= p->size && head->bits == is->seen.bits &&
	       head->evaluations >= 0 && head->feasible >= 0 &&
	       head->duplicates >= 0 && head->look_feasible >= 0 &&
	       head->look_evaluations >= 0 && head->rng.next <= RNG_BUFFER &&
	       head->listed == is->listed && (!l->on || head->place < l->n) &&
	       n >= packed_least(is, head);
}

static void unpack_head(struct island *is, const struct packed_island *head)
{
	is->evaluations = head->evaluations;
	is->feasible = head->feasible;
	is->duplicates = head->duplicates;
	is->until = head->until;
	is->until_candidates = head->until_candidates;
	is->look = head->look;
	is->look_feasible = head->look_feasible;
	is->look_evaluations = head->look_evaluations;
	is->mark_evaluations = head->mark_evaluations;
	is->mark_candidates = head->mark_candidates;
	is->seen_from = head->seen_from;
	is->place = head->place;
	is->rounds = head->rounds;
	is->bred = head->bred != 0;
	is->cut = head->cut != 0;
	is->exhausted = head->exhausted != 0;
	is->seen.forgot = head->forgot != 0;
	memcpy(&is->prices, &head->prices, sizeof(head->prices));
	memcpy(&is->rng, &head->rng, sizeof(head->rng));
}

/* The heap names each member once, and none is worse than its parent. */
static bool heap_is_sane(const struct population *p)
{
	bool sane = true;

	for (int i = 0; i < p->n; i++)
		p->order[i] = NULL;
	for (int i = 0; i < p->n; i++) {
		const struct member **named = &p->order[p->heap[i]];

		sane &= !*named;
		*named = population_member(p, p->heap[i]);
		sane &= !i || p->fitness[i] >= p->fitness[(i - 1) / 2];
	}
	return sane;
}

/* Members, then the heap over them. Returns what lies behind, or NULL. */
static const char *unpack_population(const struct island *is,
				     struct population *p, int n,
				     bool by_price, const char *at)
{
	const char *heap = at;

	at += (size_t)n * sizeof(int32_t);
	for (int i = 0; i < n; i++, at += packed_size(p->nstages)) {
		struct member *m = population_member(p, i);

		if (!unpack_member(p, at, m) ||
		    !fitness_is_right(p, &is->prices, m, by_price))
			return NULL;
		p->hash[i] = m->hash;
	}
	memcpy(p->heap, heap, (size_t)n * sizeof(int32_t));
	for (int i = 0; i < n; i++) {
		if (p->heap[i] < 0 || p->heap[i] >= n)
			return NULL;
		p->fitness[i] = population_member(p, p->heap[i])->fitness;
	}
	p->n = n;
	return heap_is_sane(p) ? at : NULL;
}

enum nas_status unpack_island(struct island *island, const void *in, size_t n,
			      struct nas_err *err)
{
	struct population *p = &island->population;
	struct packed_island head = {0};
	const char *at = in, *end = at + n;

	if (n >= sizeof(head))
		memcpy(&head, at, sizeof(head));
	if (!head_is_sane(island, &head, n))
		return nas_fail(err, NAS_EINPUT,
				"an island does not belong to this search");
	unpack_head(island, &head);
	at = unpack_population(island, &island->elite, head.elite, false,
			       at + sizeof(head));
	if (at)
		at = unpack_population(island, p, head.n, true, at);
	if (!at || (head.bred && !unpack_member(p, at, p->child[0])))
		return nas_fail(err, NAS_EINPUT, "the networks of an island "
				"do not give the figures stored with them");
	at += head.bred ? packed_size(p->nstages) : 0;
	if (!seen_unpack(&island->seen, at, (size_t)(end - at)))
		return nas_fail(err, NAS_EINPUT,
				"the table of tried networks of an island is "
				"incomplete");
	return NAS_OK;
}
