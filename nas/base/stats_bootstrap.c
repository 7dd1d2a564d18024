/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "nas/base/parallel.h"
#include "nas/base/rng.h"
#include "nas/base/stats.h"
#include "nas/base/watch.h"

#define SHARES 16 /* of the resamples, each with memory of its own */

struct job {
	const struct stats_bootstrap *b;
	int *count[SHARES];   /* (n) */
	void *scratch[SHARES];
	double *figure;       /* (resamples, nfigures) */
	double *sorted;       /* (resamples) */
};

static void draw(int *count, const struct stats_bootstrap *b, int resample)
{
	struct rng rng;

	rng_seed(&rng, b->seed, (uint64_t)resample);
	memset(count, 0, (size_t)b->n * sizeof(*count));
	for (int i = 0; i < b->n; i++)
		count[rng_below(&rng, (uint32_t)b->n)]++;
}

static void work(void *context, int share)
{
	struct job *job = context;
	const struct stats_bootstrap *b = job->b;

	for (int r = share; r < b->resamples; r += SHARES) {
		draw(job->count[share], b, r);
		b->figures(b->context, job->count[share], job->scratch[share],
			   job->figure + (size_t)r * (size_t)b->nfigures);
		watch_step(b->watch, 1);
	}
}

static void interval(double *low, double *high, const struct job *job, int f)
{
	const struct stats_bootstrap *b = job->b;
	int n = 0;

	for (int r = 0; r < b->resamples; r++) {
		double x = job->figure[(size_t)r * (size_t)b->nfigures +
				       (size_t)f];

		if (isfinite(x))
			job->sorted[n++] = x;
	}
	*low = *high = (double)NAN;
	if (n == 0 || 2 * n < b->resamples)
		return;
	stats_sort(job->sorted, n);
	*low = stats_quantile(job->sorted, n, 0.5 - 0.5 * b->level);
	*high = stats_quantile(job->sorted, n, 0.5 + 0.5 * b->level);
}

static bool job_init(struct job *job, const struct stats_bootstrap *b)
{
	size_t resamples = (size_t)b->resamples + 1;
	bool ok;

	*job = (struct job){ .b = b };
	job->figure = calloc(resamples * (size_t)b->nfigures, sizeof(double));
	job->sorted = calloc(resamples, sizeof(double));
	ok = job->figure && job->sorted;
	for (int s = 0; s < SHARES; s++) {
		job->count[s] = calloc((size_t)b->n + 1, sizeof(int));
		job->scratch[s] = calloc(b->scratch_bytes + 1, 1);
		ok = ok && job->count[s] && job->scratch[s];
	}
	return ok;
}

static void job_free(struct job *job)
{
	for (int s = 0; s < SHARES; s++) {
		free(job->count[s]);
		free(job->scratch[s]);
	}
	free(job->figure);
	free(job->sorted);
}

enum nas_status stats_bootstrap(double *low, double *high,
				const struct stats_bootstrap *b,
				struct nas_err *err)
{
	struct job job;

	NAS_BUG_IF(b->n < 1 || b->resamples < 0 || b->nfigures < 1);
	if (!job_init(&job, b)) {
		job_free(&job);
		return nas_fail(err, NAS_ENOMEM, "out of memory for %d resamples of "
				"%d rows", b->resamples, b->n);
	}
	parallel_for(SHARES, b->threads, work, &job);
	for (int f = 0; f < b->nfigures; f++)
		interval(&low[f], &high[f], &job, f);
	job_free(&job);
	return NAS_OK;
}
