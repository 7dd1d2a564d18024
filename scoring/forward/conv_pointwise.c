/* SPDX-License-Identifier: GPL-3.0-or-later */
/* y = W x + b: bias and activation while a piece of y is still in a cache. */
#include "scoring/forward/conv.h"
#include "scoring/forward/gemm.h"

static size_t scratch(const struct conv_call *c)
{
	(void)c;
	return 0;
}

static void run(const struct conv_call *c, const float *x, float *y,
		float *unused)
{
	int area = c->height * c->width;
	int step = conv_columns(c->out, c->in, area);

	(void)unused;
	for (int from = 0; from < area; from += step) {
		int n = area - from < step ? area - from : step;

		gemm(GEMM_AB, c->out, n, c->in, c->weight, c->in, x + from,
		     area, 0, y + from, area);
		for (int o = 0; o < c->out; o++)
			activation_bias(&c->activation,
					y + (size_t)o * (size_t)area + from,
					c->bias[o], (size_t)n);
	}
}

const struct conv_ops conv_pointwise = {scratch, run};
