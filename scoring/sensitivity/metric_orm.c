/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Network orthogonality (Ma et al. 2023, OMPQ, arXiv 2109.07865): features
 * f_i (N x d) of every layer, centred; ORM(i, j) = linear CKA =
 * |f_i' f_j|^2 / (|f_i' f_i| |f_j' f_j|), by Gram matrices N x N;
 * gamma_i = sum of ORM(i, j) over other layers. A layer's value is the mean
 * of exp(-beta gamma_j) over j >= i: orthogonal layers, and early ones, get
 * bits. beta depends on the network (10 for their ResNet-18, 1e-9 for their
 * MobileNetV2); 0.1 is our default.
 */
#include <math.h>

#include "nas/base/parallel.h"
#include "scoring/sensitivity/metrics.h"

#define IMAGES_MAX 64 /* of a batch: all feature maps of a layer are held */

struct orm {
	const struct sensitivity_job *job;
	const struct graph *graph;
	int n;         /* images */
	int *layer_of; /* (tensors) */
	double **gram; /* (L) each (N, N), centred */
	double *norm;  /* (L) */
	double *gamma; /* (L) */
	const float *data; /* (N, count) now */
	size_t count;
	double *into;
};

static double dot(const float *a, const float *b, size_t n)
{
	double part[4] = { 0 };
	size_t i = 0;

	for (; i + 4 <= n; i += 4)
		for (size_t k = 0; k < 4; k++)
			part[k] += (double)a[i + k] * (double)b[i + k];
	for (; i < n; i++)
		part[0] += (double)a[i] * (double)b[i];
	return part[0] + part[1] + (part[2] + part[3]);
}

static void gram_row(void *context, int i)
{
	struct orm *m = context;
	int n = m->n;

	for (int j = 0; j <= i; j++) {
		double x = dot(m->data + (size_t)i * m->count,
			       m->data + (size_t)j * m->count, m->count);

		m->into[i * n + j] = m->into[j * n + i] = x;
	}
}

/* Centring the features centres rows and columns of the Gram matrix. */
static double centre(double *k, int n)
{
	double norm = 0;

	for (int turn = 0; turn < 2; turn++)
		for (int i = 0; i < n; i++) {
			int step = turn ? n : 1, base = turn ? i : i * n;
			double mean = 0;

			for (int j = 0; j < n; j++)
				mean += k[base + j * step];
			for (int j = 0; j < n; j++)
				k[base + j * step] -= mean / n;
		}
	for (int i = 0; i < n * n; i++)
		norm += k[i] * k[i];
	return sqrt(norm);
}

static void see(void *context, int worker, int first, int images, int tensor,
		float *data)
{
	struct orm *m = context;
	int layer = m->layer_of[tensor];

	(void)worker, (void)first;
	if (layer < 0)
		return;
	m->data = data;
	m->count = m->graph->tensor[tensor].count;
	m->into = m->gram[layer];
	parallel_for(images, m->job->threads, gram_row, m);
	m->norm[layer] = centre(m->into, m->n);
}

static void similarities(void *context, int i)
{
	struct orm *m = context;
	int size = m->n * m->n;

	for (int j = 0; j < m->graph->nlayers; j++) {
		double sum = 0, norm = m->norm[i] * m->norm[j];

		for (int k = 0; k < size && j != i; k++)
			sum += m->gram[i][k] * m->gram[j][k];
		m->gamma[i] += norm > 0 ? sum / norm : 0;
	}
}

static enum nas_status open_orm(struct orm *m, struct sensitivity *s,
				struct nas_arena *arena, struct nas_err *err)
{
	const struct graph *g = m->graph;
	size_t n = (size_t)m->n, nlayers = (size_t)g->nlayers;

	s->value = NAS_NEW(arena, double, nlayers);
	m->layer_of = NAS_NEW(arena, int, (size_t)g->ntensors);
	m->gram = NAS_NEW(arena, double *, nlayers);
	m->norm = NAS_NEW(arena, double, nlayers);
	m->gamma = NAS_NEW(arena, double, nlayers);
	for (int i = 0; !arena->failed && i < g->ntensors; i++)
		m->layer_of[i] = -1;
	for (int i = 0; !arena->failed && i < g->nlayers; i++) {
		m->layer_of[g->layer[i].output] = i;
		m->gram[i] = NAS_NEW2(arena, double, n, n);
	}
	return arena->failed ? nas_fail(err, NAS_ENOMEM, "out of memory for the "
					"features")
			     : NAS_OK;
}

static enum nas_status run(struct sensitivity *s,
			   const struct sensitivity_job *job,
			   struct nas_arena *arena, struct nas_err *err)
{
	struct orm m = { .job = job, .graph = job->graph,
			 .n = job->n < IMAGES_MAX ? job->n : IMAGES_MAX };
	struct forward_options options = {
		.threads = job->threads, .nwatch = -1, .layerwise = true,
		.context = &m, .see = see,
	};
	struct forward *f = NULL;
	double sum = 0;

	if (open_orm(&m, s, arena, err) == NAS_OK &&
	    forward_new(&f, job->graph, &options, err) == NAS_OK)
		(void)!forward_run(f, job->x, m.n, NULL, err);
	forward_free(f);
	if (err->code != NAS_OK)
		return err->code;
	parallel_for(s->nlayers, job->threads, similarities, &m);
	for (int i = s->nlayers - 1; i >= 0; i--) {
		sum += exp(-job->beta * m.gamma[i]);
		s->value[i] = sum / (s->nlayers - i);
	}
	metric_from_values(s, job);
	return NAS_OK;
}

const struct sensitivity_metric metric_orm = {
	"orm", "network orthogonality: linear CKA to other layers",
	.images = 64, .least = 3, .few = 16, .run = run
};
