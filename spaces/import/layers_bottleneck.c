/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bottleneck, ResNet-50's block (He et al. 2016): 1x1 to hidden channels with
 * the stride, k x k, 1x1, and the input added before the last ReLU, by a 1x1
 * convolution where its shape changes. hidden is out / 4 where it is not given.
 */
#include "spaces/import/layers.h"

LAYER_KIND(bottleneck)
{
	const struct layers_item *item = b->item;
	int stride = b->block == 0 ? item->stride : 1, shortcut = x, y;
	int hidden = item->hidden ? item->hidden : (item->out + 3) / 4;
	bool same = stride == 1 && layers_channels(b, x) == item->out;

	y = layers_add_conv(b, x, &(struct layers_conv){
		.role = "conv1", .out = hidden, .stride = stride,
		.relu = true });
	y = layers_add_conv(b, y, &(struct layers_conv){
		.role = "conv2", .out = hidden, .kernel = item->kernel,
		.pad = -1, .relu = true });
	y = layers_add_conv(b, y, &(struct layers_conv){
		.role = "conv3", .out = item->out });
	if (!same)
		shortcut = layers_add_conv(b, x, &(struct layers_conv){
			.role = "shortcut", .out = item->out,
			.stride = stride });
	return layers_add_relu(b, layers_add_sum(b, y, shortcut), "");
}
