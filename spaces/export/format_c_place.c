/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Places for blocks that are held at some nodes: one after another goes to the
 * lowest place where it meets none of those before it. Orders by size, by time
 * and by life are tried, with every second block growing and shrinking at its
 * low end, as in an arena of two ends; then changes of the best.
 */
#include <stdlib.h>

#include "spaces/export/format_c_graph.h"

#define WORK ((int64_t)40000000) /* comparisons of pieces, about */
#define TRIES 400

struct placer {
	struct c_maps *m;
	int *order, *best, *first; /* first piece of a block, in by_block */
	struct c_piece *by_block;
	int64_t *key, *at, *best_at, *size, best_need;
	bool *end, *best_end; /* a block's pieces have one end, not one start */
	uint64_t state;
};

static uint32_t draw(struct placer *z, uint32_t n)
{
	z->state = z->state * 6364136223846793005U + 1442695040888963407U;
	return (uint32_t)(z->state >> 33) % n;
}

/* First bit of a piece of block b, from where the block begins. */
static int64_t within(const struct placer *z, int b, const struct c_piece *x)
{
	return z->end[b] ? z->size[b] - x->bits : 0;
}

/* The lowest place at or above low where block b meets block o at at[o] no more;
 * low when it does not. */
static int64_t above(const struct placer *z, int b, int o, int64_t low)
{
	int64_t to = low;

	for (int i = z->first[b]; i < z->first[b + 1]; i++)
		for (int j = z->first[o]; j < z->first[o + 1]; j++) {
			const struct c_piece *x = &z->by_block[i];
			const struct c_piece *y = &z->by_block[j];

			int64_t other = z->at[o] + within(z, o, y);
			int64_t own = within(z, b, x);

			if (x->first > y->last || y->first > x->last ||
			    to + own >= other + y->bits ||
			    to + own + x->bits <= other)
				continue;
			to = other + y->bits - own;
		}
	return to;
}

static int64_t place_all(const struct placer *z)
{
	int64_t need = 0;

	for (int k = 0; k < z->m->nblocks; k++) {
		int b = z->order[k];
		int64_t at = 0, before;

		do {
			before = at;
			for (int j = 0; j < k; j++)
				at = above(z, b, z->order[j], at);
		} while (at != before);
		z->at[b] = at;
		for (int i = z->first[b]; i < z->first[b + 1]; i++)
			if (at + within(z, b, &z->by_block[i]) +
				    z->by_block[i].bits > need)
				need = at + within(z, b, &z->by_block[i]) +
				       z->by_block[i].bits;
	}
	return need;
}

static void keep_best(struct placer *z)
{
	int64_t need = place_all(z);

	if (z->best_need >= 0 && need >= z->best_need)
		return;
	z->best_need = need;
	for (int b = 0; b < z->m->nblocks; b++) {
		z->best_at[b] = z->at[b];
		z->best[b] = z->order[b];
		z->best_end[b] = z->end[b];
	}
}

/* Blocks by falling key; equal ones as they come. */
static void sort(struct placer *z)
{
	for (int k = 0; k < z->m->nblocks; k++) {
		int b = k, j = k;

		for (; j > 0 && z->key[z->order[j - 1]] < z->key[b]; j--)
			z->order[j] = z->order[j - 1];
		z->order[j] = b;
	}
}

static int64_t key_of(const struct placer *z, int b, int rule)
{
	int64_t most = 0, area = 0, life = 0;

	for (int i = z->first[b]; i < z->first[b + 1]; i++) {
		const struct c_piece *x = &z->by_block[i];

		most = x->bits > most ? x->bits : most;
		life += x->last - x->first + 1;
		area += x->bits * (x->last - x->first + 1);
	}
	switch (rule) {
	case 0:
		return most;
	case 1:
		return -z->by_block[z->first[b]].first;
	case 2:
		return life;
	default:
		return area;
	}
}

static void sort_pieces(struct placer *z)
{
	const struct c_maps *m = z->m;
	int n = 0;

	for (int b = 0; b < m->nblocks; b++) {
		z->first[b] = n;
		for (int i = 0; i < m->npieces; i++)
			if (m->piece[i].block == b) {
				z->by_block[n++] = m->piece[i];
				if (m->piece[i].bits > z->size[b])
					z->size[b] = m->piece[i].bits;
			}
	}
	z->first[m->nblocks] = n;
}

/* A block moved to another place in the best order, or turned. */
static void change(struct placer *z)
{
	int n = z->m->nblocks, from = (int)draw(z, (uint32_t)n);
	int to = (int)draw(z, (uint32_t)n), b;

	for (int k = 0; k < n; k++) {
		z->order[k] = z->best[k];
		z->end[k] = z->best_end[k];
	}
	if (draw(z, 3) == 0) {
		z->end[from] = !z->end[from];
		return;
	}
	b = z->order[from];
	for (; from < to; from++)
		z->order[from] = z->order[from + 1];
	for (; from > to; from--)
		z->order[from] = z->order[from - 1];
	z->order[to] = b;
}

enum nas_status c_place(struct c_maps *m, int64_t least, int64_t *need)
{
	struct nas_arena *arena = m->p->arena;
	size_t n = (size_t)m->nblocks + 1;
	int64_t tries = WORK / ((int64_t)m->npieces * m->npieces + 1);
	struct placer z = {.m = m, .best_need = -1, .state = 1};

	z.order = NAS_NEW(arena, int, n);
	z.best = NAS_NEW(arena, int, n);
	z.first = NAS_NEW(arena, int, n);
	z.by_block = NAS_NEW(arena, struct c_piece, (size_t)m->npieces + 1);
	z.key = NAS_NEW(arena, int64_t, n);
	z.at = NAS_NEW(arena, int64_t, n);
	z.best_at = NAS_NEW(arena, int64_t, n);
	z.size = NAS_NEW(arena, int64_t, n);
	z.end = NAS_NEW(arena, bool, n);
	z.best_end = NAS_NEW(arena, bool, n);
	if (arena->failed)
		return nas_fail(m->p->err, NAS_ENOMEM, "out of memory for places");
	sort_pieces(&z);
	for (int rule = 0; rule < 12; rule++) {
		for (int b = 0, turn = rule < 8; b < m->nblocks; b++) {
			bool scratch = z.first[b + 1] - z.first[b] == 1 &&
				       z.by_block[z.first[b]].first ==
					       z.by_block[z.first[b]].last;

			z.key[b] = key_of(&z, b, rule % 4);
			z.end[b] = rule >= 4 && turn;
			turn = scratch ? turn : !turn;
		}
		sort(&z);
		keep_best(&z);
	}
	for (int k = 0; k < TRIES && k < tries && z.best_need > least; k++) {
		change(&z);
		keep_best(&z);
	}
	m->at = z.best_at;
	m->size = z.size;
	m->end = z.best_end;
	*need = z.best_need;
	return NAS_OK;
}
