/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names and shapes of what a layer has in an ONNX file. */
#include <string.h>

#include "spaces/export/onnx_build.h"

void onnx_names(struct onnx_names *names, const struct onnx_layer *l)
{
#define NAME(field, suffix)                                                    \
	snprintf(names->field, sizeof(names->field), "%s" suffix, l->name)
	NAME(levels, ".weight_levels");
	NAME(weight, ".weight");
	NAME(weight_scale, ".weight_scale");
	NAME(input_scale, ".input_scale");
	NAME(bias, ".bias");
#undef NAME
}

static bool is_head(const struct onnx_layer *l)
{
	return strcmp(l->name, "head") == 0;
}

void onnx_weight_shape(struct onnx_shape *shape, const struct onnx_layer *l)
{
	*shape = (struct onnx_shape){
		.n = is_head(l) ? 2 : 4,
		.size = {l->out, l->in / l->groups, l->kernel, l->kernel},
	};
}

/* QONNX scales are broadcast over the weights, so they need their shape. */
void onnx_scale_shape(struct onnx_shape *shape, const struct onnx_layer *l,
		      enum onnx_form form)
{
	*shape = (struct onnx_shape){
		.n = form == ONNX_STANDARD ? 1
		     : is_head(l)	   ? 2
					   : 4,
		.size = {l->out, 1, 1, 1},
	};
}
