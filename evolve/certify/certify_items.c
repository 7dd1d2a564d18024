/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Items that are left, stored: rows in order, columns by index. */
#include "evolve/certify/certify_model.h"

/* Items that stage s could have. */
static int64_t most_of_stage(const struct cert_model *m, int s)
{
	const struct cert_stage *st = &m->stage[s];
	bool monotone = m->problem->space->monotone && s > 0;
	int64_t n = 0;

	for (int in = 0; in < st->nin; in++) {
		if (s > 0 && !m->stage[s - 1].alive[in])
			continue;
		for (int w = 0; w < st->nout; w++)
			if (st->alive[w] &&
			    (!monotone ||
			     st->choices->width[w] >= st->in_width[in]))
				n += st->nshape;
	}
	return n;
}

int64_t cert_items_most(const struct cert_model *m)
{
	int64_t n = 0;

	for (int s = 0; s < m->nstages; s++)
		n += most_of_stage(m, s);
	return n;
}

bool cert_keep_init(struct cert_keep *keep, const struct cert_model *m,
		    struct nas_arena *arena)
{
	size_t n = (size_t)m->nstages;

	keep->bits = NAS_NEW(arena, uint8_t *, n);
	keep->row_bytes = NAS_NEW(arena, size_t, n);
	keep->count = NAS_NEW(arena, int64_t *, n);
	for (size_t s = 0; !arena->failed && s < n; s++) {
		const struct cert_stage *st = &m->stage[s];
		size_t bits = (size_t)st->nin * (size_t)st->nshape;

		keep->row_bytes[s] = (bits + 7) / 8;
		keep->bits[s] = NAS_NEW2(arena, uint8_t, (size_t)st->nout,
					 keep->row_bytes[s]);
		keep->count[s] = NAS_NEW(arena, int64_t, (size_t)st->nout);
	}
	return !arena->failed;
}

int64_t cert_keep_total(const struct cert_keep *keep,
			const struct cert_model *m)
{
	int64_t n = 0;

	for (int s = 0; s < m->nstages; s++)
		for (int w = 0; w < m->stage[s].nout; w++)
			n += keep->count[s][w];
	return n;
}

static bool kept(const struct cert_keep *keep, const struct cert_stage *st,
		 int in, int out, int shape)
{
	size_t bit = (size_t)in * (size_t)st->nshape + (size_t)shape;
	const uint8_t *row = keep->bits[st->index] +
			     (size_t)out * keep->row_bytes[st->index];

	return row[bit / 8] >> (bit % 8) & 1;
}

/* The items of a row that are kept, computed. */
static int64_t make_kept(const struct cert_stage *st, int in,
			 const struct cert_keep *keep, struct cert_item *items)
{
	int64_t n = 0;

	for (int w = 0; w < st->nout; w++) {
		if (!keep->count[st->index][w])
			continue;
		for (int q = 0; q < st->nshape; q++)
			if (kept(keep, st, in, w, q))
				n += cert_item_make(st, in, w, q, &items[n]);
	}
	return n;
}

/* The items of a row that are kept, copied; in place is fine. */
static int64_t copy_kept(const struct cert_model *m, int s, int in,
			 const struct cert_keep *keep, struct cert_item *items)
{
	const struct cert_item *list;
	int count = cert_row(m, s, in, m->buffer[0], &list);
	int64_t n = 0;

	for (int i = 0; i < count; i++)
		if (!keep || kept(keep, &m->stage[s], list[i].in, list[i].out,
				  list[i].shape))
			items[n++] = list[i];
	return n;
}

/* Rows of stage s into items[]; returns how many. row_first is refreshed
 * behind the row that is read. */
static int64_t gather(const struct cert_model *m, int s,
		      const struct cert_keep *keep, struct cert_item *items)
{
	struct cert_stage *st = &m->stage[s];
	int64_t n = 0;

	for (int in = 0; in < st->nin; in++) {
		int64_t first = n;

		if (keep && !m->stored)
			n += make_kept(st, in, keep, items + n);
		else
			n += copy_kept(m, s, in, keep, items + n);
		st->row_first[in] = first;
	}
	st->row_first[st->nin] = n;
	return n;
}

static int64_t most_of(const struct cert_model *m, int s,
		       const struct cert_keep *keep)
{
	const struct cert_stage *st = &m->stage[s];
	int64_t n = 0;

	if (!keep)
		return most_of_stage(m, s);
	for (int w = 0; w < st->nout; w++)
		n += keep->count[s][w];
	return n;
}

/* Columns: counted, summed, filled; within a column by common and shape. */
static void index_columns(struct cert_stage *st, int64_t *at)
{
	int n = st->nout * st->nshape;
	int64_t sum = 0;

	memset(at, 0, (size_t)n * sizeof(*at));
	for (int64_t i = 0; i < st->nitems; i++)
		at[st->item[i].out * st->nshape + st->item[i].shape]++;
	for (int k = 0; k < n; k++) {
		int w = k / st->nshape, q = st->by_common[k % st->nshape];
		int64_t count = at[w * st->nshape + q];

		if (k % st->nshape == 0)
			st->column_first[w] = sum;
		at[w * st->nshape + q] = sum;
		sum += count;
	}
	st->column_first[st->nout] = sum;
	for (int64_t i = 0; i < st->nitems; i++)
		st->column[at[st->item[i].out * st->nshape +
			      st->item[i].shape]++] = i;
}

static void refresh_nodes(struct cert_stage *st)
{
	st->nnodes = 0;
	for (int w = 0; w < st->nout; w++) {
		int last = -1;

		st->alive[w] = st->column_first[w + 1] > st->column_first[w];
		for (int64_t i = st->column_first[w];
		     i < st->column_first[w + 1]; i++) {
			int common =
				st->common[st->item[st->column[i]].shape];

			if (common != last)
				cert_add_node(st, w, common);
			last = common;
		}
	}
}

static bool store_stage(struct cert_model *m, int s,
			const struct cert_keep *keep, struct nas_arena *arena)
{
	struct cert_stage *st = &m->stage[s];
	size_t n = (size_t)most_of(m, s, keep);

	st->item = NAS_NEW(arena, struct cert_item, n);
	st->column = NAS_NEW(arena, int64_t, n);
	st->row_first = NAS_NEW(arena, int64_t, (size_t)st->nin + 1);
	st->column_first = NAS_NEW(arena, int64_t, (size_t)st->nout + 1);
	if (!arena->failed)
		st->nitems = gather(m, s, keep, st->item);
	return !arena->failed;
}

bool cert_items_store(struct cert_model *m, const struct cert_keep *keep,
		      struct nas_arena *arena)
{
	size_t most = 1;
	struct nas_arena_mark mark;
	int64_t *at;

	for (int s = 0; s < m->nstages; s++) {
		const struct cert_stage *st = &m->stage[s];
		size_t nodes = (size_t)st->nout * (size_t)st->nshape;

		if (!m->stored && !store_stage(m, s, keep, arena))
			return false;
		most = nodes > most ? nodes : most;
	}
	for (int s = 0; m->stored && s < m->nstages; s++)
		m->stage[s].nitems = gather(m, s, keep, m->stage[s].item);
	mark = arena_mark(arena);
	at = NAS_NEW(arena, int64_t, most + 1);
	if (arena->failed)
		return false;
	for (int s = 0; s < m->nstages; s++) {
		index_columns(&m->stage[s], at);
		refresh_nodes(&m->stage[s]);
	}
	arena_rewind(arena, mark);
	m->stored = true;
	return true;
}
