/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Branches on the bits of layers, for a limit of memory. */
#include "qbr/allocate_memory.h"

#include <math.h>
#include <string.h>

#include "spaces/graph/graph_live.h"

struct branch {
	int *cap; /* (L) most bits of each layer's input */
	struct allocation a;
	int *bits; /* (L) of the policy's inputs */
	int node;  /* operator that needs too much; -1: it fits */
	bool open;
};

struct memory {
	const struct policy_problem *p;
	struct nas_arena *arena;
	struct graph_live live;
	struct branch *branch; /* (MEMORY_BRANCHES + 1), the last for p->cap */
	int n;
	const struct branch *best; /* that fits; NULL = none yet */
	double closed;		   /* least bound of those that fit */
	bool *reads, *mark, *lower;
};

/* The layer's choices within a cap, and their places among all. */
static void restrict_layer(struct policy_layer *to, int *place,
			   const struct policy_layer *from, int cap,
			   struct nas_arena *arena)
{
	*to = *from;
	to->n = 0;
	to->choice = NAS_NEW(arena, struct policy_choice, (size_t)from->n);
	for (int k = 0; !arena->failed && k < from->n; k++)
		if (from->choice[k].bits_a <= cap) {
			place[to->n] = k;
			to->choice[to->n++] = from->choice[k];
		}
}

/* Bits of the policy, and whether they fit. */
static void look_at(struct memory *m, struct branch *b)
{
	const struct policy_problem *p = m->p;
	double bytes;

	for (int i = 0; i < p->nlayers; i++)
		b->bits[i] = p->layer[i].choice[b->a.policy.pick[i]].bits_a;
	bytes = graph_live_peak(&m->live, b->bits,
				graph_live_other_bits(b->bits, p->nlayers),
				&b->node);
	if (bytes <= p->sram_bytes)
		b->node = -1;
}

static enum nas_status solve(struct memory *m, struct branch *b,
			     struct nas_err *err)
{
	struct policy_problem p = *m->p;
	size_t n = (size_t)p.nlayers;
	int *pick = NAS_NEW(m->arena, int, n);
	struct nas_arena_mark mark;
	int **place;

	b->bits = NAS_NEW(m->arena, int, n);
	mark = arena_mark(m->arena);
	place = NAS_NEW(m->arena, int *, n);
	p.layer = NAS_NEW(m->arena, struct policy_layer, n);
	for (int i = 0; !m->arena->failed && i < p.nlayers; i++) {
		place[i] = NAS_NEW(m->arena, int, (size_t)m->p->layer[i].n);
		restrict_layer(&p.layer[i], place[i], &m->p->layer[i],
			       b->cap[i], m->arena);
	}
	if (m->arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a policy");
	if (allocate(&b->a, &p, m->arena, err) != NAS_OK)
		return err->code;
	b->open = b->a.status == ALLOCATE_OPTIMAL;
	for (int i = 0; i < p.nlayers; i++)
		pick[i] = place[i][b->a.policy.pick[i]];
	b->a.policy.pick = pick;
	arena_rewind(m->arena, mark);
	look_at(m, b);
	return NAS_OK;
}

static bool is_known(const struct memory *m, const int *cap)
{
	for (int k = 0; k < m->n; k++)
		if (memcmp(m->branch[k].cap, cap, (size_t)m->p->nlayers *
						  sizeof(*cap)) == 0)
			return true;
	return false;
}

static enum nas_status add(struct memory *m, const int *cap, int layer,
			   int most, struct nas_err *err)
{
	size_t n = (size_t)m->p->nlayers;
	struct branch *b = &m->branch[m->n];

	*b = (struct branch){ .cap = NAS_NEW(m->arena, int, n) };
	if (!b->cap)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a branch");
	for (size_t i = 0; i < n; i++)
		b->cap[i] = cap[i];
	if (layer >= 0)
		b->cap[layer] = most;
	if (is_known(m, b->cap))
		return NAS_OK;
	m->n++;
	return solve(m, b, err);
}

/* The most bits below those of the policy; 0 = none. */
static int next_below(const struct memory *m, const struct branch *b, int i)
{
	const struct policy_layer *l = &m->p->layer[i];
	int next = 0;

	for (int k = 0; k < l->n; k++)
		if (l->choice[k].bits_a < b->bits[i] &&
		    l->choice[k].bits_a > next)
			next = l->choice[k].bits_a;
	return next;
}

/* Layers of which one must take fewer bits; all where all read floats, since
 * the first integer one changes what others hold. */
static void find_layers(struct memory *m, const struct branch *b)
{
	const struct graph *g = m->p->graph;
	int other = graph_live_other_bits(b->bits, g->nlayers), node;

	graph_live_peak(&m->live, b->bits, other, &node);
	for (int i = 0; i < g->nlayers; i++)
		m->lower[i] = other > 8;
	for (int t = 0; t < g->ntensors; t++) {
		if (!m->live.own[t] || !graph_live_at(&m->live, t, b->node))
			continue;
		graph_live_readers(&m->live, t, m->reads, m->mark);
		for (int i = 0; i < g->nlayers; i++)
			m->lower[i] = m->lower[i] || m->reads[i];
	}
}

static enum nas_status split(struct memory *m, struct branch *b,
			     struct nas_err *err)
{
	b->open = false;
	find_layers(m, b);
	for (int i = 0; i < m->p->nlayers && m->n < MEMORY_BRANCHES; i++) {
		int next = m->lower[i] ? next_below(m, b, i) : 0;

		if (next && add(m, b->cap, i, next, err) != NAS_OK)
			return err->code;
	}
	/* cut short: what it stands for is still to be looked at */
	b->open = m->n >= MEMORY_BRANCHES;
	return NAS_OK;
}

static struct branch *least_open(struct memory *m)
{
	struct branch *least = NULL;

