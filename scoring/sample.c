/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drawing, rejecting, joining; and which set to draw from. */
#include "scoring/sample.h"

#include <math.h>
#include <string.h>

#include "nas/base/clock.h"
#include "nas/base/parallel.h"
#include "nas/base/rng.h"
#include "nas/base/samples.h"
#include "nas/base/watch.h"
#include "scoring/sample_ways.h"
#include "scoring/table_row.h"

#define PILOT_BLOCKS 16     /* of SAMPLE_BLOCK draws from the space */
#define PILOT_ENOUGH 0.2    /* kept: then the space it is */
#define BINDS 0.05          /* of the draws exceed a budget */
#define ADDITIONS_MAX 8e8 /* of counting */
#define BYTES_MAX 256e6
#define DRAW_ADDITIONS 8000 /* in the time of a draw from the space */
#define COARSE_BINS 32
#define SLACK (1 + 1e-9) /* sums of the tables round differently */
#define FIRST_STREAM ((uint64_t)1 << 40)

struct drawer {
	const struct nas_problem *problem;
	struct nas_problem filter; /* the same budgets, a score that costs nothing */
	struct table table;        /* of the filter */
	struct nas_space_sampler sampler;
	struct ways ways; /* counted */
	bool counted;
};

/* What one block found. */
struct block_found {
	int n;
	int64_t draws;
	int64_t exceeded[RESOURCES]; /* pilot only */
};

struct drawing { /* of all blocks */
	const struct drawer *drawer;
	const struct nas_sample_options *options;
	uint64_t first_stream;
	int64_t cap; /* draws of a block */
	struct block_found *found;
	struct nas_total *total;   /* (n), or NULL: a pilot that counts only */
	struct nas_genome *genome; /* (n), or NULL: not wanted */
};

/* ---- one draw ------------------------------------------------------------ */

/* Budgets that are sums, by the tables. */
static bool sums_fit(const struct drawer *d, const struct nas_genome *g,
		     struct block_found *found)
{
	const struct nas_problem *p = &d->filter;
	int lanes = d->table.lanes, in = p->space->input.channels;
	double value[SPACE_STAGES_MAX * TABLE_LANES_MAX];
	double sum[TABLE_LANES_MAX];
	bool fit = true;

	for (int s = 0; s < p->space->nstages; s++) {
		table_stage(&d->table, g->variant, s, &g->stage[s], in,
			    value + s * lanes);
		in = p->space->stage[s].width[g->stage[s].width];
	}
	table_total(value, p->space->nstages, lanes, sum);
	for (int i = 0; i < p->nactive; i++) {
		double limit = p->budgets.limit[p->active[i]];

		if (sum[i + 1] > limit * SLACK) {
			found->exceeded[p->active[i]]++;
			fit = false;
		}
	}
	return fit;
}

static bool draw_one(const struct drawer *d, struct nas_genome *g,
		     struct rng *rng, struct block_found *found)
{
	struct nas_total total;

	if (d->counted)
		ways_draw(&d->ways, g, rng);
	else
		space_sample(&d->sampler, g, rng);
	if (!sums_fit(d, g, found))
		return false;
	problem_evaluate(&d->filter, g, &total);
	return problem_excess(&d->filter, &total) == 0;
}

/* ---- blocks -------------------------------------------------------------- */

static void draw_block(void *context, int i)
{
	const struct drawing *drawing = context;
	const struct drawer *d = drawing->drawer;
	int first = i * SAMPLE_BLOCK, want = drawing->options->n - first;
	struct block_found found = { 0, 0, { 0 } };
	struct watch *watch = drawing->total ? drawing->options->watch : NULL;
	struct nas_genome g;
	struct rng rng;
	int told = 0;

	if (!drawing->total)
		want = INT32_MAX;
	else if (want > SAMPLE_BLOCK)
		want = SAMPLE_BLOCK;
	rng_seed(&rng, drawing->options->seed,
		 drawing->first_stream + (uint64_t)i);
	while (found.n < want && found.draws < drawing->cap) {
		if (found.draws++ % 64 == 0) {
			if (stop_requested())
				break;
			watch_step(watch, found.n - told);
			told = found.n;
		}
		if (!draw_one(d, &g, &rng, &found))
			continue;
		if (drawing->total)
			problem_evaluate(d->problem, &g,
					 &drawing->total[first + found.n]);
		if (drawing->genome)
			drawing->genome[first + found.n] = g;
		found.n++;
	}
	watch_step(watch, found.n - told);
	drawing->found[i] = found;
}

