/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A network on grids as a .tflite file. */
#include <string.h>

#include "spaces/export/tflite_writer.h"
#include "spaces/import/tflite_file.h"

#define OF_A_NODE 8 /* tensors of the file for a node of the graph, at most */
#define CODES_MAX 64

/* A pool, say, gives levels of its input's grid, in TFLite too: next must be
 * that grid. */
static bool keeps_grid(const struct graph *g, const struct graph_node *n,
		       const struct graph_node *next)
{
	const struct graph_node *grid = graph_grid_of(g, n->in[0]);

	return next->op == GRAPH_QUANT && grid && graph_same_grid(g, grid, next);
}

/* What comes behind n: an activation that only its readers see, a grid. */
static struct tflite_group group_at(const struct graph *g, int i,
				    const int *reader)
{
	struct tflite_group op = {.n = &g->node[i], .made = g->node[i].out};
	const struct graph_node *next;

	if (op.n->op == GRAPH_QUANT) {
		op.grid = op.n;
		return op;
	}
	for (int k = 0; k < 2 && g->tensor[op.made].users == 1 &&
			reader[op.made] >= 0 && !op.grid; k++) {
		next = &g->node[reader[op.made]];
		if (graph_moves(op.n) && !keeps_grid(g, op.n, next))
			break; /* a step of its own */
		if (next->op == GRAPH_QUANT)
			op.grid = next;
		else if ((next->op == GRAPH_RELU || next->op == GRAPH_CLIP) &&
			 !op.act)
			op.act = next;
		else
			break;
		op.made = next->out;
	}
	return op;
}

/* Operators in order; what a group takes in is passed over. */
static enum nas_status make_calls(struct tflite_writer *w)
{
	const struct graph *g = w->g;
	int *reader = NAS_NEW(w->arena, int, (size_t)g->ntensors);
	bool *done = NAS_NEW(w->arena, bool, (size_t)g->ntensors);

	if (w->arena->failed)
		return NAS_OK;
	graph_readers(g, reader);
	for (int k = 0; k < g->ninputs; k++)
		if (reader[g->input[k]] >= 0) /* its grid */
			done[g->node[reader[g->input[k]]].out] = true;
	for (int i = 0; i < g->nnodes; i++) {
		struct tflite_group op;

		if (done[g->node[i].out])
			continue;
		op = group_at(g, i, reader);
		if (!op.grid && !graph_moves(op.n))
			return tflite_refuse(w, op.n, "gives a map on no grid");
		done[op.act ? op.act->out : op.n->out] = true;
		done[op.made] = true;
		if (tflite_write_op(w, &op) != NAS_OK)
			return w->err->code;
	}
	return NAS_OK;
}

/* ---- the file ------------------------------------------------------------- */

static void write_quantisation(struct nas_text *t, size_t from,
			       const struct tflite_made *x)
{
	struct flat_field f[3] = {{.slot = 2},
				  {.slot = 3},
				  {.slot = 6, .bytes = 4,
				   .value = (uint32_t)x->axis}};

	flat_write_point(t, from, flat_write_table(t, f, 3));
	flat_write_point(t, f[0].at, flat_write_floats(t, x->scale, x->scales));
	flat_write_point(t, f[1].at,
			 flat_write_longs(t, x->zero, x->scales));
}

/* buffer: 0 is the empty one. */
static void write_tensor(struct nas_text *t, size_t from,
			 const struct tflite_made *x, int number, int buffer)
{
	struct flat_field f[5] = {
		{.slot = 0},
		{.slot = 1, .bytes = 1, .value = (uint32_t)x->type},
		{.slot = 2, .bytes = 4, .value = (uint32_t)buffer},
		{.slot = 3},
		{.slot = 4}};
	int32_t size[GRAPH_RANK_MAX];
	char name[200];

	/* a name once in a file; inputs' and outputs' as they are */
	snprintf(name, sizeof(name), "%.160s:%d", x->name, number);
	for (int k = 0; k < x->rank; k++)
		size[k] = x->size[k];
	flat_write_point(t, from, flat_write_table(t, f, x->scales ? 5 : 4));
	flat_write_point(t, f[0].at, flat_write_ints(t, size, x->rank));
	flat_write_point(t, f[3].at,
			 flat_write_text(t, x->outside ? x->name : name));
	if (x->scales)
		write_quantisation(t, f[4].at, x);
}

static void write_call(struct nas_text *t, size_t from, struct tflite_call *c,
		       int code)
{
	struct flat_field f[5] = {
		{.slot = 0, .bytes = 4, .value = (uint32_t)code},
		{.slot = 1},
		{.slot = 2},
		{.slot = 3, .bytes = 1, .value = (uint32_t)c->kind},
		{.slot = 4}};

	flat_write_point(t, from, flat_write_table(t, f, c->kind ? 5 : 3));
	flat_write_point(t, f[1].at, flat_write_ints(t, c->in, c->nin));
	flat_write_point(t, f[2].at, flat_write_ints(t, &c->out, 1));
	if (c->kind)
		flat_write_point(t, f[4].at, flat_write_table(t, c->option,
							      c->noptions));
}

/* Kinds of operators, each once: where that of call c is in the list. */
static int code_of(const struct tflite_writer *w, int c, int *codes, int *n)
{
	const struct tflite_call *x = &w->call[c];

	for (int i = 0; i < *n; i++)
		if (w->call[codes[i]].code == x->code &&
		    w->call[codes[i]].version == x->version)
			return i;
	if (*n < CODES_MAX)
		codes[(*n)++] = c;
	return *n - 1;
}

