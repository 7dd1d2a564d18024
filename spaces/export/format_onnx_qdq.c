/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ONNX with QuantizeLinear and DequantizeLinear around what is computed. */
#include "spaces/export/onnx.h"

enum nas_status export_onnx_qdq(struct nas_text *out,
				const struct export_source *source,
				const struct export_options *options,
				struct nas_arena *arena, struct nas_err *err)
{
	(void)options;
	return onnx_write(out, source, ONNX_QDQ, arena, err);
}
