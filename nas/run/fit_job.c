/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/fit_job.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "nas/base/rng.h"
#include "nas/run/score_file.h"
#include "scoring/linear.h"
#include "scoring/trust.h"
#include "spaces/measured.h"

#define LEVEL 0.95   /* of the intervals */
#define CALLED "90 %" /* what leave-one-out makes of it: a little narrow */
#define LOO "fit"

struct sample { /* features of networks of the space */
	int n;
	double *x; /* (n, FEATURES_MAX) */
	struct fit_scale scale;
};

static double *sample_row(const struct sample *s, int i)
{
	return s->x + (size_t)i * FEATURES_MAX;
}

static enum nas_status sample_init(struct sample *s, int n,
				   struct nas_arena *arena, struct nas_err *err)
{
	s->n = n;
	s->x = NAS_NEW2(arena, double, (size_t)n, FEATURES_MAX);
	if (!s->x)
		return nas_fail(err, NAS_ENOMEM, "out of memory for %d networks",
				n);
	return NAS_OK;
}

static enum nas_status sample_list(struct sample *s,
				   const struct nas_arch_list *list,
				   const struct nas_qe_options *qe,
				   struct nas_arena *arena, struct nas_err *err)
{
	if (sample_init(s, list->n, arena, err) != NAS_OK)
		return err->code;
	for (int i = 0; i < s->n; i++)
		feature_values(&list->arch[i], qe, sample_row(s, i));
	return NAS_OK;
}

static enum nas_status sample_space(struct sample *s, const struct fit_job *job,
				    const struct nas_qe_options *qe,
				    struct nas_arena *arena,
				    struct nas_err *err)
{
	const struct nas_space *space = &job->config->space;
	struct nas_block block[SPACE_BLOCKS_MAX];
	struct nas_space_sampler sampler;
	struct nas_genome g;
	struct nas_arch arch;
	struct rng rng;

	if (sample_init(s, job->sample, arena, err) != NAS_OK ||
	    space_sampler_init(&sampler, space, arena, err) != NAS_OK)
		return err->code;
	rng_seed(&rng, job->seed, 0);
	for (int i = 0; i < s->n; i++) {
		space_sample(&sampler, &g, &rng);
		space_decode_into(space, &g, &arch, block);
		feature_values(&arch, qe, sample_row(s, i));
	}
	return NAS_OK;
}

static enum nas_status take_sample(struct sample *s, const struct fit_job *job,
				   const struct nas_arch_list *list,
				   const struct nas_qe_options *qe,
				   struct nas_arena *arena, struct nas_err *err)
{
	const struct nas_arch_defaults none = { 0 };
	struct nas_arch_list others;

	if (job->config) {
		if (sample_space(s, job, qe, arena, err) != NAS_OK)
			return err->code;
	} else if (job->networks) {
		if (arch_read(&others, job->networks, &none, arena, err) ||
		    sample_list(s, &others, qe, arena, err) != NAS_OK)
			return err->code;
	} else if (sample_list(s, list, qe, arena, err) != NAS_OK) {
		return err->code;
	}
	for (int i = 0; i < s->n; i++)
		fit_scale_add(&s->scale, sample_row(s, i));
	return NAS_OK;
}

/* ---- what it is worth ---- */

/* All fixed scores and the leave-one-out predictions, the last row. */
static enum nas_status judge(struct fit_job *job, struct correlation *c,
			     const struct nas_arch_list *list,
			     struct nas_arena *arena, struct nas_err *err)
{
	const struct correlate_given given = { LOO, "leave-one-out",
					       job->fit.predicted };
	struct correlate_options o = CORRELATE_DEFAULTS;
	struct correlation_record *r = &job->record.scores;

	o.given = &given;
	o.ngiven = 1;
	o.seed = job->seed;
	o.threads = job->threads;
	o.level = LEVEL;
	o.resamples = list->n < FIT_INTERVAL ? 0 : job->resamples;
	r->resamples = o.resamples;
	r->level = o.level;
	r->seed = (int64_t)o.seed;
	if (correlate(c, list, &o, arena, err) != NAS_OK)
		return err->code;
	return correlation_record_make(r, c, arena, err);
}

