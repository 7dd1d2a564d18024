/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evolve/certify/certify_penalty.h"

#include <math.h>
#include <stdlib.h>

#include "evolve/certify/certify_model.h"

#define COUNT 512      /* of blocks */
#define SQUARES 131072 /* of their squares */
#define KERNELS 32
_Static_assert(SPACE_BLOCKS_MAX < COUNT && ARCH_KERNEL_MAX < KERNELS &&
		       SPACE_BLOCKS_MAX * SPACE_BLOCKS_MAX < SQUARES,
	       "runs do not fit their packed form");

double cert_runs_pack(const struct cert_runs *r)
{
	int64_t x = r->n;

	x = x * COUNT + r->sum;
	x = x * SQUARES + r->squares;
	x = x * COUNT + r->depth;
	return (double)(x * KERNELS + r->kernel);
}

void cert_runs_unpack(struct cert_runs *r, double packed)
{
	int64_t x = (int64_t)packed;

	r->kernel = (int)(x % KERNELS);
	x /= KERNELS;
	r->depth = (int)(x % COUNT);
	x /= COUNT;
	r->squares = (int)(x % SQUARES);
	x /= SQUARES;
	r->sum = (int)(x % COUNT);
	r->n = (int)(x / COUNT);
}

static void close_run(struct cert_runs *r)
{
	r->n += r->depth > 0;
	r->sum += r->depth;
	r->squares += r->depth * r->depth;
	r->depth = r->kernel = 0;
}

void cert_runs_add(const struct cert_stage *st, struct cert_runs *r,
		   bool joins, int kernel)
{
	if (st->layers <= 1) { /* a plain convolution, no run */
		close_run(r);
		return;
	}
	if (!joins || r->depth == 0 || r->kernel != kernel)
		close_run(r);
	r->depth++;
	r->kernel = kernel;
}

bool cert_runs_join(const struct cert_model *m, int s)
{
	const struct cert_stage *st = &m->stage[s];

	return s > 0 && st->cs->stride == 1 &&
	       st->choices->kind == st[-1].choices->kind;
}

void cert_runs_leave(const struct cert_model *m, int s, int width,
		     struct cert_runs *r)
{
	bool joins = s + 1 < m->nstages && cert_runs_join(m, s + 1), has = false;

	for (int w = 0; joins && w < m->stage[s + 1].nout; w++)
		has = has || m->stage[s + 1].choices->width[w] == width;
	if (!has)
		close_run(r);
}

double cert_runs_penalty(const struct cert_runs *r)
{
	struct cert_runs all = *r;
	double n, variance;

	close_run(&all);
	n = all.n;
	if (all.n == 0)
		return 0;
	variance = all.squares / n - all.sum / n * (all.sum / n);
	return exp(sqrt(variance > 0 ? variance : 0));
}

/* ---- slopes ---- */

/* The run that each stage's last block is in, by number, and its length. */
static int runs_of(const struct cert_model *m, const struct nas_genome *g,
		   int *run, int *length)
{
	struct nas_block block[SPACE_BLOCKS_MAX];
	struct nas_arch arch;
	int n = -1, b = 0;

	space_decode_into(m->problem->space, g, &arch, block);
	for (int s = 0; s < m->nstages; s++) {
		int depth = m->stage[s].choices->depth[g->stage[s].depth];

		for (int i = 0; i < depth; i++, b++) {
			const struct nas_block *x = &block[b], *y = x - 1;

			if (b == 0 || n < 0 || x->kind != y->kind ||
			    x->stride != 1 || x->in != x->out ||
			    x->kernel != y->kernel)
				length[++n] = 0;
			if (m->stage[s].layers > 1)
				length[n]++;
		}
		run[s] = n;
	}
	return n + 1;
}

static void set_slopes(struct cert_model *m, const struct nas_genome *g)
{
	int run[SPACE_STAGES_MAX], length[SPACE_BLOCKS_MAX], all, n = 0;
	double sum = 0, squares = 0, mean, std;

	memset(m->penalty.slope, 0, sizeof(m->penalty.slope));
	if (!g)
		return;
	all = runs_of(m, g, run, length);
	for (int k = 0; k < all; k++) {
		n += length[k] > 0;
		sum += length[k];
		squares += (double)length[k] * length[k];
	}
	if (n == 0)
		return;
	mean = sum / n;
	std = sqrt(fmax(squares / n - mean * mean, 0));
	for (int s = 0; s < m->nstages && std > 0; s++)
		if (m->stage[s].layers > 1)
			m->penalty.slope[s] = exp(std) *
					      (length[run[s]] - mean) /
					      (n * std);
}

