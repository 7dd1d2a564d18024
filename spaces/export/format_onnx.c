/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ONNX in standard operators. */
#include "spaces/export/onnx.h"

enum nas_status export_onnx(struct nas_text *out,
			    const struct export_source *source,
			    const struct export_options *options,
			    struct nas_arena *arena, struct nas_err *err)
{
	(void)options;
	return onnx_write(out, source, ONNX_STANDARD, arena, err);
}
