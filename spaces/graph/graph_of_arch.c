/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An architecture as a graph with weights to be filled in. */
#include <string.h>

#include "spaces/arch.h"
#include "spaces/graph/graph_shape.h"

#define SQUEEZE_BITS  8
#define NODES_A_BLOCK 14

struct builder {
	struct graph *g;
	struct arena *arena;
	const char *why; /* first thing that went wrong */
};

static int new_tensor(struct builder *b, const char *name)
{
	struct graph_tensor *t = &b->g->tensor[b->g->ntensors];

	*t = (struct graph_tensor){.name = name, .producer = -1};
	return b->g->ntensors++;
}

static char *text(struct builder *b, const char *first, const char *last)
{
	char name[80];

	snprintf(name, sizeof(name), "%s%s", first, last);
	return arena_strdup(b->arena, name);
}

static struct graph_node *new_node(struct builder *b, enum graph_op op,
				   const char *name, int x, int y)
{
	struct graph_node *n = &b->g->node[b->g->nnodes++];

	*n = (struct graph_node){.name = name ? name : "",
				 .op = op,
				 .nin = y >= 0 ? 2 : 1,
				 .layer = -1};
	n->in = NAS_NEW(b->arena, int, 2);
	if (n->in) {
		n->in[0] = x;
		n->in[1] = y;
	}
	n->out = new_tensor(b, n->name);
	return n;
}

/* Shape of the node's output; returns the output. */
static int finish(struct builder *b, const struct graph_node *n)
{
	const char *why = n->in ? graph_infer(b->g, n) : "out of memory";

	if (why && !b->why)
		b->why = why;
	return n->out;
}

static int add_relu(struct builder *b, const char *name, int x)
{
	return finish(b,
		      new_node(b, GRAPH_RELU, text(b, name, "/Relu"), x, -1));
}

static struct graph_layer *new_layer(struct builder *b, const struct conv *c,
				     size_t fan)
{
	struct graph_layer *l = &b->g->layer[b->g->nlayers++];

	*l = (struct graph_layer){.in = c->in,
				  .out = c->out,
				  .groups = c->groups,
				  .fan = fan,
				  .bits_a = c->bits_a,
				  .bits_w = c->bits_w};
	l->weight = NAS_NEW2(b->arena, float, (size_t)c->out, fan);
	l->bias = NAS_NEW(b->arena, float, (size_t)c->out);
	l->node = b->g->nnodes;
	return l;
}

static int add_conv(struct builder *b, const struct conv *c, const char *block,
		    int x, bool relu)
{
	int k = c->kernel, p = k / 2, s = c->stride;
	char *name = text(b, block, c->role);
	struct graph_layer *l = new_layer(
		b, c, (size_t)(c->in / c->groups) * (size_t)k * (size_t)k);
	struct graph_node *n = new_node(b, GRAPH_CONV, name, x, -1);

	n->layer = (int)(l - b->g->layer);
	n->window = (struct graph_window){{k, k},	{s, s},	   {1, 1},
					  {p, p, p, p}, c->groups, false};
	x = finish(b, n);
	return relu ? add_relu(b, name ? name : "", x) : x;
}

static int add_pooling(struct builder *b, const char *name, int x)
{
	struct graph_node *n = new_node(b, GRAPH_REDUCE_MEAN, name, x, -1);

	n->axes[2] = n->axes[3] = 1;
	return finish(b, n);
}

/* x * hard sigmoid(excite(relu(squeeze(pool(x))))) */
static int add_squeeze(struct builder *b, const struct block *block,
		       const char *name, int x)
{
	int bits = block->bits_w[0] ? SQUEEZE_BITS : 0, y;
	struct conv c = {"squeeze", block->hidden, block->squeeze, 1, 1, 1,
			 bits,	    bits};
	struct graph_node *n;

	y = add_pooling(b, text(b, name, "pool"), x);
	y = add_conv(b, &c, name, y, true);
	c.role = "excite";
	c.in = block->squeeze;
	c.out = block->hidden;
	y = add_conv(b, &c, name, y, false);
	n = new_node(b, GRAPH_HARD_SIGMOID, text(b, name, "gate"), y, -1);
	n->a = 1.0f / 6;
	n->b = 0.5f;
	y = finish(b, n);
	return finish(b, new_node(b, GRAPH_MUL, text(b, name, "scale"), x, y));
}

