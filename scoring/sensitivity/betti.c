/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scoring/sensitivity/betti.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct betti {
	uint64_t *row; /* (m, words) */
	int m, words;
	int vertices, edges;
	int *edge;        /* (m, m) number of an edge */
	int bit_words;    /* of a chain of edges */
	uint64_t **pivot; /* (edges) chain whose highest edge it is */
};

static bool has(const uint64_t *row, int j)
{
	return row[j / 64] >> (j % 64) & 1;
}

static uint64_t *row_of(const struct betti *b, int i)
{
	return b->row + (size_t)i * (size_t)b->words;
}

/* Closed neighbourhood of v within that of w. */
static bool dominated(const struct betti *b, int v, int w)
{
	const uint64_t *rv = row_of(b, v), *rw = row_of(b, w);

	for (int k = 0; k < b->words; k++) {
		uint64_t rest = rv[k] & ~rw[k];

		if (w / 64 == k)
			rest &= ~(UINT64_C(1) << (w % 64));
		if (rest)
			return false;
	}
	return true;
}

static void remove_vertex(struct betti *b, int v)
{
	for (int i = 0; i < b->m; i++)
		row_of(b, i)[v / 64] &= ~(UINT64_C(1) << (v % 64));
	memset(row_of(b, v), 0, (size_t)b->words * sizeof(uint64_t));
}

static bool try_remove(struct betti *b, int v)
{
	const uint64_t *row = row_of(b, v);

	for (int k = 0; k < b->words; k++)
		for (uint64_t left = row[k]; left; left &= left - 1) {
			int w = 64 * k + __builtin_ctzll(left);

			if (dominated(b, v, w)) {
				remove_vertex(b, v);
				return true;
			}
		}
	return false;
}

static void reduce(struct betti *b)
{
	bool changed = true;

	while (changed) {
		changed = false;
		for (int v = 0; v < b->m; v++)
			changed = try_remove(b, v) || changed;
	}
}

/* Vertices without edges are components of their own and count nowhere. */
static void count(struct betti *b)
{
	for (int i = 0; i < b->m; i++) {
		int degree = 0;

		for (int j = 0; j < b->m; j++) {
			if (!has(row_of(b, i), j))
				continue;
			degree++;
			if (j > i) {
				b->edge[i * b->m + j] = b->edges;
				b->edge[j * b->m + i] = b->edges++;
			}
		}
		b->vertices += degree > 0;
	}
}

static void visit(const struct betti *b, int *seen, int *stack, int start)
{
	int n = 0;

	stack[n++] = start;
	seen[start] = 1;
	while (n > 0) {
		const uint64_t *row = row_of(b, stack[--n]);

		for (int j = 0; j < b->m; j++)
			if (has(row, j) && !seen[j]) {
				seen[j] = 1;
				stack[n++] = j;
			}
	}
}

/* Components with at least one edge; -1 when memory is out. */
static int count_components(const struct betti *b)
{
	int *seen = calloc(2 * (size_t)b->m, sizeof(*seen)), n = 0;

	if (!seen)
		return -1;
	for (int i = 0; i < b->m; i++) {
		bool alone = true;

		for (int k = 0; k < b->words; k++)
			alone = alone && row_of(b, i)[k] == 0;
		if (alone || seen[i])
			continue;
		visit(b, seen, seen + b->m, i);
		n++;
	}
	free(seen);
	return n;
}

static int highest(const uint64_t *chain, int words)
{
	for (int k = words - 1; k >= 0; k--)
		if (chain[k])
			return 64 * k + 63 - __builtin_clzll(chain[k]);
	return -1;
}

/* 1 when the triangle's boundary is independent of those before; -1 when
 * memory is out. */
static int add_triangle(struct betti *b, int i, int j, int k, uint64_t *chain)
{
	int edges[3] = { b->edge[i * b->m + j], b->edge[i * b->m + k],
			 b->edge[j * b->m + k] };
	size_t bytes = (size_t)b->bit_words * sizeof(*chain);
	int top;

	memset(chain, 0, bytes);
	for (int e = 0; e < 3; e++)
		chain[edges[e] / 64] |= UINT64_C(1) << (edges[e] % 64);
	while ((top = highest(chain, b->bit_words)) >= 0 && b->pivot[top])
		for (int w = 0; w <= top / 64; w++)
			chain[w] ^= b->pivot[top][w];
	if (top < 0)
		return 0;
	b->pivot[top] = malloc(bytes);
	if (!b->pivot[top])
		return -1;
	memcpy(b->pivot[top], chain, bytes);
	return 1;
}

/* Of the edge i-j all triangles with a third vertex above j. */
static int add_triangles(struct betti *b, int i, int j, int most,
			 uint64_t *chain)
{
	int rank = 0;

	for (int k = j + 1; k < b->m && rank < most; k++) {
		int more = 0;

		if (has(row_of(b, i), k) && has(row_of(b, j), k))
			more = add_triangle(b, i, j, k, chain);
		if (more < 0)
			return -1;
		rank += more;
	}
	return rank;
}

/* Rank of the boundaries of triangles, at most most. */
static int rank_of_triangles(struct betti *b, int most, uint64_t *chain)
{
	int rank = 0;

	for (int i = 0; i < b->m; i++)
		for (int j = i + 1; j < b->m && rank < most; j++) {
			int more = 0;

			if (has(row_of(b, i), j))
				more = add_triangles(b, i, j, most - rank,
						     chain);
			if (more < 0)
				return -1;
			rank += more;
		}
	return rank;
}

static int from_ranks(struct betti *b, int cycles)
{
	uint64_t *chain;
	int rank = -1;

	b->bit_words = (b->edges + 63) / 64;
	chain = malloc((size_t)b->bit_words * sizeof(*chain));
	b->pivot = calloc((size_t)b->edges, sizeof(*b->pivot));
	if (chain && b->pivot)
		rank = rank_of_triangles(b, cycles, chain);
	for (int e = 0; b->pivot && e < b->edges; e++)
		free(b->pivot[e]);
	free(b->pivot);
	free(chain);
	return rank < 0 ? -1 : cycles - rank;
}

int betti_first(uint64_t *adjacency, int m, int words)
{
	struct betti b = { .row = adjacency, .m = m, .words = words };
	int components, cycles, beta = -1;

	reduce(&b);
	b.edge = malloc((size_t)m * (size_t)m * sizeof(*b.edge));
	if (!b.edge)
		return -1;
	count(&b);
	components = count_components(&b);
	cycles = b.edges - b.vertices + components;
	if (components >= 0)
		beta = cycles == 0 ? 0 : from_ranks(&b, cycles);
	free(b.edge);
	return beta;
}
