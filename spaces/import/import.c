/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A network from a file of any kind that is read. */
#include <stdlib.h>

#include "nas/base/file.h"
#include "spaces/import/import_onnx.h"
#include "spaces/import/layers.h"
#include "spaces/import/onnx.h"
#include "spaces/import/onnx_scan.h"
#include "spaces/import/tflite_file.h"

enum nas_status graph_from_onnx(struct graph *g, const void *bytes, size_t n,
				const char *source,
				const struct graph_options *options,
				struct nas_arena *arena, struct nas_err *err)
{
	Onnx__ModelProto *model;

	*g = (struct graph){0};
	if (layers_looks_like(bytes, n))
		return graph_from_layers(g, bytes, n, source, options, arena,
					 err);
	if (tflite_looks_like(bytes, n))
		return graph_from_tflite(g, bytes, n, source, options, arena,
					 err);
	if (onnx_unpack(&model, bytes, n, source, arena, err) != NAS_OK)
		return err->code;
	return import_model(g, model, source, options, arena, err);
}

enum nas_status graph_read(struct graph *g, const char *path,
			   const struct graph_options *options,
			   struct nas_arena *arena, struct nas_err *err)
{
	char *bytes;
	size_t n;

	if (file_read(path, ONNX_FILE_MAX, &bytes, &n, err) != NAS_OK)
		return err->code;
	if (graph_from_onnx(g, bytes, n, path, options, arena, err) != NAS_OK)
		*g = (struct graph){0};
	free(bytes);
	return err->code;
}
