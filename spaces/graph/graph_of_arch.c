/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An architecture as a graph. Nodes and tensors have the names that they have
 * in our ONNX files; constants come before the nodes that they are made for.
 */
#include <math.h>
#include <stdarg.h>

#include "spaces/arch.h"
#include "spaces/graph/graph_shape.h"

#define SQUEEZE_BITS  8
#define GATE_BITS     8
#define GATE_SCALE    0x1p-7F
#define NODES_A_BLOCK 24
#define NODES_OF_HEAD 7
#define CONSTANTS     4 /* of all gates */

struct builder {
	struct graph *g;
	struct nas_arena *arena;
	bool full; /* graph_layout: with quantisation, without numbers */
	int three, six, zero, gate_scale; /* tensors; three is 0 = not yet */
	size_t weights;
	const char *why; /* first thing that went wrong */
};

/* Never NULL: a lack of memory is seen once, at the end. */
static const char *text(struct builder *b, const char *fmt, ...)
	NAS_FORMAT(2, 3);
static const char *text(struct builder *b, const char *fmt, ...)
{
	char name[96];
	const char *copy;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(name, sizeof(name), fmt, ap);
	va_end(ap);
	copy = arena_strdup(b->arena, name);
	return copy ? copy : "";
}

static int new_tensor(struct builder *b, const char *name)
{
	struct graph_tensor *t = &b->g->tensor[b->g->ntensors];

	*t = (struct graph_tensor){.name = name, .producer = -1};
	return b->g->ntensors++;
}

static int add_constant(struct builder *b, const char *name, float x)
{
	struct graph_tensor *t = &b->g->tensor[new_tensor(b, name)];

	t->count = 1;
	t->data = NAS_NEW(b->arena, float, 1);
	if (t->data)
		t->data[0] = x;
	return (int)(t - b->g->tensor);
}

/* Of one input; add_input gives it more. */
static struct graph_node *new_node(struct builder *b, enum graph_op op,
				   const char *name, int x, const char *out)
{
	struct graph_node *n = &b->g->node[b->g->nnodes++];

	*n = (struct graph_node){
		.name = name, .op = op, .nin = 1, .layer = -1};
	n->in = NAS_NEW(b->arena, int, 3);
	if (n->in)
		n->in[0] = x;
	n->out = new_tensor(b, out);
	return n;
}

static void add_input(struct graph_node *n, int t)
{
	if (n->in)
		n->in[n->nin++] = t;
}

/* Shape of the node's output; returns the output. */
static int finish(struct builder *b, const struct graph_node *n)
{
	const char *why = n->in ? graph_infer(b->g, n) : "out of memory";

	if (why && !b->why)
		b->why = why;
	return n->out;
}

static int add_binary(struct builder *b, enum graph_op op, const char *name,
		      int x, int y, const char *out)
{
	struct graph_node *n = new_node(b, op, name, x, out);

	add_input(n, y);
	return finish(b, n);
}

static int add_grid(struct builder *b, const char *name, int x, int scale,
		    int bits)
{
	struct graph_node *n = new_node(b, GRAPH_QUANT, name, x,
					text(b, "%s/quantised", name));

	add_input(n, scale);
	n->bits = bits;
	n->low = (float)-ldexp(1, bits - 1);
	n->high = (float)(ldexp(1, bits - 1) - 1);
	return finish(b, n);
}

/* What a layer of that name reads: x on the grid of its bits. */
static int add_layer_grid(struct builder *b, const char *layer, int x, int bits)
{
	if (!b->full || !bits)
		return x;
	return add_grid(b, text(b, "%s.input", layer), x,
			add_constant(b, text(b, "%s.input_scale", layer), 0),
			bits);
}

