/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/allocate_model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "qbr/allocate_sram.h"
#include "spaces/graph/graph_latency.h"

enum { COST_SIZE, COST_BITS, COST_BITOPS, COST_LATENCY, COSTS };

/* The last one is there with a model of it. */
static const char *const cost_names[COSTS] = { "size", "bits", "bitops",
					       "latency_ms" };

struct build {
	struct policy_problem *problem;
	const struct graph *g;
	const struct sensitivity *s;
	const int *cap;  /* (L) most bits of a pinned layer's input */
	int pin;         /* bits of first and last layer; 0 = free */
	double weights;  /* of all layers */
	const struct nas_latency *latency; /* NULL = no such cost */
	struct nas_arena *arena;
};

static double weights_of(const struct graph_layer *l)
{
	return (double)l->out * (double)l->fan;
}

static bool set_choice(struct build *b, struct policy_choice *c, int i,
		       int bits_w, int bits_a)
{
	const struct graph_layer *l = &b->g->layer[i];
	double n = weights_of(l);

	c->bits_w = bits_w;
	c->bits_a = bits_a;
	c->cost = NAS_NEW(b->arena, double, COSTS);
	if (!c->cost)
		return false;
	c->cost[COST_SIZE] = n * bits_w / 8;
	c->cost[COST_BITS] = n * bits_w / b->weights;
	c->cost[COST_BITOPS] = (double)l->macs * bits_w * bits_a;
	if (!b->latency)
		return true;
	c->cost[COST_LATENCY] = graph_latency_layer(b->latency, b->g, i,
						    bits_a, bits_w);
	if (i == b->s->nlayers - 1)
		c->cost[COST_LATENCY] += b->latency->cost[LATENCY_NETWORK];
	return true;
}

/* A pinned layer's input has the same bits, or is float if all are. */
static bool pin_layer(struct build *b, struct policy_layer *layer, int i)
{
	const struct sensitivity *s = b->s;
	int most = s->bits_a[s->na - 1];
	int bits_a = most > SENSITIVITY_BITS ? most : b->pin;

	layer->n = 1;
	return set_choice(b, layer->choice, i, b->pin,
			  bits_a < b->cap[i] ? bits_a : b->cap[i]);
}

static bool fill_layer(struct build *b, struct policy_layer *layer, int i)
{
	const struct sensitivity *s = b->s;
	bool ends = i == 0 || i == s->nlayers - 1;

	layer->name = b->g->layer[i].name;
	layer->choice = NAS_NEW(b->arena, struct policy_choice,
				(size_t)(s->nw * s->na));
	if (!layer->choice)
		return false;
	if (ends && b->pin > 0)
		return pin_layer(b, layer, i);
	for (int w = 0; w < s->nw; w++)
		for (int a = 0; a < s->na; a++) {
			struct policy_choice *c = &layer->choice[layer->n];

			if (!set_choice(b, c, i, s->bits_w[w], s->bits_a[a]))
				return false;
			c->loss = s->loss_w[i * s->nw + w] +
				  s->loss_a[i * s->na + a];
			layer->n++;
		}
	return true;
}

static bool is_free(const struct build *b, int i)
{
	return b->pin == 0 || (i > 0 && i < b->s->nlayers - 1);
}

/* Layers that read one tensor get equal bits. */
static bool tie_layers(struct build *b)
{
	struct policy_problem *p = b->problem;
	const struct graph *g = b->g;

	p->tie = NAS_NEW(b->arena, struct policy_pair, (size_t)p->nlayers);
	if (!p->tie)
		return false;
	for (int i = 0; b->s->na > 1 && i < p->nlayers; i++)
		for (int j = i - 1; j >= 0 && is_free(b, i); j--)
			if (g->layer[j].input == g->layer[i].input &&
			    is_free(b, j)) {
				p->tie[p->nties++] =
					(struct policy_pair){ j, i };
				break;
			}
	return true;
}

struct ranked {
	double value;
	int layer;
};

static int compare(const void *va, const void *vb)
{
	const struct ranked *a = va, *b = vb;

	if (a->value != b->value)
		return a->value > b->value ? -1 : 1;
	return (a->layer > b->layer) - (a->layer < b->layer);
}

/* H(i) > H(j) implies bits(i) >= bits(j): neighbours in the ranking. */
static bool order_layers(struct build *b)
{
	struct policy_problem *p = b->problem;
	const struct sensitivity *s = b->s;
	size_t n = (size_t)p->nlayers;
	struct ranked *rank = NAS_NEW(b->arena, struct ranked, n);
	int free_layers = 0;

	p->order = NAS_NEW(b->arena, struct policy_pair, n);
	if (!rank || !p->order)
		return false;
	for (int i = 0; i < p->nlayers; i++)
		if (is_free(b, i)) {
			rank[free_layers].layer = i;
			rank[free_layers++].value =
				s->value ? s->value[i] : s->loss_w[i * s->nw];
		}
	qsort(rank, (size_t)free_layers, sizeof(*rank), compare);
	for (int k = 1; k < free_layers; k++)
		if (rank[k - 1].value > rank[k].value)
			p->order[p->norders++] = (struct policy_pair){
				rank[k - 1].layer, rank[k].layer };
	return true;
}

static enum nas_status build(struct build *b, bool ordered,
			     struct nas_err *err)
{
	struct policy_problem *p = b->problem;
	size_t n = (size_t)b->s->nlayers;

	memset(p, 0, sizeof(*p));
	p->name = b->g->name;
	p->nlayers = b->s->nlayers;
	p->ncosts = b->latency ? COSTS : COST_LATENCY;
	p->cost_name = NAS_NEW(b->arena, const char *, COSTS);
	p->limit = NAS_NEW(b->arena, double, COSTS);
	p->layer = NAS_NEW(b->arena, struct policy_layer, n);
	if (b->arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the problem");
	memcpy(p->cost_name, cost_names, sizeof(cost_names));
	for (int r = 0; r < COSTS; r++)
		p->limit[r] = HUGE_VAL;
	for (int i = 0; i < p->nlayers; i++)
		b->weights += weights_of(&b->g->layer[i]);
	for (int i = 0; i < p->nlayers; i++)
		if (!fill_layer(b, &p->layer[i], i))
			return nas_fail(err, NAS_ENOMEM, "out of memory");
	if (!tie_layers(b) || (ordered && !order_layers(b)))
		return nas_fail(err, NAS_ENOMEM, "out of memory for the ties");
	return NAS_OK;
}

enum nas_status allocate_model(struct policy_problem *problem,
			       const struct graph *g,
			       const struct sensitivity *s,
			       const struct allocate_options *o,
			       struct nas_arena *arena, struct nas_err *err)
{
	int *cap = NAS_NEW(arena, int, (size_t)s->nlayers);
	struct build b = { .problem = problem, .g = g, .s = s, .cap = cap,
			   .pin = o->pin, .latency = o->latency,
			   .arena = arena };
	const struct sram_choices inputs = { s->bits_a, s->na, o->pin };

	if (!cap)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the layers");
	if (allocate_sram(cap, g, &inputs, o->sram_bytes, arena, err) != NAS_OK)
		return err->code;
	if (build(&b, o->ordered, err) != NAS_OK)
		return err->code;
	problem->graph = g;
	problem->latency_by = latency_by(o->latency, arena);
	problem->latency_error_percent = latency_error_percent(o->latency);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the problem");
	problem->sram_bytes = o->sram_bytes;
	problem->cap = cap;
	return NAS_OK;
}
