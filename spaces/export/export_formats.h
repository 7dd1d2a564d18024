/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/export/export_formats.h - the files that an architecture is handed over in.
 *
 * A format is one row of export_formats[] and one function.
 *
 * Usage:
 *	const struct export_format *f = export_format_find("onnx");
 *	struct export_options o = EXPORT_DEFAULTS;
 *	struct text t = {0};
 *	status = f->write(&t, &(struct export_source){ .arch = &arch }, &o,
 *			  &arena, err);
 */
#ifndef SPACES_EXPORT_EXPORT_FORMATS_H
#define SPACES_EXPORT_EXPORT_FORMATS_H

#include "spaces/cost.h"
#include "spaces/export/onnx.h"
#include "spaces/export/pytorch.h"

struct export_source {
	const struct arch *arch;
	const struct onnx_net *net; /* its numbers; NULL = to be drawn */
};

struct export_options {
	uint64_t seed; /* of weights that are drawn */
	enum pytorch_quantizer quantizer;
	const struct memory_model *memory; /* of the bytes in csv */
};

#define EXPORT_DEFAULTS                                                      \
	{ 0, PYTORCH_LSQ, &memory_models[MEMORY_TINYENGINE] }

struct export_format {
	const char *name;
	const char *help; /* one line, for a list of the formats */
	bool binary;
	enum nas_status (*write)(struct text *out,
				 const struct export_source *source,
				 const struct export_options *options,
				 struct arena *arena, struct nas_err *err);
};

extern const struct export_format export_formats[]; /* name NULL ends */

/* NULL: not known. */
const struct export_format *export_format_find(const char *name);

/* NAS_EUSAGE: not a format, with the nearest one. */
enum nas_status export_format_unknown(const char *name, struct nas_err *err);

/* One row a convolution, with shapes, bits, work and bytes; "binds" marks the
 * one with the peak memory. Bits 0 = full precision. */
enum nas_status export_csv(struct text *out, const struct arch *arch,
			   const struct memory_model *model,
			   struct arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

/* The graph of the network in graphviz's language: one node a layer. */
enum nas_status export_dot(struct text *out, const struct arch *arch,
			   struct arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

#endif
