/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Building the table: coefficients read off the chain, checked elsewhere. */
#include <math.h>
#include <string.h>

#include "scoring/table.h"
#include "scoring/table_columns.h"

struct probe { /* a stage's coefficients at some inputs */
	const struct table *table;
	const struct nas_chain *chain;
	int s, width; /* stage; channels of its output */
	struct nas_gene gene;
	int in[2], check_in;
	struct nas_coef first[2], check, equal, inner;
	double end_score, end[RESOURCES]; /* what the stage's end adds */
};

/* What m multiplies in a resource, and what stands alone. Of the factors of
 * bits a resource has one. */
static void split(enum nas_resource r, const struct nas_coef *c,
		  double *times_m, double *alone)
{
	const struct nas_coef_use use = coef_use(c, r);

	*alone = use.alone;
	*times_m = use.of_aw + use.of_w + use.of_time;
}

/* Inputs to read the coefficients off at: not the stage's own width, where a
 * shortcut adds its share. */
static void probe_stage(struct probe *p)
{
	const struct nas_chain *chain = p->chain;
	int in = 1;

	p->width = chain->stage[p->s].choices->width[p->gene.width];
	for (int i = 0; i < 2; i++, in++) {
		in += in == p->width;
		p->in[i] = in;
		chain_coef_first(chain, p->s, &p->gene, in, &p->first[i]);
	}
	p->check_in = p->width == 1000 ? 1001 : 1000;
	chain_coef_first(chain, p->s, &p->gene, p->check_in, &p->check);
	chain_coef_first(chain, p->s, &p->gene, p->width, &p->equal);
	chain_coef_inner(chain, p->s, &p->gene, &p->inner);
	memset(p->end, 0, sizeof(p->end));
	p->end_score = chain_end(chain, p->s, p->width, p->end);
}

/* Lane of one resource; false when it is not affine. */
static bool fill_resource(const struct probe *p, enum nas_resource r,
			  double *lane)
{
	int n = p->table->lanes;
	double m[2], fixed[2], step = p->in[1] - p->in[0];
	double slope, fixed_slope;

	for (int i = 0; i < 2; i++)
		split(r, &p->first[i], &m[i], &fixed[i]);
	lane[SLOPE * n] = slope = (m[1] - m[0]) / step;
	lane[BASE * n] = m[0] - slope * p->in[0];
	lane[FIXED_SLOPE * n] = fixed_slope = (fixed[1] - fixed[0]) / step;
	lane[FIXED * n] = fixed[0] - fixed_slope * p->in[0];
	split(r, &p->equal, &m[0], &fixed[0]);
	lane[EQUAL * n] = fixed[0] - fixed_slope * p->width - lane[FIXED * n];
	split(r, &p->inner, &lane[INNER * n], &lane[FIXED_INNER * n]);
	split(r, &p->check, &m[1], &fixed[1]);
	if (slope * p->check_in + lane[BASE * n] != m[1] ||
	    slope * p->width + lane[BASE * n] != m[0] ||
	    fixed_slope * p->check_in + lane[FIXED * n] != fixed[1])
		return false;
	lane[FIXED * n] += p->end[r];
	return true;
}

/* The size that the score is; NULL if it is none. */
static const enum nas_resource *size_of(const struct nas_problem *problem)
{
	const struct nas_linear *l = problem->linear;

	return l->n == 1 && l->feature[0]->size && l->weight[0] == 1
		       ? &l->feature[0]->resource : NULL;
}

/* ln c enters the entropy as (weight / 2) ln c: of a score that is one feature
 * that has its entropy for shape. */
static double entropy_base(const struct probe *p, const struct nas_coef *c,
			   int in)
{
	return c->score.fixed - p->chain->stage[p->s].ln_in * 0.5 * log(in);
}

/* Not where what a block adds depends on its place, or on the input's
 * channels in another way. */
static bool fill_score(const struct probe *p, double *lane)
{
	const struct nas_problem *problem = p->table->problem;
	const enum nas_resource *size = size_of(problem);
	int n = p->table->lanes;
	double base;

	if (size)
		return fill_resource(p, *size, lane);
	if (!problem->linear->n || problem->linear->shared ||
	    problem->linear->sign_aw)
		return false;
	base = entropy_base(p, &p->first[0], p->in[0]);
	lane[BASE * n] = lane[INNER * n] = 1;
	lane[FIXED * n] = base + p->end_score;
	lane[FIXED_INNER * n] = p->inner.score.fixed;
	return fabs(entropy_base(p, &p->check, p->check_in) - base) < 1e-9 &&
	       fabs(entropy_base(p, &p->equal, p->width) - base) < 1e-9;
}

static bool fill_row(const struct probe *p, double *row)
{
	const struct nas_problem *problem = p->table->problem;
	bool ok = fill_score(p, row);

	for (int i = 0; i < problem->nactive; i++)
		ok = fill_resource(p, problem->active[i], &row[i + 1]) && ok;
	return ok;
}

static double bits_factor(const struct nas_chain_stage *cs, enum nas_resource r,
			  int a, int w)
{
	switch (chain_by[r]) {
	case CHAIN_BY_AW:
		return cs->aw[a][w];
	case CHAIN_BY_W:
		return cs->bytes_w[w];
	case CHAIN_BY_SLOW:
		return cs->slow[a][w];
	case CHAIN_BY_NONE:
		break;
	}
	return 0;
}

