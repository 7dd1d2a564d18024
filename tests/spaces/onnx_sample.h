/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/spaces/onnx_sample.h - small networks with all that exports treat
 * apart, for the tests of spaces/export and spaces/import.
 *
 * Usage:
 *	struct nas_arch a = sample_arch(blocks, 4, 4, 10);
 */
#ifndef TESTS_SPACES_ONNX_SAMPLE_H
#define TESTS_SPACES_ONNX_SAMPLE_H

#include "spaces/arch.h"
#include "spaces/export/onnx.h"

#define SAMPLE_BLOCKS 4

/* A stem; an mbconv with squeeze-and-excitation; one with a pooled shortcut;
 * MobileNetV1's. Bits 0 make it full precision. */
static inline struct nas_arch sample_arch(struct nas_block *block, int bits_a,
					  int bits_w, int classes)
{
	static const struct nas_block blocks[SAMPLE_BLOCKS] = {
		{ .kind = BLOCK_CONV, .in = 3, .out = 8, .kernel = 3,
		  .stride = 2 },
		{ .kind = BLOCK_MBCONV, .in = 8, .out = 8, .hidden = 24,
		  .kernel = 5, .stride = 1, .squeeze = 8 },
		{ .kind = BLOCK_MBCONV, .in = 8, .out = 8, .hidden = 16,
		  .kernel = 3, .stride = 2, .shortcut = SHORTCUT_POOL },
		{ .kind = BLOCK_DWSEP, .in = 8, .out = 12, .kernel = 3,
		  .stride = 1 },
	};

	for (int b = 0; b < SAMPLE_BLOCKS; b++) {
		block[b] = blocks[b];
		block[b].entry = b;
		for (int j = 0; j < block_kinds[block[b].kind].nconvs; j++) {
			block[b].bits_a[j] = bits_a;
			block[b].bits_w[j] = bits_w;
		}
	}
	return (struct nas_arch){
		.name = "sample", .height = 21, .width = 18, .channels = 3,
		.nblocks = SAMPLE_BLOCKS, .block = block,
		.head = { classes, classes ? bits_a : 0,
			  classes ? bits_w : 0 },
	};
}

/* An ONNX file of a network with numbers drawn for it. */
static inline enum nas_status
sample_onnx(struct nas_text *t, const struct nas_arch *a, uint64_t seed,
	    enum onnx_form form, struct nas_arena *arena, struct nas_err *err)
{
	const struct graph_draw how = {.seed = seed};
	struct export_source source = {.arch = a, .seed = seed};
	struct graph g;

	source.graph = &g;
	if (graph_layout(&g, a, arena, err) != NAS_OK ||
	    graph_draw(&g, &how, arena, err) != NAS_OK)
		return err->code;
	return onnx_write(t, &source, form, arena, err);
}

#endif
