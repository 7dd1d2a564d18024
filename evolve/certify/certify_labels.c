/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A pass of label setting: stage by stage, the widths behind a stage shared
 * out among the threads, their labels joined in order of width.
 */
#include "evolve/certify/certify_labels.h"

#include <stdlib.h>

#include "evolve/certify/certify_expand.h"
#include "nas/base/clock.h"
#include "nas/base/parallel.h"

struct range {
	size_t first, count;
};

struct done { /* a width's labels in its worker's list */
	size_t first, count;
	size_t end_first, end_count; /* those behind the stage */
};

struct setting {
	struct cert_run *run;
	const struct cert_model *m;
	const struct cert_prices *prices;
	struct cert_pass *pass;
	struct cert_pool all;
	struct range from[SPACE_WIDTHS_MAX], to[SPACE_WIDTHS_MAX];
	struct done done[SPACE_WIDTHS_MAX];
	struct cert_worker *worker;
	int s;
	size_t most; /* labels in all */
	int64_t labels; /* extended, in stages that were finished */
};

/* Move a reduced list behind the kept ones; returns where it begins. */
static size_t keep(struct cert_worker *w, struct cert_list *list, size_t most)
{
	struct cert_pool *p = &list->pool;
	size_t first = w->kept.n;

	if (!cert_order(p, &w->sort))
		w->failed = true;
	for (size_t i = 0; i < p->n && !w->failed; i++) {
		if (!cert_pool_grow(&w->kept, most)) {
			w->failed = true;
			break;
		}
		memcpy(cert_label(&w->kept, w->kept.n++), cert_label(p, i),
		       p->stride);
	}
	p->n = 0;
	list->cut = -HUGE_VAL;
	return first;
}

/* Inner blocks of a node, from the first blocks in w->middle. */
static void inner_blocks(struct cert_worker *w, struct cert_expansion *x)
{
	while (w->middle.pool.n && !w->failed) {
		cert_reduce(x, w, &w->middle);
		x->count = w->middle.pool.n;
		x->first = keep(w, &w->middle, x->most);
		x->from = &w->kept;
		x->mark = CERT_LOCAL;
		x->runs = x->m->chain->linear->shared && x->st->cs->residual;
		x->joins = true;
		x->share = x->st->share[x->nblock++];
		for (int i = 0; i < x->st->nchoice[x->node] && !w->failed;
		     i++) {
			x->shape = cert_choice(x->st, x->node, i);
			x->block = cert_inner(x->st, x->node, x->shape);
			cert_expand(x, w);
		}
	}
}

static int common_of(const struct cert_stage *st, int64_t i)
{
	return st->common[st->item[st->column[i]].shape];
}

static void one_width(struct setting *set, struct cert_worker *w, int out)
{
	const struct cert_stage *st = &set->m->stage[set->s];
	struct cert_expansion x = { .run = set->run, .m = set->m,
				    .prices = set->prices,
				    .pass = set->pass, .st = st,
				    .most = set->most };
	struct done *d = &set->done[out];
	int64_t i = st->column_first[out], end = st->column_first[out + 1];

	d->first = w->kept.n;
	while (i < end && !w->failed) {
		int common = common_of(st, i);

		x.node = cert_node(st, out, common);
		x.from = &set->all;
		x.mark = 0;
		x.nblock = 1;
		for (; i < end && common_of(st, i) == common; i++) {
			const struct cert_item *it = &st->item[st->column[i]];

			x.shape = it->shape;
			x.block = &it->block;
			x.runs = it->runs;
			x.joins = cert_runs_join(set->m, set->s) &&
				  st->choices->width[out] ==
					  st->in_width[it->in];
			x.share = cert_first_share(st, it);
			x.first = set->from[it->in].first;
			x.count = set->from[it->in].count;
			cert_expand(&x, w);
		}
		inner_blocks(w, &x);
	}
	cert_reduce(&x, w, &w->end);
	d->end_count = w->end.pool.n;
	d->end_first = keep(w, &w->end, set->most);
	d->count = w->kept.n - d->first;
}

