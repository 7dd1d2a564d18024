/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every map on a grid: a network that integers can compute. */
#include <math.h>
#include <string.h>

#include "spaces/graph/graph_shape.h"

#define LEVELS 255 /* steps of a grid */

struct grids {
	struct graph *from, *g;
	const float *low, *high; /* (from's tensors) ranges, NULL = none known */
	int *now;   /* (from's tensors) what its readers read */
	int *grid;  /* (from's tensors) node that rounds it, -1 = none */
	bool any_bits;
	struct nas_arena *arena;
	struct nas_err *err;
};

static enum nas_status refuse(const struct grids *z, const char *what,
			      const char *name, const char *why)
{
	return nas_fail(z->err, NAS_EINPUT, "%s '%.100s' %s", what, name, why);
}

static struct graph_node *push(struct grids *z, const struct graph_node *like)
{
	struct graph_node *n = &z->g->node[z->g->nnodes++];

	*n = *like;
	n->in = NAS_NEW(z->arena, int, (size_t)n->nin);
	if (!n->in)
		return NULL;
	memcpy(n->in, like->in, (size_t)n->nin * sizeof(*n->in));
	return n;
}

static int new_tensor(struct grids *z, const struct graph_tensor *like)
{
	z->g->tensor[z->g->ntensors] = *like;
	return z->g->ntensors++;
}

static int new_number(struct grids *z, float x)
{
	struct graph_tensor t = {.name = "", .count = 1, .producer = -1};

	t.data = NAS_NEW(z->arena, float, 1);
	if (t.data)
		*t.data = x;
	return new_tensor(z, &t);
}

/* t, of the new graph, rounded to a grid; what it makes. */
static int add_grid(struct grids *z, int t, int scale, int bits, float low,
		    float high)
{
	struct graph_node n = {.name = z->g->tensor[t].name,
			       .op = GRAPH_QUANT,
			       .nin = 2,
			       .in = (int[2]){t, scale},
			       .layer = -1,
			       .bits = bits,
			       .low = low,
			       .high = high};
	struct graph_node *p;

	n.out = new_tensor(z, &z->g->tensor[t]);
	p = push(z, &n);
	z->g->tensor[n.out].producer = z->g->nnodes - 1;
	return p ? n.out : t;
}

static int add_like(struct grids *z, int t, const struct graph_node *grid)
{
	return add_grid(z, t, grid->in[1], grid->bits, grid->low, grid->high);
}

/* The grid that spans what was seen of t; where an operator's results have a
 * grid of their own, that. */
static enum nas_status add_range(struct grids *z, int t, int *to)
{
	const struct graph_tensor *x = &z->g->tensor[t];
	enum graph_op op = x->producer < 0 ? GRAPH_OPS
					   : z->g->node[x->producer].op;
	float low, high, scale, zero;

	if (op == GRAPH_SOFTMAX || op == GRAPH_SIGMOID) {
		*to = add_grid(z, t, new_number(z, 0x1p-8F), 8, 0, LEVELS);
		return NAS_OK;
	}
	if (!z->low)
		return refuse(z, "map", x->name, "is on no grid of 8 bits, and "
			      "no images say its range");
	low = fminf(z->low[t], 0);
	high = fmaxf(z->high[t], 0);
	scale = (high - low) / LEVELS;
	if (!(scale > 0) || !isfinite(scale))
		scale = 1;
	zero = rintf(-low / scale);
	*to = add_grid(z, t, new_number(z, scale), 8, -zero, LEVELS - zero);
	return NAS_OK;
}

/* Levels that the network may have: 256, or fewer where bits are free. */
static bool is_usable(const struct grids *z, const struct graph_node *grid)
{
	float levels = grid->high - grid->low;

	if (z->any_bits)
		return grid->bits >= 1 && grid->bits <= 8 &&
		       levels < (float)(1 << grid->bits);
	return grid->bits == 8 && !(levels < LEVELS) && !(levels > LEVELS);
}

/* A grid of more levels than all of its readers have is none. */
static bool is_passed(const struct grids *z, const struct graph_node *n)
{
	int next = z->grid[n->out];

	return z->any_bits && next >= 0 &&
	       z->from->node[next].bits < n->bits;
}

/* Levels of a map that was just made: of the first that rounds it, else new. */
static enum nas_status settle(struct grids *z, int t)
{
	int q = z->grid[t];

