/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the kinds of layers add to a graph. */
#include <stdio.h>

#include "spaces/graph/graph_shape.h"
#include "spaces/import/layers.h"

const char *layers_name(struct layers_build *b, const char *role)
{
	char name[128], item[48];
	const char *copy;

	snprintf(item, sizeof(item), "layer%d", b->index + 1);
	if (b->item->name)
		snprintf(item, sizeof(item), "%.40s", b->item->name);
	if (b->item->depth > 1)
		snprintf(name, sizeof(name), "%s.%d%s%s", item, b->block + 1,
			 *role ? "." : "", role);
	else
		snprintf(name, sizeof(name), "%s%s%s", item, *role ? "." : "",
			 role);
	copy = arena_strdup(b->arena, name);
	return copy ? copy : "";
}

int layers_new_tensor(struct layers_build *b, const char *name)
{
	b->g->tensor[b->g->ntensors] =
		(struct graph_tensor){ .name = name, .producer = -1 };
	return b->g->ntensors++;
}

struct graph_node *layers_new_node(struct layers_build *b, enum graph_op op,
				   const char *name, int x)
{
	struct graph_node *n = &b->g->node[b->g->nnodes++];

	*n = (struct graph_node){ .name = name, .op = op, .nin = 1,
				  .layer = -1 };
	n->in = NAS_NEW(b->arena, int, 2);
	if (n->in)
		n->in[0] = x;
	n->out = layers_new_tensor(b, name);
	return n;
}

int layers_finish(struct layers_build *b, const struct graph_node *n)
{
	const char *why = n->in ? graph_infer(b->g, n) : "out of memory";

	if (why && !b->why)
		b->why = why;
	return n->out;
}

int layers_channels(const struct layers_build *b, int x)
{
	const struct graph_tensor *t = &b->g->tensor[x];

	return t->size[t->rank == 4 ? 1 : t->rank - 1];
}

int layers_add_weights(struct layers_build *b, struct graph_node *n,
		       const char *name, int in, int out, int groups,
		       size_t fan)
{
	struct graph_layer *l = &b->g->layer[b->g->nlayers++];

	*l = (struct graph_layer){ .name = name, .in = in, .out = out,
				   .groups = groups, .fan = fan };
	n->layer = (int)(l - b->g->layer);
	l->node = (int)(n - b->g->node);
	b->weights += (size_t)out * fan;
	if (b->weights > GRAPH_WEIGHTS_MAX)
		b->why = "more than 2^28 weights";
	if (b->why)
		return n->out;
	l->weight = NAS_NEW2(b->arena, float, (size_t)out, fan);
	l->bias = NAS_NEW(b->arena, float, (size_t)out);
	return layers_finish(b, n);
}

int layers_add_conv(struct layers_build *b, int x, const struct layers_conv *c)
{
	int in = layers_channels(b, x), k = c->kernel ? c->kernel : 1;
	int s = c->stride ? c->stride : 1, d = c->dilation ? c->dilation : 1;
	int groups = c->groups ? c->groups : 1;
	int p = c->pad >= 0 ? c->pad : k / 2 * d;
	const char *name = layers_name(b, c->role);
	struct graph_node *n = layers_new_node(b, GRAPH_CONV, name, x);

	n->window = (struct graph_window){ { k, k }, { s, s }, { d, d },
					   { p, p, p, p }, groups, false };
	x = layers_add_weights(b, n, name, in, c->out, groups,
			       (size_t)(in / groups) * (size_t)k * (size_t)k);
	return c->relu ? layers_add_relu(b, x, c->role) : x;
}

int layers_add_relu(struct layers_build *b, int x, const char *role)
{
	char part[64];

	snprintf(part, sizeof(part), "%s%srelu", role, *role ? "." : "");
	return layers_finish(b, layers_new_node(b, GRAPH_RELU,
						layers_name(b, part), x));
}

int layers_add_sum(struct layers_build *b, int x, int y)
{
	struct graph_node *n =
		layers_new_node(b, GRAPH_ADD, layers_name(b, "add"), x);

	if (n->in)
		n->in[n->nin++] = y;
	return layers_finish(b, n);
}

int layers_add_pool(struct layers_build *b, int x, enum graph_op op,
		    int kernel, int stride, int pad, bool ceil)
{
	struct graph_node *n =
		layers_new_node(b, op, layers_name(b, "pool"), x);

	n->axis = ceil;
	n->window = (struct graph_window){ { kernel, kernel },
					   { stride, stride }, { 1, 1 },
					   { pad, pad, pad, pad }, 1, false };
	return layers_finish(b, n);
}