/* Every block's draws; *sum in block order. */
static enum nas_status draw_blocks(const struct drawing *drawing, int blocks,
				   struct block_found *sum,
				   struct nas_err *err)
{
	struct drawing copy = *drawing;

	parallel_for(blocks, drawing->options->threads, draw_block, &copy);
	if (stop_requested())
		return nas_fail(err, NAS_EINTERRUPTED, "interrupted while "
				"networks were drawn");
	memset(sum, 0, sizeof(*sum));
	for (int i = 0; i < blocks; i++) {
		sum->n += drawing->found[i].n;
		sum->draws += drawing->found[i].draws;
		for (int r = 0; r < RESOURCES; r++)
			sum->exceeded[r] += drawing->found[i].exceeded[r];
	}
	return NAS_OK;
}

/* ---- which set ----------------------------------------------------------- */

static uint64_t first_stream(const struct nas_sample_options *o)
{
	return FIRST_STREAM + (o->stream << 25);
}

static enum nas_status pilot(const struct drawer *d,
			     const struct nas_sample_options *o,
			     struct block_found *sum, struct nas_err *err)
{
	struct block_found found[PILOT_BLOCKS];
	struct drawing drawing = {
		.drawer = d, .options = o, .cap = SAMPLE_BLOCK, .found = found,
		.first_stream = first_stream(o) + ((uint64_t)1 << 24),
	};

	return draw_blocks(&drawing, PILOT_BLOCKS, sum, err);
}

/* Most bins that the effort allows; 0 = none. */
static int affordable_bins(const struct nas_problem *problem, double additions)
{
	for (int bins = WAYS_BINS_MAX; bins >= COARSE_BINS; bins /= 2) {
		struct ways_effort e;

		ways_effort(&e, problem, bins);
		if (e.additions <= additions && e.bytes <= BYTES_MAX)
			return bins;
	}
	return 0;
}

/* Of the budgets that bind, each alone and their mean; their number. */
static int candidates(const struct nas_problem *problem,
		      const struct block_found *pilot,
		      double weight[RESOURCES + 1][RESOURCES])
{
	double binding[RESOURCES] = { 0 };
	int n = 0;

	for (int i = 0; i < problem->nactive; i++) {
		enum nas_resource r = problem->active[i];

		if (problem->budgets.limit[r] > 0 &&
		    (double)pilot->exceeded[r] > BINDS * (double)pilot->draws) {
			memset(weight[n], 0, sizeof(weight[n]));
			weight[n++][r] = 1;
			binding[r] = 1;
		}
	}
	for (int r = 0; r < RESOURCES; r++)
		weight[n][r] = n ? binding[r] / n : 0;
	return n == 1 ? 1 : n + 1; /* none: the memory alone */
}

/* The candidate that leaves the smallest set. */
static enum nas_status choose(int *best, const struct nas_problem *problem,
			      double weight[][RESOURCES], int n, int threads,
			      struct nas_arena *arena, struct nas_err *err)
{
	struct nas_arena_mark mark = arena_mark(arena);
	double least = HUGE_VAL;

	*best = 0;
	for (int i = 0; i < n && n > 1; i++) {
		struct ways ways;

		if (ways_init(&ways, problem, weight[i], COARSE_BINS, threads,
			      arena, err) != NAS_OK)
			return err->code;
		if (ways.share < least) {
			least = ways.share;
			*best = i;
		}
		arena_rewind(arena, mark);
	}
	return NAS_OK;
}

/* Count, where that pays: then d->counted. */
static enum nas_status count(struct drawer *d,
			     const struct nas_sample_options *o,
			     const struct block_found *pilot,
			     struct nas_arena *arena, struct nas_err *err)
{
	double weight[RESOURCES + 1][RESOURCES], kept, additions;
	int bins, best, n = candidates(&d->filter, pilot, weight);

	kept = fmax(pilot->n, 1) / (double)pilot->draws;
	additions = fmin(ADDITIONS_MAX, DRAW_ADDITIONS * o->n / kept);
	if (o->from == SAMPLE_FROM_COUNTED)
		additions = ADDITIONS_MAX;
	bins = affordable_bins(&d->filter, additions);
	if (!bins)
		return NAS_OK;
	if (choose(&best, &d->filter, weight, n, o->threads, arena, err) ||
	    ways_init(&d->ways, &d->filter, weight[best], bins, o->threads,
		      arena, err))
		return err->code;
	d->counted = true;
	return NAS_OK;
}

