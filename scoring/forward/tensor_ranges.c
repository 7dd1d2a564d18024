/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scoring/forward/tensor_ranges.h"

struct ranges {
	const struct graph *g;
	float *low, *high;
};

static void see(void *context, int worker, int first, int images, int tensor,
		float *data)
{
	struct ranges *r = context;
	size_t n = r->g->tensor[tensor].count * (size_t)images;
	float low = r->low[tensor], high = r->high[tensor];

	(void)worker;
	(void)first;
	for (size_t i = 0; i < n; i++) {
		low = data[i] < low ? data[i] : low;
		high = data[i] > high ? data[i] : high;
	}
	r->low[tensor] = low;
	r->high[tensor] = high;
}

static enum nas_status run(struct forward *f, const struct stats_images *images,
			   float *x, struct nas_err *err)
{
	for (int i = 0; i < images->n; i++)
		if (images->give(images->context, i, 1, x, err) != NAS_OK ||
		    forward_run(f, x, 1, NULL, err) != NAS_OK)
			return err->code;
	return NAS_OK;
}

enum nas_status tensor_ranges(float *low, float *high, const struct graph *g,
			      const struct stats_images *images,
			      struct nas_arena *arena, struct nas_err *err)
{
	struct ranges r = {g, low, high};
	int *watch = NAS_NEW(arena, int, (size_t)g->ntensors);
	float *x = NAS_NEW(arena, float, images->count);
	struct forward_options o = {.threads = 1, .watch = watch,
				    .context = &r, .see = see};
	struct forward *f;

	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the ranges");
	for (int t = 0; t < g->ntensors; t++) {
		low[t] = high[t] = 0;
		if (!g->tensor[t].data && g->tensor[t].count)
			watch[o.nwatch++] = t;
	}
	if (forward_new(&f, g, &o, err) != NAS_OK)
		return err->code;
	(void)!run(f, images, x, err);
	forward_free(f);
	return err->code;
}
