/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spaces/arch.h"

bool arch_is_quantised(const struct nas_arch *arch)
{
	for (int b = 0; b < arch->nblocks; b++) {
		const struct nas_block *block = &arch->block[b];

		for (int j = 0; j < block_kinds[block->kind].nconvs; j++)
			if (!block->bits_a[j] || !block->bits_w[j])
				return false;
	}
	return arch->nblocks > 0;
}

int arch_bits_out(const struct nas_arch *arch, int b)
{
	int bits = 0;

	if (b + 1 < arch->nblocks)
		bits = arch->block[b + 1].bits_a[0];
	else if (arch->head.classes > 0)
		bits = arch->head.bits_a;
	return bits ? bits : 8;
}

bool arch_ends_stage(const struct nas_arch *arch, int b)
{
	return b + 1 == arch->nblocks || arch->block[b + 1].stride > 1;
}

int arch_stages(const struct nas_arch *arch, int *stage)
{
	int n = 0;

	for (int b = 0; b < arch->nblocks; b++) {
		if (stage)
			stage[b] = n;
		n += arch_ends_stage(arch, b);
	}
	return n;
}