	for (int k = 0; k < m->n; k++)
		if (m->branch[k].open &&
		    (!least || m->branch[k].a.bound < least->a.bound))
			least = &m->branch[k];
	return least;
}

static void take(struct memory *m, struct branch *b)
{
	b->open = false;
	m->closed = fmin(m->closed, b->a.bound);
	if (!m->best || b->a.policy.loss < m->best->a.policy.loss)
		m->best = b;
}

/* Bits of a layer that do not fit with the least of all others: not at all. */
static enum nas_status first_branch(struct memory *m, struct nas_err *err)
{
	const struct policy_problem *p = m->p;
	size_t n = (size_t)p->nlayers;
	int *cap = NAS_NEW(m->arena, int, n), *least, node;

	least = NAS_NEW(m->arena, int, n);
	if (!cap || !least)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the bits");
	for (int i = 0; i < p->nlayers; i++) {
		least[i] = cap[i] = 64;
		for (int k = 0; k < p->layer[i].n; k++)
			if (p->layer[i].choice[k].bits_a < least[i])
				least[i] = p->layer[i].choice[k].bits_a;
	}
	for (int i = 0; i < p->nlayers; i++) {
		int own = least[i];

		cap[i] = own;
		for (int k = 0; k < p->layer[i].n; k++) {
			least[i] = p->layer[i].choice[k].bits_a;
			if (least[i] > cap[i] &&
			    graph_live_peak(&m->live, least,
					    graph_live_other_bits(
						    least, p->nlayers),
					    &node) <= p->sram_bytes)
				cap[i] = least[i];
		}
		least[i] = own;
	}
	return add(m, cap, -1, 0, err);
}

static enum nas_status search(struct memory *m, struct nas_err *err)
{
	struct branch *b;

	while ((b = least_open(m)) && m->n < MEMORY_BRANCHES) {
		if (m->best && m->best->a.policy.loss <= b->a.bound)
			break;
		if (b->node < 0)
			take(m, b);
		else if (split(m, b, err) != NAS_OK)
			return err->code;
	}
	for (int k = 0; k < m->n; k++) /* where it was cut short */
		if (m->branch[k].open && m->branch[k].node < 0)
			take(m, &m->branch[k]);
	if (m->best || m->branch[0].a.status != ALLOCATE_OPTIMAL || !m->p->cap)
		return NAS_OK;
	if (add(m, m->p->cap, -1, 0, err) == NAS_OK &&
	    m->branch[m->n - 1].node < 0 && m->branch[m->n - 1].open)
		take(m, &m->branch[m->n - 1]);
	return err->code;
}

/* The bound of all that is left to look at. */
static void conclude(const struct memory *m, struct allocation *a)
{
	double bound = m->closed, size = fabs(a->policy.loss);

	for (int k = 0; k < m->n; k++)
		if (m->branch[k].open)
			bound = fmin(bound, m->branch[k].a.bound);
	a->bound = fmin(bound, a->policy.loss);
	a->gap = a->policy.loss - a->bound;
	if (a->gap <= 1e-12 * size)
		a->gap = 0, a->bound = a->policy.loss;
	else
		a->gap /= size;
}

/* Nothing that fits is inside the budgets: of the last that tried, why. */
static struct allocation shortage(const struct memory *m)
{
	int k = m->n - 1;

	while (k > 0 && m->branch[k].a.status == ALLOCATE_OPTIMAL)
		k--;
	return m->branch[k].a;
}

enum nas_status allocate_in_memory(struct allocation *a,
				   const struct policy_problem *p,
				   struct nas_arena *arena,
				   struct nas_err *err)
{
	struct memory m = { .p = p, .arena = arena, .closed = HUGE_VAL };

	if (!(p->sram_bytes > 0) || !p->graph || p->graph->nnodes == 0)
		return allocate(a, p, arena, err);
	m.branch = NAS_NEW(arena, struct branch, MEMORY_BRANCHES + 1);
	m.reads = NAS_NEW(arena, bool, (size_t)p->nlayers);
	m.lower = NAS_NEW(arena, bool, (size_t)p->nlayers);
	m.mark = NAS_NEW(arena, bool, (size_t)p->graph->ntensors);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for branches");
	if (graph_live_init(&m.live, p->graph, false, arena, err) != NAS_OK ||
	    first_branch(&m, err) != NAS_OK || search(&m, err) != NAS_OK)
		return err->code;
	if (!m.best) {
		*a = shortage(&m);
		return NAS_OK;
	}
	*a = m.best->a;
	if (m.n > 1)
		a->method = "branches";
	conclude(&m, a);
	return NAS_OK;
}
