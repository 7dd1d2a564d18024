/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vgg, a stage of VGG (Simonyan and Zisserman 2015): depth convolutions k x k,
 * and a max pooling 2x2 behind the last.
 */
#include "spaces/import/layers.h"

LAYER_KIND(vgg)
{
	const struct layers_item *item = b->item;

	x = layers_add_conv(b, x, &(struct layers_conv){
		.role = "conv", .out = item->out, .kernel = item->kernel,
		.pad = -1, .relu = true });
	if (b->block + 1 < item->depth)
		return x;
	return layers_add_pool(b, x, GRAPH_MAX_POOL, 2, 2, 0, item->ceil);
}
