/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scoring/forward/forward.h"

#include <stdlib.h>
#include <string.h>

#include "nas/base/parallel.h"
#include "scoring/forward/forward_plan.h"

struct forward_task { /* one call of forward_run */
	struct forward *f;
	const float *x;
	float *out;
	int n;	     /* images */
	int workers; /* that share them */
	int step;    /* layerwise: the one all images are at */
	bool again;  /* only the steps that are marked, on what is held */
};

static float *slot_of(const struct forward *f, int i)
{
	return f->buffer + (size_t)i * f->slot;
}

static float *scratch_of(const struct forward *f, int slots, int worker)
{
	return f->buffer + (size_t)slots * f->slot +
	       (size_t)worker * f->scratch;
}

static float *tensor_of(const struct forward *f, float *slot, int t)
{
	return slot + f->offset[f->root[t]];
}

/* What a layer is fed: its input, or a changed copy of it. */
static const float *feed(const struct forward *f, int worker, int image,
			 int layer, const float *x, float *copy)
{
	const struct forward_layer *l = &f->layer[layer];
	size_t n = f->g->tensor[f->g->layer[layer].input].count;

	if (!l->has_grid && !f->o.feed && !l->whole)
		return x;
	if (l->whole)
		forward_levels(copy, x, n, l->input_scale);
	else if (l->has_grid)
		fake_quant_grid(copy, x, n, &l->grid);
	else
		memcpy(copy, x, n * sizeof(*x));
	if (f->o.feed)
		f->o.feed(f->o.context, worker, image, 1, layer, copy);
	return copy;
}

static void run_step(const struct forward *f, int s, float *slot,
		     float *scratch, int worker, int image)
{
	const struct forward_step *step = &f->step[s];
	const struct graph_node *n = &f->g->node[step->node];
	const float *x[GRAPH_INPUTS_MAX];
	struct forward_call c = {
		f, n, step, x, tensor_of(f, slot, step->out), scratch + f->fed,
		slot};

	for (int k = 0; k < n->nin; k++)
		x[k] = forward_at(f, slot, n->in[k]);
	if (n->layer >= 0)
		x[0] = feed(f, worker, image, n->layer, x[0], scratch);
	forward_ops[n->op].run(&c);
}

static void take_inputs(const struct forward_task *r, float *slot, int image)
{
	const struct graph *g = r->f->g;
	const float *x = r->x;

	for (int k = 0; k < g->ninputs; k++) {
		size_t n = g->tensor[g->input[k]].count;

		memcpy(tensor_of(r->f, slot, g->input[k]),
		       x + (size_t)image * n, n * sizeof(*x));
		x += (size_t)r->n * n;
	}
}

static void give_output(const struct forward_task *r, float *slot, int image)
{
	int t = r->f->g->output[0];
	size_t n = r->f->g->tensor[t].count;

	if (r->out)
		memcpy(r->out + (size_t)image * n, tensor_of(r->f, slot, t),
		       n * sizeof(*r->out));
}

static void see(const struct forward *f, int worker, int image, int t,
		float *slot)
{
	if (f->o.see && f->watched[t] && (f->shown < 0 || f->shown == t))
		f->o.see(f->o.context, worker, image, 1, t,
			 tensor_of(f, slot, t));
}

static int workers_for(const struct forward *f, int n)
{
	return f->o.threads < n ? f->o.threads : n;
}

static int slots_for(const struct forward *f, int n)
{
	return f->o.layerwise || f->o.keep ? n : workers_for(f, n);
}

/* Images w, w + workers, ... each through the whole network. */
static void run_worker(void *context, int w)
{
	const struct forward_task *r = context;
	const struct forward *f = r->f;
	float *scratch = scratch_of(f, slots_for(f, r->n), w);

	for (int i = w; i < r->n; i += r->workers) {
		float *slot = slot_of(f, f->o.keep ? i : w);

		if (!r->again)
			take_inputs(r, slot, i);
		for (int k = 0; k < f->g->ninputs; k++)
			see(f, w, i, f->g->input[k], slot);
		for (int s = 0; s < f->nsteps; s++) {
			if (!r->again || f->again[s])
				run_step(f, s, slot, scratch, w, i);
			see(f, w, i, f->step[s].out, slot);
		}
		give_output(r, slot, i);
	}
}

/* One step, or the inputs, for images w, w + workers, ... */
static void run_layer(void *context, int w)
{
	const struct forward_task *r = context;
	float *scratch = scratch_of(r->f, slots_for(r->f, r->n), w);

	for (int i = w; i < r->n; i += r->workers) {
		float *slot = slot_of(r->f, i);

		if (r->step < 0)
			take_inputs(r, slot, i);
		else
			run_step(r->f, r->step, slot, scratch, w, i);
	}
}

/* All images' tensor t, side by side, to see() and back. */
static enum nas_status see_batch(const struct forward_task *r, int t,
				 struct nas_err *err)
{
	const struct forward *f = r->f;
	size_t n = f->g->tensor[t].count;
	float *all;