static enum nas_status fill_bits(const struct table *table,
				 const struct nas_chain_stage *cs,
				 struct table_stage *ts,
				 struct nas_arena *arena)
{
	const struct nas_stage *st = cs->choices;
	const struct nas_problem *problem = table->problem;
	const enum nas_resource *size = size_of(problem);
	double *bits = NAS_NEW2(arena, double, TABLE_BITS,
				(size_t)table->lanes);

	if (!bits)
		return NAS_ENOMEM;
	ts->bits = bits;
	for (int a = 0; a < (st->nbits_a ? st->nbits_a : 1); a++)
		for (int w = 0; w < (st->nbits_w ? st->nbits_w : 1); w++) {
			double *lane = bits + gene_bits(a, w) * table->lanes;

			lane[0] = size ? bits_factor(cs, *size, a, w)
				       : cs->gain[0][a][w];
			for (int i = 0; i < problem->nactive; i++)
				lane[i + 1] = bits_factor(
					cs, problem->active[i], a, w);
		}
	return NAS_OK;
}

static enum nas_status fill_rows(const struct table *table,
				 const struct nas_chain *chain, int s,
				 struct table_stage *ts,
				 struct nas_arena *arena)
{
	const struct nas_stage *st = chain->stage[s].choices;
	size_t columns = (size_t)COLUMNS * (size_t)table->lanes;
	size_t shapes = chain_shapes(st);
	double *row = NAS_NEW2(arena, double, shapes, columns);
	bool affine = true;

	if (!row)
		return NAS_ENOMEM;
	ts->row = row;
	for (size_t i = 0; i < shapes; i++) {
		struct probe p = { .table = table, .chain = chain, .s = s,
				   .gene = chain_shape_gene(st, i) };

		probe_stage(&p);
		affine = fill_row(&p, row + i * columns) && affine;
	}
	if (!affine)
		ts->row = NULL;
	return NAS_OK;
}

static void fill_depths(const struct nas_stage *st, struct table_stage *ts)
{
	for (int d = 0; d < st->ndepth; d++) {
		ts->inner[d] = st->depth[d] - 1;
		for (int b = st->depth[d]; b < SPACE_DEPTH_MAX; b++)
			ts->dead[d][b] = TABLE_BITS - 1;
	}
}

/* Most channels that can reach a stage. */
static int widest(const struct nas_space *space)
{
	int most = space->input.channels;

	for (int s = 0; s < space->nstages; s++) {
		const struct nas_stage *st = &space->stage[s];

		if (st->width[st->nwidth - 1] > most)
			most = st->width[st->nwidth - 1];
	}
	return most;
}

static enum nas_status fill_ln(const struct nas_chain *chain,
			       const struct nas_chain_stage *cs,
			       struct table_stage *ts, struct nas_arena *arena)
{
	double *ln_in = NAS_NEW(arena, double, (size_t)ts->channels);

	if (!ln_in)
		return NAS_ENOMEM;
	for (int c = 1; c < ts->channels; c++)
		ln_in[c] = cs->ln_in * chain->half_ln[c];
	ts->ln_in = ln_in;
	return NAS_OK;
}

static enum nas_status init_stage(const struct table *table,
				  const struct nas_chain *chain, int s,
				  struct table_stage *ts,
				  struct nas_arena *arena)
{
	const struct nas_chain_stage *cs = &chain->stage[s];
	const struct nas_stage *st = cs->choices;

	ts->se_step = COLUMNS * table->lanes;
	ts->kernel_step = ts->se_step * st->nse;
	ts->expand_step = ts->kernel_step * st->nkernel;
	ts->width_step = ts->expand_step * st->nexpand;
	ts->width = st->width;
	ts->channels = widest(table->problem->space) + 1;
	ts->max_depth = st->depth[st->ndepth - 1];
	ts->each = st->each ? st : NULL;
	fill_depths(st, ts);
	if (fill_ln(chain, cs, ts, arena) != NAS_OK ||
	    fill_bits(table, cs, ts, arena) != NAS_OK)
		return NAS_ENOMEM;
	return fill_rows(table, chain, s, ts, arena);
}

enum nas_status table_init(struct table *table,
			   const struct nas_problem *problem,
			   struct nas_arena *arena, struct nas_err *err)
{
	const struct nas_space *space = problem->space;
	int n = space->nstages;

	table->problem = problem;
	table->memory = isfinite(problem->budgets.sram_bytes);
	table->lanes = problem->nactive < 2   ? 2
		       : problem->nactive < 4 ? 4
		       : problem->nactive < 8 ? 8
					      : TABLE_LANES_MAX;
	table->stage = NAS_NEW2(arena, struct table_stage,
				(size_t)space->nvariants, (size_t)n);
	for (int i = 0; !arena->failed && i < space->nvariants * n; i++)
		if (init_stage(table, &problem->chain[i / n], i % n,
			       &table->stage[i], arena) != NAS_OK)
			break;
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the tables");
	return NAS_OK;
}
