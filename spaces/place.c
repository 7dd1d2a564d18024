/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spaces/block.h"

struct nas_place place_input(int height, int width)
{
	return (struct nas_place){
		.area = (double)height * width,
		.floor_height = height,
		.floor_width = width,
		.height = height,
		.width = width,
	};
}

struct nas_place place_after(const struct nas_place *p, int stride)
{
	return (struct nas_place){
		.area = p->area / (stride * stride),
		.floor_height = p->floor_height / stride,
		.floor_width = p->floor_width / stride,
		.height = (p->height + stride - 1) / stride,
		.width = (p->width + stride - 1) / stride,
	};
}
