/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spaces/cost.h"

void cost_resources(const struct nas_cost *cost, double res[RESOURCES])
{
#define FIGURE(id, key, kind, unit, label, help, figure, ...) res[id] = figure;
	ADDITIVE_BUDGETS(FIGURE)
}

int cost_steps(const struct nas_arch *arch)
{
	int n = 0;

	for (int b = 0; b < arch->nblocks; b++)
		n += block_steps(&arch->block[b], NULL);
	return n;
}

static int or_8(int bits)
{
	return bits ? bits : 8;
}

struct nas_head_cost cost_of_head(const struct nas_head *head, int channels)
{
	double units = head->hidden, classes = head->classes;
	double weights = channels * classes;

	if (units > 0)
		weights = channels * units + units * classes;
	return (struct nas_head_cost){
		.macs = weights,
		.bitops = weights * or_8(head->bits_a) * or_8(head->bits_w),
		.params = weights + units + classes,
		.bytes = weights * or_8(head->bits_w) / 8 +
			 2 * (units + classes),
	};
}

static double weights_of(const struct nas_conv *c)
{
	return (double)c->in / c->groups * c->out * c->kernel * c->kernel;
}

/* Work and weights of one convolution, without what its block adds. */
static void fill_work(struct nas_step *s, const struct nas_place *in,
		      const struct nas_place *out)
{
	const struct nas_conv *c = &s->conv;
	double weights = weights_of(c);

	s->in_height = in->height;
	s->in_width = in->width;
	s->out_height = out->height;
	s->out_width = out->width;
	s->macs = weights * ((double)out->height * out->width);
	s->bitops = s->macs * or_8(c->bits_a) * or_8(c->bits_w);
	/* and for each output 2 of the normalisation, 1 of the ReLU */
	s->flops = out->area * (weights * or_8(c->bits_a) * or_8(c->bits_w) /
					64 +
				3.0 * c->out);
	s->weight_bytes = weights * or_8(c->bits_w) / 8 + 2.0 * c->out;
	s->params = weights + 2.0 * c->out;
}

/* Squeeze-and-excitation goes to the depthwise convolution before it, the
 * pooling of a shortcut to the last convolution. */
static void add_extras(struct nas_step *s, const struct nas_block *b,
		       bool last, const struct nas_place *block_in)
{
	double h = s->conv.out, q = s->conv.squeeze;

	if (q > 0) {
		s->macs += 2 * h * q;
		s->bitops += 64 * 2 * h * q; /* 8 by 8 bits */
		s->weight_bytes += 2 * h * q + 2 * q + 2 * h;
		s->params += 2 * h * q + q + h;
	}
	if (last && b->stride > 1 && block_counts_shortcut(b))
		s->flops += block_in->area * b->in;
}

static void fill_memory(struct nas_step *s, const struct nas_live *live,
			int bits_residual)
{
	s->in_bytes = (double)live->in * or_8(s->conv.bits_a) / 8;
	s->out_bytes = (double)live->out * s->bits_out / 8;
	s->residual_bytes = (double)live->residual * or_8(bits_residual) / 8;
	s->memory_bytes = s->in_bytes + s->out_bytes + s->residual_bytes;
}

static void add_step(struct nas_cost *cost, const struct nas_step *s)
{
	cost->flops += s->flops;
	cost->bitops += s->bitops;
	cost->macs += s->macs;
	cost->params += s->params;
	cost->size_bytes += s->weight_bytes;
	if (cost->nsteps == 0 || s->memory_bytes > cost->peak_memory_bytes) {
		cost->peak_memory_bytes = s->memory_bytes;
		cost->peak_step = cost->nsteps;
	}
	cost->nsteps++;
	cost->layers += !s->conv.of_shortcut;
}

/* Bits of what is alive when step j has run and the next one begins: its
 * output, or that of the one before. */
static int bits_behind(const struct nas_arch *arch, int b,
		       const struct nas_conv *c, int n, int j)
{
	for (int next = j + 1; next < n; next++)
		if (!c[next].of_shortcut)
			return or_8(c[next].bits_a);
	return arch_bits_out(arch, b);
}

/* The steps of block b; *place moves on to its output. */
static void add_block(struct nas_cost *cost, struct nas_step *steps,
		      const struct nas_arch *arch, int b,
		      struct nas_place *place,
		      const struct nas_memory_model *model)
{
	const struct nas_block *block = &arch->block[b];
	struct nas_place from[BLOCK_STEPS_MAX], to[BLOCK_STEPS_MAX];
	struct nas_conv c[BLOCK_STEPS_MAX];
	int n = block_steps(block, c);

	block_places(c, n, place, from, to);
	for (int j = 0; j < n; j++) {
		struct nas_live live = memory_live(model, block, &c[j], j,
						   &from[j], &to[j]);
		struct nas_step s = { .block = b,
				      .kind = block_kinds[block->kind].name };

		s.conv = c[j];
		s.bits_out = bits_behind(arch, b, c, n, j);
		fill_work(&s, &from[j], &to[j]);
		add_extras(&s, block, j + 1 == n, place);
		fill_memory(&s, &live, block->bits_a[0]);
		if (steps)
			steps[cost->nsteps] = s;
		add_step(cost, &s);
	}
	*place = place_after(place, block->stride);
}

static void add_head(struct nas_cost *cost, const struct nas_head_cost *head)
{
	cost->macs += head->macs;
	cost->bitops += head->bitops;
	cost->params += head->params;
	cost->flash_bytes = cost->size_bytes + head->bytes;
}

void cost_of(struct nas_cost *cost, struct nas_step *steps,
	     const struct nas_arch *arch, const struct nas_memory_model *model)
{
	struct nas_place place = place_input(arch->height, arch->width);
	struct nas_head_cost head;

	*cost = (struct nas_cost){0};
	for (int b = 0; b < arch->nblocks; b++)
		add_block(cost, steps, arch, b, &place, model);
	head = cost_of_head(&arch->head, arch->block[arch->nblocks - 1].out);
	add_head(cost, &head);
}
