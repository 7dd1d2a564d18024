/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scoring/forward/fake_quant.h"

#include <math.h>
#include <stdint.h>

#include "nas/base/clones.h"

int quant_weight_levels(int bits)
{
	return (1 << (bits - 1)) - 1;
}

static float max_abs(const float *w, size_t n)
{
	float m = 0;

	for (size_t i = 0; i < n; i++) {
		float a = fabsf(w[i]);

		m = a > m ? a : m;
	}
	return m;
}

void quant_max_abs_scales(float *scale, const float *w, int out, size_t fan,
			  int bits, enum quant_scope scope)
{
	float levels = (float)quant_weight_levels(bits);
	float all = scope == QUANT_PER_TENSOR ? max_abs(w, (size_t)out * fan)
					      : 0;

	for (int o = 0; o < out; o++) {
		float m = scope == QUANT_PER_TENSOR
				  ? all
				  : max_abs(w + (size_t)o * fan, fan);

		scale[o] = m / levels;
	}
}

static void scale_row(float *q, const float *w, size_t n, float levels,
		      float scale)
{
	bool usable = scale > 0 && isfinite(scale);

	for (size_t i = 0; i < n; i++) {
		float x = usable ? rintf(w[i] / scale) : 0;

		x = x > levels ? levels : x;
		x = x < -levels ? -levels : x;
		q[i] = x * scale;
	}
}

void fake_quant_scaled(float *q, const float *w, int out, size_t fan, int bits,
		       const float *scale)
{
	float levels = (float)quant_weight_levels(bits);

	for (int o = 0; o < out; o++)
		scale_row(q + (size_t)o * fan, w + (size_t)o * fan, fan, levels,
			  scale[o]);
}

struct quant_grid quant_grid_of(float low, float high, int bits)
{
	struct quant_grid g = {.levels = (float)(((int64_t)1 << bits) - 1)};

	low = low < 0 ? low : 0;
	high = high > 0 ? high : 0;
	g.scale = (high - low) / g.levels;
	if (!(g.scale > 0) || !isfinite(g.scale))
		g.scale = 0;
	else
		g.zero = rintf(-low / g.scale);
	return g;
}

/* Half to even without a library call: adding 1.5 * 2^23 leaves no room for
 * a fraction. Values are first held within the levels, which are below. */
NAS_CLONES
void fake_quant_grid(float *q, const float *x, size_t n,
		     const struct quant_grid *grid)
{
	float scale = grid->scale, zero = grid->zero;
	float low = -zero, high = grid->levels - zero;

	if (!(scale > 0)) {
		for (size_t i = 0; i < n; i++)
			q[i] = 0;
		return;
	}
	for (size_t i = 0; i < n; i++) {
		float v = x[i] / scale;

		v = v < low ? low : v;
		v = v > high ? high : v;
		v = (v + 0x1.8p23f) - 0x1.8p23f;
		q[i] = v * scale;
	}
}
