/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nodes in an order in which they can run, whatever the file's: depth first
 * along their inputs. */
#include "spaces/import/import_onnx.h"

struct order {
	struct importer *im;
	int *producer; /* (nvalues) node of the file, -1 = none */
	char *state;   /* (nodes) 0 new, 1 on the stack, 2 done */
	int *stack;    /* (nodes) */
};

/* A node that must come before node n, -1 = none; -2 = a cycle. */
static int before(const struct order *o, int n)
{
	const Onnx__NodeProto *node = o->im->file->node[n];

	for (size_t k = 0; k < node->n_input; k++) {
		struct value *v = import_find(o->im, node->input[k]);
		int p = v ? o->producer[v - o->im->value] : -1;

		if (p >= 0 && o->state[p] == 0)
			return p;
		if (p >= 0 && o->state[p] == 1)
			return -2;
	}
	return -1;
}

static enum nas_status visit(struct order *o, int root)
{
	int depth = 0;

	if (o->state[root])
		return NAS_OK;
	o->stack[depth++] = root;
	while (depth) {
		int n = o->stack[depth - 1], p;

		o->state[n] = 1;
		p = before(o, n);
		o->im->node = o->im->file->node[n];
		if (p == -2)
			return import_bad(o->im, "needs its own output");
		if (p >= 0) {
			o->stack[depth++] = p;
			continue;
		}
		if (import_read_node(o->im, o->im->file->node[n]) != NAS_OK)
			return o->im->err->code;
		o->state[n] = 2;
		depth--;
	}
	return NAS_OK;
}

enum nas_status import_read_nodes(struct importer *im)
{
	size_t n = im->file->n_node;
	struct order o = {.im = im};

	o.producer = NAS_NEW(im->arena, int, (size_t)im->nvalues);
	o.state = NAS_NEW(im->arena, char, n);
	o.stack = NAS_NEW(im->arena, int, n);
	if (im->arena->failed)
		return nas_fail(im->err, NAS_ENOMEM, "out of memory for the order");
	for (int k = 0; k < im->nvalues; k++)
		o.producer[k] = -1;
	for (size_t k = 0; k < n; k++)
		for (size_t i = 0; i < im->file->node[k]->n_output; i++) {
			struct value *v =
				import_find(im, im->file->node[k]->output[i]);

			if (v)
				o.producer[v - im->value] = (int)k;
		}
	for (size_t k = 0; k < n; k++)
		if (visit(&o, (int)k) != NAS_OK)
			return im->err->code;
	im->node = NULL;
	return NAS_OK;
}
