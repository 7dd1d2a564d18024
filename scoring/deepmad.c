/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scoring/deepmad.h"

#include <math.h>

/* sum of ln(C k^2) over the convolutions of a block */
double deepmad_ln_width(const struct nas_block *b)
{
	const struct nas_block_ops *ops = &block_kinds[b->kind];
	struct nas_conv c[BLOCK_CONVS_MAX];
	double sum = 0;

	ops->convs(b, c);
	for (int j = 0; j < ops->nconvs; j++)
		sum += log(c[j].in / c[j].groups) + 2 * log(c[j].kernel);
	return sum;
}

void deepmad_of(struct deepmad *d, const struct nas_arch *arch)
{
	struct nas_place p = place_input(arch->height, arch->width);
	double width = 0, convs = 0;

	*d = (struct deepmad){ .has_score = true };
	for (int b = 0; b < arch->nblocks; b++) {
		const struct nas_block *block = &arch->block[b];
		double weight = b + 1 == arch->nblocks ? 8 : 1, rho;

		p = place_after(&p, block->stride);
		width += deepmad_ln_width(block);
		convs += block_kinds[block->kind].nconvs;
		if (block->squeeze)
			d->has_score = false;
		if (!arch_ends_stage(arch, b))
			continue;
		d->score += weight * width / 2 *
			    log((double)block->out * p.floor_height *
				p.floor_width);
		rho = convs * exp(-width / convs);
		if (rho > d->rho_max)
			d->rho_max = rho;
	}
	if (!d->has_score)
		d->score = 0;
}
