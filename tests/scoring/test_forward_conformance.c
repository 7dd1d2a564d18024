/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ONNX's own conformance cases (Debian: libonnx-testdata): import, run,
 * compare. A case's first input is the image; the others become initialisers,
 * or, where that is refused, inputs of their own.
 */
#define _POSIX_C_SOURCE 200809L /* strdup */
#include "tests/check.h"

#include "nas/base/file.h"
#include "onnx.pb-c.h"
#include "scoring/forward/forward.h"
#include "spaces/export/onnx.h"
#include "spaces/import/onnx.h"

#define FOLDER	   "/usr/share/libonnx-testdata/data/node/test_"
#define INPUTS_MAX 8

static const char *const cases[] = {
	"basic_conv_with_padding",
	"basic_conv_without_padding",
	"conv_with_autopad_same",
	"conv_with_strides_and_asymmetric_padding",
	"conv_with_strides_no_padding",
	"conv_with_strides_padding",
	"batchnorm_epsilon",
	"batchnorm_example",
	"relu",
	"sigmoid",
	"tanh",
	"abs",
	"exp",
	"floor",
	"neg",
	"round",
	"sqrt",
	"elu",
	"leakyrelu",
	"hardsigmoid",
	"hardsigmoid_default",
	"hardswish",
	"clip",
	"clip_inbounds",
	"clip_default_min",
	"clip_default_max",
	"clip_splitbounds",
	"clip_default_inbounds",
	"add",
	"add_bcast",
	"sub",
	"sub_bcast",
	"mul",
	"mul_bcast",
	"div",
	"div_bcast",
	"max_two_inputs",
	"min_two_inputs",
	"globalaveragepool",
	"globalaveragepool_precomputed",
	"globalmaxpool",
	"averagepool_2d_ceil",
	"averagepool_2d_default",
	"averagepool_2d_pads",
	"averagepool_2d_pads_count_include_pad",
	"averagepool_2d_precomputed_pads",
	"averagepool_2d_precomputed_pads_count_include_pad",
	"averagepool_2d_precomputed_same_upper",
	"averagepool_2d_precomputed_strides",
	"averagepool_2d_same_lower",
	"averagepool_2d_same_upper",
	"averagepool_2d_strides",
	"maxpool_2d_ceil",
	"maxpool_2d_default",
	"maxpool_2d_dilations",
	"maxpool_2d_pads",
	"maxpool_2d_precomputed_pads",
	"maxpool_2d_precomputed_same_upper",
	"maxpool_2d_precomputed_strides",
	"maxpool_2d_same_lower",
	"maxpool_2d_same_upper",
	"maxpool_2d_strides",
	"constant_pad",
	"flatten_axis1",
	"flatten_default_axis",
	"softmax_axis_1",
	"softmax_axis_2",
	"softmax_default_axis",
	"softmax_large_number",
	"gemm_default_no_bias",
	"gemm_default_scalar_bias",
	"gemm_default_vector_bias",
	"gemm_transposeB",
	"matmul_2d",
	"identity",
	"dropout_default",
	"transpose_all_permutations_0",
	"reduce_mean_do_not_keepdims_example",
	"reduce_mean_keepdims_random",
	"reduce_max_keepdims_example",
	"reshape_extended_dims",
	"reshape_negative_dim",
	"reshape_zero_dim",
	"unsqueeze_axis_1",
	"unsqueeze_axis_2",
	"squeeze_negative_axes",
	"slice_default_axes",
	"concat_2d_axis_1",
	"concat_3d_axis_1",
	"concat_3d_axis_2",
	"concat_3d_axis_negative_1",
	"convtranspose",
	"convtranspose_autopad_same",
	"convtranspose_dilations",
	"convtranspose_kernel_shape",
	"convtranspose_output_shape",
	"convtranspose_pad",
	"convtranspose_pads",
	"convtranspose_with_kernel",
	"depthtospace_crd_mode",
	"depthtospace_crd_mode_example",
	"depthtospace_dcr_mode",
	"depthtospace_example",
	"spacetodepth",
	"spacetodepth_example",
	"erf",
	"log",
	"log_example",
	"expand_dim_unchanged",
	"gather_1",
	"instancenorm_epsilon",
	"instancenorm_example",
	"layer_normalization_2d_axis1",
	"layer_normalization_2d_axis_negative_1",
	"layer_normalization_3d_axis1_epsilon",
	"layer_normalization_3d_axis2_epsilon",
	"layer_normalization_3d_axis_negative_1_epsilon",
	"layer_normalization_3d_axis_negative_2_epsilon",
	"layer_normalization_4d_axis1",
	"layer_normalization_4d_axis2",
	"layer_normalization_4d_axis3",
	"layer_normalization_4d_axis_negative_1",
	"layer_normalization_4d_axis_negative_2",
	"layer_normalization_4d_axis_negative_3",
	"layer_normalization_default_axis",
	"logsoftmax_axis_1",
	"logsoftmax_axis_2",
	"logsoftmax_default_axis",
	"logsoftmax_example_1",
	"logsoftmax_negative_axis",
	"lrn",
	"lrn_default",
	"pow_bcast_scalar",
	"prelu_broadcast",
	"prelu_example",
	"reciprocal",
	"reciprocal_example",
	"reduce_l2_do_not_keepdims_example",
	"reduce_l2_do_not_keepdims_random",
	"reduce_l2_keep_dims_example",
	"reduce_l2_negative_axes_keep_dims_random",
	"reduce_min_do_not_keepdims_example",
	"reduce_min_keepdims_random",
	"resize_downsample_scales_linear",
	"resize_downsample_scales_nearest",
	"resize_downsample_sizes_linear_pytorch_half_pixel",
	"resize_downsample_sizes_nearest",
	"resize_upsample_scales_linear",
	"resize_upsample_scales_linear_align_corners",
	"resize_upsample_scales_nearest",
	"resize_upsample_sizes_nearest",
	"resize_upsample_sizes_nearest_ceil_half_pixel",
	"resize_upsample_sizes_nearest_floor_align_corners",
	"resize_upsample_sizes_nearest_round_prefer_ceil_asymmetric",
	"selu",
	"selu_default",
	"selu_example",
	"softplus",
	"softplus_example",
	"upsample_nearest",
};

