/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/export/graph_write_onnx.h - writing operators, one function each.
 *
 * For spaces/graph_write_onnx*.c only. A function reads w->n and adds nodes
 * from w->x to w->y; when memory is out, the arena's flag is set.
 */
#ifndef SPACES_EXPORT_GRAPH_WRITE_ONNX_H
#define SPACES_EXPORT_GRAPH_WRITE_ONNX_H

#include "onnx.pb-c.h"
#include "spaces/graph/graph.h"
#include "spaces/export/onnx.h"
#include "spaces/export/onnx_graph.h"

#define WITH(...) ((const char *const[]){__VA_ARGS__, NULL})

struct writer {
	struct onnx_graph o;
	const struct graph *g;
	const struct graph_quant *quant; /* may be NULL */
	const struct graph_node *n;	 /* being written */
	const char **name;		 /* (ntensors) */
	const char *x, *y; /* first input and output of the node */
	int serial;	   /* of names made on the way */
};

/* A name that nobody has; a node; constants under names of their own. */
char *write_fresh(struct writer *w);
Onnx__NodeProto *write_op(struct writer *w, const char *kind, const char *y,
			  const char *const *in);
char *write_number(struct writer *w, float x);
char *write_integers(struct writer *w, const int64_t *x, int n);
char *write_floats(struct writer *w, const float *x, int rank,
		   const int64_t *size);
/* Name of op(x, number). */
char *write_with_number(struct writer *w, const char *kind, const char *x,
			float c);
void write_attribute_float(struct writer *w, Onnx__NodeProto *node,
			   const char *name, float x);
void write_window(struct writer *w, Onnx__NodeProto *node, bool dilated);

typedef void write_step(struct writer *w);
write_step write_conv, write_linear, write_scale, write_plain;
extern write_step *const graph_writers[GRAPH_OPS]; /* NULL: write_plain */

#endif
