/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From an architecture to calls of kernels, each with its places. The size of
 * the arena, from which places at the top are counted, is known at the end: the
 * walk is done twice.
 */
#include <math.h>

#include "spaces/export/format_c_walk.h"

#define CALLS_A_BLOCK (3 * BLOCK_CONVS_MAX) /* spread, convolve, spread */
#define CALLS_OF_HEAD 3

/* A dense layer from the bottom to the top, or back. */
static enum nas_status add_dense(struct c_plan *p, int in, int out, bool last)
{
	const struct nas_head *h = &p->arch->head;
	struct nas_conv conv = {
		.role = "head", .in = in, .out = out,
		.kernel = 1, .stride = 1, .groups = 1,
		.bits_a = h->bits_a, .bits_w = h->bits_w, .relu = !last};
	struct c_call *c = walk_conv(p, C_CONVOLVE, &conv);
	int64_t x = (int64_t)in * h->bits_a;
	int64_t y = (int64_t)out * (last ? 32 : h->bits_a);

	c->x = walk_at(p, p->top, x);
	c->bits_y = last ? 0 : h->bits_a;
	c->flags |= last ? C_RAW : 0;
	c->y = walk_at(p, !p->top, y);
	walk_need(p, x + y);
	p->top = !p->top;
	if (c_numbers(p, c, last ? 0 : c_input_scale(p, p->layer), 0, 1) !=
	    NAS_OK)
		return p->err->code;
	if (last)
		walk_see(p, &p->output, p->graph->output[0], c->y, 32, out, false);
	else
		walk_see_next(p, c, p->layer);
	return NAS_OK;
}

static enum nas_status plan_head(struct c_plan *p)
{
	const struct nas_head *h = &p->arch->head;
	const struct c_call *sums = &p->call[p->ncalls - 1];
	struct c_call *c = c_add_call(p, C_AVERAGE, -1);
	const struct c_mean mean = { sums->unit, c_input_scale(p, p->layer),
				     walk_area(p), sums->most_t };

	c->x = sums->y;
	c->in = c->out = sums->out;
	c->bits_y = h->bits_a;
	if (c_quotient(p, p->graph->layer[p->layer].name, &mean, &c->scale,
		       &c->divisor) != NAS_OK)
		return p->err->code;
	p->height = p->width = 1;
	p->top = false;
	walk_see_next(p, c, p->layer);
	if (!h->hidden)
		return add_dense(p, c->in, h->classes, true);
	if (add_dense(p, c->in, h->hidden, false) != NAS_OK)
		return p->err->code;
	return add_dense(p, h->hidden, h->classes, true);
}

static enum nas_status walk(struct c_plan *p)
{
	/* of kinds that are more than a row of convolutions */
	static enum nas_status (*const plan[BLOCK_KINDS])(struct c_plan *, int) = {
		[BLOCK_MBCONV] = walk_mbconv,
		[BLOCK_BASIC] = walk_resnet,
		[BLOCK_BOTTLENECK] = walk_resnet,
	};
	const struct nas_arch *a = p->arch;

	p->ncalls = p->ngates = p->nmaps = p->layer = p->rounded = 0;
	p->output.tensor = -1;
	p->top = false;
	p->height = a->height;
	p->width = a->width;
	walk_see(p, &p->input, p->graph->layer[0].input, 0, a->block[0].bits_a[0],
	    a->channels, false);
	for (int b = 0; b < a->nblocks; b++)
		if ((plan[a->block[b].kind] ? plan[a->block[b].kind]
					    : walk_row)(p, b) != NAS_OK)
			return p->err->code;
	return a->head.classes ? plan_head(p) : NAS_OK;
}

/* What can be said before: bits of all layers. */
static enum nas_status check(const struct c_plan *p)
{
	const struct graph *g = p->graph;

	if (!arch_is_quantised(p->arch))
		return nas_fail(p->err, NAS_EINPUT,
				"C: '%s' has no bits: it computes in floating "
				"point", g->name);
	for (int i = 0; i < g->nlayers; i++) {
		const struct graph_layer *l = &g->layer[i];

		if (l->bits_a < 1 || l->bits_a > 8 || l->bits_w < 1 ||
		    l->bits_w > 8 || !l->level || !l->scale)
			return nas_fail(p->err, NAS_EINPUT,
					"C: layer %s: bits must be 1 to 8, not "
					"%d and %d", l->name, l->bits_a,
					l->bits_w);
		if (l->in > 65535 || l->out > 65535)
			return nas_fail(p->err, NAS_EINPUT,
					"C: layer %s: more than 65535 channels",
					l->name);
	}
	return NAS_OK;
}

enum nas_status c_plan_make(struct c_plan *p, const struct export_source *source,
			    const struct nas_memory_model *memory,
			    struct nas_arena *arena, struct nas_err *err)
{
	size_t calls = (size_t)source->arch->nblocks * CALLS_A_BLOCK +
		       CALLS_OF_HEAD;
	struct nas_cost cost;

	*p = (struct c_plan){.arch = source->arch,
			     .graph = source->graph,
			     .arena = arena,
			     .err = err};
	if (check(p) != NAS_OK)
		return err->code;
	p->call = NAS_NEW(arena, struct c_call, calls);
	p->gate = NAS_NEW(arena, struct c_call,
			  2 * (size_t)source->arch->nblocks);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the network");
	cost_of(&cost, NULL, p->arch, memory);
	p->model_bytes = cost.peak_memory_bytes;
	p->macs = cost.macs;
	if (walk(p) != NAS_OK)
		return err->code;
	p->arena_bytes = (int64_t)ceil(p->model_bytes);
	if (p->arena_bytes * 8 < p->need_bits)
		p->arena_bytes = (p->need_bits + 7) / 8;
	return walk(p);
}
