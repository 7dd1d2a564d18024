/* SPDX-License-Identifier: 0BSD */
/*
 * Squeeze-and-excitation. What it pools is never stored: the depthwise
 * convolution is computed for its sums, and again with the gates.
 */
#include "spaces/export/kernels/conv.c"
#include "spaces/export/kernels/depthwise.c"

struct gate {
	int32_t scale; /* from a sum of acc to a level of the mean */
	int64_t divisor;
	struct layer squeeze, excite;
};

/* y_bits: as depthwise() has it. */
static void squeeze_and_excite(const struct layer *l, const struct gate *g,
			       unsigned y_bits)
{
	uint8_t vector[VECTOR_MAX], squeezed[SQUEEZE_MAX];
	uint32_t pixels = (uint32_t)l->height * l->width;
	int planar = l->flags & PLANAR_X;
	unsigned x_bits = planar ? l->bits_x : y_bits;

	for (uint32_t c = 0; c < l->in; c++) {
		int64_t sum = 0;

		channel(l, plane_of(l->x, planar, c, pixels, l->in, x_bits), c,
			1, &sum);
		if (HAS_SCALES && !l->scale)
			sum *= scale_of(l, c);
		vector[c] = (uint8_t)to_level_wide(sum * g->scale, g->divisor,
						   8);
	}
	TRACE_VECTOR(0, vector, l->in);
	convolve(&g->squeeze, vector, squeezed);
	TRACE_VECTOR(1, squeezed, g->squeeze.out);
	convolve(&g->excite, squeezed, vector);
	TRACE_VECTOR(2, vector, l->in);
	depthwise(l, vector, y_bits);
}
