/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The calls of a row of convolutions, of any kind of block. What a depthwise
 * one reads lies pixel by pixel: each channel keeps the places that it has,
 * wide enough for the input and for the output. Where a shortcut reads the
 * block's input as well, that is done in a copy at the other end.
 */
#include <string.h>

#include "spaces/export/format_c_walk.h"

/* n values get places of other widths, or others. */
static void add_spread(struct c_plan *p, int64_t n, int64_t x, int from,
		       int64_t y, int to)
{
	struct c_call *c;

	if (x == y && from == to)
		return;
	c = c_add_call(p, C_SPREAD, -1);
	c->x = x;
	c->y = y;
	c->bits_x = from;
	c->bits_y = to;
	c->in = (int)n;
	if (y < x ? to < from : to > from)
		c->flags |= C_DOWN;
}

/* The same in place, at an end. */
static void spread_at(struct c_plan *p, bool top, int64_t n, int from, int to)
{
	if (from == to)
		return;
	add_spread(p, n, walk_at(p, top, n * from), from,
		   walk_at(p, top, n * to), to);
	if (top)
		p->call[p->ncalls - 1].flags =
			to < from ? C_DOWN : 0;
	walk_need(p, n * (from > to ? from : to));
}

static bool is_depthwise(const struct nas_conv *conv)
{
	return strcmp(conv->role, "depthwise") == 0;
}

/* In place at the end top, beside so many bits at the other one, by conv; its
 * output has levels of bits. */
static enum nas_status add_depthwise(struct c_plan *p,
				     const struct nas_conv *conv, bool top,
				     int64_t beside, int bits, int slot)
{
	int64_t in = walk_area(p) * conv->in * slot, out;
	struct c_call *c = walk_conv(p, C_DEPTHWISE, conv);
	enum nas_status status;
	double scale;

	out = walk_area(p) * conv->in;
	c->bits_y = bits;
	c->slot = slot;
	c->x = walk_at(p, top, in);
	c->y = walk_at(p, top, out * slot);
	c->r = walk_whole(top ? beside : in);
	walk_need(p, in + walk_whole(out / conv->in * bits) +
			     walk_whole(beside));
	scale = c_input_scale(p, p->layer + (conv->squeeze ? 2 : 0));
	status = conv->squeeze ? walk_gate(p, c, conv, scale)
			       : c_numbers(p, c, scale, 0, 1);
	if (status != NAS_OK)
		return status;
	spread_at(p, top, out, slot, bits);
	c = &p->call[p->ncalls - 1];
	walk_see(p, &c->seen, p->graph->layer[p->layer].input, c->y, bits,
		 conv->in, false);
	return NAS_OK;
}

/* Where the input is. */
static enum nas_status depthwise_in_place(struct c_plan *p,
					  const struct nas_conv *conv, int bits)
{
	int slot = conv->bits_a > bits ? conv->bits_a : bits;

	spread_at(p, p->top, walk_area(p) * conv->in, conv->bits_a, slot);
	return add_depthwise(p, conv, p->top, 0, bits, slot);
}

/* From the copy's end back, over the input that it adds. */
static enum nas_status add_project(struct c_plan *p,
				   const struct nas_conv *conv,
				   struct walk_end *e, int64_t x, int bits_x,
				   double scale_x)
{
	int64_t source = walk_area(p) * conv->in * conv->bits_a, size;
	struct c_call *c = walk_conv(p, C_CONVOLVE, conv);

	size = walk_area(p) * c->out * e->bits;
	e->alive = x;
	e->source = source;
	c->x = walk_at(p, !p->top, source);
	c->r = walk_at(p, p->top, x);
	c->bits_r = bits_x;
	if (!e->sums && (p->top ? e->bits <= bits_x : e->bits > bits_x))
		c->flags |= C_DOWN;
	if (!e->sums)
		walk_need(p, source + (size > x ? size : x));
	return walk_end(p, c, e, p->top, scale_x, 1);
}

/* A depthwise convolution in a copy of the block's input, and one that adds
 * the input to what it makes of that. */
static enum nas_status walk_around(struct c_plan *p, int b,
				   const struct nas_conv *conv)
{
	int64_t n = walk_area(p) * conv[0].in, x = n * conv[0].bits_a;
	double scale = c_input_scale(p, p->layer);
	struct walk_end e = walk_ends(p, b);
	int bits = conv[1].bits_a;
	int slot = conv[0].bits_a > bits ? conv[0].bits_a : bits;

	add_spread(p, n, walk_at(p, p->top, x), conv[0].bits_a,
		   walk_at(p, !p->top, n * slot), slot);
	if (add_depthwise(p, &conv[0], !p->top, x, bits, slot) != NAS_OK)
		return p->err->code;
	return add_project(p, &conv[1], &e, x, conv[0].bits_a, scale);
}

/* The last call's map is pooled where it lies. */
static void add_max_pool(struct c_plan *p, int side)
{
	struct c_call *before = &p->call[p->ncalls - 1];
	struct c_call *c = c_add_call(p, C_MAX_POOL, -1);
	int64_t full = walk_area(p) * before->out * before->bits_y;

	before->seen.tensor = -1;
	c->in = c->out = before->out;
	c->kernel = side;
	c->stride = 2;
	c->bits_x = c->bits_y = before->bits_y;
	c->x = walk_at(p, p->top, full);
	p->height = walk_after(p->height, 2);
	p->width = walk_after(p->width, 2);
	c->y = walk_at(p, p->top, walk_area(p) * c->out * c->bits_y);
	c->flags = p->top ? C_DOWN : 0;
	walk_see_next(p, c, p->layer);
}

/* The block's last convolution. */
static enum nas_status add_last(struct c_plan *p, int b,
				const struct nas_conv *conv)
{
	struct walk_end e = walk_ends(p, b);

	if (conv->pool && (e.sums || e.map >= 0))
		return nas_fail(p->err, NAS_EINPUT, "C: block %d: there is no "
				"plan for a pooling that ends the network or a "
				"feature map", b + 1);
	if (walk_last(p, conv, &e) != NAS_OK)
		return p->err->code;
	if (conv->pool)
		add_max_pool(p, conv->pool);
	return NAS_OK;
}

enum nas_status walk_row(struct c_plan *p, int b)
{
	const struct nas_block *block = &p->arch->block[b];
	const struct nas_block_ops *ops = &block_kinds[block->kind];
	struct nas_conv conv[BLOCK_CONVS_MAX];
	enum nas_status status = NAS_OK;
	int last = ops->nconvs - 1;
	struct walk_end e;

	ops->convs(block, conv);
	if (block_has_residual(block) && last == 1 && block->stride == 1 &&
	    is_depthwise(&conv[0]) && !is_depthwise(&conv[1]))
		return walk_around(p, b, conv);
	if (block_has_residual(block) || block_has(block, BLOCK_PROJECTS) ||
	    is_depthwise(&conv[last]))
		return nas_fail(p->err, NAS_EINPUT, "C: block %d: there is no "
				"plan for this %s", b + 1, ops->name);
	for (int j = 0; status == NAS_OK && j < last; j++) {
		e = (struct walk_end){.bits = conv[j + 1].bits_a, .map = -1};
		status = is_depthwise(&conv[j])
				 ? depthwise_in_place(p, &conv[j], e.bits)
				 : walk_last(p, &conv[j], &e);
	}
	return status == NAS_OK ? add_last(p, b, &conv[last]) : status;
}