static struct graph_layer *new_layer(struct builder *b,
				     const struct nas_conv *c, const char *name)
{
	struct graph_layer *l = &b->g->layer[b->g->nlayers++];

	*l = (struct graph_layer){.name = name,
				  .in = c->in,
				  .out = c->out,
				  .groups = c->groups,
				  .bits_a = c->bits_a,
				  .bits_w = c->bits_w};
	l->fan = (size_t)(c->in / c->groups) * (size_t)c->kernel *
		 (size_t)c->kernel;
	l->node = b->g->nnodes;
	b->weights += (size_t)c->out * l->fan;
	if (b->weights > GRAPH_WEIGHTS_MAX)
		b->why = "more than 2^28 weights do not fit into one file";
	if (b->full || b->why)
		return l;
	l->weight = NAS_NEW2(b->arena, float, (size_t)c->out, l->fan);
	l->bias = NAS_NEW(b->arena, float, (size_t)c->out);
	return l;
}

static int add_layer(struct builder *b, const struct nas_conv *c,
		     enum graph_op op, const char *name, int x, const char *out)
{
	struct graph_layer *l = new_layer(b, c, name);
	int k = c->kernel, p = k / 2, s = c->stride;
	struct graph_node *n =
		new_node(b, op, text(b, "%s/%s", name, graph_op_name(op)), x,
			 c->relu ? text(b, "%s/out", name) : out);

	n->layer = (int)(l - b->g->layer);
	if (op == GRAPH_CONV)
		n->window = (struct graph_window){
			{k, k}, {s, s}, {1, 1}, {p, p, p, p}, c->groups, false};
	x = finish(b, n);
	if (!c->relu)
		return x;
	return finish(b, new_node(b, GRAPH_RELU, text(b, "%s/Relu", name), x,
				  out));
}

static int add_pooling(struct builder *b, const char *name, int x,
		       const char *out)
{
	struct graph_node *n = new_node(b, GRAPH_REDUCE_MEAN, name, x, out);

	n->axes[2] = n->axes[3] = 1;
	return finish(b, n);
}

static void add_gate_constants(struct builder *b, bool quantised)
{
	if (b->three)
		return;
	b->three = add_constant(b, "three", 3);
	b->six = add_constant(b, "six", 6);
	if (quantised)
		b->gate_scale = add_constant(b, "gate_scale", GATE_SCALE);
	b->zero = add_constant(b, "zero", 0);
}

/* clip(x + 3, 0, 6) / 6: of quantised networks exact in single precision. */
static int add_gate(struct builder *b, const char *name, int x, bool quantised)
{
	struct graph_node *n;

	x = add_binary(b, GRAPH_ADD, text(b, "%s/Add", name), x, b->three,
		       text(b, "%s/3", name));
	n = new_node(b, GRAPH_CLIP, text(b, "%s/Clip6", name), x,
		     text(b, "%s/4", name));
	add_input(n, b->zero);
	add_input(n, b->six);
	n->high = 6;
	x = finish(b, n);
	x = add_binary(b, GRAPH_DIV, text(b, "%s/Div6", name), x, b->six,
		       text(b, "%s/5", name));
	return quantised && b->full
		       ? add_grid(b, name, x, b->gate_scale, GATE_BITS)
		       : x;
}

/* x * gate(excite(relu(squeeze(pool(x))))) */
static int add_squeeze(struct builder *b, const struct nas_conv *of, int i,
		       int x)
{
	bool quantised = of->bits_w > 0;
	int bits = quantised ? SQUEEZE_BITS : 0, y;
	struct nas_conv c = {
		.role = "squeeze", .in = of->out, .out = of->squeeze,
		.kernel = 1, .stride = 1, .groups = 1,
		.bits_a = bits, .bits_w = bits, .relu = true};
	const char *gate = text(b, "blocks.%d.gate", i), *name;
	int first = b->g->nlayers;

	add_gate_constants(b, quantised);
	y = add_pooling(b, text(b, "%s/Pool", gate), x, text(b, "%s/0", gate));
	name = text(b, "blocks.%d.%s", i, c.role);
	y = add_layer_grid(b, name, y, bits);
	y = add_layer(b, &c, GRAPH_CONV, name, y, text(b, "%s/1", gate));
	c = (struct nas_conv){
		.role = "excite", .in = of->squeeze, .out = of->out,
		.kernel = 1, .stride = 1, .groups = 1,
		.bits_a = bits, .bits_w = bits};
	name = text(b, "blocks.%d.%s", i, c.role);
	y = add_layer_grid(b, name, y, bits);
	y = add_layer(b, &c, GRAPH_CONV, name, y, text(b, "%s/2", gate));
	b->g->layer[first].gate = b->g->layer[first + 1].gate = true;
	y = add_gate(b, gate, y, quantised);
	return add_binary(b, GRAPH_MUL, text(b, "%s/Scale", gate), x, y,
			  text(b, "%s/out", gate));
}