static void write_codes(struct nas_text *t, size_t from,
			const struct tflite_writer *w)
{
	int codes[CODES_MAX], n = 0;
	size_t list;

	for (int i = 0; i < w->ncalls; i++)
		code_of(w, i, codes, &n);
	list = flat_write_references(t, n);
	flat_write_point(t, from, list);
	for (int i = 0; i < n; i++) {
		const struct tflite_call *c = &w->call[codes[i]];
		struct flat_field f[3] = {
			{.slot = 0, .bytes = 1, .value = (uint32_t)c->code},
			{.slot = 2, .bytes = 4, .value = (uint32_t)c->version},
			{.slot = 3, .bytes = 4, .value = (uint32_t)c->code}};

		flat_write_point(t, list + 4 + 4 * (size_t)i,
				 flat_write_table(t, f, 3));
	}
}

static void write_io(struct nas_text *t, size_t from, struct tflite_writer *w,
		     const int *list, int n, bool input)
{
	int32_t *x = NAS_NEW(w->arena, int32_t, (size_t)n);

	for (int k = 0; x && k < n; k++) {
		int of = list[k];

		for (int i = 0; input && i < w->g->nnodes; i++)
			if (w->g->node[i].op == GRAPH_QUANT &&
			    w->g->node[i].in[0] == list[k])
				of = w->g->node[i].out;
		x[k] = tflite_map(w, of);
		w->tensor[x[k]].outside = true;
	}
	if (x)
		flat_write_point(t, from, flat_write_ints(t, x, n));
}

static void write_graph(struct nas_text *t, size_t from,
			struct tflite_writer *w)
{
	struct flat_field f[5] = {{.slot = 0}, {.slot = 1}, {.slot = 2},
				  {.slot = 3}, {.slot = 4}};
	int codes[CODES_MAX], n = 0, buffer = 1;
	size_t list = flat_write_references(t, 1);

	flat_write_point(t, from, list);
	flat_write_point(t, list + 4, flat_write_table(t, f, 5));
	write_io(t, f[1].at, w, w->g->input, w->g->ninputs, true);
	write_io(t, f[2].at, w, w->g->output, w->g->noutputs, false);
	flat_write_point(t, f[4].at, flat_write_text(t, w->g->name));
	list = flat_write_references(t, w->ntensors);
	flat_write_point(t, f[0].at, list);
	for (int i = 0; i < w->ntensors; i++)
		write_tensor(t, list + 4 + 4 * (size_t)i, &w->tensor[i], i,
			     w->tensor[i].data ? buffer++ : 0);
	list = flat_write_references(t, w->ncalls);
	flat_write_point(t, f[3].at, list);
	for (int i = 0; i < w->ncalls; i++)
		write_call(t, list + 4 + 4 * (size_t)i, &w->call[i],
			   code_of(w, i, codes, &n));
}

static void write_buffers(struct nas_text *t, size_t from,
			  const struct tflite_writer *w)
{
	size_t list, k = 1;
	int n = 1;

	for (int i = 0; i < w->ntensors; i++)
		n += w->tensor[i].data != NULL;
	list = flat_write_references(t, n);
	flat_write_point(t, from, list);
	flat_write_point(t, list + 4, flat_write_table(t, NULL, 0));
	for (int i = 0; i < w->ntensors; i++) {
		struct flat_field f = {.slot = 0};

		if (!w->tensor[i].data)
			continue;
		flat_write_point(t, list + 4 + 4 * k++,
				 flat_write_table(t, &f, 1));
		flat_write_point(t, f.at,
				 flat_write_bytes(t, w->tensor[i].data,
						  w->tensor[i].bytes));
	}
}

static void write_file(struct nas_text *t, struct tflite_writer *w)
{
	struct flat_field f[5] = {{.slot = 0, .bytes = 4, .value = 3},
				  {.slot = 1}, {.slot = 2}, {.slot = 3},
				  {.slot = 4}};

	flat_write_head(t, "TFL3");
	flat_write_point(t, FLAT_ROOT, flat_write_table(t, f, 5));
	write_codes(t, f[1].at, w);
	write_graph(t, f[2].at, w);
	flat_write_point(t, f[3].at, flat_write_text(t, "written by nas"));
	write_buffers(t, f[4].at, w);
}

enum nas_status export_tflite(struct nas_text *out,
			      const struct export_source *source,
			      const struct export_options *options,
			      struct nas_arena *arena, struct nas_err *err)
{
	size_t nodes = (size_t)source->graph->nnodes + 8;
	size_t tensors = (size_t)source->graph->ntensors;
	struct tflite_writer w = {.g = source->graph, .arena = arena,
				  .err = err};

	(void)options;
	w.room_tensors = (int)(nodes * OF_A_NODE);
	w.room_calls = (int)(nodes * OF_A_NODE);
	w.tensor = NAS_NEW(arena, struct tflite_made, nodes * OF_A_NODE);
	w.call = NAS_NEW(arena, struct tflite_call, nodes * OF_A_NODE);
	w.of = NAS_NEW(arena, int, tensors);
	for (size_t t = 0; w.of && t < tensors; t++)
		w.of[t] = -1;
	if (make_calls(&w) != NAS_OK)
		return err->code;
	if (!arena->failed)
		write_file(out, &w);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the file");
	return text_check(out, "a TFLite file", err);
}
