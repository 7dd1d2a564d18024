/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the test program of an exported network must print: its pictures go
 * through the graph in float, where a network of ours is exact, and one on grids
 * has the roundings of integers. Sums and pictures are made as
 * spaces/export/kernels/test.c makes them.
 */
#include <math.h>

#include "nas/run/verify.h"
#include "scoring/forward/forward.h"

struct watcher {
	const struct graph *graph;
	const double *unit; /* (ntensors) value of a level; 0 = not watched */
	const int *zero;    /* (ntensors) level of 0 as it is stored */
	uint32_t *sum;	    /* (ntensors) of the last image */
	int broken;	    /* a tensor with a value between levels; -1 */
	const struct c_plan *plan;
	uint32_t *out; /* (nouts) as outputs are counted through */
};

static uint32_t hash(uint32_t index, int32_t level)
{
	uint32_t h = index * 2654435761U ^ (uint32_t)level * 2246822519U;

	h ^= h >> 15;
	h *= 2246822519U;
	return h ^ h >> 13;
}

/* In the order in which outputs are got: of rows without columns as the file
 * has them. */
static void see_output(const struct watcher *w, int k, int first,
		       const float *data)
{
	const struct c_seen *s = &w->plan->out[k].seen;
	uint32_t sum = 0;

	for (int c = 0; c < s->channels; c++)
		for (int i = 0; i < s->pixels; i++) {
			int at = w->graph->tensor[s->tensor].rank == 4
					 ? i * s->channels + c
					 : c * s->pixels + i;
			double level = rint((double)data[c * s->pixels + i] /
					    w->unit[s->tensor]);

			sum += hash((uint32_t)(first + at),
				    (int32_t)level + w->zero[s->tensor]);
		}
	w->out[k] = sum;
}

static void see_outputs(const struct watcher *w, int tensor, const float *data)
{
	int first = 0;

	for (int k = 0; k < w->plan->nouts; k++) {
		const struct c_seen *s = &w->plan->out[k].seen;

		if (s->tensor == tensor)
			see_output(w, k, first, data);
		first += s->pixels * s->channels;
	}
}

/* (channel, row, column) -> (row, column, channel). */
static void see(void *context, int worker, int first, int images, int tensor,
		float *data)
{
	struct watcher *w = context;
	const struct graph_tensor *t = &w->graph->tensor[tensor];
	size_t channels = t->rank > 1 ? (size_t)t->size[1] : t->count;
	size_t pixels = t->count / channels;
	uint32_t sum = 0;

	(void)worker;
	(void)first;
	(void)images;
	for (size_t c = 0; c < channels; c++)
		for (size_t i = 0; i < pixels; i++) {
			double x = (double)data[c * pixels + i];
			double level = rint(x / w->unit[tensor]);

			if (!(fabs(level) < 0x1p31) ||
			    fabs(level * w->unit[tensor] - x) > 1e-7 * fabs(x))
				w->broken = tensor;
			else
				sum += hash((uint32_t)(i * channels + c),
					    (int32_t)level + w->zero[tensor]);
		}
	w->sum[tensor] = sum;
	if (w->broken != tensor)
		see_outputs(w, tensor, data);
}

static int next_level(uint32_t *state, int image, int bits)
{
	int half = 1 << (bits - 1), level;
	uint32_t x = *state = *state * 1664525U + 1013904223U;

	if (image % 4 == 3)
		level = (int)(x >> (32 - bits)) - half;
	else
		level = (int)((x >> 29) + (x >> 26 & 7) + (x >> 23 & 7) +
			      (x >> 20 & 7)) - 14;
	return level < -half ? -half : level >= half ? half - 1 : level;
}

void verify_image(float *x, const struct graph *g, const struct graph_node *grid,
		  uint32_t *state, int image)
{
	const struct graph_tensor *t = &g->tensor[g->input[0]];
	double scale = (double)graph_grid_scale(g, grid);
	int zero = c_zero_of(grid);
	size_t channels = t->rank > 1 ? (size_t)t->size[1] : t->count;
	size_t pixels = t->count / channels;

	for (size_t i = 0; i < pixels; i++)
		for (size_t c = 0; c < channels; c++)
			x[c * pixels + i] =
				(float)(scale *
					(next_level(state, image, grid->bits) -
					 zero));
}