/* ---- the least over all depths ---- */

struct state_table { /* states of runs, each with the most that slopes can add */
	struct { double runs, most; } *slot;
	size_t n, room; /* room: a power of two */
	bool failed;
};

static bool table_grow(struct state_table *t);

static void table_put(struct state_table *t, double runs, double most)
{
	size_t at;

	if (2 * t->n >= t->room && !table_grow(t)) {
		t->failed = true;
		return;
	}
	at = (size_t)(((uint64_t)runs + 1) * 0x9e3779b97f4a7c15u >> 32) &
	     (t->room - 1);
	while (t->slot[at].runs >= 0 && t->slot[at].runs != runs)
		at = (at + 1) & (t->room - 1);
	t->n += t->slot[at].runs < 0;
	if (t->slot[at].runs < 0 || most > t->slot[at].most)
		t->slot[at].most = most;
	t->slot[at].runs = runs;
}

static bool table_grow(struct state_table *t)
{
	struct state_table more = { .room = t->room ? 2 * t->room : 64 };

	more.slot = malloc(more.room * sizeof(*more.slot));
	if (!more.slot)
		return false;
	for (size_t i = 0; i < more.room; i++)
		more.slot[i].runs = -1;
	for (size_t i = 0; i < t->room; i++)
		if (t->slot[i].runs >= 0)
			table_put(&more, t->slot[i].runs, t->slot[i].most);
	free(t->slot);
	*t = more;
	return true;
}

static void table_free(struct state_table *t)
{
	free(t->slot);
	*t = (struct state_table){ 0 };
}

/* Any two alive widths of stages s - 1 and s are equal. */
static bool widths_meet(const struct cert_model *m, int s)
{
	const struct cert_stage *st = &m->stage[s];

	for (int w = 0; w < st->nout; w++)
		for (int in = 0; st->alive[w] && in < st->nin; in++)
			if (st[-1].alive[in] &&
			    st->choices->width[w] == st->in_width[in])
				return true;
	return false;
}

/* One more block of stage s from each state: the run goes on, or does not. */
static void one_block(const struct cert_stage *st, double slope,
		      const struct state_table *from, struct state_table *to, bool joins,
		      bool breaks)
{
	for (size_t i = 0; i < from->room; i++) {
		struct cert_runs r;

		if (from->slot[i].runs < 0)
			continue;
		for (int way = 0; way < 2; way++) {
			if (!(way ? joins : breaks))
				continue;
			cert_runs_unpack(&r, from->slot[i].runs);
			cert_runs_add(st, &r, way, 0);
			table_put(to, cert_runs_pack(&r),
				  from->slot[i].most + slope);
		}
	}
}

static void one_stage(const struct cert_model *m, int s, struct state_table *t)
{
	const struct cert_stage *st = &m->stage[s];
	bool each = st->choices->each & EACH_KERNEL &&
		    st->choices->nkernel > 1;
	struct state_table next = { 0 };

	for (int b = 1; b <= st->max_depth; b++) {
		struct state_table to = { 0 };
		bool joins = b > 1 || (cert_runs_join(m, s) &&
				       widths_meet(m, s));

		one_block(st, m->penalty.slope[s], t, &to, joins,
			  b == 1 || each);
		for (size_t i = 0; st->depth_ok[b] && i < to.room; i++)
			if (to.slot[i].runs >= 0)
				table_put(&next, to.slot[i].runs,
					  to.slot[i].most);
		next.failed |= to.failed || t->failed;
		table_free(t);
		*t = to;
	}
	table_free(t);
	*t = next;
}

bool cert_penalty_fit(struct cert_model *m, const struct nas_genome *at)
{
	struct cert_penalty *p = &m->penalty;
	struct state_table t = { 0 };
	double least = HUGE_VAL;
	int blocks = 0;

	if (!(p->weight > 0))
		return true;
	set_slopes(m, at);
	table_put(&t, 0, 0);
	for (int s = 0; s < m->nstages; s++) {
		one_stage(m, s, &t);
		blocks += m->stage[s].max_depth;
	}
	for (size_t i = 0; i < t.room; i++) {
		struct cert_runs r;

		if (t.slot[i].runs < 0)
			continue;
		cert_runs_unpack(&r, t.slot[i].runs);
		least = fmin(least, cert_runs_penalty(&r) - t.slot[i].most);
	}
	p->least = least - 1e-12 * fabs(least);
	p->most = exp(blocks / 2.0);
	table_free(&t);
	return !t.failed;
}