static int add_shortcut(struct builder *b, int stride, int i, int x, int y,
			const char *out)
{
	const char *name = text(b, "blocks.%d.shortcut", i);

	if (stride > 1) {
		struct graph_node *n =
			new_node(b, GRAPH_AVERAGE_POOL,
				 text(b, "%s/AveragePool", name), x, name);

		n->axis = 1; /* ceil mode */
		n->window = (struct graph_window){{stride, stride},
						  {stride, stride},
						  {1, 1},
						  {0},
						  1,
						  false};
		x = finish(b, n);
	}
	return add_binary(b, GRAPH_ADD, text(b, "blocks.%d/Add", i), y, x, out);
}

/* The convolution of a shortcut reads what the block's first one reads; what
 * it makes waits for the sum at the same bits. */
static int add_projection(struct builder *b, const struct nas_conv *c, int i,
			  int x)
{
	const char *name = text(b, "blocks.%d.%s", i, c->role);

	x = add_layer(b, c, GRAPH_CONV, name, x, text(b, "%s/out", name));
	if (!b->full || !c->bits_a)
		return x;
	return add_grid(b, text(b, "%s.output", name), x,
			add_constant(b, text(b, "%s.output_scale", name), 0),
			c->bits_a);
}

/* y and the shortcut, or y where there is none. */
static int add_end(struct builder *b, const struct nas_block *block, int i,
		   int shortcut, int y, const char *out)
{
	bool relu = block_has(block, BLOCK_PROJECTS);
	const char *sum = relu ? text(b, "blocks.%d/sum", i) : out;

	if (block_has_residual(block))
		y = add_shortcut(b, block->stride, i, shortcut, y, sum);
	else if (block_has_projection(block))
		y = add_shortcut(b, 1, i, shortcut, y, sum);
	if (!relu)
		return y;
	return finish(b, new_node(b, GRAPH_RELU, text(b, "blocks.%d/Relu", i),
				  y, out));
}

/* 3x3 is padded at each edge, 2x2 behind an odd last row and column. */
static int add_max_pool(struct builder *b, int side, int i, int x,
			const char *out)
{
	const struct graph_tensor *t = &b->g->tensor[x];
	int low = side == 3, bottom = side == 3 || t->size[2] % 2;
	int right = side == 3 || t->size[3] % 2;
	struct graph_node *n = new_node(b, GRAPH_MAX_POOL,
					text(b, "blocks.%d/MaxPool", i), x,
					out);

	n->window = (struct graph_window){
		{side, side}, {2, 2}, {1, 1}, {low, low, bottom, right}, 1,
		false};
	return finish(b, n);
}

/* A shortcut adds the block's input as its first convolution reads it: the
 * tensor that the memory models count. */
static int add_block(struct builder *b, const struct nas_block *block, int i,
		     int x, const char *out)
{
	struct nas_conv c[BLOCK_STEPS_MAX];
	int n = block_steps(block, c), shortcut = x;
	bool more = block_has_sum(block) || block_has(block, BLOCK_PROJECTS) ||
		    c[n - 1].pool;

	for (int j = 0; j < n; j++) {
		const char *name = text(b, "blocks.%d.%s", i, c[j].role);

		if (c[j].of_shortcut) {
			shortcut = add_projection(b, &c[j], i, shortcut);
			continue;
		}
		x = add_layer_grid(b, name, x, c[j].bits_a);
		if (j == 0)
			shortcut = x;
		x = add_layer(b, &c[j], GRAPH_CONV, name, x,
			      j + 1 == n && !more
				      ? out
				      : text(b, "blocks.%d.%d", i, j));
		if (c[j].squeeze)
			x = add_squeeze(b, &c[j], i, x);
	}
	if (c[n - 1].pool)
		return add_max_pool(b, c[n - 1].pool, i, x, out);
	return add_end(b, block, i, shortcut, x, out);
}

