/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/export/format_c_graph.h - the plan of a trained network: its maps, and where
 * they lie. For format_c_graph*.c only.
 *
 * Maps. What the memory model (spaces/graph/graph_live.h) holds as one is one map.
 * Behind the operator that makes it stand nodes that it alone is read by:
 * activations, grids. What they make of a level is a table, and the level behind
 * them is what is kept. Grids that only some readers have are tables of theirs.
 *
 * Joins. What a Concat makes of whole channels needs no copy: its parts stay
 * where they are, and who reads it knows them (nparts).
 *
 * Places. A block is what shares memory: an operator that writes over its input
 * continues its input's block. Blocks have a size at each node and begin at one
 * place; c_place finds places so that the arena is as small as it can.
 */
#ifndef SPACES_EXPORT_FORMAT_C_GRAPH_H
#define SPACES_EXPORT_FORMAT_C_GRAPH_H

#include "spaces/export/format_c.h"
#include "spaces/graph/graph_live.h"

struct c_map { /* of a home */
	int tensor; /* whose levels are kept; -1 = none */
	int made;   /* the first one on a grid, behind the operator */
	int bits;
	int first, last; /* nodes: it is held from one to the other */
	bool still; /* its operator only says its input in another order */
	int block;
	int scratch; /* block of one channel, where a layer works in place */
	int nparts;  /* of a join, else 0 */
	int *part;   /* (nparts) homes, in the order of their channels */
	int *channels; /* (nparts) */
};

struct c_piece { /* of a block: so many bits from node first to last */
	int block, first, last;
	int64_t bits;
};

struct c_maps {
	struct c_plan *p;
	const struct graph *g;
	struct graph_live live;
	struct c_map *map;	 /* (ntensors) of homes */
	int **order;		 /* (ntensors) place of each value; NULL = as
				  * kernels have them */
	int *reader;		 /* (ntensors) a node that reads it, -1 */
	int npieces, nblocks;
	struct c_piece *piece;
	int64_t *at, *size; /* (nblocks) first bit, bits */
	bool *end; /* (nblocks) its pieces have one end, not one start */
};

/* Lowest places so that no two blocks meet; the bits that they need. least:
 * what no plan can be below. NAS_ENOMEM. */
enum nas_status c_place(struct c_maps *m, int64_t least, int64_t *need);

/* Fill map, order, piece. */
enum nas_status c_find_maps(struct c_maps *m, bool in_place) NAS_MUST_CHECK;

/* Which Concats are joins; their parts are held as long as they. */
enum nas_status c_find_joins(struct c_maps *m) NAS_MUST_CHECK;

/* Where the parts of tensor t lie; parts->part is NULL where it is no join. */
enum nas_status c_parts_of(const struct c_maps *m, int t,
			   struct c_parts *parts) NAS_MUST_CHECK;

/* Node i writes over its input k, of which nobody reads more. -1 = none. */
int c_written_over(const struct c_maps *m, int i);

static inline const struct c_map *c_map_of(const struct c_maps *m, int t)
{
	return &m->map[m->live.home[t]];
}

/* First bit of n bits in the block of a home. */
static inline int64_t c_bit_at(const struct c_maps *m, int home, int64_t n)
{
	int b = m->map[home].block;

	if (m->map[home].nparts)
		return 0;
	return m->at[b] + (m->end[b] ? m->size[b] - n : 0);
}

/* Of what is kept of tensor t. */
static inline int64_t c_place_of(const struct c_maps *m, int t)
{
	int home = m->live.home[t];

	return c_bit_at(m, home, (int64_t)m->g->tensor[home].count *
					 m->map[home].bits);
}

/* Where value i of tensor t lies in its map. */
int c_value_at(const struct c_maps *m, int t, int i);

/* Channels and pixels of a tensor in the order of the kernels. */
static inline void c_shape_of(const struct graph_tensor *t, int *pixels,
			      int *channels)
{
	*channels = t->rank == 4 ? t->size[1] : t->rank > 1 ? t->size[t->rank - 1]
							    : (int)t->count;
	*pixels = (int)t->count / *channels;
}

enum nas_status c_refuse_node(const struct c_plan *p,
			      const struct graph_node *n, const char *why);

/* From the levels of tensor from to those of tensor to, through the nodes
 * between; no level where nothing changes. */
enum nas_status c_table_between(const struct c_maps *m, int from, int to,
				struct c_table *table) NAS_MUST_CHECK;
/* The same by way of what a home holds, where a Concat leaves a choice. */
enum nas_status c_table_by(const struct c_maps *m, int from, int to, int home,
			   struct c_table *table) NAS_MUST_CHECK;

/* The calls of node i. */
enum nas_status c_graph_layer(struct c_maps *m, int i) NAS_MUST_CHECK;
enum nas_status c_graph_step(struct c_maps *m, int i) NAS_MUST_CHECK;
struct c_call *c_graph_add(struct c_maps *m, enum c_kind kind, int node);

/* Bias, factors, bounds of a layer's call, and the proof. */
enum nas_status c_grid_numbers(const struct c_maps *m, struct c_call *c,
			       const struct graph_node *n) NAS_MUST_CHECK;
/* m 2^-shift as spaces/export/kernels/factor.c reads it; of 0 or more. */
uint32_t c_packed_factor(float factor);
/* The window of n, and its maps: most rows and columns that are read. */
enum nas_status c_check_window(const struct c_maps *m,
			       const struct graph_node *n,
			       int most) NAS_MUST_CHECK;
/* The activation between node i and the grid behind it; NULL = none. */
const struct graph_node *c_activation_behind(const struct c_maps *m, int i);
/* It is none, or one that bounds of levels are. */
enum nas_status c_only_clipped(const struct c_maps *m, int i) NAS_MUST_CHECK;

#endif
