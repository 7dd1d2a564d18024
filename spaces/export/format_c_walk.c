/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps of the walk that all kinds of block take. */
#include "spaces/export/format_c_walk.h"

int64_t walk_whole(int64_t bits)
{
	return (bits + 7) / 8 * 8;
}

int walk_after(int side, int stride)
{
	return (side + stride - 1) / stride;
}

/* First bit of so many at an end. */
int64_t walk_at(const struct c_plan *p, bool top, int64_t bits)
{
	return top ? p->arena_bytes * 8 - bits : 0;
}

void walk_need(struct c_plan *p, int64_t bits)
{
	p->need_bits = bits > p->need_bits ? bits : p->need_bits;
}

/* Where what lies between the ends begins: behind what is at the bottom. */
int64_t walk_between(const struct c_plan *p, int64_t at_x, int64_t opposite)
{
	return walk_whole(p->top ? opposite : at_x);
}

struct c_call *c_add_call(struct c_plan *p, enum c_kind kind, int layer)
{
	struct c_call *c = &p->call[p->ncalls++];

	*c = (struct c_call){.kind = kind,
			     .layer = layer,
			     .height = p->height,
			     .width = p->width,
			     .kernel = 1,
			     .stride = 1,
			     .scale = 1,
			     .divisor = 1,
			     .map = -1,
			     .gate = -1,
			     .seen.tensor = -1};
	return c;
}

/* The call of a convolution; later ones see the map that it makes. */
struct c_call *walk_conv(struct c_plan *p, enum c_kind kind,
			       const struct nas_conv *conv)
{
	struct c_call *c = c_add_call(p, kind, p->layer++);

	c->in = conv->in;
	c->out = conv->out;
	c->kernel = conv->kernel;
	c->stride = conv->stride;
	c->bits_x = conv->bits_a;
	c->bits_w = conv->bits_w;
	c->flags = conv->relu ? C_RELU : 0;
	p->height = walk_after(p->height, conv->stride);
	p->width = walk_after(p->width, conv->stride);
	return c;
}

int64_t walk_area(const struct c_plan *p)
{
	return (int64_t)p->height * p->width;
}

void walk_see(struct c_plan *p, struct c_seen *seen, int tensor, int64_t bit,
	      int bits, int channels, bool planar)
{
	*seen = (struct c_seen){tensor, bit, bits, (int)walk_area(p), channels,
				planar};
}

/* The next layer reads what c made. */
void walk_see_next(struct c_plan *p, struct c_call *c, int layer)
{
	walk_see(p, &c->seen, p->graph->layer[layer].input, c->y, c->bits_y, c->out,
	    c->flags & C_PLANAR_Y);
}

/* Its place, numbers and flags. c->r, c->bits_r and residual are set. */
enum nas_status walk_end(struct c_plan *p, struct c_call *c,
			 const struct walk_end *e, bool top, double residual,
			 int parts)
{
	int64_t size = walk_area(p) * c->out * e->bits;
	double out = 0;

	c->bits_y = e->bits;
	c->map = e->map;
	if (e->map >= 0)
		c->flags |= C_MAP;
	if (e->sums) {
		c->flags |= C_SUMS;
		c->y = walk_between(p, e->alive, e->source);
		walk_need(p, c->y + SUM_BITS * c->out +
				(p->top ? e->alive : e->source));
		c->bits_y = 0;
	} else {
		if (e->bits)
			out = c_input_scale(p, p->layer);
		c->y = walk_at(p, top, size);
	}
	if (c_numbers(p, c, out, residual, parts) != NAS_OK)
		return p->err->code;
	if (e->bits && !e->sums)
		walk_see_next(p, c, p->layer);
	return NAS_OK;
}

struct walk_end walk_ends(struct c_plan *p, int b)
{
	const struct nas_arch *a = p->arch;
	bool last = b + 1 == a->nblocks;
	struct walk_end e = {.bits = arch_bits_out(a, b), .map = -1};

	e.sums = last && a->head.classes;
	if (!a->head.classes && arch_ends_stage(a, b))
		e.map = p->nmaps++;
	if (last && !e.sums)
		e.bits = 0;
	return e;
}

enum nas_status walk_last(struct c_plan *p, const struct nas_conv *conv,
			  struct walk_end *e)
{
	struct c_call *c;

	e->alive = walk_area(p) * conv->in * conv->bits_a;
	c = walk_conv(p, C_CONVOLVE, conv);
	c->x = walk_at(p, p->top, e->alive);
	if (!e->sums)
		walk_need(p, e->alive + walk_area(p) * c->out * e->bits);
	if (walk_end(p, c, e, !p->top, 0, 1) != NAS_OK)
		return p->err->code;
	p->top = !p->top;
	return NAS_OK;
}

enum nas_status walk_gate(struct c_plan *p, struct c_call *c,
			  const struct nas_conv *conv, double out)
{
	struct c_call *g = &p->gate[p->ngates];
	int h = p->height, w = p->width, calls = p->ncalls;
	struct nas_conv squeeze = {
		.role = "squeeze", .in = conv->out, .out = conv->squeeze,
		.kernel = 1, .stride = 1, .groups = 1,
		.bits_a = 8, .bits_w = 8, .relu = true};
	struct nas_conv excite = {
		.role = "excite", .in = conv->squeeze, .out = conv->out,
		.kernel = 1, .stride = 1, .groups = 1,
		.bits_a = 8, .bits_w = 8};

	p->height = p->width = 1;
	g[0] = *walk_conv(p, C_CONVOLVE, &squeeze);
	p->ncalls = calls;
	g[1] = *walk_conv(p, C_CONVOLVE, &excite);
	p->ncalls = calls;
	p->height = h;
	p->width = w;
	g[0].bits_y = g[1].bits_y = 8;
	g[1].flags |= C_RELU; /* what is below -3 opens nothing */
	c->gate = p->ngates;
	p->ngates += 2;
	return c_gate_numbers(p, c, walk_area(p), out);
}
