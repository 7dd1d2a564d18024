/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/graph/graph_live.h - how much memory a network's activations take,
 * operator by operator.
 *
 * Operators run in the order of the file. While one runs, all that is alive is
 * held at once: its inputs, its output, and whatever was made before and is
 * read later, by a shortcut or by another branch. The network's input lives
 * from the start, its outputs to the end. Constants and weights do not count.
 *
 * What takes no memory of its own:
 *	- a reshape, or fake quantisation: its output is its input;
 *	- an activation or normalisation that alone reads its input: it runs
 *	  with the operator before it;
 *	- Concat of channels: its inputs are written where its output lies. An
 *	  input that another Concat holds already is copied. Of other axes, of
 *	  constants, of reshaped or transposed maps, of a map that comes in by
 *	  two ways, and where a reader sees the output in another shape, Concat
 *	  has memory of its own, as the C has that is exported;
 *	- element-wise operators write over an input of the same number of values
 *	  that nobody reads later.
 * With depthwise_in_place, as TinyEngine has it, a depthwise convolution writes
 * over an input that nobody reads later, and needs one channel beside it.
 *
 * Bits. A tensor is held once, with the most bits that one of its readers
 * takes. A layer takes its input with its own bits. What only moves or picks
 * values (reshape, transpose, slice, padding, Concat, maxima) takes it with the
 * bits that its output is held with; fake quantisation with its own at most.
 * Everything else (additions, averages, activations that do not run with a
 * layer, the network's outputs) takes other_bits: 8, or 32 in a network whose
 * layers all read floats. Values are packed: 5 values of 3 bits are 15 bits; each
 * tensor begins at a byte. Where a depthwise layer writes over an input of other
 * bits, values of both lie in places of the more bits, if that saves anything.
 *
 * Usage:
 *	status = graph_live_init(&live, &graph, false, &arena, err);
 *	peak = graph_live_peak(&live, bits_a, 8, &node);
 *	live.step[i]                       bytes that node i needs
 *	graph_live_bytes(&live, tensor)    of one tensor
 */
#ifndef SPACES_GRAPH_GRAPH_LIVE_H
#define SPACES_GRAPH_GRAPH_LIVE_H

#include "spaces/graph/graph.h"

#define GRAPH_FLOAT_BITS 32

struct graph_live {
	const struct graph *g;
	bool depthwise_in_place;
	/* Tensors are views of the one that holds their memory, home. */
	int *home;    /* (ntensors) */
	int *region;  /* (ntensors) of a home: the home of the outermost Concat
		       * that it is a part of; held with equal bits */
	int *part_of; /* (ntensors) of a home: the home of the Concat that it is
		       * a part of; -1 = none */
	size_t *own;  /* (ntensors) values that a home holds itself: not its
		       * parts; 0 of views and constants */
	bool *joined; /* (ntensors) the output of a Concat that copies nothing */
	int *first;   /* (ntensors) of a home: node that makes it, -1 = input */
	int *last;    /* (ntensors) of a home: the last node that reads it;
		       * nnodes = to the end */

	/* of the last graph_live_peak */
	int *bits;       /* (ntensors) that its readers take */
	int *layer_bits; /* (ntensors) the same without other_bits */
	double *step; /* (nnodes) bytes alive while each node runs */
};

/* Arrays live in the arena; NAS_ENOMEM. */
enum nas_status graph_live_init(struct graph_live *l, const struct graph *g,
				bool depthwise_in_place,
				struct nas_arena *arena,
				struct nas_err *err) NAS_MUST_CHECK;

/* The most bytes that are alive, and the first node that needs them. bits_a
 * (nlayers): of the layers' inputs, 0 = float. */
double graph_live_peak(struct graph_live *l, const int *bits_a, int other_bits,
		       int *node);

/* 8, or 32 where all are 0 or above 8. */
int graph_live_other_bits(const int *bits_a, int n);

/* Bits and bytes of a tensor as it is held; all of a Concat's output. */
int graph_live_bits(const struct graph_live *l, int tensor);
double graph_live_bytes(const struct graph_live *l, int tensor);

/* The most bits that layers take of it: what fewer bits of layers can change.
 * 0 = no layer reads it. */
int graph_live_layer_bits(const struct graph_live *l, int tensor);

/* The node runs with the operator that makes its input: no step of its own. */
bool graph_live_runs_with_input(const struct graph_live *l, int node);

/* Home h is alive while the node runs. */
bool graph_live_at(const struct graph_live *l, int h, int node);

/* reads[i] = layer i reads home h, or something whose bits follow from its
 * own: to hold h with fewer bits, these have to take fewer. mark (ntensors) is
 * for the function. */
void graph_live_readers(const struct graph_live *l, int h, bool *reads,
			bool *mark);

#endif
