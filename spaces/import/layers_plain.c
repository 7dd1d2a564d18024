/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Single layers: conv, max_pool, average_pool, global_pool, dense. */
#include "spaces/import/layers.h"

/* The stride is the first block's. */
static int stride_of(const struct layers_build *b)
{
	return b->block == 0 ? b->item->stride : 1;
}

LAYER_KIND(conv)
{
	const struct layers_item *item = b->item;

	return layers_add_conv(b, x, &(struct layers_conv){
		.role = "", .out = item->out, .kernel = item->kernel,
		.stride = stride_of(b), .dilation = item->dilation,
		.pad = item->pad, .relu = item->relu });
}

static int pool(struct layers_build *b, int x, enum graph_op op)
{
	const struct layers_item *item = b->item;

	return layers_add_pool(b, x, op, item->kernel, item->stride,
			       item->pad < 0 ? 0 : item->pad, item->ceil);
}

LAYER_KIND(max_pool)
{
	return pool(b, x, GRAPH_MAX_POOL);
}

LAYER_KIND(average_pool)
{
	return pool(b, x, GRAPH_AVERAGE_POOL);
}

static int flatten(struct layers_build *b, int x)
{
	struct graph_node *n = layers_new_node(b, GRAPH_RESHAPE,
					       layers_name(b, "flat"), x);
	struct graph_tensor *flat = &b->g->tensor[n->out];

	flat->rank = 2;
	flat->size[0] = 1;
	flat->size[1] = (int)b->g->tensor[x].count;
	return layers_finish(b, n);
}

LAYER_KIND(global_pool)
{
	struct graph_node *n = layers_new_node(b, GRAPH_REDUCE_MEAN,
					       layers_name(b, "pool"), x);

	n->axes[2] = n->axes[3] = 1;
	return flatten(b, layers_finish(b, n));
}

LAYER_KIND(dense)
{
	const char *name = layers_name(b, "");
	struct graph_node *n;
	int in;

	if (b->g->tensor[x].rank == 4)
		x = flatten(b, x);
	in = layers_channels(b, x);
	n = layers_new_node(b, GRAPH_LINEAR, name, x);
	return layers_add_weights(b, n, name, in, b->item->out, 1, (size_t)in);
}