struct reading {
	char *bytes;
	size_t n;
};

static bool read(struct reading *r, const char *name, const char *file)
{
	struct nas_err err = {0};
	char path[512];

	snprintf(path, sizeof(path), FOLDER "%s/%s", name, file);
	return file_read(path, 1 << 26, &r->bytes, &r->n, &err) == NAS_OK;
}

static Onnx__TensorProto *read_tensor(const char *name, const char *file)
{
	Onnx__TensorProto *t;
	struct reading r;

	if (!read(&r, name, file))
		return NULL;
	t = onnx__tensor_proto__unpack(NULL, r.n, (uint8_t *)r.bytes);
	free(r.bytes);
	return t;
}

/* The model with inputs 1, 2, ... as initialisers; packed. */
static struct reading pack(const Onnx__ModelProto *model,
			   Onnx__TensorProto **input, int constants)
{
	Onnx__ModelProto copy = *model;
	Onnx__OperatorSetIdProto opset = *model->opset_import[0];
	Onnx__OperatorSetIdProto *opsets[1] = {&opset};
	Onnx__GraphProto graph = *model->graph;
	Onnx__TensorProto *list[INPUTS_MAX + 64];
	struct reading r;

	for (size_t i = 0; i < graph.n_initializer && i < 64; i++)
		list[i] = graph.initializer[i];
	for (size_t i = 1; constants && i < graph.n_input && input[i]; i++)
		list[graph.n_initializer++] = input[i];
	graph.initializer = list;
	graph.n_output = 1; /* of a normalisation, not its mean as well */
	copy.graph = &graph;
	/* Some operators have not changed since before opset 7. */
	opset.version = opset.version < 7 ? 7 : opset.version;
	copy.opset_import = opsets;
	r.n = onnx__model_proto__get_packed_size(&copy);
	r.bytes = malloc(r.n);
	onnx__model_proto__pack(&copy, (uint8_t *)r.bytes);
	return r;
}

static size_t floats_of(const Onnx__TensorProto *t, float *out)
{
	size_t n = t->has_raw_data ? t->raw_data.len / sizeof(float)
				   : t->n_float_data;

	if (out)
		memcpy(out,
		       t->has_raw_data ? (void *)t->raw_data.data
				       : (void *)t->float_data,
		       n * sizeof(float));
	return n;
}