/* The fixed score that ranks best, of those that are sums over blocks. */
static const struct correlate_row *best_row(const struct correlation *c)
{
	const struct correlate_row *best = NULL;

	for (int r = 0; r < c->nrows; r++) {
		const struct correlate_row *row = &c->row[r];
		double v = row->all.value[CORRELATE_SPEARMAN];

		if (!row->def || !score_is_additive(row->def) ||
		    row->all.n < c->n || !isfinite(v))
			continue;
		if (!best || v > best->all.value[CORRELATE_SPEARMAN])
			best = row;
	}
	return best;
}

/* ---- the score ---- */

/* Deviation over the sample of a sum of weight (FEATURES_MAX) x feature. */
static double spread_of(const struct sample *s, const double *weight)
{
	double mean = 0, squares = 0;

	for (int i = 0; i < s->n; i++) {
		double v = 0, from;

		for (int j = 0; j < nfeatures; j++)
			v += weight[j] * sample_row(s, i)[j];
		from = v - mean;
		mean += from / (i + 1);
		squares += from * (v - mean);
	}
	return s->n > 1 ? sqrt(squares / (s->n - 1)) : 0;
}

static void fitted_weights(const struct fit *fit, double *weight)
{
	memset(weight, 0, FEATURES_MAX * sizeof(*weight));
	for (int i = 0; i < fit->nfeatures; i++)
		weight[fit->feature[i]] = fit->beta[i] / fit->scale[i];
}

/* A fixed score's; qe with equal stage weights is a feature of its own. */
static void fixed_weights(const struct correlate_row *row, double *weight)
{
	const struct nas_score_term equal[] = {{"qe_equal", 1}, {NULL, 0}};
	const struct nas_score_term *t = row->equal ? equal : row->def->terms;

	memset(weight, 0, FEATURES_MAX * sizeof(*weight));
	for (; t->feature; t++)
		weight[feature_find(t->feature) - features] += t->weight;
}

static void add_scaled(double *sum, const double *weight, double spread)
{
	for (int j = 0; j < FEATURES_MAX && spread > 0; j++)
		sum[j] += weight[j] / spread;
}

/* Fill job->score; with: a fixed score to add, or NULL. */
static enum nas_status make_score(struct fit_job *job, const struct sample *s,
				  const struct correlate_row *with,
				  struct nas_arena *arena, struct nas_err *err)
{
	double own[FEATURES_MAX], other[FEATURES_MAX];
	double sum[FEATURES_MAX] = { 0 };
	struct nas_score_file *f = &job->score;

	fitted_weights(&job->fit, own);
	if (with) {
		fixed_weights(with, other);
		add_scaled(sum, own, spread_of(s, own));
		add_scaled(sum, other, spread_of(s, other));
	} else {
		memcpy(sum, own, sizeof(sum));
	}
	f->weight = NAS_NEW(arena, struct nas_score_weight, FEATURES_MAX);
	if (!f->weight)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a score");
	for (int j = 0; j < nfeatures; j++) {
		double scale = fit_deviation(&s->scale, j);

		scale = scale > 0 ? scale : 1;
		if (sum[j] != 0)
			f->weight[f->nweights++] = (struct nas_score_weight){
				j, sum[j] * scale, scale };
	}
	return NAS_OK;
}

/* Where the measured networks lie: main sums, their least and largest. */
static enum nas_status make_ranges(struct fit_job *job,
				   const struct nas_arch_list *list,
				   const struct nas_qe_options *qe,
				   struct nas_arena *arena, struct nas_err *err)
{
	struct nas_score_file *f = &job->score;

