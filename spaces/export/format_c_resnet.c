/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The calls of ResNet's blocks. The first convolution goes to the other end;
 * between the ends lie what the shortcut's makes and, of a bottleneck, what
 * the second one makes; the last one writes back to the block's own end, over
 * an input that it adds.
 */
#include "spaces/export/format_c_walk.h"

struct places { /* bits; sizes are 0 where there is none */
	int64_t x, first, second, shortcut, out; /* sizes */
	int64_t second_at, shortcut_at;
	int64_t end; /* of all that lies at the bottom before the last one */
};

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* x at the bottom, the first one's at the top. */
static void place_above(struct c_plan *p, struct places *s)
{
	int64_t under = walk_whole(s->out);

	if (s->shortcut) { /* x is read no more once it is there */
		s->second_at = under;
		s->shortcut_at = walk_whole(larger(s->x, under + s->second));
		s->end = s->shortcut_at + s->shortcut;
	} else {
		s->second_at = walk_whole(larger(s->x, s->out));
		s->end = s->second ? s->second_at + s->second : s->x;
	}
	walk_need(p, larger(s->end, s->out) + s->first);
}

/* x at the top, the first one's at the bottom. */
static void place_below(struct c_plan *p, struct places *s)
{
	s->end = s->first;
	if (s->shortcut) {
		s->shortcut_at = walk_whole(s->end);
		s->end = s->shortcut_at + s->shortcut;
		walk_need(p, s->end + s->x);
	}
	if (s->second) {
		s->second_at = walk_whole(s->end);
		s->end = s->second_at + s->second;
	}
	walk_need(p, s->end + (s->shortcut ? s->out : larger(s->x, s->out)));
}

static struct places places_of(struct c_plan *p, const struct nas_block *b,
			       const struct walk_end *e)
{
	int last = block_kinds[b->kind].nconvs - 1;
	int64_t in = walk_area(p) * b->in;
	int64_t pixels = (int64_t)walk_after(p->height, b->stride) *
			 walk_after(p->width, b->stride);
	struct places s = {
		.x = in * b->bits_a[0],
		.first = pixels * (b->hidden ? b->hidden : b->out) *
			 b->bits_a[1],
		.out = e->sums ? 0 : pixels * b->out * e->bits,
	};

	if (last > 1)
		s.second = pixels * b->hidden * b->bits_a[2];
	if (block_has_projection(b))
		s.shortcut = pixels * b->out * b->bits_a[0];
	walk_need(p, s.x + s.first);
	(p->top ? place_below : place_above)(p, &s);
	return s;
}

/* The grid behind the shortcut's convolution, the last call. */
static enum nas_status finish_shortcut(struct c_plan *p, struct c_call *c,
				       double *scale)
{
	int tensor = c_gate_tensor(p, c);

	*scale = c_scale_of(p, tensor);
	walk_see(p, &c->seen, tensor, c->y, c->bits_y, c->out, false);
	return c_numbers(p, c, *scale, 0, 1);
}

static enum nas_status add_shortcut(struct c_plan *p,
				    const struct nas_conv *conv,
				    const struct places *s, int height,
				    int width, double *scale)
{
	struct c_call *c;

	p->height = height;
	p->width = width;
	c = walk_conv(p, C_CONVOLVE, conv);
	c->x = walk_at(p, p->top, s->x);
	c->y = s->shortcut_at;
	c->bits_y = conv->bits_a;
	return finish_shortcut(p, c, scale);
}

/* From x to y, which layer reads. */
static enum nas_status add_conv(struct c_plan *p, const struct nas_conv *conv,
				int64_t x, int64_t y, int bits, int ahead)
{
	struct c_call *c = walk_conv(p, C_CONVOLVE, conv);

	c->x = x;
	c->y = y;
	c->bits_y = bits;
	walk_see_next(p, c, p->layer + ahead);
	return c_numbers(p, c, c_input_scale(p, p->layer + ahead), 0, 1);
}

static enum nas_status add_last(struct c_plan *p, const struct nas_block *b,
				const struct nas_conv *conv,
				const struct places *s, struct walk_end *e,
				double scale)
{
	struct c_call *c = walk_conv(p, C_CONVOLVE, conv);

	c->x = s->second ? s->second_at : walk_at(p, !p->top, s->first);
	c->flags |= C_RELU; /* behind the sum */
	e->alive = p->top ? (s->shortcut ? 0 : s->x) : s->end;
	e->source = p->top ? s->end : s->first;
	if (block_has_sum(b)) {
		c->r = s->shortcut ? s->shortcut_at : walk_at(p, p->top, s->x);
		c->bits_r = b->bits_a[0];
	}
	if (block_has_residual(b) && !e->sums &&
	    (p->top ? e->bits <= c->bits_r : e->bits > c->bits_r))
		c->flags |= C_DOWN;
	return walk_end(p, c, e, p->top, block_has_sum(b) ? scale : 0, 1);
}

enum nas_status walk_resnet(struct c_plan *p, int b)
{
	const struct nas_block *block = &p->arch->block[b];
	double scale = c_input_scale(p, p->layer);
	struct walk_end e = walk_ends(p, b);
	struct nas_conv conv[BLOCK_STEPS_MAX];
	int n = block_steps(block, conv), height = p->height, width = p->width;
	struct places s = places_of(p, block, &e);
	int64_t first;

	first = walk_at(p, !p->top, s.first);
	if (add_conv(p, &conv[0], walk_at(p, p->top, s.x), first,
		     block->bits_a[1], s.shortcut > 0) != NAS_OK)
		return p->err->code;
	if (s.shortcut && add_shortcut(p, &conv[1], &s, height, width,
				       &scale) != NAS_OK)
		return p->err->code;
	if (s.second && add_conv(p, &conv[n - 2], first, s.second_at,
				 block->bits_a[2], 0) != NAS_OK)
		return p->err->code;
	return add_last(p, block, &conv[n - 1], &s, &e, scale);
}