	if (q < 0)
		return add_range(z, t, &z->now[t]);
	z->now[t] = add_like(z, t, &z->from->node[q]);
	if (z->from->integer) /* whose maps are those that are rounded */
		z->g->tensor[z->now[t]].name =
			z->from->tensor[z->from->node[q].out].name;
	return NAS_OK;
}

/* A rounding of the file: done already, or from one grid to another. */
static enum nas_status read_grid(struct grids *z, const struct graph_node *n)
{
	int t = z->now[n->in[0]];
	const struct graph_node *before = graph_grid_of(z->g, t);

	if (!is_usable(z, n))
		return refuse(z, "map", n->name,
			      z->any_bits ? "has more levels than those of 8 "
					    "bits"
					  : "has other levels than those of 8 "
					    "bits");
	if (before && (is_passed(z, n) || graph_same_grid(z->g, before, n))) {
		z->now[n->out] = t;
		return NAS_OK;
	}
	z->now[n->out] = add_like(z, t, n);
	return NAS_OK;
}

/* An activation that an operator takes in, or bounds that a grid has too. */
static bool is_taken_in(const struct grids *z, int t)
{
	const struct graph_tensor *x = &z->from->tensor[t];
	const struct graph_node *p = &z->from->node[x->producer];

	if (x->users != 1 || (p->op != GRAPH_CONV && p->op != GRAPH_LINEAR &&
			      p->op != GRAPH_ADD))
		return false;
	for (int i = x->producer + 1; i < z->from->nnodes; i++) {
		const struct graph_node *n = &z->from->node[i];

		if (n->op != GRAPH_OPS && n->nin && n->in[0] == t)
			return n->op == GRAPH_RELU || n->op == GRAPH_CLIP ||
			       n->op == GRAPH_HARD_SIGMOID;
	}
	return false;
}

/* a x + b of a layer, that its sums give at once. */
static bool scale_layer(struct grids *z, struct graph_layer *l, float a,
			float b)
{
	size_t n = (size_t)l->out * l->fan;
	float *weight = NAS_NEW(z->arena, float, n);
	float *scale = NAS_NEW(z->arena, float, (size_t)l->out);
	float *bias = NAS_NEW(z->arena, float, (size_t)l->out);

	if (z->arena->failed || !l->scale)
		return false;
	for (size_t i = 0; i < n; i++)
		weight[i] = a * l->weight[i];
	for (int o = 0; o < l->out; o++) {
		scale[o] = a * l->scale[o];
		bias[o] = a * l->bias[o] + b;
	}
	l->weight = weight;
	l->scale = scale;
	l->bias = bias;
	return true;
}

/* A gate, clip(a x + b, 0, 1), behind a layer: its grid ends at 1. */
static enum nas_status read_gate(struct grids *z, struct graph_node *n)
{
	const struct graph_tensor *x = &z->from->tensor[n->in[0]];
	const struct graph_node *p =
		x->producer < 0 ? NULL : &z->from->node[x->producer];
	int q = z->grid[n->out];
	struct graph_node *grid = q < 0 ? NULL : &z->from->node[q];

	if (!p || p->layer < 0 || x->users != 1 ||
	    !scale_layer(z, &z->g->layer[p->layer], n->a, n->b))
		return z->arena->failed
			       ? nas_fail(z->err, NAS_ENOMEM,
					  "out of memory for a gate")
			       : refuse(z, "hard sigmoid", n->name,
					"is behind no layer");
	if (grid && grid->high * graph_grid_scale(z->from, grid) > 1)
		return refuse(z, "hard sigmoid", n->name,
			      "has levels above 1");
	n->op = GRAPH_RELU;
	n->a = n->b = 0;
	return NAS_OK;
}

/* Inputs of a Concat have its grid. */
static void join_grids(struct grids *z, struct graph_node *n)
{
	const struct graph_node *to, *from;
	struct graph_node *again;
	struct graph_node concat;

	if (z->grid[n->out] < 0)
		return; /* told by what it makes, then */
	to = &z->from->node[z->grid[n->out]];
	concat = *n;
	z->g->nnodes--;
	for (int k = 0; k < concat.nin; k++) {
		from = graph_grid_of(z->g, concat.in[k]);
		if (!from || !graph_same_grid(z->g, from, to))
			concat.in[k] = add_like(z, concat.in[k], to);
	}
	again = push(z, &concat);
	if (again)
		z->g->tensor[again->out].producer = z->g->nnodes - 1;
}

