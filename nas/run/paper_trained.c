/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/paper_trained.h"

#include "spaces/import/onnx.h"

/* Layers of the same widths and kernels in the same order, pictures of one
 * size. */
static bool alike(const struct graph *a, const struct graph *b)
{
	if (a->nlayers != b->nlayers)
		return false;
	for (int i = 0; i < a->nlayers; i++) {
		const struct graph_layer *x = &a->layer[i], *y = &b->layer[i];

		if (x->out != y->out || x->fan != y->fan ||
		    x->macs != y->macs)
			return false;
	}
	return true;
}

bool paper_trained_alike(const char *list, const struct graph *model)
{
	const struct graph_options options = { 0 };
	struct nas_err err = { 0 };
	struct nas_arena arena;
	struct graph g;
	bool same;

	arena_init(&arena, (size_t)1 << 32);
	same = graph_read(&g, list, &options, &arena, &err) == NAS_OK &&
	       alike(&g, model);
	arena_free(&arena);
	return same;
}
