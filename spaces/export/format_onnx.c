/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ONNX in standard operators. */
#include "spaces/export/export_formats.h"

enum nas_status export_onnx(struct text *out,
			    const struct export_source *source,
			    const struct export_options *options,
			    struct arena *arena, struct nas_err *err)
{
	(void)options;
	if (source->net)
		return onnx_write(out, source->net, ONNX_STANDARD, arena, err);
	return graph_write_onnx(out, source->graph, source->quant, arena, err);
}
