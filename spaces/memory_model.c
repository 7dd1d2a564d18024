/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spaces/memory_models.h"

#include <string.h>

const struct nas_memory_model memory_models[MEMORY_KINDS] = {
	[MEMORY_TINYENGINE] = {
		.name = "tinyengine",
		.help = "depthwise convolutions work in place, the residual "
			"counts at the depthwise convolution (the reference)",
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