static bool compare(const struct graph *g, int n, Onnx__TensorProto **input,
		    const Onnx__TensorProto *want, struct nas_err *err)
{
	const struct forward_options o = {.threads = 1};
	size_t outputs = floats_of(want, NULL), at = 0;
	float *x = malloc(1 << 22), *y = malloc((outputs + 1) * sizeof(*y));
	float *z = malloc((outputs + 1) * sizeof(*z));
	struct forward *f = NULL;
	bool ok;

	for (int k = 0; k < g->ninputs; k++)
		at += floats_of(input[k], x + at);
	floats_of(want, y);
	ok = outputs == g->tensor[g->output[0]].count * (size_t)n &&
	     forward_new(&f, g, &o, err) == NAS_OK &&
	     forward_run(f, x, n, z, err) == NAS_OK;
	for (size_t i = 0; ok && i < outputs; i++)
		ok = fabs((double)z[i] - (double)y[i]) <=
		     1e-4 * (1 + fabs((double)y[i]));
	forward_free(f);
	free(x);
	free(y);
	free(z);
	return ok;
}

/* As our own file has it, which is for any number of images. */
static bool compare_written(const struct graph *g, int n,
			    Onnx__TensorProto **input,
			    const Onnx__TensorProto *want,
			    struct nas_arena *arena, struct nas_err *err)
{
	const struct export_source source = {.graph = g};
	struct nas_text text = {0};
	struct graph again;
	bool ok = onnx_write(&text, &source, ONNX_STANDARD, arena, err) == NAS_OK &&
		  graph_from_onnx(&again, text.data, text.length, "again", NULL,
				  arena, err) == NAS_OK &&
		  compare(&again, n, input, want, err);

	text_free(&text);
	return ok;
}

static bool judge(const struct graph *g, Onnx__TensorProto **input,
		  const Onnx__TensorProto *want, struct nas_arena *arena,
		  struct nas_err *err)
{
	int n = g->tensor[g->input[0]].size[0];

	return compare(g, n, input, want, err) &&
	       compare_written(g, n, input, want, arena, err);
}

static bool run_case(const char *name, struct nas_err *err)
{
	Onnx__TensorProto *input[INPUTS_MAX] = {NULL}, *want;
	Onnx__ModelProto *model;
	struct reading r;
	bool ok = false;
	char file[64];

	if (!read(&r, name, "model.onnx"))
		return false;
	model = onnx__model_proto__unpack(NULL, r.n, (uint8_t *)r.bytes);
	free(r.bytes);
	want = read_tensor(name, "test_data_set_0/output_0.pb");
	for (int k = 0; k < INPUTS_MAX; k++) {
		snprintf(file, sizeof(file), "test_data_set_0/input_%d.pb", k);
		input[k] = read_tensor(name, file);
		if (input[k]) {
			free(input[k]->name);
			input[k]->name = strdup(model->graph->input[k]->name);
		}
	}
	for (int constants = 1; !ok && constants >= 0; constants--) {
		struct nas_arena arena = {0};
		struct graph g;

		memset(err, 0, sizeof(*err));
		arena_init(&arena, (size_t)1 << 28);
		r = pack(model, input, constants);
		ok = graph_from_onnx(&g, r.bytes, r.n, name, NULL, &arena,
				     err) == NAS_OK &&
		     judge(&g, input, want, &arena, err);
		free(r.bytes);
		arena_free(&arena);
	}
	for (int k = 0; k < INPUTS_MAX; k++)
		onnx__tensor_proto__free_unpacked(input[k], NULL);
	onnx__tensor_proto__free_unpacked(want, NULL);
	onnx__model_proto__free_unpacked(model, NULL);
	return ok;
}

static void conformance_cases_pass(void **state)
{
	int failed = 0;

	(void)state;
	if (!file_exists(FOLDER "relu/model.onnx"))
		skip(); /* libonnx-testdata is not installed */
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct nas_err err = {0};

		if (run_case(cases[i], &err))
			continue;
		fprintf(stderr, "%s: %s\n", cases[i],
			err.code ? nas_err_msg(&err, 0) : "numbers differ");
		failed++;
	}
	assert_int_equal(failed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conformance_cases_pass),
	};
	return CHECK_RUN("forward_conformance", tests);
}
