/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ONNX with QONNX's Quant nodes. */
#include "spaces/export/export_formats.h"

enum nas_status export_qonnx(struct text *out,
			     const struct export_source *source,
			     const struct export_options *options,
			     struct arena *arena, struct nas_err *err)
{
	(void)options;
	if (!source->net)
		return nas_fail(err, NAS_EUSAGE,
				"a trained network, or one with --policy, is "
				"written as onnx or csv, not qonnx");
	return onnx_write(out, source->net, ONNX_QONNX, arena, err);
}