static void work(void *context, int t)
{
	struct setting *set = context;
	struct cert_worker *w = &set->worker[t];

	w->kept.n = w->end.pool.n = w->middle.pool.n = 0;
	w->labels_before = w->labels;
	w->end.classes = set->m->stage[set->s].nnext;
	w->middle.classes = set->m->stage[set->s].nclass;
	w->end.cut = w->middle.cut = -HUGE_VAL;
	for (int out = t; out < set->m->stage[set->s].nout;
	     out += set->m->threads) {
		if (set->m->stage[set->s].alive[out] && !w->failed &&
		    !cert_is_late(&set->run->limits))
			one_width(set, w, out);
	}
}

/* Labels of a width from its worker's list to the common one. */
static bool join_width(struct setting *set, int out)
{
	const struct done *d = &set->done[out];
	struct cert_pool *from = &set->worker[out % set->m->threads].kept;
	size_t base = set->all.n;

	set->to[out] = (struct range){ base + d->end_first - d->first,
				       d->end_count };
	for (size_t i = 0; i < d->count; i++) {
		struct cert_label *l;

		if (!cert_pool_grow(&set->all, set->most))
			return false;
		l = cert_label(&set->all, set->all.n++);
		memcpy(l, cert_label(from, d->first + i), from->stride);
		if (l->parent & CERT_LOCAL)
			l->parent = (uint32_t)((l->parent & ~CERT_LOCAL) -
					       d->first + base);
	}
	return true;
}

/* Labels and items that meet in the stage. */
static int64_t pairs_of(const struct setting *set)
{
	const struct cert_stage *st = &set->m->stage[set->s];
	int64_t n = 0;

	for (int in = 0; in < st->nin; in++)
		n += (int64_t)set->from[in].count *
		     (st->row_first[in + 1] - st->row_first[in]);
	return n;
}

/* Charge the stage: a finished one what it took, one that is too large for
 * the memory all that it might have held. False: not finished. */
static bool charge(struct setting *set)
{
	struct cert_limits *limits = &set->run->limits;
	int64_t labels = 0;
	bool failed = false;

	for (int t = 0; t < set->m->threads; t++) {
		struct cert_worker *w = &set->worker[t];

		labels += w->labels - w->labels_before;
		failed = failed || w->failed;
		set->pass->dropped = fmax(set->pass->dropped, w->dropped);
	}
	if (cert_is_late(limits))
		return false;
	if (failed && (double)labels <= set->pass->work) {
		cert_spend(limits, fmin((double)set->most, set->pass->work));
		return false;
	}
	set->labels += failed ? 0 : labels;
	return cert_spend(limits, (double)labels);
}

static bool one_stage(struct setting *set)
{
	const struct cert_stage *st = &set->m->stage[set->s];

	memset(set->done, 0, sizeof(set->done));
	memset(set->to, 0, sizeof(set->to));
	set->pass->work = set->run->limits.work_left;
	parallel_for(set->m->threads, cert_threads(set->m, pairs_of(set)),
		     work, set);
	if (!charge(set))
		return false;
	for (int out = 0; out < st->nout; out++)
		if (!join_width(set, out))
			return false;
	memcpy(set->from, set->to, sizeof(set->from));
	return true;
}

/* ---- complete labels ---- */

/* What the stage's first block says. */
static void first_shape(const struct cert_stage *st, const struct cert_label *l,
			struct nas_gene *gene)
{
	struct nas_gene first;

	cert_shape_gene(st, l->out, l->shape, &first);
	gene->width = first.width;
	gene->kernel = first.kernel;
	gene->expand = first.expand;
	gene->se = first.se;
}

/* The blocks of the label and of those it came from. */
static void collect(const struct setting *set, size_t at, struct nas_genome *g)
{
	int stage = set->m->nstages;

	for (;;) {
		const struct cert_label *l = cert_label(&set->all, at);
		const struct cert_stage *st = &set->m->stage[l->stage];
		const struct cert_pair *p = &st->pair[l->pair];
		struct nas_gene *gene = &g->stage[l->stage];

		if (l->stage < stage) { /* its last block */
			stage = l->stage;
			gene->depth = cert_depth_index(st, l->block);
		}
		gene->bits[l->block - 1] = gene_bits(p->a, p->w);
		if (l->block > 1)
			cert_shape_inner(st, l->shape, l->block - 1, gene);
		else
			first_shape(st, l, gene);
		if (l->stage == 0 && l->block == 1)
			return;
		at = l->parent;
	}
}

static void network_of(const struct setting *set, size_t at,
		       struct nas_genome *g)
{
	memset(g, 0, sizeof(*g));
	g->variant = (uint64_t)set->m->chain->variant;
	collect(set, at, g);
	cert_canonical(set->m, g);
}

