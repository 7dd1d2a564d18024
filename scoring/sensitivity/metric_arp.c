/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Attribution rank preservation (Wang et al., GMPQ), without training. For
 * networks that end in global average pooling and a linear layer the gradient
 * of the predicted class by the last feature map f is that class's weights,
 * so the attribution is A = ReLU(sum_c w_c f_c), a class activation map. With
 * a layer quantised, loss = mean over pixels and images of
 *	(l2norm(A_float^p) - l2norm(A_quantised^p))^2,
 * each network with its own predicted class. p is 3, or by capacity
 * 24 / (bits_w bits_a) of the quantised layer, 8 where its other side is
 * float (their p is the mean over layers). The paper gives only the network
 * in floats the power, as a target for training; equal maps then differ, so
 * that 8 bits lose as much as few. Both have it here (ours). The second figure is the mean
 * distance of ranks of pixels, in pixels over their number (the paper's
 * analysis; the formula is ours).
 */
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "scoring/sensitivity/metrics.h"

struct head {
	int map;   /* tensor: last feature map (C, H, W) */
	int layer; /* classifier */
	atomic_bool *lost; /* memory was out for an image */
};

/* The feature map under the last linear layer, or false. */
static bool find_head(struct head *h, const struct graph *g)
{
	int t, pooled = 0;

	h->layer = g->nlayers - 1;
	t = g->layer[h->layer].input;
	for (;;) {
		int node = g->tensor[t].producer;
		enum graph_op op = node < 0 ? GRAPH_OPS : g->node[node].op;

		if (op == GRAPH_REDUCE_MEAN || op == GRAPH_AVERAGE_POOL)
			pooled++;
		else if (op != GRAPH_RESHAPE)
			break;
		t = g->node[node].in[0];
		if (pooled == 1 && g->tensor[t].rank == 4)
			break;
	}
	h->map = t;
	return pooled == 1 && g->tensor[t].rank == 4 &&
	       g->tensor[t].size[1] == (int)g->layer[h->layer].fan;
}

struct map { /* what an image's attribution is made of */
	int channels, pixels;
	const float *f, *weight, *bias; /* of the classifier */
	int classes;
};

/* Of the means of the maps' channels: (channels) of room. */
static int predicted(const struct map *m, double *mean)
{
	int best = 0;
	double most = -HUGE_VAL;

	for (int c = 0; c < m->channels; c++) {
		const float *f = m->f + (size_t)c * (size_t)m->pixels;

		mean[c] = 0;
		for (int i = 0; i < m->pixels; i++)
			mean[c] += (double)f[i];
		mean[c] /= m->pixels;
	}
	for (int k = 0; k < m->classes; k++) {
		const float *w = m->weight + (size_t)k * (size_t)m->channels;
		double y = (double)m->bias[k];

		for (int c = 0; c < m->channels; c++)
			y += mean[c] * (double)w[c];
		if (y > most)
			most = y, best = k;
	}
	return best;
}

static void attribute(const struct map *m, double *mean, double *a)
{
	const float *w = m->weight + (size_t)predicted(m, mean) *
					     (size_t)m->channels;

	for (int i = 0; i < m->pixels; i++)
		a[i] = 0;
	for (int c = 0; c < m->channels; c++)
		for (int i = 0; i < m->pixels; i++)
			a[i] += (double)w[c] *
				(double)m->f[(size_t)c * (size_t)m->pixels +
					     (size_t)i];
	for (int i = 0; i < m->pixels; i++)
		a[i] = a[i] > 0 ? a[i] : 0;
}

static void normalise(double *to, const double *a, int n, double p)
{
	double most = 0, sum = 0;

	for (int i = 0; i < n; i++)
		most = fmax(most, a[i]);
	for (int i = 0; i < n; i++) {
		to[i] = most > 0 ? pow(a[i] / most, p) : 0;
		sum += to[i] * to[i];
	}
	for (int i = 0; i < n && sum > 0; i++)
		to[i] /= sqrt(sum);
}

/* Rank of a pixel, ties at their middle. */
static double rank_of(const double *a, int n, int i)
{
	int below = 0, equal = 0;

	for (int j = 0; j < n; j++) {
		below += a[j] < a[i];
		equal += a[j] == a[i];
	}
	return below + 0.5 * (equal - 1);
}

static double rank_distance(const double *a, const double *b, int n)
{
	double sum = 0;

	for (int i = 0; i < n; i++)
		sum += fabs(rank_of(a, n, i) - rank_of(b, n, i));
	return sum / n / n;
}

static double exponent(const struct probe *p)
{
	int w = p->bits_w < SENSITIVITY_BITS ? p->bits_w : SENSITIVITY_BITS;
	int a = p->bits_a < SENSITIVITY_BITS ? p->bits_a : SENSITIVITY_BITS;

	return p->job->power > 0 ? p->job->power : 24.0 / (w * a);
}

static void compare(const struct probe *p, const struct map *reference,
		    const struct map *now, double *room, double *figure)
{
	int n = reference->pixels;
	double *a = room, *b = a + n, *x = b + n, *y = x + n, *mean = y + n;

	attribute(reference, mean, a);
	attribute(now, mean, b);
	normalise(x, a, n, exponent(p));
	normalise(y, b, n, exponent(p));
	figure[0] = 0;
	for (int i = 0; i < n; i++)
		figure[0] += (x[i] - y[i]) * (x[i] - y[i]) / n;
	figure[1] = rank_distance(a, b, n);
}

static void measure(const struct probe *p, const float *reference,
		    const float *now, double *figure)
{
	const struct head *h = p->context;
	const struct graph_layer *l = &p->graph->layer[h->layer];
	const struct graph_tensor *t = &p->graph->tensor[h->map];
	struct map a = { .channels = t->size[1],
			 .pixels = t->size[2] * t->size[3], .f = reference,
			 .weight = l->weight, .bias = l->bias,
			 .classes = l->out };
	struct map b = a;
	double *room = malloc((4 * (size_t)a.pixels + (size_t)a.channels) *
			      sizeof(*room));

	b.f = now;
	if (p->layer == h->layer)
		b.weight = p->weight;
	figure[0] = figure[1] = HUGE_VAL;
	if (room)
		compare(p, &a, &b, room, figure);
	else
		atomic_store(h->lost, true);
	free(room);
}

static int last_map(const struct graph *g, int layer)
{
	struct head h;

	(void)layer;
	find_head(&h, g);
	return h.map;
}

static enum nas_status run(struct sensitivity *s,
			   const struct sensitivity_job *job,
			   struct nas_arena *arena, struct nas_err *err)
{
	atomic_bool lost = false;
	struct head h = { .lost = &lost };
	const struct probe_kind kind = { .tensor = last_map,
					 .measure = measure, .context = &h };

	if (!find_head(&h, job->graph))
		return nas_fail(err, NAS_ERUN, "metric 'arp' needs a network "
				"that ends in global average pooling and a "
				"linear layer");
	s->extra_name = "rank distance";
	s->extra_w = NAS_NEW2(arena, double, (size_t)s->nlayers,
			      (size_t)s->nw);
	if (!s->extra_w)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the ranks");
	if (metric_probe(s, job, &kind, arena, err) == NAS_OK &&
	    atomic_load(&lost))
		nas_fail(err, NAS_ENOMEM, "out of memory for the ranks");
	return err->code;
}

const struct sensitivity_metric metric_arp = {
	"arp", "attribution rank preservation of the last feature map",
	.images = 64, .least = 1, .few = 8, .one_label = true, .run = run
};
