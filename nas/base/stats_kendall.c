/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Kendall's tau-b by counting discordant pairs: rows come by ascending x, and
 * a tree says how many of those before have a larger y.
 *
 * The tree has 16 children a node; a node holds for each child how many rows
 * the children before it hold, at the leaves also its own. So a question reads
 * one number a level, and a new row adds to 16 numbers a level, without a
 * branch: faster than a binary tree, whose branches nobody can foretell.
 */
#include <math.h>
#include <string.h>

#include "nas/base/stats_pair.h"

#define LEVELS 8 /* 16^8 = 2^32 values of y */
#define WAYS   16

/* Four counts, anywhere in memory. */
typedef int lanes __attribute__((vector_size(16), aligned(4), __may_alias__));

struct tree {
	int levels;
	int *node[LEVELS]; /* [level]: WAYS numbers a node */
};

struct rows { /* of a resample, those that it holds */
	int n;
	int *count, *x, *y; /* (n) */
};

struct pairs { /* numbers of pairs of rows */
	int64_t n; /* rows */
	int64_t tied_x, tied_y, tied_both;
	int64_t discordant;
};

static size_t level_size(int ny, int level)
{
	size_t nodes = ((size_t)(ny - 1) >> 4 * (level + 1)) + 1;

	return ny > 0 ? nodes * WAYS : 0;
}

static size_t tree_size(int ny)
{
	size_t size = 0;

	for (int l = 0; l < LEVELS; l++)
		size += level_size(ny, l);
	return size;
}

size_t stats_kendall_scratch(const struct stats_pair *pair)
{
	return (tree_size(pair->ny) + 3 * (size_t)pair->n + 3 +
		(size_t)pair->ny) * sizeof(int);
}

/* Returns the end of its memory. */
static int *tree_init(struct tree *t, int *memory, int ny)
{
	memset(memory, 0, tree_size(ny) * sizeof(*memory));
	t->levels = 0;
	for (int l = 0; l < LEVELS; l++) {
		t->node[l] = memory;
		memory += level_size(ny, l);
		/* the level below has one node: nothing comes before it */
		if (l == 0 || level_size(ny, l - 1) > WAYS)
			t->levels = l + 1;
	}
	return memory;
}

/* node[j] += c for j >= first */
static inline void add_from(int *node, int first, int c)
{
	const lanes from = { first, first, first, first };
	const lanes more = { c, c, c, c };
	lanes *four = (lanes *)node, j = { 0, 1, 2, 3 };

	for (int i = 0; i < WAYS / 4; i++) {
		four[i] += (j >= from) & more;
		j += 4;
	}
}

static inline void tree_add(const struct tree *t, int y, int c)
{
	add_from(t->node[0] + (y & ~(WAYS - 1)), y & (WAYS - 1), c);
	for (int l = 1; l < t->levels; l++) {
		y >>= 4;
		add_from(t->node[l] + (y & ~(WAYS - 1)),
			 (y & (WAYS - 1)) + 1, c);
	}
}

/* Rows with y or less. */
static inline int tree_up_to(const struct tree *t, int y)
{
	int sum = 0;

	for (int l = 0; l < t->levels; l++) {
		sum += t->node[l][y];
		y >>= 4;
	}
	return sum;
}

static inline int64_t choose_2(int64_t n)
{
	return n * (n - 1) / 2;
}

/* One group of x, from row k on: pairs with the rows before it (in the tree)
 * and inside it. Returns where the next one begins. */
static int count_group(struct pairs *p, const struct rows *r,
		       const struct tree *t, int k)
{
	int64_t before = p->n, both = 0;
	int end = k;

	do {
		both += r->count[end];
		p->n += r->count[end];
		p->discordant += r->count[end] *
				 (before - tree_up_to(t, r->y[end]));
		end++;
		if (end == r->n || r->x[end] != r->x[k] ||
		    r->y[end] != r->y[end - 1]) {
			p->tied_both += choose_2(both);
			both = 0;
		}
	} while (end < r->n && r->x[end] == r->x[k]);
	p->tied_x += choose_2(p->n - before);
	for (int i = k; i < end; i++)
		tree_add(t, r->y[i], r->count[i]);
	return end;
}

static int64_t tied_in_y(const struct rows *r, int ny, int *size)
{
	int64_t tied = 0;

	memset(size, 0, (size_t)ny * sizeof(*size));
	for (int k = 0; k < r->n; k++)
		size[r->y[k]] += r->count[k];
	for (int y = 0; y < ny; y++)
		tied += choose_2(size[y]);
	return tied;
}

/* Returns the end of their memory. Without a branch: every place is written,
 * and written over by the next row unless this one stays. */
static int *rows_init(struct rows *r, int *memory,
		      const struct stats_pair *pair, const int *count)
{
	size_t room = (size_t)pair->n + 1;

	*r = (struct rows){ 0, memory, memory + room, memory + 2 * room };
	for (int k = 0; k < pair->n; k++) {
		int c = count ? count[pair->row[k]] : 1;

		r->count[r->n] = c;
		r->x[r->n] = pair->x[k];
		r->y[r->n] = pair->y[k];
		r->n += c > 0;
	}
	return memory + 3 * room;
}

static double tau_b(const struct pairs *p)
{
	int64_t all = choose_2(p->n), difference;

	if (p->tied_x >= all || p->tied_y >= all)
		return (double)NAN;
	/* all = concordant + discordant + those tied in x or y or both */
	difference = all - p->tied_x - p->tied_y + p->tied_both -
		     2 * p->discordant;
	return (double)difference / sqrt((double)(all - p->tied_x)) /
	       sqrt((double)(all - p->tied_y));
}

double stats_pair_kendall(const struct stats_pair *pair, const int *count,
			  void *scratch)
{
	struct pairs p = { 0 };
	struct tree tree;
	struct rows rows;
	int *rest = tree_init(&tree, scratch, pair->ny);

	rest = rows_init(&rows, rest, pair, count);
	for (int k = 0; k < rows.n;)
		k = count_group(&p, &rows, &tree, k);
	p.tied_y = tied_in_y(&rows, pair->ny, rest);
	return tau_b(&p);
}
