/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a genome to its architecture, and back. */
#include <stdio.h>
#include <string.h>

#include "spaces/space.h"

static int genome_stride(const struct nas_space *space,
			 const struct nas_genome *g, int s)
{
	size_t i = g->variant * (size_t)space->nstages + (size_t)s;

	return space->stage[s].stride[space->stride_of[i]];
}

static void block_bits(struct nas_block *b, const struct nas_stage *st,
		       uint8_t bits)
{
	if (!st->nbits_a)
		return;
	for (int c = 0; c < block_kinds[b->kind].nconvs; c++) {
		b->bits_a[c] = st->bits_a[gene_bits_a(bits)];
		b->bits_w[c] = st->bits_w[gene_bits_w(bits)];
	}
}

static struct nas_block first_block(const struct nas_stage *st,
				    const struct nas_gene *g, int in,
				    int stride)
{
	struct nas_block b = { .kind = (enum nas_block_kind)st->kind,
			   .shortcut = (enum nas_shortcut)st->shortcut,
			   .pool = st->pool,
			   .in = in,
			   .out = st->width[g->width],
			   .kernel = st->kernel[g->kernel],
			   .stride = stride };

	b.hidden = stage_hidden_first(st, in, g->width, g->expand);
	if (st->se[g->se])
		b.squeeze = block_se_channels(&b);
	block_bits(&b, st, g->bits[0]);
	return b;
}

/* An inner block differs from the one before by width, stride and bits, and
 * by what each block chooses. A file's entry has one kernel and hidden width:
 * a new entry begins where they change. */
static void inner_block(struct nas_block *b, const struct nas_block *before,
			const struct nas_stage *st, const struct nas_gene *g,
			int i)
{
	const struct nas_gene own = gene_of_block(st, g, i);

	*b = *before;
	b->in = before->out;
	b->stride = 1;
	b->kernel = st->kernel[own.kernel];
	b->hidden = stage_hidden_inner(st, g->width, own.expand);
	if (before->squeeze)
		b->squeeze = block_se_channels(b);
	b->entry += b->hidden != before->hidden || b->kernel != before->kernel;
	block_bits(b, st, g->bits[i]);
}

static int count_blocks(const struct nas_space *space,
			const struct nas_genome *g)
{
	int n = 0;

	for (int s = 0; s < space->nstages; s++)
		n += space->stage[s].depth[g->stage[s].depth];
	return n;
}

void space_decode_into(const struct nas_space *space,
		       const struct nas_genome *g, struct nas_arch *arch,
		       struct nas_block *block)
{
	int in = space->input.channels, n = 0, entry = 0;
	int side = space->side_of[g->variant];

	memset(arch, 0, sizeof(*arch));
	arch->name = "";
	arch->height = space->input.height[side];
	arch->width = space->input.nwidth ? space->input.width[side]
					  : arch->height;
	arch->channels = in;
	arch->head = space_head_of(space, g->variant);
	arch->nblocks = count_blocks(space, g);
	arch->block = block;
	for (int s = 0; s < space->nstages; s++) {
		const struct nas_stage *st = &space->stage[s];
		const struct nas_gene *gene = &g->stage[s];

		arch->block[n] = first_block(st, gene, in,
					     genome_stride(space, g, s));
		arch->block[n++].entry = entry;
		for (int i = 1; i < st->depth[gene->depth]; i++, n++)
			inner_block(&arch->block[n], &arch->block[n - 1], st,
				    gene, i);
		entry = arch->block[n - 1].entry + 1;
		in = arch->block[n - 1].out;
	}
}

bool space_decode(const struct nas_space *space, const struct nas_genome *g,
		  struct nas_arch *arch, struct nas_arena *arena)
{
	struct nas_block *block = NAS_NEW(arena, struct nas_block,
					  (size_t)count_blocks(space, g));

	if (block)
		space_decode_into(space, g, arch, block);
	return block != NULL;
}
