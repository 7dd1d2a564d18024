/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Making and unmaking a forward pass; the weights and bits it uses. */
#include <stdlib.h>
#include <string.h>

#include "scoring/forward/forward_plan.h"
#include "scoring/forward/gemm.h"

#define LIMIT_FREE  ((size_t)512 << 20) /* of any network */
#define LIMIT_BYTES ((size_t)8 << 30)   /* of the largest */
#define WEIGHT_TIMES 64 /* bytes of feature maps for a byte of weights */

/* A network of few weights can name feature maps of any size: what they may
 * take grows with what it has. */
static size_t limit_of(const struct graph *g)
{
	size_t bytes = LIMIT_FREE;

	for (int i = 0; i < g->nlayers && bytes < LIMIT_BYTES; i++)
		bytes += WEIGHT_TIMES * sizeof(float) *
			 (size_t)g->layer[i].out * g->layer[i].fan;
	return bytes < LIMIT_BYTES ? bytes : LIMIT_BYTES;
}

/* As many workers as the limit has room for. */
static void limit_workers(struct forward *f)
{
	size_t bytes = forward_bytes(f, 1);
	size_t most = f->o.limit_bytes / (bytes ? bytes : 1);

	if (most < (size_t)f->o.threads)
		f->o.threads = most > 1 ? (int)most : 1;
}

static enum nas_status allocate(struct forward *f, struct nas_err *err)
{
	const struct graph *g = f->g;

	f->layer = NAS_NEW(&f->arena, struct forward_layer, (size_t)g->nlayers);
	f->watched = NAS_NEW(&f->arena, bool, (size_t)g->ntensors);
	for (int i = 0; !f->arena.failed && i < g->nlayers; i++) {
		const struct graph_layer *l = &g->layer[i];

		f->layer[i].weight =
			NAS_NEW2(&f->arena, float, (size_t)l->out, l->fan);
		f->layer[i].bias = NAS_NEW(&f->arena, float, (size_t)l->out);
	}
	if (f->arena.failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the weights");
	return NAS_OK;
}

static void read_watch(struct forward *f)
{
	if (f->o.nwatch < 0)
		for (int i = 0; i < f->g->nlayers; i++)
			f->watched[f->g->layer[i].output] = true;
	for (int i = 0; i < f->o.nwatch; i++)
		f->watched[f->o.watch[i]] = true;
}

/* The graph's weights, and no grids. */
static enum nas_status set_own(struct forward *f, struct nas_err *err)
{
	for (int i = 0; i < f->g->nlayers; i++) {
		forward_set_grid(f, i, NULL);
		if (forward_set_weights(f, i, NULL, NULL, err) != NAS_OK)
			return err->code;
	}
	return NAS_OK;
}

enum nas_status forward_new(struct forward **out, const struct graph *g,
			    const struct forward_options *options,
			    struct nas_err *err)
{
	struct forward *f;

	*out = NULL;
	if (gemm_load(err) != NAS_OK)
		return err->code;
	f = calloc(1, sizeof(*f));
	if (!f)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a network");
	f->g = g;
	f->shown = -1;
	f->o = *options;
	f->o.threads = f->o.threads > 0 ? f->o.threads : 1;
	f->o.limit_bytes = f->o.limit_bytes ? f->o.limit_bytes : limit_of(g);
	arena_init(&f->arena, f->o.limit_bytes);
	if (allocate(f, err) == NAS_OK) {
		read_watch(f);
		if (forward_plan(f, err) == NAS_OK &&
		    set_own(f, err) == NAS_OK) {
			limit_workers(f);
			*out = f;
			return NAS_OK;
		}
	}
	forward_free(f);
	return err->code;
}

void forward_free(struct forward *f)
{
	if (!f)
		return;
	arena_free(&f->arena);
	free(f->buffer);
	free(f);
}

enum nas_status forward_set_weights(struct forward *f, int layer,
				    const float *weight, const float *bias,
				    struct nas_err *err)
{
	const struct graph_layer *l = &f->g->layer[layer];
	size_t out = (size_t)l->out;

	(void)err;
	weight = weight ? weight : l->weight;
	bias = bias ? bias : l->bias;
	memcpy(f->layer[layer].weight, weight, out * l->fan * sizeof(float));
	memcpy(f->layer[layer].bias, bias, out * sizeof(float));
	f->layer[layer].own = weight == l->weight && bias == l->bias;
	forward_settle(f, layer);
	return NAS_OK;
}

void forward_set_grid(struct forward *f, int layer,
		      const struct quant_grid *grid)
{
	f->layer[layer].has_grid = grid != NULL;
	if (grid)
		f->layer[layer].grid = *grid;
	forward_settle(f, layer);
}