	if (!f->o.see || !f->watched[t])
		return NAS_OK;
	all = malloc((size_t)r->n * n * sizeof(*all));
	if (!all)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a feature map");
	for (int i = 0; i < r->n; i++)
		memcpy(all + (size_t)i * n, tensor_of(f, slot_of(f, i), t),
		       n * sizeof(*all));
	f->o.see(f->o.context, 0, 0, r->n, t, all);
	for (int i = 0; i < r->n; i++)
		memcpy(tensor_of(f, slot_of(f, i), t), all + (size_t)i * n,
		       n * sizeof(*all));
	free(all);
	return NAS_OK;
}

static enum nas_status run_layerwise(struct forward_task *r, struct nas_err *err)
{
	const struct forward *f = r->f;

	for (r->step = -1; r->step < f->nsteps; r->step++) {
		parallel_for(r->workers, r->workers, run_layer, r);
		for (int k = 0; r->step < 0 && k < f->g->ninputs; k++)
			if (see_batch(r, f->g->input[k], err) != NAS_OK)
				return err->code;
		if (r->step >= 0 &&
		    see_batch(r, f->step[r->step].out, err) != NAS_OK)
			return err->code;
	}
	for (int i = 0; i < r->n; i++)
		give_output(r, slot_of(f, i), i);
	return NAS_OK;
}

static size_t floats_for(const struct forward *f, int n)
{
	return (size_t)slots_for(f, n) * f->slot +
	       (size_t)workers_for(f, n) * f->scratch;
}

size_t forward_bytes(const struct forward *f, int n)
{
	return floats_for(f, n) * sizeof(float);
}

static enum nas_status hold_buffer(struct forward *f, int n,
				   struct nas_err *err)
{
	size_t floats = floats_for(f, n);

	if (floats <= f->buffer_floats)
		return NAS_OK;
	if (floats > f->o.limit_bytes / sizeof(float))
		return nas_fail(err, NAS_EINPUT, "feature maps of %zu bytes "
				"are more than the %zu that a network with so "
				"few weights may take",
				floats * sizeof(float), f->o.limit_bytes);
	free(f->buffer);
	f->buffer_floats = 0;
	f->buffer = aligned_alloc(64, (floats + 15) / 16 * 64);
	if (!f->buffer)
		return nas_fail(err, NAS_ENOMEM,
				"out of memory for %zu bytes of "
				"feature maps",
				floats * sizeof(float));
	f->buffer_floats = floats;
	return NAS_OK;
}

enum nas_status forward_run(struct forward *f, const float *x, int n,
			    float *out, struct nas_err *err)
{
	struct forward_task r = {.f = f, .x = x, .out = out, .n = n};

	if (n <= 0)
		return NAS_OK;
	r.workers = workers_for(f, n);
	if (hold_buffer(f, n, err) != NAS_OK)
		return err->code;
	if (f->o.layerwise)
		return run_layerwise(&r, err);
	parallel_for(r.workers, r.workers, run_worker, &r);
	f->kept = f->o.keep ? n : 0;
	memset(f->stale, 0, (size_t)f->nsteps * sizeof(*f->stale));
	return NAS_OK;
}

enum nas_status forward_again(struct forward *f, int layer, int tensor,
			      struct nas_err *err)
{
	struct forward_task r = {.f = f, .n = f->kept, .again = true};

	if (f->kept < 1)
		return nas_fail(err, NAS_ERUN, "no images are kept");
	if (!forward_mark(f, layer, tensor))
		return nas_fail(err, NAS_ENOMEM, "out of memory for the steps");
	r.workers = workers_for(f, r.n);
	f->shown = tensor;
	parallel_for(r.workers, r.workers, run_worker, &r);
	f->shown = -1;
	return NAS_OK;
}

enum nas_status forward_start(struct forward *f, const float *x, int n,
			      struct nas_err *err)
{
	struct forward_task r = {.f = f, .x = x, .n = n, .step = -1};

	r.workers = workers_for(f, n);
	if (hold_buffer(f, n, err) != NAS_OK)
		return err->code;
	parallel_for(r.workers, r.workers, run_layer, &r);
	f->started = n;
	f->at = 0;
	return NAS_OK;
}

void forward_until(struct forward *f, int layer)
{
	struct forward_task r = {.f = f, .n = f->started};

	r.workers = workers_for(f, r.n);
	for (; f->at < f->nsteps; f->at++) {
		if (layer >= 0 && f->g->node[f->step[f->at].node].layer == layer)
			return;
		r.step = f->at;
		parallel_for(r.workers, r.workers, run_layer, &r);
	}
}

const float *forward_tensor(const struct forward *f, int image, int tensor)
{
	return forward_at(f, slot_of(f, image), tensor);
}

const struct conv_call *forward_conv_of(const struct forward *f, int layer)
{
	int node = f->g->layer[layer].node;

	for (int s = 0; s < f->nsteps; s++)
		if (f->step[s].node == node && f->g->node[node].op == GRAPH_CONV)
			return &f->step[s].conv;
	return NULL;
}
