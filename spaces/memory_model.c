/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spaces/memory_models.h"

#include <string.h>

const struct nas_memory_model memory_models[MEMORY_KINDS] = {
	[MEMORY_TINYENGINE] = {
		.name = "tinyengine",
		.help = "depthwise convolutions work in place, the residual "
			"counts at the depthwise convolution (the reference)",
		.floors = true,
		.live = memory_tinyengine_live,
	},
	[MEMORY_PLAIN] = {
		.name = "plain",
		.help = "input, output and live residual of each convolution "
			"(TFLM, STM32Cube.AI)",
		.live = memory_plain_live,
	},
};

const struct nas_memory_model *memory_model_find(const char *name)
{
	for (int i = 0; i < MEMORY_KINDS; i++)
		if (strcmp(memory_models[i].name, name) == 0)
			return &memory_models[i];
	return NULL;
}

/* The convolution of a shortcut, which runs behind the block's first. */
static struct nas_live live_of_shortcut(const struct nas_block *b,
					int64_t area_in, int64_t area_out)
{
	return (struct nas_live){
		.in = area_in * b->in,
		.out = area_out * (b->hidden ? b->hidden : b->out),
		.residual = area_out * b->out,
	};
}

struct nas_live memory_live(const struct nas_memory_model *model,
			    const struct nas_block *b,
			    const struct nas_conv *c, int j,
			    const struct nas_place *in,
			    const struct nas_place *out)
{
	int64_t area_in = (int64_t)in->height * in->width;
	int64_t area_out = (int64_t)out->height * out->width;
	struct nas_live live;

	if (model->floors) {
		area_in = (int64_t)in->floor_height * in->floor_width;
		area_out = (int64_t)out->floor_height * out->floor_width;
	}
	if (c->of_shortcut)
		return live_of_shortcut(b, area_in, area_out);
	live = model->live(b, c, j, in, out);
	if (j > 0 && block_has_projection(b))
		live.residual = area_out * b->out;
	return live;
}
