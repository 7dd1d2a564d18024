/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/base/embedded.h - files that the build puts into the library, and the
 * flags it was built with. Internal to libnas and nas.
 *
 * A file more: its path in the Makefile's EMBEDDED, and a line here. Its name is
 * the path with all but letters and digits as '_'; the text ends in a NUL.
 *
 * Usage:
 *	text_add(&t, embedded_spaces_export_model_py);
 */
#ifndef NAS_BASE_EMBEDDED_H
#define NAS_BASE_EMBEDDED_H

extern const char embedded_configs_imagenet_7_0g_json[]; /* of 'nas bench' */
extern const char embedded_spaces_export_model_py[]; /* of format_pytorch.c */
/* Of format_c.c. */
extern const char embedded_spaces_export_kernels_kernel_h[];
extern const char embedded_spaces_export_kernels_conv_c[];
extern const char embedded_spaces_export_kernels_depthwise_c[];
extern const char embedded_spaces_export_kernels_gate_c[];
extern const char embedded_spaces_export_kernels_average_c[];
extern const char embedded_spaces_export_kernels_max_pool_c[];
extern const char embedded_spaces_export_kernels_pool_c[];
extern const char embedded_spaces_export_kernels_spread_c[];
extern const char embedded_spaces_export_kernels_dots_c[];
extern const char embedded_spaces_export_kernels_planes_c[];
extern const char embedded_spaces_export_kernels_factor_c[];
extern const char embedded_spaces_export_kernels_grid_conv_c[];
extern const char embedded_spaces_export_kernels_grid_c[];
extern const char embedded_spaces_export_kernels_grid_depthwise_c[];
extern const char embedded_spaces_export_kernels_step_h[];
extern const char embedded_spaces_export_kernels_step_add_c[];
extern const char embedded_spaces_export_kernels_step_multiply_c[];
extern const char embedded_spaces_export_kernels_step_mean_c[];
extern const char embedded_spaces_export_kernels_step_pool_c[];
extern const char embedded_spaces_export_kernels_step_softmax_c[];
extern const char embedded_spaces_export_kernels_step_table_c[];
extern const char embedded_spaces_export_kernels_step_move_c[];
extern const char embedded_spaces_export_kernels_test_c[];
extern const char embedded_spaces_latency_models_esp32s3_espnn_json[];
extern const char embedded_spaces_latency_models_stm32h743_cubeai_json[];
extern const char embedded_spaces_latency_models_stm32h743_tinyengine_json[];
extern const char embedded_spaces_latency_models_stm32h747_cubeai_json[];
extern const char embedded_spaces_latency_models_vck190_json[];
extern const char embedded_spaces_latency_models_xc7z020_json[];
extern const char embedded_spaces_latency_models_xc7z045_json[];
extern const char embedded_spaces_latency_models_zcu102_json[];
extern const char embedded_nas_run_boards_board_c[]; /* of verify.c */
extern const char embedded_nas_run_runtimes_onnx_py[]; /* of verify_runtime.c */
extern const char embedded_nas_run_runtimes_onnx_js[];
extern const char embedded_nas_run_runtimes_tflite_py[];
extern const char embedded_nas_run_runtimes_tflite_js[];

extern const char embedded_build_flags[]; /* ends in a newline */

#endif
