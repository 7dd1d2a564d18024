/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The blocks of TinyNAS (DeepMAD, MAE-DET, DAMO-YOLO): k1kxk1, a bottleneck with
 * the stride at its k x k; k1kx and kxkx, two convolutions with the stride at
 * the second. The input is added before the last ReLU, at stride 2 averaged
 * 2x2, and by a 1x1 convolution behind that where its channels change.
 */
#include "spaces/import/layers.h"

static int first_stride(const struct layers_build *b)
{
	return b->block == 0 ? b->item->stride : 1;
}

static int hidden_of(const struct layers_item *item)
{
	return item->hidden ? item->hidden : item->out;
}

/* y: what the convolutions made of x. */
static int add_shortcut(struct layers_build *b, int x, int y)
{
	if (first_stride(b) > 1)
		x = layers_add_pool(b, x, GRAPH_AVERAGE_POOL, first_stride(b),
				    first_stride(b), 0, true);
	if (layers_channels(b, x) != b->item->out)
		x = layers_add_conv(b, x, &(struct layers_conv){
			.role = "shortcut", .out = b->item->out });
	return layers_add_relu(b, layers_add_sum(b, y, x), "");
}

static int two(struct layers_build *b, int x, int kernel)
{
	const struct layers_item *item = b->item;
	int y;

	y = layers_add_conv(b, x, &(struct layers_conv){
		.role = "conv1", .out = hidden_of(item), .kernel = kernel,
		.pad = -1, .relu = true });
	y = layers_add_conv(b, y, &(struct layers_conv){
		.role = "conv2", .out = item->out, .kernel = item->kernel,
		.stride = first_stride(b), .pad = -1 });
	return add_shortcut(b, x, y);
}

LAYER_KIND(k1kx)
{
	return two(b, x, 1);
}

LAYER_KIND(kxkx)
{
	return two(b, x, b->item->kernel);
}

LAYER_KIND(k1kxk1)
{
	const struct layers_item *item = b->item;
	int hidden = hidden_of(item), y;

	y = layers_add_conv(b, x, &(struct layers_conv){
		.role = "conv1", .out = hidden, .relu = true });
	y = layers_add_conv(b, y, &(struct layers_conv){
		.role = "conv2", .out = hidden, .kernel = item->kernel,
		.stride = first_stride(b), .pad = -1, .relu = true });
	y = layers_add_conv(b, y, &(struct layers_conv){
		.role = "conv3", .out = item->out });
	return add_shortcut(b, x, y);
}
