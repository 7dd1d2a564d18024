/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mbconv, MobileNetV2's inverted residual: 1x1 to hidden channels, depthwise
 * k x k stride s, 1x1 without ReLU, the input added where shapes are equal.
 */
#include <math.h>

#include "spaces/import/layers.h"

LAYER_KIND(mbconv)
{
	const struct layers_item *item = b->item;
	int stride = b->block == 0 ? item->stride : 1;
	int in = layers_channels(b, x), y = x;
	int hidden = item->hidden ? item->hidden
				  : (int)lrint(in * item->expansion);

	if (hidden != in)
		y = layers_add_conv(b, y, &(struct layers_conv){
			.role = "expand", .out = hidden, .relu = true });
	y = layers_add_conv(b, y, &(struct layers_conv){
		.role = "depthwise", .out = hidden, .kernel = item->kernel,
		.stride = stride, .groups = hidden, .pad = -1, .relu = true });
	y = layers_add_conv(b, y, &(struct layers_conv){
		.role = "project", .out = item->out });
	return stride == 1 && in == item->out ? layers_add_sum(b, y, x) : y;
}