/* The layer of c is called by its role. */
static int add_linear(struct builder *b, const struct nas_conv *c, int x,
		      const char *y)
{
	x = add_layer_grid(b, c->role, x, c->bits_a);
	return add_layer(b, c, GRAPH_LINEAR, c->role, x, y);
}

static int add_head(struct builder *b, const struct nas_arch *a, int x)
{
	const struct nas_head *h = &a->head;
	int channels = a->block[a->nblocks - 1].out;
	struct nas_conv c = {
		.kernel = 1, .stride = 1, .groups = 1,
		.bits_a = h->bits_a, .bits_w = h->bits_w};
	struct graph_node *n;
	struct graph_tensor *flat;

	x = add_pooling(b, "head/Pool", x, "head.pooled");
	n = new_node(b, GRAPH_RESHAPE, "head/Flatten", x, "head.flat");
	flat = &b->g->tensor[n->out];
	flat->rank = 2;
	flat->size[0] = 1;
	flat->size[1] = channels;
	x = finish(b, n);
	c.in = channels;
	if (h->hidden) {
		c.role = "head.hidden";
		c.out = h->hidden;
		c.relu = true;
		x = add_linear(b, &c, x, "head.units");
		c.in = h->hidden;
	}
	c.role = "head";
	c.out = h->classes;
	c.relu = false;
	return add_linear(b, &c, x, "logits");
}

static bool allocate(struct builder *b, const struct nas_arch *a)
{
	size_t nodes = (size_t)a->nblocks * NODES_A_BLOCK + NODES_OF_HEAD;
	size_t layers = (size_t)a->nblocks * (BLOCK_STEPS_MAX + 2) + 2;
	struct graph *g = b->g;

	g->name = a->name ? a->name : "architecture";
	g->node = NAS_NEW(b->arena, struct graph_node, nodes);
	g->tensor = NAS_NEW(b->arena, struct graph_tensor,
			    nodes + layers + CONSTANTS + 1);
	g->layer = NAS_NEW(b->arena, struct graph_layer, layers);
	g->input = NAS_NEW(b->arena, int, 1);
	g->output = NAS_NEW(b->arena, int, ARCH_BLOCKS_MAX + 1);
	return !b->arena->failed;
}

static int add_image(struct builder *b, const struct nas_arch *a)
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

static void add_network(struct builder *b, const struct nas_arch *a)
{
	struct graph *g = b->g;
	int x = add_image(b, a);

	for (int i = 0; i < a->nblocks && !b->why && !b->arena->failed; i++) {
		bool end = !a->head.classes && arch_ends_stage(a, i);

		x = add_block(b, &a->block[i], i, x,
			      end ? text(b, "stage%d", g->noutputs + 1)
				  : text(b, "blocks.%d", i));
		if (end)
			g->output[g->noutputs++] = x;
	}
	if (a->head.classes && !b->why && !b->arena->failed)
		g->output[g->noutputs++] = add_head(b, a, x);
}

static enum nas_status build(struct graph *g, const struct nas_arch *arch,
			     bool full, struct nas_arena *arena,
			     struct nas_err *err)
{
	const struct graph_options as_written = {.as_written = true};
	struct builder b = {.g = g, .arena = arena, .full = full};

	*g = (struct graph){0};
	if (!allocate(&b, arch))
		return nas_fail(err, NAS_ENOMEM, "out of memory for the network");
	add_network(&b, arch);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the network");
	if (b.why)
		return nas_fail(err, NAS_EINPUT, "%s: %s", g->name, b.why);
	return graph_finish(g, full ? &as_written : NULL, arena, err);
}

enum nas_status graph_of_arch(struct graph *g, const struct nas_arch *arch,
			      struct nas_arena *arena, struct nas_err *err)
{
	return build(g, arch, false, arena, err);
}

enum nas_status graph_layout(struct graph *g, const struct nas_arch *arch,
			     struct nas_arena *arena, struct nas_err *err)
{
	return build(g, arch, true, arena, err);
}
