/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spaces/import/tflite_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_LENGTH 200

struct parse {
	struct tflite *t;
	struct flat *f;
	struct flat_list buffers, codes;
	const char *source;
	struct nas_arena *arena;
	struct nas_err *err;
};

bool tflite_looks_like(const void *bytes, size_t n)
{
	return n >= 8 && memcmp((const char *)bytes + 4, "TFL3", 4) == 0;
}

static enum nas_status bad(const struct parse *p, const char *what)
{
	return nas_fail_at(p->err, NAS_EINPUT, p->source, 0, 0, NULL, "%s",
			   what);
}

/* NAS_OK while everything read so far was inside the file. */
static enum nas_status check(const struct parse *p)
{
	if (p->arena->failed)
		return nas_fail(p->err, NAS_ENOMEM,
				"out of memory for '%.200s'", p->source);
	if (p->f->damaged)
		return nas_fail_at(p->err, NAS_EINPUT, p->source, 0, 0, NULL,
				   "is damaged: what byte %zu says leads out "
				   "of the file", p->f->damaged);
	return NAS_OK;
}

static enum nas_status read_shape(struct parse *p, size_t table,
				  struct tflite_tensor *t)
{
	struct flat_list shape = flat_list(p->f, table, 0, 4);

	if (shape.n > GRAPH_RANK_MAX)
		return bad(p, "a tensor has too many axes");
	t->rank = (int)shape.n;
	t->count = 1;
	for (size_t k = 0; k < shape.n; k++) {
		int64_t n = flat_int_at(p->f, &shape, k, 4);

		if (n < 1 || n > GRAPH_VALUES_MAX)
			return bad(p, "a tensor has a size that is not "
				      "supported");
		t->size[k] = (int)n;
		t->count *= (size_t)n;
		if (t->count > GRAPH_VALUES_MAX)
			return bad(p, "a tensor is too large");
	}
	return NAS_OK;
}

/* Newer files may keep large data behind the FlatBuffer. */
static void read_data(struct parse *p, size_t table, struct tflite_tensor *t)
{
	uint64_t k = (uint64_t)flat_int(p->f, table, 2, 4, 0) & UINT32_MAX;
	uint64_t at, n;
	size_t buffer;

	if (k >= p->buffers.n) {
		p->f->damaged = table;
		return;
	}
	buffer = flat_table_at(p->f, &p->buffers, (size_t)k);
	t->data = flat_list(p->f, buffer, 0, 1);
	at = (uint64_t)flat_int(p->f, buffer, 1, 8, 0);
	n = (uint64_t)flat_int(p->f, buffer, 2, 8, 0);
	if (t->data.n || at < 2)
		return;
	if (at > p->f->n || n > p->f->n - at)
		p->f->damaged = buffer;
	else
		t->data = (struct flat_list){(size_t)at, (size_t)n};
}

static const char *read_name(struct parse *p, size_t table, size_t index)
{
	struct flat_list list = flat_list(p->f, table, 3, 1);
	char name[NAME_MAX_LENGTH + 1];
	size_t n = list.n < NAME_MAX_LENGTH ? list.n : NAME_MAX_LENGTH;

	memcpy(name, p->f->bytes + list.at, n);
	name[n] = '\0';
	if (!*name)
		snprintf(name, sizeof(name), "tensor_%zu", index);
	return arena_strdup(p->arena, name);
}

static enum nas_status read_tensor(struct parse *p, size_t table, size_t index)
{
	struct tflite_tensor *t = &p->t->tensor[index];
	size_t q = flat_table(p->f, table, 4);

	t->name = read_name(p, table, index);
	t->type = (int)flat_int(p->f, table, 1, 1, 0);
	t->sparse = flat_table(p->f, table, 6) != 0;
	t->scale = flat_list(p->f, q, 2, 4);
	t->zero = flat_list(p->f, q, 3, 8);
	t->axis = (int)flat_int(p->f, q, 6, 4, 0);
	read_data(p, table, t);
	if (check(p) != NAS_OK || read_shape(p, table, t) != NAS_OK)
		return p->err->code;
	if (t->scale.n > 1 &&
	    (t->axis < 0 || t->axis >= t->rank ||
	     t->scale.n != (size_t)t->size[t->axis]))
		return bad(p, "a tensor has scales that do not match its "
			      "shape");
	if (t->zero.n && t->zero.n != t->scale.n && t->scale.n)
		return bad(p, "a tensor has another number of zero points "
			      "than of scales");
	return NAS_OK;
}

static int by_name(const void *a, const void *b)
{
	const struct tflite_tensor *x = *(struct tflite_tensor *const *)a;
	const struct tflite_tensor *y = *(struct tflite_tensor *const *)b;
	int order = strcmp(x->name, y->name);

	return order ? order : (x > y) - (x < y);
}