	f->range = NAS_NEW(arena, struct nas_score_range, TRUST_MAX);
	if (!f->range)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a score");
	for (; trust_features[f->nranges]; f->nranges++)
		f->range[f->nranges] = (struct nas_score_range){
			(int)(feature_find(trust_features[f->nranges]) -
			      features), HUGE_VAL, -HUGE_VAL };
	for (int i = 0; i < list->n; i++) {
		double x[FEATURES_MAX];

		feature_values(&list->arch[i], qe, x);
		for (int k = 0; k < f->nranges; k++) {
			struct nas_score_range *r = &f->range[k];

			r->low = fmin(r->low, x[r->feature]);
			r->high = fmax(r->high, x[r->feature]);
		}
	}
	return NAS_OK;
}

/* ---- what is said ---- */

static void add_worth(struct nas_text *t, const struct fit_record *r)
{
	text_addf(t, "fitted to %d networks: leave-one-out Spearman %s",
		  r->networks, figure_text(r->spearman, 3).s);
	if (r->networks >= FIT_INTERVAL && isfinite(r->spearman_interval.low))
		text_addf(t, " (%s: %s)", CALLED,
			  interval_text(r->spearman_interval, 2).s);
	else
		text_addf(t, ", too few networks for an interval");
}

static enum nas_status make_summary(struct fit_job *job,
				    const struct correlate_row *best,
				    struct nas_arena *arena,
				    struct nas_err *err)
{
	struct fit_record *r = &job->record;
	struct nas_text t = { 0 };
	char title[64];

	add_worth(&t, r);
	if (best)
		text_addf(&t, "; of the fixed scores %s ranks them best, %s%s",
			  best->title,
			  figure_text(best->all.value[CORRELATE_SPEARMAN], 3).s,
			  r->blended ? ", and is blended in" : "");
	r->summary = t.failed ? NULL : arena_strdup(arena, t.data);
	text_free(&t);
	r->best = best ? arena_strdup(arena, best->name) : NULL;
	job->score.name = arena_strdup(arena, "fit");
	snprintf(title, sizeof(title), "fit to %d networks", r->networks);
	job->score.title = arena_strdup(arena, title);
	job->score.source = r->summary;
	if (!r->summary || arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a summary");
	return NAS_OK;
}

static void fill_record(struct fit_job *job, const struct correlation *c,
			const struct sample *s)
{
	const struct correlation_figures *f =
		&job->record.scores.row[c->nrows - 1].all;
	struct fit_record *r = &job->record;

	r->networks = job->fit.n;
	r->features = job->fit.nfeatures;
	r->sample = s->n;
	r->lambda = job->fit.lambda;
	r->spearman = f->spearman;
	r->kendall = f->kendall;
	r->spearman_interval = f->spearman_interval;
	r->kendall_interval = f->kendall_interval;
}

enum nas_status fit_job_run(struct fit_job *job, struct nas_arena *arena,
			    struct nas_err *err)
{
	struct nas_qe_options qe = QE_DEFAULTS;
	const struct correlate_row *best;
	struct sample s = { 0 };
	struct nas_arch_list list;
	struct correlation c;

	if (job->config) {
		qe.sigma_a = job->config->score_options.qe.sigma_a;
		qe.sigma_w = job->config->score_options.qe.sigma_w;
	}
	if (measured_read_all(&list, job->table, job->ntables, arena, err) ||
	    take_sample(&s, job, &list, &qe, arena, err) != NAS_OK ||
	    fit_networks(&job->fit, &list, &s.scale, &qe, arena, err) ||
	    judge(job, &c, &list, arena, err) != NAS_OK)
		return err->code;
	fill_record(job, &c, &s);
	best = best_row(&c);
	job->record.blended =
		best && !(best->all.value[CORRELATE_SPEARMAN] <=
			  job->record.spearman);
	if (make_score(job, &s, job->record.blended ? best : NULL, arena,
		       err) != NAS_OK ||
	    make_ranges(job, &list, &qe, arena, err) != NAS_OK)
		return err->code;
	return make_summary(job, best, arena, err);
}
