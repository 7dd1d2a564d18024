/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/import/import_make.h - an operator of a file as several nodes.
 *
 * For spaces/import only. Each function adds a node and gives the tensor that it
 * makes, or -1 after a failure, which im->err describes; -1 goes in as well and
 * comes out again, so that calls nest:
 *
 *	t = make_with(im, GRAPH_ADD, x, 1);
 *	return make_output(im, make1(im, GRAPH_SQRT, t));
 */
#ifndef SPACES_IMPORT_IMPORT_MAKE_H
#define SPACES_IMPORT_IMPORT_MAKE_H

#include "spaces/import/import_onnx.h"

int make1(struct importer *im, enum graph_op op, int x);
int make2(struct importer *im, enum graph_op op, int x, int y); /* broadcast */
/* Input i of the file's node. */
int make_input(struct importer *im, size_t i);
/* A constant of zeros; *data is where they are. */
int make_constant(struct importer *im, int rank, const int *size, float **data);
int make_number(struct importer *im, double number); /* a constant of one */
int make_with(struct importer *im, enum graph_op op, int x, double number);
int make_power(struct importer *im, int x, double exponent);

/* Values stay; size is (rank). */
int make_reshape(struct importer *im, int x, int rank, const int *size);
/* Over the axes with a 1; they stay, of size 1. */
int make_reduce(struct importer *im, enum graph_op op, int x, const int *axes);
/* Zeros before each axis; size is of the output, (rank of x). */
int make_pad(struct importer *im, int x, const int *before, const int *size);
/* size numbers of each axis, from first on. */
int make_slice(struct importer *im, int x, const int *first, const int *size);
int make_transpose(struct importer *im, int x, const int *axes);
int make_concat(struct importer *im, int axis, int n, const int *in);

/* Tensor t is output 0 of the file's node. */
enum nas_status make_output(struct importer *im, int t) NAS_MUST_CHECK;

#endif
