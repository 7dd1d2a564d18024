/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scoring/sensitivity/persistence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "nas/base/err.h"
#include "scoring/sensitivity/betti.h"

struct persistence {
	int side, m, words;
	int n;            /* edges left in the heap */
	uint64_t *heap;   /* (side (side - 1) / 2) weight above, ends below */
	uint32_t *group;  /* as many: edges of equal weight */
	uint64_t *row;    /* (side, words) neighbours */
	uint64_t *copy;   /* the same, for betti_first */
	int *parent;      /* (side) union-find */
	float *square;    /* (side, side) */
};

struct persistence *persistence_new(int side)
{
	struct persistence *w = calloc(1, sizeof(*w));
	size_t s = (size_t)side, edges = s * s / 2 + 1;
	size_t words = s * ((s + 63) / 64);

	NAS_BUG_IF(side < 1 || side > PERSISTENCE_SIDE_MAX);
	if (!w)
		return NULL;
	w->side = side;
	w->heap = malloc(edges * sizeof(*w->heap));
	w->group = malloc(edges * sizeof(*w->group));
	w->row = malloc(words * sizeof(*w->row));
	w->copy = malloc(words * sizeof(*w->copy));
	w->parent = malloc(s * sizeof(*w->parent));
	w->square = malloc(s * s * sizeof(*w->square));
	if (w->heap && w->group && w->row && w->copy && w->parent && w->square)
		return w;
	persistence_free(w);
	return NULL;
}

void persistence_free(struct persistence *w)
{
	if (!w)
		return;
	free(w->heap);
	free(w->group);
	free(w->row);
	free(w->copy);
	free(w->parent);
	free(w->square);
	free(w);
}

int persistence_side(int rows, int columns)
{
	return (int)ceil(sqrt((double)rows * columns));
}

/* Floats as integers of the same order; -0 as 0. */
static uint32_t ordered(float x)
{
	uint32_t u;

	x += 0.0F;
	memcpy(&u, &x, sizeof(u));
	return u & 0x80000000 ? ~u : u | 0x80000000;
}

static uint32_t weight_of(uint64_t key)
{
	return (uint32_t)(key >> 32);
}

static void sift_down(uint64_t *heap, int n, int i)
{
	uint64_t key = heap[i];

	for (;;) {
		int child = 2 * i + 1;

		if (child >= n)
			break;
		child += child + 1 < n && heap[child + 1] > heap[child];
		if (heap[child] <= key)
			break;
		heap[i] = heap[child];
		i = child;
	}
	heap[i] = key;
}

static uint64_t pop(struct persistence *w)
{
	uint64_t top = w->heap[0];

	w->heap[0] = w->heap[--w->n];
	if (w->n > 0)
		sift_down(w->heap, w->n, 0);
	return top;
}

/* Edges of the map; false when a value is not finite. *least: the smallest
 * weight, that of the last graph, which is complete. */
static bool load(struct persistence *w, const float *u, uint32_t *least)
{
	int m = w->m;
	float sum = 0;

	*least = UINT32_MAX;
	w->n = 0;
	for (int i = 0; i < m; i++)
		for (int j = i + 1; j < m; j++) {
			float a = u[i * m + j], b = u[j * m + i];
			uint32_t v = ordered(a > b ? a : b);

			sum += 0 * a + 0 * b;
			*least = v < *least ? v : *least;
			w->heap[w->n++] = (uint64_t)v << 32 |
					  (uint32_t)(i << 16 | j);
		}
	return sum == 0;
}

static void start(struct persistence *w)
{
	w->words = (w->m + 63) / 64;
	memset(w->row, 0,
	       (size_t)w->m * (size_t)w->words * sizeof(*w->row));
	for (int i = 0; i < w->m; i++)
		w->parent[i] = i;
	for (int i = w->n / 2 - 1; i >= 0; i--)
		sift_down(w->heap, w->n, i);
}

static int root_of(int *parent, int i)
{
	while (parent[i] != i)
		i = parent[i] = parent[parent[i]];
	return i;
}

static void join(struct persistence *w, uint64_t *rows, int i, int j)
{
	rows[i * w->words + j / 64] |= UINT64_C(1) << (j % 64);
	rows[j * w->words + i / 64] |= UINT64_C(1) << (i % 64);
}

/* Add an edge that keeps the Betti number 0; false when it is none. */
static bool add_edge(struct persistence *w, uint32_t edge)
{
	int i = (int)(edge >> 16), j = (int)(edge & 0xffff);
	int a = root_of(w->parent, i), b = root_of(w->parent, j);
	const uint64_t *ri = w->row + i * w->words;
	const uint64_t *rj = w->row + j * w->words;
	uint64_t common = 0;

	for (int k = 0; k < w->words; k++)
		common |= ri[k] & rj[k];
	if (a == b && !common)
		return false;
	w->parent[a] = b;
	join(w, w->row, i, j);
	return true;
}

/* What is left of a group after all that can be added in some order. */
static int add_group(struct persistence *w, int n)
{
	int before;

	do {
		int left = 0;

		before = n;
		for (int k = 0; k < n; k++)
			if (!add_edge(w, w->group[k]))
				w->group[left++] = w->group[k];
		n = left;
	} while (n > 0 && n < before);
	return n;
}

/* The group ends with n edges that the rule does not settle: 1 when the
 * graph with them has a cycle, 0 when not (they are added), or no memory. */
static int settle(struct persistence *w, int n)
{
	size_t bytes = (size_t)w->m * (size_t)w->words * sizeof(*w->row);
	int beta;

	for (int k = 0; k < n; k++)
		join(w, w->row, (int)(w->group[k] >> 16),
		     (int)(w->group[k] & 0xffff));
	memcpy(w->copy, w->row, bytes);
	beta = betti_first(w->copy, w->m, w->words);
	return beta < 0 ? PERSISTENCE_NO_MEMORY : beta > 0;
}

static int walk(struct persistence *w, uint32_t least)
{
	for (int time = 1; w->n > 0; time++) {
		uint32_t weight = weight_of(w->heap[0]);
		int n = 0, left, cycle;

		if (weight == least)
			return 0;
		while (w->n > 0 && weight_of(w->heap[0]) == weight)
			w->group[n++] = (uint32_t)pop(w);
		left = add_group(w, n);
		if (left == 0)
			continue;
		cycle = n == 1 ? 1 : settle(w, left);
		if (cycle != 0)
			return cycle < 0 ? cycle : time;
	}
	return 0;
}

int persistence_birth(struct persistence *w, const float *map, int rows,
		      int columns)
{
	size_t n = (size_t)rows * (size_t)columns, m;
	uint32_t least;

	w->m = persistence_side(rows, columns);
	NAS_BUG_IF(w->m > w->side);
	m = (size_t)w->m;
	if (m * m > n) {
		memcpy(w->square, map, n * sizeof(*map));
		memset(w->square + n, 0, (m * m - n) * sizeof(*map));
		map = w->square;
	}
	if (!load(w, map, &least))
		return PERSISTENCE_NOT_FINITE;
	start(w);
	return walk(w, least);
}

static int compare(const void *a, const void *b)
{
	const int *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

double birth_entropy(int *birth, int n)
{
	double h = 0;

	qsort(birth, (size_t)n, sizeof(*birth), compare);
	for (int i = 0, j; i < n; i = j) {
		double p;

		for (j = i; j < n && birth[j] == birth[i]; j++)
			continue;
		p = (double)(j - i) / n;
		h -= p * log(p);
	}
	return h > 0 ? h : 0;
}
