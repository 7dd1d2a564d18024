/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/import/onnx.h - ONNX files as graphs: anybody's, and our own.
 *
 * Any file becomes a graph of its operators (the list: import_onnx_ops.c). A
 * .tflite file does too, wherever an ONNX file may stand (tflite_file.h).
 * A file that nas wrote of an architecture (spaces/export/onnx.h) says so in its
 * metadata, and is read back to what it was written from.
 *
 * Usage:
 *	struct graph g;
 *	status = graph_read(&g, "model.onnx", &options, &arena, err);
 *	...
 *	struct onnx_ours ours;
 *	status = onnx_is_ours(&is, bytes, n, "model.onnx", &arena, err);
 *	status = onnx_read(&ours, bytes, n, "model.onnx", &arena, err);
 */
#ifndef SPACES_IMPORT_ONNX_H
#define SPACES_IMPORT_ONNX_H

#include <stddef.h>

#include "spaces/arch.h"
#include "spaces/graph/graph.h"

#define ONNX_FILE_MAX ((size_t)1 << 30) /* bytes that are read */
#define ONNX_QUANT_DOMAIN "qonnx.custom_op.general"

/* Metadata of our files: the architecture as JSON, the seed of its weights. */
#define ONNX_ARCHITECTURE "nas.architecture"
#define ONNX_SEED "nas.seed"

/* Read a file, opsets 7 to 22; options may be NULL. NAS_EIO; NAS_EINPUT:
 * damaged, or it has what is not supported (names operator and node);
 * NAS_ENOMEM. source is the file's name in messages. */
enum nas_status graph_read(struct graph *g, const char *path,
			   const struct graph_options *options,
			   struct nas_arena *arena,
			   struct nas_err *err) NAS_MUST_CHECK;
enum nas_status graph_from_onnx(struct graph *g, const void *bytes, size_t n,
				const char *source,
				const struct graph_options *options,
				struct nas_arena *arena,
				struct nas_err *err) NAS_MUST_CHECK;

struct onnx_ours {
	struct nas_arch arch;
	struct graph graph; /* graph_layout of it, with the file's numbers */
	uint64_t seed;	    /* what the weights were drawn from */
};

/* A file of ours (either form, weights of any origin) back to what it was
 * written from. NAS_EINPUT when it is damaged, not ours, or does not compute
 * what its architecture does; NAS_ENOMEM. */
enum nas_status onnx_read(struct onnx_ours *ours, const void *bytes, size_t n,
			  const char *source, struct nas_arena *arena,
			  struct nas_err *err) NAS_MUST_CHECK;

/* Whether it is such a file: its metadata has an architecture. NAS_EINPUT when
 * it is no ONNX model, or a damaged one. */
enum nas_status onnx_is_ours(bool *ours, const void *bytes, size_t n,
			     const char *source, struct nas_arena *arena,
			     struct nas_err *err) NAS_MUST_CHECK;

/* These bytes may be an ONNX or TFLite file, and are no JSON. */
bool onnx_looks_like(const void *bytes, size_t n);

#endif