/* Tensors of a name that came before are told apart by their numbers. */
static void make_names_unique(struct parse *p)
{
	size_t n = (size_t)p->t->ntensors;
	struct tflite_tensor **order =
		NAS_NEW(p->arena, struct tflite_tensor *, n);
	char name[NAME_MAX_LENGTH + 20];

	for (size_t k = 0; order && k < n; k++)
		order[k] = &p->t->tensor[k];
	if (!order || p->arena->failed)
		return;
	qsort(order, n, sizeof(*order), by_name);
	for (size_t k = n; k-- > 1;)
		if (strcmp(order[k]->name, order[k - 1]->name) == 0) {
			snprintf(name, sizeof(name), "%s#%td", order[k]->name,
				 order[k] - p->t->tensor);
			order[k]->name = arena_strdup(p->arena, name);
		}
}

static enum nas_status read_tensors(struct parse *p, size_t subgraph)
{
	struct flat_list list = flat_list(p->f, subgraph, 0, 4);

	if (check(p) != NAS_OK)
		return p->err->code;
	if (!list.n || list.n > TFLITE_TENSORS_MAX)
		return bad(p, "contains no tensors, or too many");
	p->t->ntensors = (int)list.n;
	p->t->tensor = NAS_NEW(p->arena, struct tflite_tensor, list.n);
	if (!p->t->tensor)
		return check(p);
	for (size_t k = 0; k < list.n; k++)
		if (read_tensor(p, flat_table_at(p->f, &list, k), k) != NAS_OK)
			return p->err->code;
	make_names_unique(p);
	return check(p);
}

/* Numbers of tensors; least is -1 where one may be left out. */
static enum nas_status read_numbers(struct parse *p, size_t table, int i,
				    int least, int **to, int *n)
{
	struct flat_list list = flat_list(p->f, table, i, 4);

	if (check(p) != NAS_OK)
		return p->err->code;
	if (list.n > TFLITE_IO_MAX)
		return bad(p, "an operator has too many inputs or outputs");
	*n = (int)list.n;
	*to = NAS_NEW(p->arena, int, list.n + 1);
	if (!*to)
		return check(p);
	for (size_t k = 0; k < list.n; k++) {
		int64_t t = flat_int_at(p->f, &list, k, 4);

		if (t < least || t >= p->t->ntensors)
			return bad(p, "is damaged: an operator names a tensor "
				      "that does not exist");
		(*to)[k] = (int)t;
	}
	return NAS_OK;
}

static enum nas_status read_op(struct parse *p, size_t table,
			       struct tflite_op *op)
{
	uint64_t k = (uint64_t)flat_int(p->f, table, 0, 4, 0) & UINT32_MAX;
	int64_t old, code;
	size_t entry;

	op->options = flat_table(p->f, table, 4);
	if (k >= p->codes.n)
		return bad(p, "is damaged: an operator has no code");
	entry = flat_table_at(p->f, &p->codes, (size_t)k);
	old = flat_int(p->f, entry, 0, 1, 0);
	code = flat_int(p->f, entry, 3, 4, 0);
	op->code = (int)(code > old ? code : old);
	if (read_numbers(p, table, 1, -1, &op->in, &op->nin) != NAS_OK)
		return p->err->code;
	return read_numbers(p, table, 2, 0, &op->out, &op->nout);
}

static enum nas_status read_ops(struct parse *p, size_t subgraph)
{
	struct flat_list list = flat_list(p->f, subgraph, 3, 4);

	if (check(p) != NAS_OK)
		return p->err->code;
	if (!list.n || list.n > GRAPH_NODES_MAX)
		return bad(p, "contains no operators, or too many");
	p->t->nops = (int)list.n;
	p->t->op = NAS_NEW(p->arena, struct tflite_op, list.n);
	if (!p->t->op)
		return check(p);
	for (size_t k = 0; k < list.n; k++)
		if (read_op(p, flat_table_at(p->f, &list, k),
			    &p->t->op[k]) != NAS_OK)
			return p->err->code;
	return NAS_OK;
}

enum nas_status tflite_parse(struct tflite *t, const void *bytes, size_t n,
			     const char *source, struct nas_arena *arena,
			     struct nas_err *err)
{
	struct parse p = {.t = t, .f = &t->flat, .source = source,
			  .arena = arena, .err = err};
	struct flat_list graphs;
	size_t model, graph;

	*t = (struct tflite){.flat = {bytes, n, 0}};
	model = flat_root(p.f);
	p.codes = flat_list(p.f, model, 1, 4);
	graphs = flat_list(p.f, model, 2, 4);
	p.buffers = flat_list(p.f, model, 4, 4);
	if (check(&p) != NAS_OK)
		return err->code;
	if (graphs.n != 1)
		return bad(&p, "must contain one graph (control flow is not "
			       "supported)");
	graph = flat_table_at(p.f, &graphs, 0);
	if (read_tensors(&p, graph) != NAS_OK ||
	    read_numbers(&p, graph, 1, 0, &t->input, &t->ninputs) != NAS_OK ||
	    read_numbers(&p, graph, 2, 0, &t->output, &t->noutputs) != NAS_OK)
		return err->code;
	return read_ops(&p, graph);
}
