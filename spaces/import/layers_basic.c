/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * basic, ResNet-18's and -34's block (He et al. 2016): k x k stride s, k x k,
 * and the input added before the last ReLU, by a 1x1 convolution of stride s
 * where its shape changes.
 */
#include "spaces/import/layers.h"

LAYER_KIND(basic)
{
	const struct layers_item *item = b->item;
	int stride = b->block == 0 ? item->stride : 1, shortcut = x, y;
	bool same = stride == 1 && layers_channels(b, x) == item->out;

	y = layers_add_conv(b, x, &(struct layers_conv){
		.role = "conv1", .out = item->out, .kernel = item->kernel,
		.stride = stride, .pad = -1, .relu = true });
	y = layers_add_conv(b, y, &(struct layers_conv){
		.role = "conv2", .out = item->out, .kernel = item->kernel,
		.pad = -1 });
	if (!same)
		shortcut = layers_add_conv(b, x, &(struct layers_conv){
			.role = "shortcut", .out = item->out,
			.stride = stride });
	return layers_add_relu(b, layers_add_sum(b, y, shortcut), "");
}
