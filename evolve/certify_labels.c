/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A pass of label setting: stage by stage, the widths behind a stage shared
 * out among the threads, their labels joined in order of width.
 */
#include "evolve/certify_labels.h"

#include <stdlib.h>

#include "evolve/certify_expand.h"
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
	bool stopped;
};

/* Move a reduced list behind the kept ones; returns where it begins. */
static size_t keep(struct cert_worker *w, struct cert_pool *p, size_t most)
{
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
	return first;
}

/* Inner blocks of a node, from the first blocks in w->middle. */
static void inner_blocks(struct cert_worker *w, struct cert_expansion *x)
{
	while (w->middle.n && !w->failed) {
		cert_reduce(x, w, &w->middle, x->st->nclass);
		x->count = w->middle.n;
		x->first = keep(w, &w->middle, x->most);
		x->from = &w->kept;
		x->mark = CERT_LOCAL;
		x->block = &x->st->inner[x->node];
		x->nblock++;
		cert_expand(x, w);
	}
}

static void one_width(struct setting *set, struct cert_worker *w, int out)
{
	const struct cert_stage *st = &set->m->stage[set->s];
	struct cert_expansion x = { .m = set->m, .prices = set->prices,
				    .pass = set->pass, .st = st,
				    .most = set->most };
	struct done *d = &set->done[out];
	int64_t i = st->column_first[out], end = st->column_first[out + 1];

	d->first = w->kept.n;
	while (i < end && !w->failed) {
		int shape = st->item[st->column[i]].shape;

		x.node = (size_t)out * (size_t)st->nshape + (size_t)shape;
		x.from = &set->all;
		x.mark = 0;
		x.nblock = 1;
		for (; i < end && st->item[st->column[i]].shape == shape; i++) {
			const struct cert_item *it = &st->item[st->column[i]];

			x.block = &it->block;
			x.first = set->from[it->in].first;
			x.count = set->from[it->in].count;
			cert_expand(&x, w);
		}
		inner_blocks(w, &x);
	}
	cert_reduce(&x, w, &w->end, st->nnext);
	d->end_count = w->end.n;
	d->end_first = keep(w, &w->end, set->most);
	d->count = w->kept.n - d->first;
}

static void work(void *context, int t)
{
	struct setting *set = context;
	struct cert_worker *w = &set->worker[t];

	w->kept.n = w->end.n = w->middle.n = 0;
	for (int out = t; out < set->m->stage[set->s].nout;
	     out += set->m->threads) {
		if (set->m->stage[set->s].alive[out] && !w->failed &&
		    !cert_out_of_time(set->run))
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

static bool one_stage(struct setting *set)
{
	const struct cert_stage *st = &set->m->stage[set->s];
	int64_t labels = 0;
	bool ok = true;

	memset(set->done, 0, sizeof(set->done));
	parallel_for(set->m->threads, set->m->threads, work, set);
	for (int t = 0; t < set->m->threads; t++) {
		struct cert_worker *w = &set->worker[t];

		labels += w->labels;
		ok = ok && !w->failed;
		set->pass->dropped = fmax(set->pass->dropped, w->dropped);
	}
	if (!ok || cert_out_of_time(set->run) ||
	    (set->pass->work && labels > set->pass->work))
		return false;
	for (int out = 0; out < st->nout; out++)
		if (!join_width(set, out))
			return false;
	memcpy(set->from, set->to, sizeof(set->from));
	return true;
}

/* ---- complete labels ---- */

static void network_of(const struct setting *set, size_t at, struct genome *g)
{
	int channels = set->m->chain->channels;

	memset(g, 0, sizeof(*g));
	g->variant = (uint64_t)set->m->chain->variant;
	for (bool last[SPACE_STAGES_MAX] = { 0 };;) {
		const struct cert_label *l = cert_label(&set->all, at);
		const struct cert_stage *st = &set->m->stage[l->stage];
		const struct cert_pair *p = &st->pair[l->pair];
		struct gene *gene = &g->stage[l->stage];

		if (!last[l->stage]) {
			last[l->stage] = true;
			cert_shape_gene(st, l->out, l->shape, gene);
			gene->depth = 0;
			while (st->choices->depth[gene->depth] != l->block)
				gene->depth++;
		}
		gene->bits[l->block - 1] = gene_bits(p->a, p->w);
		if (l->stage == 0 && l->block == 1)
			break;
		at = l->parent;
	}
	for (int s = 0; s < set->m->nstages; s++) {
		const struct stage *st = set->m->stage[s].choices;

		gene_canonical(st, &g->stage[s], channels);
		channels = st->width[g->stage[s].width];
	}
}

/* The best complete label that is a feasible network. Those that are not, by
 * the last digits of a sum, bound what they may have hidden. */
static void adopt(struct setting *set)
{
	for (;;) {
		struct cert_label *best = NULL;
		size_t at = 0;
		struct genome g;

		for (int w = 0; w < SPACE_WIDTHS_MAX; w++)
			for (size_t i = 0; i < set->from[w].count; i++) {
				size_t k = set->from[w].first + i;
				struct cert_label *l = cert_label(&set->all, k);

				if (l->score > (best ? best->score
						     : set->run->score)) {
					best = l;
					at = k;
				}
			}
		if (!best)
			return;
		network_of(set, at, &g);
		if (cert_offer(set->run, &g))
			return;
		set->run->stray = fmax(set->run->stray, best->score);
		best->score = -INFINITY;
	}
}

/* ---- the pass ---- */

static bool setting_init(struct setting *set)
{
	size_t stride = sizeof(struct cert_label) +
			(size_t)set->m->nuse * sizeof(double);
	size_t n = (size_t)set->m->threads;
	struct cert_label *root;

	set->most = set->pass->bytes / stride / 3;
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

		w->end.stride = w->middle.stride = w->kept.stride = stride;
		w->dropped = -INFINITY;
	}
	root = cert_label(&set->all, set->all.n++);
	memset(root, 0, stride);
	root->cap = (uint8_t)(set->m->stage[0].nclass - 1);
	set->from[0] = (struct range){ 0, 1 };
	return true;
}

static void setting_free(struct setting *set)
{
	for (int t = 0; set->worker && t < set->m->threads; t++) {
		struct cert_worker *w = &set->worker[t];

		set->run->labels += w->labels;
		cert_sort_free(&w->sort);
		free(w->end.data);
		free(w->middle.data);
		free(w->kept.data);
	}
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
	pass->dropped = -INFINITY;
	if (!set)
		return nas_fail(err, NAS_ENOMEM, "cannot hold labels");
	set->run = run;
	set->m = m;
	set->prices = prices;
	set->pass = pass;
	ok = setting_init(set);
	for (set->s = 0; ok && set->s < m->nstages; set->s++)
		ok = one_stage(set);
	if (ok) {
		adopt(set);
		pass->done = true;
	}
	setting_free(set);
	return NAS_OK;
}
