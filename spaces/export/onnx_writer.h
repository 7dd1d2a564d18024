/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/export/onnx_writer.h - writing operators, one function each.
 *
 * For spaces/export/onnx_write*.c only. A function reads w->n and adds nodes
 * from w->x to w->y; when memory is out, the arena's flag is set. To add an
 * operator: one row in onnx_write_op.c, one function.
 *
 * Names: an architecture's graph has names that say what is what, each once,
 * and they are kept. Those of a trained network come from a file, may be
 * missing or clash with ours, and were made before nodes were folded: tensors
 * and layers are numbered, under "nas/".
 */
#ifndef SPACES_EXPORT_ONNX_WRITER_H
#define SPACES_EXPORT_ONNX_WRITER_H

#include "onnx.pb-c.h"
#include "spaces/export/onnx.h"
#include "spaces/export/onnx_graph.h"

#define WITH(...) ((const char *const[]){__VA_ARGS__, NULL})

struct writer {
	struct onnx_graph o;
	const struct graph *g;
	enum onnx_form form;
	bool named;			  /* the graph's names are kept */
	const struct graph_node *n;	  /* being written */
	const char **name;		  /* (ntensors) */
	const char **layer;		  /* (nlayers) */
	const char *x, *y;		  /* first input and output of the node */
	int constants;			  /* tensors whose turn has come */
	int serial;			  /* of names made on the way */
	bool has_bits[ARCH_BITS_MAX + 1]; /* numbers of this width exist */
	const char *zero;		  /* the number, once there is one */
};

/* A name that nobody has. */
char *write_fresh(struct writer *w);
/* The name of what belongs to a thing of that name: w->layer[i], w->y. */
char *write_part(struct writer *w, const char *of, const char *suffix);

/* The node that w->n becomes, under its name; of several, the last. */
Onnx__NodeProto *write_node(struct writer *w, const char *kind,
			    const char *const *in);
/* Another one. */
Onnx__NodeProto *write_op(struct writer *w, const char *kind, const char *y,
			  const char *const *in);

/* Numbers under names of their own; floats under that name, not copied. */
char *write_number(struct writer *w, float x);
char *write_integers(struct writer *w, const int64_t *x, int n);
void write_floats(struct writer *w, const char *name, float *x, int rank,
		  const int64_t *size);
/* Name of op(x, number). */
char *write_with_number(struct writer *w, const char *kind, const char *x,
			float c);
void write_attribute_float(struct writer *w, Onnx__NodeProto *node,
			   const char *name, float x);
/* kernel_shape, pads and strides; dilations that are not 1. */
void write_window(struct writer *w, Onnx__NodeProto *node, bool always_pads);

/* QONNX: out = x on the grid of 2^bits levels from low on at that scale; signed
 * where they are those of two's complement. */
void write_quant(struct writer *w, const char *base, const char *x,
		 const char *scale, int bits, float low, const char *out);

/* write_plain: the ONNX operator of that name, of inputs alone. */
typedef void write_step(struct writer *w);
write_step write_conv, write_linear, write_scale, write_grid, write_plain;
extern write_step *const onnx_writers[GRAPH_OPS];

#endif