/* The best complete label above the best score known; NULL = none. */
static struct cert_label *best_label(const struct setting *set, size_t *at)
{
	double most = set->run->score;
	struct cert_label *best = NULL;

	for (int w = 0; w < SPACE_WIDTHS_MAX; w++) {
		size_t end = set->from[w].first + set->from[w].count;

		for (size_t i = set->from[w].first; i < end; i++) {
			struct cert_label *l = cert_label(&set->all, i);

			if (!(l->score > most))
				continue;
			most = l->score;
			best = l;
			*at = i;
		}
	}
	return best;
}

#define ADOPT_MOST 200

/* The best complete label that is a network of its score inside the budgets.
 * Those that are not bound what they may have hidden: by the last digits of a
 * sum, or because the model is wider than the problem (certify_model.h). */
static void adopt(struct setting *set)
{
	struct cert_label *best;
	struct nas_genome g;
	size_t at = 0;

	for (int i = 0; i < ADOPT_MOST; i++) {
		best = best_label(set, &at);
		if (!best)
			return;
		network_of(set, at, &g);
		if (cert_offer(set->run, &g) && 
		    cert_above(set->run, 0) >= best->score)
			return;
		set->run->stray = fmax(set->run->stray, best->score);
		best->score = -HUGE_VAL;
	}
}

/* ---- the pass ---- */

static bool setting_init(struct setting *set)
{
	size_t stride = sizeof(struct cert_label) +
			(size_t)cert_fields(set->m) * sizeof(double);
	size_t n = (size_t)set->m->threads;
	struct cert_label *root;

	set->most = set->pass->bytes / stride / 4;
	if (set->most < 1024)
		set->most = 1024;
	if (set->most > CERT_LOCAL - 1)
		set->most = CERT_LOCAL - 1;
	set->all.stride = stride;
	set->worker = calloc(n, sizeof(*set->worker));
	if (!set->worker || !cert_pool_grow(&set->all, set->most))
		return false;
	for (size_t t = 0; t < n; t++) {
		struct cert_worker *w = &set->worker[t];

		w->end.pool.stride = w->middle.pool.stride = stride;
		w->kept.stride = stride;
		w->dropped = -HUGE_VAL;
		if (!cert_lines_init(w, set->m)) {
			w->kept.lost = true;
			return false;
		}
	}
	root = cert_label(&set->all, set->all.n++);
	memset(root, 0, stride);
	root->cap = (uint8_t)(set->m->stage[0].nclass - 1);
	root->units = 1;
	set->from[0] = (struct range){ 0, 1 };
	return true;
}

static bool lost_memory(const struct setting *set)
{
	bool lost = !set->worker || set->all.lost;

	for (int t = 0; !lost && t < set->m->threads; t++) {
		const struct cert_worker *w = &set->worker[t];

		lost = w->end.pool.lost || w->middle.pool.lost ||
		       w->kept.lost || w->sort.lost;
	}
	return lost;
}

static void setting_free(struct setting *set)
{
	for (int t = 0; set->worker && t < set->m->threads; t++) {
		struct cert_worker *w = &set->worker[t];

		cert_sort_free(&w->sort);
		free(w->end.pool.data);
		free(w->middle.pool.data);
		free(w->kept.data);
		free(w->line_end);
		free(w->line_middle);
		free(w->lines);
	}
	set->run->labels += set->labels;
	free(set->worker);
	free(set->all.data);
	free(set);
}

enum nas_status cert_labels(struct cert_run *run, const struct cert_model *m,
			    const struct cert_prices *prices,
			    struct cert_pass *pass, struct nas_err *err)
{
	struct setting *set = calloc(1, sizeof(*set));
	bool ok;

	pass->done = false;
	pass->dropped = -HUGE_VAL;
	if (!set)
		return nas_fail(err, NAS_ENOMEM, "out of memory for labels");
	set->run = run;
	set->m = m;
	set->prices = prices;
	set->pass = pass;
	ok = setting_init(set);
	for (set->s = 0; ok && set->s < m->nstages; set->s++)
		ok = one_stage(set);
	if (lost_memory(set)) {
		nas_fail(err, NAS_ENOMEM, "out of memory for labels");
	} else if (ok) {
		adopt(set);
		pass->done = true;
	}
	setting_free(set);
	return err->code;
}