static enum nas_status read_node(struct grids *z, const struct graph_node *old)
{
	struct graph_node *n = push(z, old);
	const struct graph_node *from;

	if (!n)
		return NAS_OK; /* the arena says so */
	for (int k = 0; k < n->nin; k++)
		n->in[k] = z->now[n->in[k]];
	z->g->tensor[n->out].producer = z->g->nnodes - 1;
	z->now[n->out] = n->out;
	if (n->layer >= 0) {
		z->g->layer[n->layer].node = z->g->nnodes - 1;
		z->g->layer[n->layer].input = n->in[0];
	}
	if (n->op == GRAPH_HARD_SIGMOID && read_gate(z, n) != NAS_OK)
		return z->err->code;
	if (graph_moves(n) || is_taken_in(z, old->out))
		return NAS_OK;
	if (n->op == GRAPH_CONCAT)
		join_grids(z, n);
	from = graph_grid_of(z->g, n->in[0]);
	if (n->op == GRAPH_AVERAGE_POOL && from && from->bits == 8) {
		z->now[old->out] = add_like(z, old->out, from);
		return NAS_OK;
	}
	return settle(z, old->out);
}

static bool has_bits(const struct grids *z, const struct graph_layer *l)
{
	if (!l->level || !l->scale)
		return false;
	if (z->any_bits)
		return l->bits_a > 0 && l->bits_a <= 8 && l->bits_w > 0 &&
		       l->bits_w <= 8;
	return l->bits_a == 8 && (l->bits_w == 8 || l->bits_w == 4);
}

static enum nas_status check_layers(const struct grids *z)
{
	for (int i = 0; i < z->from->nlayers; i++) {
		const struct graph_layer *l = &z->from->layer[i];

		if (!has_bits(z, l))
			return nas_fail(
				z->err, NAS_EINPUT,
				"layer '%.100s' has %d-bit inputs and %d-bit "
				"weights, where %s", l->name,
				l->bits_a ? l->bits_a : 32,
				l->bits_w ? l->bits_w : 32,
				z->any_bits
					? "8 or fewer on a grid are needed "
					  "(--policy, --bits-a, --bits-w)"
					: "8 and 8 or 4 are needed "
					  "(\"budgets.deployable\" keeps to what "
					  "a board has)");
	}
	return NAS_OK;
}

/* A channel of weights 0 alone may have any scale: its sums need one. */
static void mend_scales(struct grids *z)
{
	for (int i = 0; i < z->g->nlayers; i++) {
		struct graph_layer *l = &z->g->layer[i];
		float *scale = NAS_NEW(z->arena, float, (size_t)l->out);

		if (!scale)
			return;
		for (int o = 0; o < l->out; o++)
			scale[o] = l->scale[o] > 0 ? l->scale[o] : 1;
		l->scale = scale;
	}
}

/* Nodes of their own, for gates are rewritten; room for a grid a tensor. */
static bool copy(struct grids *z, const struct graph *g)
{
	size_t tensors = (size_t)g->ntensors, nodes = (size_t)g->nnodes;
	size_t joined = nodes;

	for (int i = 0; i < g->nnodes; i++)
		joined += (size_t)g->node[i].nin;
	z->now = NAS_NEW(z->arena, int, tensors);
	z->grid = NAS_NEW(z->arena, int, tensors);
	z->from = NAS_NEW(z->arena, struct graph, 1);
	if (z->arena->failed)
		return false;
	*z->from = *z->g = *g;
	z->from->node = NAS_NEW(z->arena, struct graph_node, nodes);
	z->from->tensor = NAS_NEW(z->arena, struct graph_tensor, tensors);
	z->g->tensor = NAS_NEW(z->arena, struct graph_tensor,
			       2 * (tensors + joined));
	z->g->node = NAS_NEW(z->arena, struct graph_node, tensors + 2 * joined);
	z->g->layer = NAS_NEW(z->arena, struct graph_layer,
			      (size_t)g->nlayers);
	z->g->output = NAS_NEW(z->arena, int, (size_t)g->noutputs);
	if (z->arena->failed)
		return false;
	memcpy(z->from->tensor, g->tensor, tensors * sizeof(*g->tensor));
	memcpy(z->g->tensor, g->tensor, tensors * sizeof(*g->tensor));
	if (g->nlayers)
		memcpy(z->g->layer, g->layer,
		       (size_t)g->nlayers * sizeof(*g->layer));
	z->g->nnodes = 0;
	for (int i = 0; i < g->nnodes; i++)
		if (!push(z, &g->node[i]))
			return false;
	memcpy(z->from->node, z->g->node, nodes * sizeof(*g->node));
	z->g->nnodes = 0;
	return true;
}

