/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Maps that are repeated, stretched or picked from. */
#include <string.h>

#include "spaces/import/import_make.h"

#define PIECES_MAX 8 /* of one Gather; import_onnx.c: NODES_A_NODE */

enum nas_status import_tile(struct importer *im)
{
	int64_t repeats[GRAPH_RANK_MAX];
	int in[GRAPH_INPUTS_MAX], x, n, rank;

	if (import_input(im, 0, &x) != NAS_OK ||
	    import_ints(im, NULL, 1, repeats, GRAPH_RANK_MAX, &n) != NAS_OK)
		return im->err->code;
	rank = im->g->tensor[x].rank;
	if (n != rank || repeats[0] != 1)
		return import_bad(im, "repeats must be of each axis, of images 1");
	for (int k = 1; k < rank; k++) {
		if (repeats[k] < 1 || repeats[k] > GRAPH_INPUTS_MAX)
			return import_bad(im, "repeats axis %d %lld times", k,
					  (long long)repeats[k]);
		for (int r = 0; r < repeats[k]; r++)
			in[r] = x;
		if (repeats[k] > 1)
			x = make_concat(im, k, (int)repeats[k], in);
	}
	return make_output(im, x);
}

/* By adding zeros of the shape that it is to have. */
enum nas_status import_expand(struct importer *im)
{
	int64_t to[GRAPH_RANK_MAX], all = 1;
	int size[GRAPH_RANK_MAX], x, n, rank, own;
	float *zeros;

	if (import_input(im, 0, &x) != NAS_OK ||
	    import_ints(im, NULL, 1, to, GRAPH_RANK_MAX, &n) != NAS_OK)
		return im->err->code;
	rank = im->g->tensor[x].rank;
	if (n < 0 || n > rank || (n == rank && to[0] != 1 &&
				  to[0] != im->g->tensor[x].size[0]))
		return import_bad(im, "changes the number of images or axes");
	for (int k = 0; k < n; k++) {
		own = im->g->tensor[x].size[k + rank - n];
		if (to[k] < 1 || to[k] > GRAPH_VALUES_MAX ||
		    (to[k] != 1 && own != 1 && own != to[k]))
			return import_bad(im, "the shapes are not compatible");
		size[k] = own == 1 ? (int)to[k] : 1;
		all *= size[k];
		if (all > GRAPH_VALUES_MAX)
			return import_bad(im, "the output is too large");
	}
	if (all == 1)
		return make_output(im, make_reshape(im, x, rank,
						    im->g->tensor[x].size));
	n = make_constant(im, n, size, &zeros);
	return make_output(im, make2(im, GRAPH_ADD, x, n));
}

/* One index, or a run of them, along an axis. */
static int pick(struct importer *im, int x, int axis, int64_t first, int count)
{
	int from[GRAPH_RANK_MAX] = {0}, size[GRAPH_RANK_MAX];

	memcpy(size, im->g->tensor[x].size, sizeof(size));
	from[axis] = (int)first;
	size[axis] = count;
	return make_slice(im, x, from, size);
}

static int pick_all(struct importer *im, int x, int axis,
		    const struct value *at)
{
	int piece[PIECES_MAX], n = 0, length = im->g->tensor[x].size[axis];

	for (size_t k = 0, run; k < at->count; k += run) {
		int64_t first = at->i[k] < 0 ? at->i[k] + length : at->i[k];

		for (run = 1; k + run < at->count &&
			      at->i[k + run] == at->i[k] + (int64_t)run;)
			run++;
		if (first < 0 || first + (int64_t)run > length) {
			import_bad(im, "index %lld is out of range, there are "
				   "%d", (long long)at->i[k], length);
			return -1;
		}
		if (n == PIECES_MAX) {
			import_bad(im, "more than %d runs of indices",
				   PIECES_MAX);
			return -1;
		}
		piece[n] = pick(im, x, axis, first, (int)run);
		if (piece[n++] < 0)
			return -1;
	}
	return n == 1 ? piece[0] : make_concat(im, axis, n, piece);
}

enum nas_status import_gather(struct importer *im)
{
	const struct value *at = import_in(im, 1);
	int x, axis, size[GRAPH_RANK_MAX], rank = 0;

	if (import_input(im, 0, &x) != NAS_OK ||
	    import_axis(im, attr_int(im, "axis", 0), im->g->tensor[x].rank,
			&axis) != NAS_OK)
		return im->err->code;
	if (!value_is_constant(at) || at->kind != VALUE_INT || !at->count ||
	    at->rank > 1 || axis == 0)
		return import_bad(im, "its indices must be constant, in one row, "
				      "and not of images");
	x = pick_all(im, x, axis, at);
	if (x < 0 || at->rank == 1)
		return make_output(im, x);
	for (int k = 0; k < im->g->tensor[x].rank; k++)
		if (k != axis)
			size[rank++] = im->g->tensor[x].size[k];
	return make_output(im, make_reshape(im, x, rank, size));
}
