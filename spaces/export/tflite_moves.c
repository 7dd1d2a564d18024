/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operators of TFLite that move levels: shapes, orders of axes, pads, joins. */
#include <string.h>

#include "spaces/export/tflite_writer.h"
#include "spaces/import/tflite_file.h"

int tflite_reshape(struct tflite_writer *w, int x, int rank, const int *size,
		   int y)
{
	int32_t shape[GRAPH_RANK_MAX];

	for (int k = 0; k < rank; k++)
		shape[k] = size[k];
	if (y < 0)
		y = tflite_like(w, x, rank, size);
	(void)!tflite_call(w, RESHAPE,
			   (int[3]){x, tflite_ints(w, shape, rank), -1}, y);
	return y;
}

/* The operator's second input: (rank, 2). */
static int pairs(struct tflite_writer *w, const int32_t *pads, int rank)
{
	int list = tflite_ints(w, pads, 2 * rank);

	w->tensor[list].rank = 2;
	w->tensor[list].size[0] = rank;
	w->tensor[list].size[1] = 2;
	return list;
}

/* Pairs of pads an axis of the file's tensor x; what comes of it. */
int tflite_pad(struct tflite_writer *w, int x, const int32_t *pads)
{
	struct tflite_made *t = &w->tensor[x];
	int list = pairs(w, pads, t->rank), size[GRAPH_RANK_MAX], y;

	for (int k = 0; k < t->rank; k++)
		size[k] = t->size[k] + pads[2 * k] + pads[2 * k + 1];
	y = tflite_like(w, x, t->rank, size);
	(void)!tflite_call(w, PAD, (int[3]){x, list, -1}, y);
	return y;
}

/* x with its axes in another order; y: what that becomes, -1 = new. */
static int turn(struct tflite_writer *w, int x, const int *perm, int y)
{
	int rank = w->tensor[x].rank, size[GRAPH_RANK_MAX], last = -1;
	int32_t list[GRAPH_RANK_MAX];
	bool same = true;

	for (int k = 0; k < rank; k++) {
		list[k] = perm[k];
		size[k] = w->tensor[x].size[perm[k]];
		if (size[k] > 1) {
			same &= perm[k] > last;
			last = perm[k];
		}
	}
	if (same) /* only axes of one move */
		return tflite_reshape(w, x, rank, size, y);
	if (y < 0)
		y = tflite_like(w, x, rank, size);
	(void)!tflite_call(w, TRANSPOSE,
			   (int[3]){x, tflite_ints(w, list, rank), -1}, y);
	return y;
}

enum nas_status tflite_write_reshape(struct tflite_writer *w,
				     const struct tflite_group *op)
{
	const struct graph_tensor *to = &w->g->tensor[op->n->out];
	int x = tflite_map(w, op->n->in[0]), y = tflite_map(w, op->made);
	int size[GRAPH_RANK_MAX];

	memcpy(size, to->size, sizeof(size));
	size[0] = 1;
	if (w->g->tensor[op->n->in[0]].rank == 4)
		x = turn(w, x, tflite_to_nchw, -1);
	if (to->rank == 4)
		turn(w, tflite_reshape(w, x, 4, size, -1), tflite_to_nhwc, y);
	else
		tflite_reshape(w, x, to->rank, size, y);
	return NAS_OK;
}

enum nas_status tflite_write_transpose(struct tflite_writer *w,
				       const struct tflite_group *op)
{
	int x = tflite_map(w, op->n->in[0]), y = tflite_map(w, op->made);
	int rank = w->g->tensor[op->n->out].rank, perm[GRAPH_RANK_MAX];

	for (int k = 0; k < rank; k++) {
		int axis = op->n->axes[rank == 4 ? tflite_to_nhwc[k] : k];

		perm[k] = rank == 4 ? tflite_to_nchw[axis] : axis;
	}
	/* tflite_to_nchw[a] is where axis a of (N, C, H, W) lies in the file */
	turn(w, x, perm, y);
	return NAS_OK;
}

enum nas_status tflite_write_pad(struct tflite_writer *w,
				 const struct tflite_group *op)
{
	const struct graph_tensor *x = &w->g->tensor[op->n->in[0]];
	const struct graph_tensor *y = &w->g->tensor[op->n->out];
	int list, rank = x->rank;
	int32_t pads[2 * GRAPH_RANK_MAX];

	for (int k = 0; k < rank; k++) {
		int axis = rank == 4 ? tflite_to_nhwc[k] : k;

		pads[2 * k] = axis ? op->n->axes[axis] : 0;
		pads[2 * k + 1] = axis ? y->size[axis] - x->size[axis] -
						 pads[2 * k]
				       : 0;
	}
	if (!graph_moves(op->n))
		return tflite_refuse(w, op->n, "pads with another value than 0");
	list = pairs(w, pads, rank);
	(void)!tflite_call(w, PAD,
			   (int[3]){tflite_map(w, op->n->in[0]), list, -1},
			   tflite_map(w, op->made));
	return NAS_OK;
}

enum nas_status tflite_write_concat(struct tflite_writer *w,
				    const struct tflite_group *op)
{
	const struct graph_node *n = op->n;
	struct tflite_call *c;
	int axis = n->axis;

	for (int k = 0; k < n->nin; k++) {
		const struct graph_node *grid = graph_grid_of(w->g, n->in[k]);

		if (!grid || !graph_same_grid(w->g, grid, op->grid))
			return tflite_refuse(w, n, "joins maps of other grids");
	}
	if (w->g->tensor[n->out].rank == 4)
		axis = tflite_to_nchw[axis];
	c = tflite_call(w, CONCATENATION, (int[3]){-1, -1, -1},
			tflite_map(w, op->made));
	if (!c)
		return NAS_OK;
	c->in = NAS_NEW(w->arena, int, (size_t)n->nin);
	for (; c->in && c->nin < n->nin; c->nin++)
		c->in[c->nin] = tflite_map(w, n->in[c->nin]);
	tflite_option(c, 0, 4, (uint32_t)axis);
	return NAS_OK;
}