/* What rounds the input of n, perhaps behind what only moves its values; -1 =
 * nothing. */
static int grid_behind(const struct grids *z, int i)
{
	const struct graph_node *n = &z->from->node[i];

	if (n->op == GRAPH_QUANT)
		return is_passed(z, n) ? z->grid[n->out] : i;
	if (z->any_bits && (graph_moves(n) || n->op == GRAPH_CONCAT))
		return z->grid[n->out];
	if (graph_moves(n) && z->from->tensor[n->in[0]].users == 1)
		return z->grid[n->out];
	return -1;
}

/* Of several grids of t, the first; where bits are free, that of most bits,
 * and none if another reader takes values, which need 8. */
static void choose_grid(struct grids *z, int t, int grid, bool *plain)
{
	int bits = grid < 0 ? 0 : z->from->node[grid].bits;

	if (!z->any_bits) {
		z->grid[t] = grid < 0 ? z->grid[t] : grid;
		return;
	}
	*plain |= grid < 0;
	if (grid >= 0 && (z->grid[t] < 0 ||
			  bits >= z->from->node[z->grid[t]].bits))
		z->grid[t] = grid;
	if (*plain && z->grid[t] >= 0 && z->from->node[z->grid[t]].bits < 8)
		z->grid[t] = -1;
}

/* What rounds each tensor. False when memory is out. */
static bool find_grids(struct grids *z)
{
	size_t tensors = (size_t)z->from->ntensors;
	bool *plain = NAS_NEW(z->arena, bool, tensors);

	for (int t = 0; t < z->from->ntensors; t++) {
		z->grid[t] = -1;
		z->now[t] = t;
	}
	if (!plain)
		return false;
	for (int k = 0; k < z->from->noutputs; k++)
		plain[z->from->output[k]] = true;
	for (int i = z->from->nnodes - 1; i >= 0; i--) {
		const struct graph_node *n = &z->from->node[i];
		int inputs = n->op == GRAPH_QUANT ? 1 : n->nin;

		for (int k = 0; n->op != GRAPH_OPS && k < inputs; k++)
			if (!z->from->tensor[n->in[k]].data)
				choose_grid(z, n->in[k], grid_behind(z, i),
					    &plain[n->in[k]]);
	}
	return true;
}

enum nas_status graph_on_grids(struct graph *out, const struct graph *g,
			       const float *low, const float *high,
			       bool any_bits, struct nas_arena *arena,
			       struct nas_err *err)
{
	struct grids z = {.g = out, .low = low, .high = high,
			  .any_bits = any_bits, .arena = arena, .err = err};

	if (!copy(&z, g))
		return nas_fail(err, NAS_ENOMEM, "out of memory for the graph");
	graph_fold_activations(z.from);
	graph_drop_unread(z.from);
	if (!find_grids(&z))
		return nas_fail(err, NAS_ENOMEM, "out of memory for the graph");
	if (check_layers(&z) != NAS_OK)
		return err->code;
	mend_scales(&z);
	for (int k = 0; k < g->ninputs; k++)
		if (settle(&z, g->input[k]) != NAS_OK)
			return err->code;
	for (int i = 0; i < g->nnodes && !arena->failed; i++) {
		const struct graph_node *n = &z.from->node[i];

		if (n->op == GRAPH_OPS)
			continue;
		if (n->op == GRAPH_QUANT ? read_grid(&z, n) : read_node(&z, n))
			return err->code;
	}
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the graph");
	for (int k = 0; k < g->noutputs; k++)
		out->output[k] = z.now[g->output[k]];
	out->integer = true;
	graph_count_users(out);
	return NAS_OK;
}
