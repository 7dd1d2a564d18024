/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two networks run side by side, one of them rounded layer by layer. */
#include "scoring/forward/rounding.h"

#include <math.h>
#include <string.h>

#include "scoring/forward/rounding_layer.h"

/* Half of them for each of the two networks. */
static int images_for(const struct forward *f, int n)
{
	while (n > 1 && forward_bytes(f, n) > f->o.limit_bytes)
		n = n * 3 / 4;
	return n;
}

static bool hold(struct rounded *r, const struct rounding_job *job, int layer,
		 struct nas_arena *arena)
{
	const struct graph_layer *l = &job->graph->layer[layer];

	r->weight[layer] = NAS_NEW2(arena, float, (size_t)l->out, l->fan);
	r->scale[layer] = NAS_NEW(arena, float, (size_t)l->out);
	r->bias[layer] = NAS_NEW(arena, float, (size_t)l->out);
	return !arena->failed;
}

/* Both networks of at stand before its layer. */
static enum nas_status round_one(struct rounded *r, struct rounding_layer *at,
				 struct forward *rough,
				 struct nas_arena *arena, struct nas_err *err)
{
	const struct rounding_job *job = at->job;
	int i = at->layer;

	at->bits = job->bits_w[i];
	if (quant_has_grid(job->bits_a[i])) {
		struct quant_grid grid = quant_grid_of(
			job->low[i], job->high[i], job->bits_a[i]);

		forward_set_grid(rough, i, &grid);
	}
	if (!quant_has_grid(job->bits_w[i]))
		return NAS_OK;
	if (!hold(r, job, i, arena))
		return nas_fail(err, NAS_ENOMEM, "out of memory for the weights");
	at->weight = r->weight[i];
	at->scale = r->scale[i];
	at->bias = r->bias[i];
	if (rounding_layer(at, err) != NAS_OK)
		return err->code;
	r->nearest += at->nearest;
	return forward_set_weights(rough, i, at->weight, at->bias, err);
}

static enum nas_status round_all(struct rounded *r,
				 const struct rounding_job *job,
				 struct forward *plain, struct forward *rough,
				 struct nas_arena *arena, struct nas_err *err)
{
	int n = images_for(plain, job->n);

	if (forward_start(plain, job->x, n, err) != NAS_OK ||
	    forward_start(rough, job->x, n, err) != NAS_OK)
		return err->code;
	for (int i = 0; i < job->graph->nlayers; i++) {
		struct rounding_layer at = { .job = job, .layer = i, .n = n,
					     .plain = plain, .rough = rough };

		forward_until(plain, i);
		forward_until(rough, i);
		if (round_one(r, &at, rough, arena, err) != NAS_OK)
			return err->code;
	}
	return NAS_OK;
}

enum nas_status rounding_run(struct rounded *r, const struct rounding_job *job,
			     struct nas_arena *arena, struct nas_err *err)
{
	size_t layers = (size_t)job->graph->nlayers;
	struct forward_options o = { .threads = job->threads,
				     .layerwise = true };
	struct forward *plain = NULL, *rough = NULL;

	*r = (struct rounded){ .weight = NAS_NEW(arena, float *, layers),
			       .scale = NAS_NEW(arena, float *, layers),
			       .bias = NAS_NEW(arena, float *, layers) };
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the weights");
	if (forward_new(&plain, job->graph, &o, err) == NAS_OK &&
	    forward_new(&rough, job->graph, &o, err) == NAS_OK)
		(void)!round_all(r, job, plain, rough, arena, err);
	forward_free(plain);
	forward_free(rough);
	return err->code;
}
