/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Topological entropy (Li, Su and Ma 2025, GMPQ-TE). Of every channel of a
 * layer's feature map, the birth time of the first cycle in each image of a
 * minibatch with one label (scoring/sensitivity/persistence.h); H = entropy of these
 * times. A layer's value is the weighted sum of its channels' H; the weights
 * theta_c = H_c / sum H are our reading of "a lower weight for a lower H",
 * as the equation is not known. te-mean is the plain mean (Zhao and Zhang
 * 2022). The higher, the more bits the layer needs.
 *
 * Two things are ours. H is divided by the most that it can be: of N images
 * ln N, or ln of the number of birth times that a map of side m can have where
 * those are fewer (none, or 4 up to m (m - 1) / 2 - (m - 2) edges). And a map
 * of side below 4 has no cycle ever: that is no number, so that such layers
 * get the median of the others.
 */
#include <math.h>

#include "nas/base/parallel.h"
#include "nas/base/stats.h"
#include "scoring/sensitivity/metrics.h"
#include "scoring/sensitivity/persistence.h"

#define SIDE_LEAST 4 /* of a map that can have a cycle */

struct te {
	const struct sensitivity_job *job;
	struct sensitivity *s;
	int *layer_of;   /* (tensors) -1 = not looked at */
	int **birth;     /* (L) each (channels, N) */
	int *channels;   /* (L) */
	int *side;       /* (L) of the maps */
	struct persistence **work; /* (threads) */
	float **map;     /* (threads, largest map) */
	int *bad;        /* (threads) the first failure of persistence_birth */
	double *entropy; /* (L) scratch */
	bool mean;
};

struct shape {
	int channels, rows, columns;
	size_t step; /* from one value of a map to the next */
};

/* Maps of a tensor: (C, H, W), tokens (T, C), or C numbers. */
static struct shape shape_of(const struct graph_tensor *t)
{
	if (t->rank == 4)
		return (struct shape){ t->size[1], t->size[2], t->size[3], 1 };
	if (t->rank == 3)
		return (struct shape){ t->size[2], t->size[1], 1,
				       (size_t)t->size[2] };
	return (struct shape){ (int)t->count, 1, 1, 1 };
}

static const float *map_of(const struct te *te, int worker,
			   const struct shape *s, const float *data, int c)
{
	size_t n = (size_t)s->rows * (size_t)s->columns;

	if (s->step == 1)
		return data + (size_t)c * n;
	for (size_t i = 0; i < n; i++)
		te->map[worker][i] = data[i * s->step + (size_t)c];
	return te->map[worker];
}

static void see(void *context, int worker, int first, int images, int tensor,
		float *data)
{
	struct te *te = context;
	int layer = te->layer_of[tensor], n = te->job->n;
	const struct graph_tensor *t = &te->job->graph->tensor[tensor];
	struct shape s = shape_of(t);

	for (int i = 0; i < images && layer >= 0; i++)
		for (int c = 0; c < s.channels; c++) {
			const float *map = map_of(te, worker, &s, data +
						  (size_t)i * t->count, c);
			int b = persistence_birth(te->work[worker], map,
						  s.rows, s.columns);

			if (b < 0 && !te->bad[worker])
				te->bad[worker] = b;
			te->birth[layer][(size_t)c * (size_t)n +
					 (size_t)(first + i)] = b;
		}
}

static enum nas_status open_workers(struct te *te, int threads, int side,
				    struct nas_arena *arena,
				    struct nas_err *err)
{
	size_t n = (size_t)threads, values = (size_t)side * (size_t)side;

	if (side > PERSISTENCE_SIDE_MAX)
		return nas_fail(err, NAS_ERUN, "a feature map has side %d, "
				"the limit is %d", side, PERSISTENCE_SIDE_MAX);
	te->work = NAS_NEW(arena, struct persistence *, n);
	te->map = NAS_NEW(arena, float *, n);
	te->bad = NAS_NEW(arena, int, n);
	for (int i = 0; i < threads && !arena->failed; i++) {
		te->map[i] = NAS_NEW(arena, float, values);
		te->work[i] = persistence_new(side);
		if (!te->work[i])
			return nas_fail(err, NAS_ENOMEM, "out of memory for maps");
	}
	return arena->failed ? nas_fail(err, NAS_ENOMEM, "out of memory for maps")
			     : NAS_OK;
}

static enum nas_status open_births(struct te *te, int threads,
				   struct nas_arena *arena, struct nas_err *err)
{
	const struct graph *g = te->job->graph;
	size_t nlayers = (size_t)g->nlayers;
	int most = 1;

