/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/export/onnx_build.h - the ONNX graph of a network.
 *
 * For spaces/export/onnx_write.c, which packs it, and spaces/export/onnx_read.c, which holds
 * a file's nodes against it.
 *
 * Usage:
 *	status = onnx_build(&g, &net, ONNX_STANDARD, arena, err);
 */
#ifndef SPACES_EXPORT_ONNX_BUILD_H
#define SPACES_EXPORT_ONNX_BUILD_H

#include "onnx.pb-c.h"
#include "spaces/export/onnx.h"
#include "spaces/export/onnx_graph.h"

#define ONNX_QUANT_DOMAIN "qonnx.custom_op.general"
/* of the gate of squeeze-and-excitation */
#define ONNX_GATE_SCALE 0x1p-7F
#define ONNX_GATE_BITS 8

extern const char *const onnx_form_names[ONNX_FORMS];

/* Nodes, initialisers, inputs and outputs; no metadata. NAS_ENOMEM. */
enum nas_status onnx_build(struct onnx_graph *g, const struct onnx_net *net,
			   enum onnx_form form, struct arena *arena,
			   struct nas_err *err) NAS_MUST_CHECK;

/* The initialisers of one layer, and their names. */
struct onnx_names {
	char levels[64]; /* of the weights: INT8 or INT32; QONNX: values */
	char weight[64]; /* as the conv reads it */
	char weight_scale[64];
	char input_scale[64];
	char bias[64];
};
void onnx_names(struct onnx_names *names, const struct onnx_layer *l);
void onnx_weight_shape(struct onnx_shape *shape, const struct onnx_layer *l);
void onnx_scale_shape(struct onnx_shape *shape, const struct onnx_layer *l,
		      enum onnx_form form);

/* A file's graph is the one that its architecture has: nodes, inputs, outputs
 * and constants. NAS_EINPUT says where not. */
enum nas_status onnx_match(const Onnx__GraphProto *got,
			   const struct onnx_net *net, enum onnx_form form,
			   const char *source, struct arena *arena,
			   struct nas_err *err) NAS_MUST_CHECK;

#endif
