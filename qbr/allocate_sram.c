/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/allocate_sram.h"

#include "spaces/graph/graph_live.h"

struct sram {
	struct graph_live live;
	const int *bits;
	int n;
	int *cap;
	int pin; /* bits that the first and the last layer keep; 0 = none */
	bool *reads, *mark; /* (layers), (tensors) of graph_live_readers */
};

/* The candidate below some bits; 0 = none. */
static int candidate_below(const struct sram *s, int bits)
{
	int next = 0;

	for (int k = 0; k < s->n; k++)
		if (s->bits[k] < bits)
			next = s->bits[k];
	return next;
}

/* Fewest bits of a layer's input. */
static int least_of(const struct sram *s, int layer)
{
	bool ends = layer == 0 || layer == s->live.g->nlayers - 1;

	return ends ? s->pin : 0;
}

/* Layers are why a tensor has so many bits, and could take fewer. */
static bool can_lower(const struct sram *s, int home)
{
	int bits = graph_live_bits(&s->live, home);

	if (graph_live_layer_bits(&s->live, home) < bits ||
	    !candidate_below(s, bits))
		return false;
	graph_live_readers(&s->live, home, s->reads, s->mark);
	for (int i = 0; i < s->live.g->nlayers; i++)
		if (s->reads[i] && s->cap[i] >= bits && least_of(s, i) >= bits)
			return false;
	return true;
}

static void lower(struct sram *s, int home)
{
	int next = candidate_below(s, graph_live_bits(&s->live, home));

	graph_live_readers(&s->live, home, s->reads, s->mark);
	for (int i = 0; i < s->live.g->nlayers; i++) {
		int least = least_of(s, i) > next ? least_of(s, i) : next;

		if (s->reads[i] && s->cap[i] > least)
			s->cap[i] = least;
	}
}

/* The largest tensor alive at a node that can go lower; -1. */
static int choose(const struct sram *s, int node)
{
	const struct graph *g = s->live.g;
	double most = 0;
	int best = -1;

	for (int t = 0; t < g->ntensors; t++) {
		double bytes = (double)s->live.own[t] *
			       graph_live_bits(&s->live, t);

		if (graph_live_at(&s->live, t, node) && bytes > most &&
		    can_lower(s, t)) {
			most = bytes;
			best = t;
		}
	}
	return best;
}

static enum nas_status too_large(const struct sram *s, int node, double bytes,
				 double budget, struct nas_err *err)
{
	return nas_fail(err, NAS_EINFEASIBLE, "sram: %.0f bytes are alive at "
			"the least bits while '%.80s' runs, %.0f above the "
			"budget of %.0f", bytes, s->live.g->node[node].name,
			bytes - budget, budget);
}

static enum nas_status fit(struct sram *s, double budget, struct nas_err *err)
{
	int layers = s->live.g->nlayers;

	for (;;) {
		int other = graph_live_other_bits(s->cap, layers), node, home;
		double bytes = graph_live_peak(&s->live, s->cap, other, &node);

		if (bytes <= budget)
			return NAS_OK;
		home = choose(s, node);
		/* where all is float, one integer layer brings the others */
		if (home < 0 && other > 8 && s->bits[0] <= 8 &&
		    s->cap[0] > s->pin)
			home = s->live.home[s->live.g->layer[0].input];
		if (home < 0)
			return too_large(s, node, bytes, budget, err);
		lower(s, home);
	}
}

enum nas_status allocate_sram(int *cap, const struct graph *g,
			      const struct sram_choices *choices, double budget,
			      struct nas_arena *arena, struct nas_err *err)
{
	struct sram s = { .bits = choices->bits, .n = choices->n, .cap = cap,
			  .pin = choices->pin };

	for (int i = 0; i < g->nlayers; i++)
		cap[i] = budget > 0 ? s.bits[s.n - 1] : 64;
	if (!(budget > 0))
		return NAS_OK;
	s.reads = NAS_NEW(arena, bool, (size_t)g->nlayers);
	s.mark = NAS_NEW(arena, bool, (size_t)g->ntensors);
	if (!s.reads || !s.mark)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the layers");
	if (graph_live_init(&s.live, g, false, arena, err) != NAS_OK)
		return err->code;
	return fit(&s, budget, err);
}
