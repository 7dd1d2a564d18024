/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The calls of an inverted residual block, its shortcut and its gate. */
#include "spaces/export/format_c_walk.h"

struct shortcut_place {
	bool there, pooled;
	int64_t bit, size;
	int bits, parts;
	double scale;
};

static int lcm(int a, int b)
{
	int x = a, y = b;

	while (y) {
		int rest = x % y;

		x = y;
		y = rest;
	}
	return a / x * b;
}

/* A multiple of all window sizes, along both axes. */
static int parts_of(int stride, int height, int width)
{
	int h = height % stride, w = width % stride, all = stride * stride;

	if (h)
		all = lcm(all, h * stride);
	if (w)
		all = lcm(all, w * stride);
	return h && w ? lcm(all, h * w) : all;
}

/* Averages of x go between the ends. */
static void add_pool(struct c_plan *p, const struct nas_block *b,
		     struct shortcut_place *s, int64_t x, int64_t hidden)
{
	struct c_call *c = c_add_call(p, C_POOL, -1);
	int64_t out = (int64_t)walk_after(p->height, b->stride) *
		      walk_after(p->width, b->stride);

	s->parts = parts_of(b->stride, p->height, p->width);
	s->pooled = true;
	c->x = s->bit;
	c->in = c->out = b->in;
	c->stride = b->stride;
	c->bits_x = s->bits;
	while ((1 << (s->bits - c->bits_x)) < s->parts)
		s->bits++;
	c->scale = s->parts;
	c->bits_y = s->bits;
	c->y = s->bit = walk_between(p, x, hidden);
	s->size = out * b->in * s->bits;
	walk_need(p, s->bit + s->size + (p->top ? x : hidden));
}

static enum nas_status plan_depthwise(struct c_plan *p,
				      const struct nas_conv *conv, int bits_y,
				      const struct shortcut_place *s)
{
	int64_t in = walk_area(p) * conv->in * conv->bits_a, out, scratch, most;
	struct c_call *c = walk_conv(p, C_DEPTHWISE, conv);
	int64_t beside = s->there && !s->pooled ? s->size : 0;
	double scale;

	c->flags |= C_PLANAR_X | C_PLANAR_Y;
	c->bits_y = c->slot = bits_y;
	out = walk_area(p) * c->out * bits_y;
	scratch = walk_area(p) * bits_y;
	most = in > out ? in : out;
	c->x = walk_at(p, !p->top, in);
	c->y = walk_at(p, !p->top, out);
	if (p->top ? out > in : out <= in)
		c->flags |= C_DOWN;
	c->r = s->pooled ? walk_whole(s->bit + s->size)
			 : walk_between(p, beside, most);
	walk_need(p, c->r + scratch + (p->top ? beside : most));
	scale = c_input_scale(p, p->layer + (conv->squeeze ? 2 : 0));
	if (conv->squeeze) {
		if (walk_gate(p, c, conv, scale) != NAS_OK)
			return p->err->code;
	} else if (c_numbers(p, c, scale, 0, 1) != NAS_OK) {
		return p->err->code;
	}
	walk_see_next(p, c, p->layer);
	return NAS_OK;
}

static enum nas_status plan_project(struct c_plan *p, int b,
				    const struct nas_conv *conv,
				    const struct shortcut_place *s)
{
	int64_t hidden = walk_area(p) * conv->in * conv->bits_a, size;
	struct c_call *c = walk_conv(p, C_CONVOLVE, conv);
	struct walk_end e = walk_ends(p, b);

	c->x = walk_at(p, !p->top, hidden);
	c->flags |= C_PLANAR_X;
	size = walk_area(p) * c->out * e.bits;
	e.source = hidden;
	if (s->there) {
		c->r = s->bit;
		c->bits_r = s->bits;
		if (!s->pooled)
			e.alive = s->size;
		if (!s->pooled && !e.sums &&
		    (p->top ? e.bits <= s->bits : e.bits > s->bits))
			c->flags |= C_DOWN;
	}
	if (s->pooled && e.sums) { /* behind it */
		if (p->top)
			e.source = s->bit + s->size;
		else
			e.alive = s->bit + s->size;
		walk_need(p, hidden + SUM_BITS * c->out + s->bit + s->size);
	}
	if (s->pooled)
		walk_need(p, s->size + hidden + size);
	if (!e.sums)
		walk_need(p, hidden + (size > e.alive ? size : e.alive));
	return walk_end(p, c, &e, p->top, s->scale, s->parts);
}

enum nas_status walk_mbconv(struct c_plan *p, int b)
{
	const struct nas_block *block = &p->arch->block[b];
	struct nas_conv conv[BLOCK_CONVS_MAX];
	struct shortcut_place s = {.parts = 1};
	struct c_call *c;
	int64_t x, hidden, later;

	block_kinds[block->kind].convs(block, conv);
	x = walk_area(p) * block->in * conv[0].bits_a;
	hidden = walk_area(p) * block->hidden * conv[1].bits_a;
	walk_need(p, x + hidden);
	if (block_has_residual(block)) {
		s.there = true;
		s.bit = walk_at(p, p->top, x);
		s.size = x;
		s.bits = conv[0].bits_a;
		s.scale = c_input_scale(p, p->layer);
	}
	c = walk_conv(p, C_CONVOLVE, &conv[0]);
	c->x = walk_at(p, p->top, x);
	c->y = walk_at(p, !p->top, hidden);
	c->bits_y = conv[1].bits_a;
	c->flags |= C_PLANAR_Y;
	if (c_numbers(p, c, c_input_scale(p, p->layer), 0, 1) != NAS_OK)
		return p->err->code;
	walk_see_next(p, c, p->layer);
	later = (int64_t)walk_after(p->height, block->stride) *
		walk_after(p->width, block->stride) * block->hidden * conv[2].bits_a;
	if (s.there && block->stride > 1)
		add_pool(p, block, &s, x, later > hidden ? later : hidden);
	if (plan_depthwise(p, &conv[1], conv[2].bits_a, &s) != NAS_OK)
		return p->err->code;
	return plan_project(p, b, &conv[2], &s);
}