static enum nas_status prepare(struct drawer *d,
			       const struct nas_problem *problem,
			       const struct nas_sample_options *o,
			       struct nas_arena *arena, struct nas_err *err)
{
	struct block_found found;

	d->problem = problem;
	if (problem_init(&d->filter, problem->space, &problem->budgets,
			 score_find("depth"), &problem->score, arena, err) ||
	    table_init(&d->table, &d->filter, arena, err) ||
	    space_sampler_init(&d->sampler, problem->space, arena, err))
		return err->code;
	if (o->from == SAMPLE_FROM_SPACE)
		return NAS_OK;
	if (pilot(d, o, &found, err) != NAS_OK)
		return err->code;
	if (o->from == SAMPLE_FROM_ANY &&
	    (double)found.n >= PILOT_ENOUGH * (double)found.draws)
		return NAS_OK;
	return count(d, o, &found, arena, err);
}

/* ---- the sample ---------------------------------------------------------- */

/* Blocks that found less than they wanted leave gaps. */
static void close_gaps(struct nas_sample *s, const struct block_found *found,
		       int blocks)
{
	s->n = 0;
	for (int i = 0; i < blocks; i++) {
		int from = i * SAMPLE_BLOCK, n = found[i].n;

		memmove(&s->total[s->n], &s->total[from],
			(size_t)n * sizeof(*s->total));
		if (s->genome)
			memmove(&s->genome[s->n], &s->genome[from],
				(size_t)n * sizeof(*s->genome));
		s->n += n;
	}
}

static enum nas_status check_scores(const struct nas_sample *s,
				    const struct nas_problem *problem,
				    struct nas_err *err)
{
	for (int i = 0; i < s->n; i++)
		if (!isfinite(s->total[i].score))
			return nas_fail(err, NAS_ENUM, "the score %s of a "
					"network that was drawn is not finite",
					problem->def->name);
	return NAS_OK;
}

static void estimate(struct nas_sample *s, int wanted)
{
	double n = s->n, draws = (double)s->draws, share = n / fmax(draws, 1);

	if (s->n == wanted && n > 1) /* the last draw is always a success */
		share = (n - 1) / (draws - 1);
	samples_share(&s->low, &s->high, n, draws);
	s->share = s->set_share * share;
	s->low *= s->set_share;
	s->high *= s->set_share;
}

static enum nas_status draw_all(struct nas_sample *s, const struct drawer *d,
				const struct nas_sample_options *o,
				struct nas_arena *arena, struct nas_err *err)
{
	int blocks = (o->n + SAMPLE_BLOCK - 1) / SAMPLE_BLOCK;
	int64_t most = o->max_draws ? o->max_draws
				    : 1000000 + 1000 * (int64_t)o->n;
	struct drawing drawing = { .drawer = d, .options = o,
				   .first_stream = first_stream(o),
				   .cap = (most + blocks - 1) / blocks };
	struct block_found sum;

	s->total = NAS_NEW(arena, struct nas_total, (size_t)o->n);
	drawing.found = NAS_NEW(arena, struct block_found, (size_t)blocks);
	if (o->genomes)
		s->genome = NAS_NEW(arena, struct nas_genome, (size_t)o->n);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for %d networks",
				o->n);
	drawing.total = s->total;
	drawing.genome = s->genome;
	watch_begin(o->watch, o->n);
	if (draw_blocks(&drawing, blocks, &sum, err) != NAS_OK)
		return err->code;
	s->draws = sum.draws;
	close_gaps(s, drawing.found, blocks);
	return check_scores(s, d->problem, err);
}

enum nas_status sample_feasible(struct nas_sample *sample,
				const struct nas_problem *problem,
				const struct nas_sample_options *options,
				struct nas_arena *arena, struct nas_err *err)
{
	struct drawer drawer = { .counted = false };
	struct nas_arena own;

	NAS_BUG_IF(options->n < 1 || options->stream >= 4096);
	memset(sample, 0, sizeof(*sample));
	arena_init(&own, (size_t)1 << 30);
	if (prepare(&drawer, problem, options, &own, err) == NAS_OK) {
		sample->from = drawer.counted ? SAMPLE_FROM_COUNTED
					      : SAMPLE_FROM_SPACE;
		sample->set_share = drawer.counted ? drawer.ways.share : 1;
		sample->proven_empty = !(sample->set_share > 0);
		if (!sample->proven_empty &&
		    draw_all(sample, &drawer, options, arena, err) == NAS_OK)
			estimate(sample, options->n);
	}
	arena_free(&own);
	return err->code;
}