/* Units of what is compared: grids, the output, feature maps. */
static void set_units(double *unit, int *zero, const struct c_plan *p)
{
	const struct graph *g = p->graph;

	for (int t = 0; t < g->ntensors; t++) {
		const struct graph_node *grid = c_grid_of(p, t);

		if (g->tensor[t].data || !grid)
			continue;
		unit[t] = (double)graph_grid_scale(g, grid);
		zero[t] = c_zero_of(grid);
	}
	if (p->output.tensor >= 0 && p->arch)
		unit[p->output.tensor] = p->call[p->ncalls - 1].unit;
	for (int i = 0; i < p->ncalls; i++)
		if (p->call[i].map >= 0)
			unit[g->output[p->call[i].map]] = p->call[i].unit;
}

static void add_tensor(struct nas_text *t, const struct watcher *w, int tensor)
{
	const struct graph_tensor *x = &w->graph->tensor[tensor];

	text_addf(t, "%s %zu %u\n", x->name, x->count, w->sum[tensor]);
}

static void add_gate(struct nas_text *t, const struct watcher *w,
		     const struct c_plan *p, const struct c_call *c)
{
	const struct graph *g = p->graph;
	const struct graph_layer *l = g->layer;
	const struct c_call *gate = &p->gate[c->gate];

	add_tensor(t, w, l[gate[0].layer].input);
	add_tensor(t, w, l[gate[1].layer].input);
	add_tensor(t, w, c_gate_tensor(p, &gate[1]));
}

/* In the order in which the program comes to them. */
static void add_image(struct nas_text *t, const struct watcher *w,
		      const struct c_plan *p)
{
	const struct graph *g = p->graph;
	uint32_t outputs = 0;

	add_tensor(t, w, p->input.tensor);
	for (int i = 0; i < p->ncalls; i++) {
		const struct c_call *c = &p->call[i];

		if (c->gate >= 0)
			add_gate(t, w, p, c);
		if (c->seen.tensor >= 0)
			add_tensor(t, w, c->seen.tensor);
	}
	for (int i = 0; i < p->nmaps; i++)
		text_addf(t, "map %d %zu %u\n", i,
			  g->tensor[g->output[i]].count, w->sum[g->output[i]]);
	for (int k = 0; k < p->nouts; k++)
		outputs += w->out[k];
	if (p->arch && p->output.tensor >= 0)
		outputs = w->sum[p->output.tensor];
	if (c_outputs(p))
		text_addf(t, "output %d %u\n", c_outputs(p), outputs);
}

static enum nas_status run_images(struct verify *v, struct forward *f,
				  const struct watcher *w, float *x,
				  struct nas_err *err)
{
	uint32_t state = 1;

	for (int i = 0; i < v->job.images; i++) {
		verify_image(x, v->plan.graph,
			     c_grid_of(&v->plan, v->plan.input.tensor), &state,
			     i);
		if (forward_run(f, x, 1, NULL, err) != NAS_OK)
			return err->code;
		if (w->broken >= 0)
			return nas_fail(err, NAS_ENUM,
					"%s: a value is not a whole number of "
					"its unit",
					w->graph->tensor[w->broken].name);
		add_image(&v->want, w, &v->plan);
	}
	return text_check(&v->want, "sums", err);
}

enum nas_status verify_expect(struct verify *v, struct nas_err *err)
{
	const struct graph *g = v->source.graph;
	size_t n = (size_t)g->ntensors;
	double *unit = NAS_NEW(v->arena, double, n);
	int *watch = NAS_NEW(v->arena, int, n);
	int *zero = NAS_NEW(v->arena, int, n);
	struct watcher w = {
		g, unit, zero, NAS_NEW(v->arena, uint32_t, n), -1, &v->plan,
		NAS_NEW(v->arena, uint32_t, (size_t)v->plan.nouts + 1)};
	float *x = NAS_NEW(v->arena, float, g->tensor[g->input[0]].count);
	struct forward_options o = {.threads = 1,
				    .watch = watch,
				    .context = &w,
				    .see = see};
	struct forward *f;

	if (v->arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for pictures");
	set_units(unit, zero, &v->plan);
	for (int i = 0; i < g->ntensors; i++)
		if (unit[i] > 0)
			watch[o.nwatch++] = i;
	if (forward_new(&f, g, &o, err) != NAS_OK)
		return err->code;
	(void)!run_images(v, f, &w, x, err);
	forward_free(f);
	return err->code;
}
