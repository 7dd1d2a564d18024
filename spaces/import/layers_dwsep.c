/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dwsep, MobileNetV1's block: depthwise k x k stride s, then 1x1. */
#include "spaces/import/layers.h"

LAYER_KIND(dwsep)
{
	const struct layers_item *item = b->item;
	int in = layers_channels(b, x);

	x = layers_add_conv(b, x, &(struct layers_conv){
		.role = "depthwise", .out = in, .kernel = item->kernel,
		.stride = b->block == 0 ? item->stride : 1, .groups = in,
		.pad = -1, .relu = true });
	return layers_add_conv(b, x, &(struct layers_conv){
		.role = "project", .out = item->out, .relu = true });
}
