/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/export/onnx_graph.h - ONNX messages, built piece by piece.
 *
 * For spaces/export/onnx_write*.c only. Everything lives in the arena; when memory is
 * out, arena->failed is set, and onnx_graph_pack says so.
 *
 * Usage:
 *	onnx_graph_init(&g, arena, 100, 100);
 *	node = onnx_node(&g, "Conv", "stem/Conv", "stem", (const char *[])
 *			 { "image", "stem.weight", "stem.bias", NULL });
 *	onnx_attribute_int(&g, node, "group", 1);
 *	...
 *	status = onnx_graph_pack(&text, &g, err);
 */
#ifndef SPACES_EXPORT_ONNX_GRAPH_H
#define SPACES_EXPORT_ONNX_GRAPH_H

#include "nas/base/arena.h"
#include "nas/base/file.h"
#include "onnx.pb-c.h"

#define ONNX_ATTRIBUTES_MAX 8 /* of one node */
#define ONNX_DIMS_MAX 4

struct onnx_graph {
	struct nas_arena *arena;
	Onnx__ModelProto *model;
	Onnx__GraphProto *graph;
	size_t nodes_max, tensors_max;
};

/* False when memory is out; then nothing may be added. */
bool onnx_graph_init(struct onnx_graph *g, struct nas_arena *arena,
		     size_t nodes_max, size_t tensors_max);

/* A formatted string in the arena; "" when memory is out. */
char *onnx_text(struct onnx_graph *g, const char *fmt, ...) NAS_FORMAT(2, 3);

/* A node with one output; input ends with NULL. */
Onnx__NodeProto *onnx_node(struct onnx_graph *g, const char *op,
			   const char *name, const char *output,
			   const char *const *input);
void onnx_attribute_int(struct onnx_graph *g, Onnx__NodeProto *node,
			const char *name, int64_t x);
void onnx_attribute_ints(struct onnx_graph *g, Onnx__NodeProto *node,
			 const char *name, const int64_t *x, size_t n);
void onnx_attribute_text(struct onnx_graph *g, Onnx__NodeProto *node,
			 const char *name, const char *x);

/* Shapes of tensors and values: n sizes, or one of these. */
enum { ONNX_IMAGES = -1, ONNX_HEIGHT = -2, ONNX_WIDTH = -3, ONNX_ANY = -4 };

struct onnx_shape {
	size_t n;
	int64_t size[ONNX_DIMS_MAX];
};

/* An initialiser; data is not copied. */
void onnx_tensor(struct onnx_graph *g, const char *name, int type,
		 const struct onnx_shape *shape, void *data, size_t bytes);
void onnx_tensor_float(struct onnx_graph *g, const char *name, float x);

void onnx_input(struct onnx_graph *g, const char *name,
		const struct onnx_shape *shape);
void onnx_output(struct onnx_graph *g, const char *name,
		 const struct onnx_shape *shape);

void onnx_import(struct onnx_graph *g, const char *domain, int version);
void onnx_metadata(struct onnx_graph *g, const char *key, const char *value);

enum nas_status onnx_graph_pack(struct nas_text *out,
				const struct onnx_graph *g,
				struct nas_err *err) NAS_MUST_CHECK;

#endif
