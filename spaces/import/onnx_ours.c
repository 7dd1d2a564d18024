/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Our own ONNX files, back. The metadata says which architecture it is; what
 * the file computes is held against what this architecture does, so that
 * nothing is read as something that it is not. Numbers may be anybody's.
 */
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "nas/form/json.h"
#include "spaces/import/import_onnx.h"
#include "spaces/import/onnx.h"
#include "spaces/import/onnx_scan.h"
#include "spaces/import/tflite_file.h"

struct reader {
	const char *source;
	const Onnx__ModelProto *model;
	struct nas_arena *arena;
	struct nas_err *err;
};

static enum nas_status bad(const struct reader *r, const char *fmt, ...)
	NAS_FORMAT(2, 3);
static enum nas_status bad(const struct reader *r, const char *fmt, ...)
{
	char msg[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	return nas_fail_at(r->err, NAS_EINPUT, r->source, 0, 0, NULL, "%s",
			   msg);
}

static const char *metadata(const struct reader *r, const char *key)
{
	for (size_t i = 0; i < r->model->n_metadata_props; i++) {
		const Onnx__StringStringEntryProto *e =
			r->model->metadata_props[i];

		if (e->key && e->value && strcmp(e->key, key) == 0)
			return e->value;
	}
	return NULL;
}

static enum nas_status read_architecture(const struct reader *r,
					 struct nas_arch *arch)
{
	const char *text = metadata(r, ONNX_ARCHITECTURE);
	const struct nas_arch_defaults defaults = {0};
	struct json_doc doc = {0};
	struct nas_arch_list list;
	char name[256];

	if (!text)
		return bad(r, "has no '" ONNX_ARCHITECTURE "' in its "
			      "metadata: only ONNX files written by nas are "
			      "supported");
	snprintf(name, sizeof(name), "%.200s, nas.architecture", r->source);
	if (json_parse(&doc, text, strlen(text), name, r->err) == NAS_OK &&
	    arch_from_json(&list, &doc, doc.root, &defaults, r->arena,
			   r->err) == NAS_OK) {
		if (list.n == 1)
			*arch = list.arch[0];
		else
			bad(r, "nas.architecture contains %d networks", list.n);
	}
	json_free(&doc);
	return r->err->code ? r->err->code : arch_check(arch, r->err);
}

static enum nas_status read_seed(const struct reader *r, uint64_t *seed)
{
	const char *text = metadata(r, ONNX_SEED);
	size_t n = text ? strspn(text, "0123456789") : 0;

	if (n == 0 || n > 19 || text[n])
		return bad(r, "has no number '" ONNX_SEED "' in its metadata");
	*seed = strtoull(text, NULL, 10);
	return NAS_OK;
}

static enum nas_status check_finite(const struct reader *r, const char *what,
				    const char *of, const float *x, size_t n,
				    bool positive)
{
	for (size_t i = 0; i < n; i++)
		if (!isfinite(x[i]) || (positive && !(x[i] > 0)))
			return bad(r, "%s of '%s': a number that is %s", what,
				   of,
				   isfinite(x[i]) ? "not positive"
						  : "not finite");
	return NAS_OK;
}

/* What the file says of a layer, into the layer of its architecture. */
static enum nas_status take_layer(const struct reader *r, struct graph_layer *l,
				  const struct graph_layer *from)
{
	size_t out = (size_t)l->out;

	if (l->bits_w && !from->scale)
		return bad(r, "the weights of '%s' have no scale", l->name);
	if (check_finite(r, "weights", l->name, from->weight, out * l->fan,
			 false) ||
	    check_finite(r, "biases", l->name, from->bias, out, false))
		return r->err->code;
	l->weight = from->weight;
	l->bias = from->bias;
	if (!l->bits_w)
		return NAS_OK;
	if (check_finite(r, "scales", l->name, from->scale, out, true))
		return r->err->code;
	l->scale = from->scale;
	if (graph_find_levels(l, r->arena))
		return NAS_OK;
	return r->arena->failed
		       ? nas_fail(r->err, NAS_ENOMEM,
				  "out of memory for the weights")
		       : bad(r, "a weight of '%s' is outside its %d bits",
			     l->name, l->bits_w);
}

/* The nodes are the same ones. */
static enum nas_status take_scales(const struct reader *r, struct graph *g,
				   const struct graph *from)
{
	for (int i = 0; i < g->nnodes; i++) {
		const struct graph_node *n = &g->node[i];
		const float *scale;

		if (n->op != GRAPH_QUANT)
			continue;
		scale = from->tensor[from->node[i].in[1]].data;
		if (check_finite(r, "the scale", n->name, scale, 1, true))
			return r->err->code;
		*g->tensor[n->in[1]].data = *scale;
	}
	return NAS_OK;
}

static enum nas_status read_graph(const struct reader *r,
				  struct onnx_ours *ours)
{
	const struct graph_options options = {.as_written = true};
	struct graph *g = &ours->graph, file;
	char where[100];

	if (import_model(&file, r->model, r->source, &options, r->arena,
			 r->err) != NAS_OK ||
	    graph_layout(g, &ours->arch, r->arena, r->err) != NAS_OK)
		return r->err->code;
	if (!graph_same(&file, g, where, sizeof(where), r->arena))
		return *where ? bad(r, "%s does not match its architecture",
				    where)
			      : nas_fail(r->err, NAS_ENOMEM,
					 "out of memory for '%.200s'",
					 r->source);
	for (int i = 0; i < g->nlayers; i++)
		if (take_layer(r, &g->layer[i], &file.layer[i]) != NAS_OK)
			return r->err->code;
	return take_scales(r, g, &file);
}

enum nas_status onnx_read(struct onnx_ours *ours, const void *bytes, size_t n,
			  const char *source, struct nas_arena *arena,
			  struct nas_err *err)
{
	struct reader r = {.source = source, .arena = arena, .err = err};
	Onnx__ModelProto *model;

	*ours = (struct onnx_ours){0};
	if (onnx_unpack(&model, bytes, n, source, arena, err) != NAS_OK)
		return err->code;
	r.model = model;
	if (read_architecture(&r, &ours->arch) != NAS_OK ||
	    read_seed(&r, &ours->seed) != NAS_OK)
		return err->code;
	return read_graph(&r, ours);
}

enum nas_status onnx_is_ours(bool *ours, const void *bytes, size_t n,
			     const char *source, struct nas_arena *arena,
			     struct nas_err *err)
{
	struct nas_arena_mark mark = arena_mark(arena);
	Onnx__ModelProto *model;

	*ours = false;
	if (tflite_looks_like(bytes, n))
		return NAS_OK;
	if (onnx_unpack(&model, bytes, n, source, arena, err) == NAS_OK)
		*ours = metadata(&(struct reader){.model = model},
				 ONNX_ARCHITECTURE) != NULL;
	arena_rewind(arena, mark);
	return err->code;
}

/* TFLite says so. The first field of an ONNX model is its IR version: tag 8, a small number. */
bool onnx_looks_like(const void *bytes, size_t n)
{
	const uint8_t *b = bytes;

	return (n > 2 && b[0] == 8 && b[1] < 32 && b[2] != '{') ||
	       tflite_looks_like(bytes, n);
}