static int add_shortcut(struct builder *b, const struct block *block,
			const char *name, int x, int y)
{
	int s = block->stride;

	if (s > 1) {
		struct graph_node *n = new_node(b, GRAPH_AVERAGE_POOL,
						text(b, name, "shortcut"), x,
						-1);

		n->axis = 1; /* ceil mode */
		n->window = (struct graph_window){{s, s}, {s, s}, {1, 1},
						  {0},	  1,	  false};
		x = finish(b, n);
	}
	return finish(b, new_node(b, GRAPH_ADD, text(b, name, "Add"), y, x));
}

static int add_block(struct builder *b, const struct block *block, int i, int x)
{
	struct conv c[BLOCK_CONVS_MAX];
	int n = block_kinds[block->kind].nconvs, y = x;
	char name[32];

	snprintf(name, sizeof(name), "blocks.%d.", i);
	block_kinds[block->kind].convs(block, c);
	for (int j = 0; j < n; j++) {
		y = add_conv(b, &c[j], name, y,
			     block->kind != BLOCK_MBCONV || j + 1 < n);
		if (j == 1 && block->squeeze)
			y = add_squeeze(b, block, name, y);
	}
	return block_has_residual(block) ? add_shortcut(b, block, name, x, y)
					 : y;
}

static int add_head(struct builder *b, const struct arch *a, int x)
{
	struct conv c = {"head",
			 a->block[a->nblocks - 1].out,
			 a->head.classes,
			 1,
			 1,
			 1,
			 a->head.bits_a,
			 a->head.bits_w};
	struct graph_layer *l;
	struct graph_node *n;
	struct graph_tensor *flat;

	x = add_pooling(b, "head/pool", x);
	n = new_node(b, GRAPH_RESHAPE, "head/flatten", x, -1);
	flat = &b->g->tensor[n->out];
	flat->rank = 2;
	flat->size[0] = 1;
	flat->size[1] = c.in;
	x = finish(b, n);
	l = new_layer(b, &c, (size_t)c.in);
	n = new_node(b, GRAPH_LINEAR, "head", x, -1);
	n->layer = (int)(l - b->g->layer);
	return finish(b, n);
}

static bool allocate(struct builder *b, const struct arch *a)
{
	size_t nodes = (size_t)a->nblocks * NODES_A_BLOCK + 4;
	struct graph *g = b->g;

	g->name = a->name ? a->name : "architecture";
	g->node = NAS_NEW(b->arena, struct graph_node, nodes);
	g->tensor = NAS_NEW(b->arena, struct graph_tensor, nodes + 1);
	g->layer = NAS_NEW(b->arena, struct graph_layer,
			   (size_t)a->nblocks * (BLOCK_CONVS_MAX + 2) + 1);
	g->input = NAS_NEW(b->arena, int, 1);
	g->output = NAS_NEW(b->arena, int, ARCH_BLOCKS_MAX + 1);
	return !b->arena->failed;
}

static int add_input(struct builder *b, const struct arch *a)
{
	int x = new_tensor(b, "image");
	struct graph_tensor *t = &b->g->tensor[x];

	t->rank = 4;
	t->size[0] = 1;
	t->size[1] = a->channels;
	t->size[2] = a->height;
	t->size[3] = a->width;
	if (!graph_count(t))
		b->why = "the image is too large";
	b->g->input[b->g->ninputs++] = x;
	return x;
}

enum nas_status graph_of_arch(struct graph *g, const struct arch *arch,
			      struct arena *arena, struct nas_err *err)
{
	struct builder b = {g, arena, NULL};
	int x;

	*g = (struct graph){0};
	if (!allocate(&b, arch))
		return nas_fail(err, NAS_ENOMEM, "out of memory for the network");
	x = add_input(&b, arch);
	for (int i = 0; i < arch->nblocks && !b.why && !arena->failed; i++) {
		x = add_block(&b, &arch->block[i], i, x);
		if (!arch->head.classes && arch_ends_stage(arch, i))
			g->output[g->noutputs++] = x;
	}
	if (arch->head.classes && !b.why && !arena->failed) {
		x = add_head(&b, arch, x);
		g->output[g->noutputs++] = x;
	}
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the network");
	if (b.why)
		return nas_fail(err, NAS_EINPUT, "%s: %s", g->name, b.why);
	return graph_finish(g, NULL, arena, err);
}
