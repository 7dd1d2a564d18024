/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The models that are built in: each a file of latency_models/, with what it
 * was fitted on and how far it is from that. */
#include "nas/base/embedded.h"
#include "spaces/latency.h"

#define ROW(name, file)                                                       \
	{ name, embedded_spaces_latency_models_##file##_json },

const char *const latency_models[][2] = {
	ROW("esp32s3-espnn", esp32s3_espnn)
	ROW("stm32h743-cubeai", stm32h743_cubeai)
	ROW("stm32h743-tinyengine", stm32h743_tinyengine)
	ROW("stm32h747-cubeai", stm32h747_cubeai)
	ROW("vck190", vck190)
	ROW("xc7z020", xc7z020)
	ROW("xc7z045", xc7z045)
	ROW("zcu102", zcu102)
	{ NULL, NULL },
};
