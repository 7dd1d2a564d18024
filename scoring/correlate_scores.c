/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every score of every network. */
#include <math.h>
#include <string.h>

#include "nas/base/parallel.h"
#include "nas/base/stats.h"
#include "scoring/correlate.h"
#include "scoring/qe.h"

#define SHARES 64

struct work {
	struct correlation *c;
	const struct nas_arch_list *list;
	const struct correlate_options *options;
};

#define ACROSS "lean+bitops" /* the row that is made of two others */

static bool published(const struct nas_score_def *def)
{
	return def && def->rule && score_weights(def) == QE_PUBLISHED;
}

/* QE-Score also with equal weights, unless weights are given. */
static bool has_equal_row(const struct nas_score_def *def,
			  const struct correlate_options *o)
{
	return def->rule == &qe_rule && o->nstage_weights == 0 && !o->equal;
}

static void add_row(struct correlation *c, const struct nas_score_def *def,
		    bool equal)
{
	NAS_BUG_IF(c->nrows == CORRELATE_ROWS);
	c->row[c->nrows++] = (struct correlate_row){
		.name = equal ? "qe-equal" : def->name,
		.title = equal ? "QE-Score, equal weights" : def->title,
		.def = def,
		.equal = equal,
	};
}

static void add_other_row(struct correlation *c, const char *name,
			  const char *title)
{
	NAS_BUG_IF(c->nrows == CORRELATE_ROWS);
	c->row[c->nrows++] = (struct correlate_row){ .name = name,
						     .title = title };
}

static void add_rows(struct correlation *c, const struct correlate_options *o)
{
	for (const struct nas_score_def *def = scores; def->name; def++) {
		if (def->sampled && !o->sampled)
			continue;
		add_row(c, def, false);
		if (has_equal_row(def, o))
			add_row(c, def, true);
	}
	add_other_row(c, ACROSS, "z(lean) + z(ln BitOps)");
	for (int i = 0; i < o->nmore; i++)
		add_row(c, &o->more[i], false);
	for (int i = 0; i < o->ngiven; i++)
		add_other_row(c, o->given[i].name, o->given[i].title);
}

static const struct correlate_row *find_row(const struct correlation *c,
					    const char *name)
{
	int r = 0;

	while (strcmp(c->row[r].name, name) != 0)
		r++;
	return &c->row[r];
}

/* Rows without a function of their own. */
static void fill_others(struct correlation *c,
			const struct correlate_options *o, int n)
{
	double *sum = find_row(c, ACROSS)->value;

	stats_add_standard(sum, find_row(c, "lean")->value, n, false);
	stats_add_standard(sum, find_row(c, "bitops")->value, n, true);
	for (int k = 0; k < o->ngiven; k++)
		memcpy(c->row[c->nrows - o->ngiven + k].value,
		       o->given[k].value, (size_t)n * sizeof(double));
}

static void set_weights(struct nas_arch *arch, const struct correlate_row *row,
			const struct correlate_options *o)
{
	if (!published(row->def))
		return;
	if (row->equal || o->equal) {
		arch->nstage_weights = arch_stages(arch, NULL);
		qe_default_weights(QE_EQUAL, arch->stage_weights,
				   arch->nstage_weights);
	} else if (o->nstage_weights) {
		arch->nstage_weights = o->nstage_weights;
		for (int s = 0; s < o->nstage_weights; s++)
			arch->stage_weights[s] = o->stage_weights[s];
	}
}

static bool is_defined(const struct nas_score_def *def,
		       const struct nas_arch *arch)
{
	for (int b = 0; b < arch->nblocks && def->no_squeeze; b++)
		if (arch->block[b].squeeze)
			return false;
	return true;
}

static enum nas_status score_one(const struct work *w,
				 const struct correlate_row *row, int i,
				 struct nas_err *err)
{
	struct nas_score_options o = w->options->score;
	struct nas_arch arch = w->list->arch[i];

	row->value[i] = (double)NAN;
	if (!is_defined(row->def, &arch))
		return NAS_OK;
	o.threads = w->options->threads;
	set_weights(&arch, row, w->options);
	return score_value(&row->value[i], row->def, &arch, &o, err);
}

/* Closed forms of a share of the networks. What fails is left as NAN and
 * found again by score_rest. */
static void score_share(void *context, int share)
{
	const struct work *w = context;

	for (int i = share; i < w->list->n; i += SHARES)
		for (int r = 0; r < w->c->nrows; r++) {
			const struct correlate_row *row = &w->c->row[r];
			struct nas_err err = { 0 };

			if (row->def && !row->def->sampled &&
			    score_one(w, row, i, &err) != NAS_OK)
				row->value[i] = (double)NAN;
		}
}

/* Scores that sample, which have threads of their own; and what failed, in
 * order, so that the message does not depend on threads. */
static enum nas_status score_rest(const struct work *w, struct nas_err *err)
{
	watch_begin(w->options->watch, w->list->n);
	for (int i = 0; i < w->list->n; i++) {
		for (int r = 0; r < w->c->nrows; r++) {
			const struct correlate_row *row = &w->c->row[r];

			if (!row->def || (!row->def->sampled &&
					  isfinite(row->value[i])))
				continue;
			if (score_one(w, row, i, err) != NAS_OK)
				return err->code;
		}
		watch_step(w->options->watch, 1);
	}
	return NAS_OK;
}

enum nas_status correlate_scores(struct correlation *c,
				 const struct nas_arch_list *list,
				 const struct correlate_options *options,
				 struct nas_arena *arena, struct nas_err *err)
{
	struct work w = { c, list, options };

	c->row = NAS_NEW(arena, struct correlate_row, CORRELATE_ROWS);
	if (!c->row)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the scores");
	add_rows(c, options);
	for (int r = 0; r < c->nrows; r++)
		c->row[r].value = NAS_NEW(arena, double, (size_t)list->n);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the scores of "
				"%d networks", list->n);
	parallel_for(SHARES, options->threads, score_share, &w);
	if (score_rest(&w, err) != NAS_OK)
		return err->code;
	fill_others(c, options, list->n);
	return NAS_OK;
}
