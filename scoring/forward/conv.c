/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scoring/forward/conv.h"

static const struct conv_ops *const kinds[CONV_KINDS] = {
	[CONV_POINTWISE] = &conv_pointwise,
	[CONV_DEPTHWISE] = &conv_depthwise,
	[CONV_IM2COL] = &conv_im2col,
};

enum conv_kind conv_kind(const struct conv_call *c)
{
	const struct graph_window *w = &c->window;

	if (w->groups == c->in && w->groups == c->out)
		return CONV_DEPTHWISE;
	if (w->groups == 1 && w->kernel[0] == 1 && w->kernel[1] == 1 &&
	    w->stride[0] == 1 && w->stride[1] == 1 &&
	    c->out_height == c->height && c->out_width == c->width)
		return CONV_POINTWISE;
	return CONV_IM2COL;
}

size_t conv_scratch(const struct conv_call *c)
{
	return kinds[c->kind]->scratch(c);
}

void conv_run(const struct conv_call *c, const float *x, float *y,
	      float *scratch)
{
	kinds[c->kind]->run(c, x, y, scratch);
}