	te->layer_of = NAS_NEW(arena, int, (size_t)g->ntensors);
	te->birth = NAS_NEW(arena, int *, nlayers);
	te->channels = NAS_NEW(arena, int, nlayers);
	te->side = NAS_NEW(arena, int, nlayers);
	te->s->value = NAS_NEW(arena, double, nlayers);
	for (int i = 0; !arena->failed && i < g->ntensors; i++)
		te->layer_of[i] = -1;
	for (int i = 0; !arena->failed && i < g->nlayers; i++) {
		struct shape s = shape_of(&g->tensor[g->layer[i].output]);
		int side = persistence_side(s.rows, s.columns);

		most = side > most ? side : most;
		te->layer_of[g->layer[i].output] = i;
		te->channels[i] = s.channels;
		te->side[i] = side;
		te->birth[i] = NAS_NEW2(arena, int, (size_t)s.channels,
					(size_t)te->job->n);
	}
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for birth times");
	return open_workers(te, threads, most, arena, err);
}

/* The most that an entropy of n birth times can be; 0: there are no cycles. */
static double attainable(int side, int n)
{
	double times = 0.5 * side * (side - 1) - side; /* "none" is one */

	return side < SIDE_LEAST ? 0 : log(fmin(n, times));
}

static void join_layer(void *context, int i)
{
	struct te *te = context;
	int n = te->job->n, channels = te->channels[i];
	double most = attainable(te->side[i], n), sum = 0, squares = 0;

	for (int c = 0; c < channels && most > 0; c++) {
		double h = birth_entropy(te->birth[i] +
					 (size_t)c * (size_t)n, n) / most;

		sum += h;
		squares += h * h;
	}
	if (te->mean)
		te->s->value[i] = sum / channels;
	else
		te->s->value[i] = sum > 0 ? squares / sum : 0;
}

/* Layers without cycles get the median of the others. */
static bool fill_layers(struct te *te, struct nas_arena *arena)
{
	struct sensitivity *s = te->s;
	double *known = NAS_NEW(arena, double, (size_t)s->nlayers), median;
	int n = 0;

	if (!known)
		return false;
	for (int i = 0; i < s->nlayers; i++)
		if (te->side[i] >= SIDE_LEAST)
			known[n++] = s->value[i];
	s->nguessed = n > 0 ? s->nlayers - n : 0;
	if (n == 0)
		return true;
	stats_sort(known, n);
	median = 0.5 * (known[(n - 1) / 2] + known[n / 2]);
	for (int i = 0; i < s->nlayers; i++)
		if (te->side[i] < SIDE_LEAST)
			s->value[i] = median;
	return true;
}

static enum nas_status look(struct te *te, int threads, struct nas_err *err)
{
	const struct sensitivity_job *job = te->job;
	struct forward_options options = {
		.threads = threads, .nwatch = -1, .context = te, .see = see,
	};
	struct forward *f = NULL;

	if (forward_new(&f, job->graph, &options, err) == NAS_OK)
		(void)!forward_run(f, job->x, job->n, NULL, err);
	forward_free(f);
	for (int i = 0; i < threads && err->code == NAS_OK; i++)
		if (te->bad[i] == PERSISTENCE_NO_MEMORY)
			nas_fail(err, NAS_ENOMEM, "out of memory for the "
				 "cycles of a feature map");
		else if (te->bad[i])
			nas_fail(err, NAS_ENUM, "a feature map holds a value "
				 "that is not finite");
	return err->code;
}

static enum nas_status run_either(struct sensitivity *s,
				  const struct sensitivity_job *job, bool mean,
				  struct nas_arena *arena, struct nas_err *err)
{
	struct te te = { .job = job, .s = s, .mean = mean };
	int threads = job->threads > 0 ? job->threads : 1;

	if (open_births(&te, threads, arena, err) == NAS_OK &&
	    look(&te, threads, err) == NAS_OK) {
		parallel_for(s->nlayers, threads, join_layer, &te);
		if (fill_layers(&te, arena))
			metric_from_values(s, job);
		else
			nas_fail(err, NAS_ENOMEM, "out of memory for the "
				 "layers");
	}
	for (int i = 0; te.work && i < threads; i++)
		persistence_free(te.work[i]);
	return err->code;
}

static enum nas_status run(struct sensitivity *s,
			   const struct sensitivity_job *job,
			   struct nas_arena *arena, struct nas_err *err)
{
	return run_either(s, job, false, arena, err);
}

static enum nas_status run_mean(struct sensitivity *s,
				const struct sensitivity_job *job,
				struct nas_arena *arena, struct nas_err *err)
{
	return run_either(s, job, true, arena, err);
}

const struct sensitivity_metric metric_te = {
	"te", "topological entropy, channels weighted by theirs",
	.images = 128, .least = 2, .few = 32, .one_label = true, .run = run
};

const struct sensitivity_metric metric_te_mean = {
	"te-mean", "topological entropy, mean of the channels",
	.images = 128, .least = 2, .few = 32, .one_label = true,
	.run = run_mean
};
