/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Outputs about single networks: scores, sensitivity, bits, accuracy. */
#include "nas/run/outputs.h"

#include "qbr/policy_answer.h"

/* ---- score ---- */

#define SAMPLED                                                              \
	OUT("closed", NUMBER, "the closed form"),                            \
	OUT("sampled", NUMBER, "what random networks give"),                 \
	OUT("error", NUMBER, "its standard error"),                          \
	OUT("border", NUMBER, "of the difference: borders of the image"),    \
	OUT("input", NUMBER, "of the difference: the input"),                \
	OUT("rest", NUMBER, "of the difference: the rest"),                  \
	OUT("rest_error", NUMBER, "its standard error")

static const struct form_field monte_layer_fields[] = {
	OUT("step", INT, "index of the convolution"),
	OUT("weight", NUMBER, "of its stage"),
	SAMPLED,
};
OUT_PART(monte_layer_form, "a convolution", monte_layer_fields);

static const struct form_field monte_fields[] = {
	OUT("networks", INT, "drawn"),
	OUT("seed", STRING, "of the random numbers"),
	OUT("inputs", STRING, "what the networks were given"),
	SAMPLED,
	OUT("layers", OBJECTS, "its parts", .form = &monte_layer_form),
};
OUT_PART(monte_form, "the QE-Score by random networks", monte_fields);

static const struct form_field step_fields[] = {
	OUT("step", INT, "index of the convolution"),
	OUT("block", INT, "index of its block"),
	OUT("type", STRING, "of the block"),
	OUT("role", STRING, "in the block"),
	OUT("in", INT, "channels"),
	OUT("out", INT, "channels"),
	OUT("kernel", INT, "side"),
	OUT("stride", INT, "of the convolution"),
	OUT("groups", INT, "of channels"),
	OUT("in_height", INT, "pixels"),
	OUT("in_width", INT, "pixels"),
	OUT("out_height", INT, "pixels"),
	OUT("out_width", INT, "pixels"),
	OUT("bits_a", CUSTOM, "of its input; null = full precision",
	    .custom = &out_integer_or_null),
	OUT("bits_w", CUSTOM, "of its weights", .custom = &out_integer_or_null),
	OUT("bits_out", CUSTOM, "of its output",
	    .custom = &out_integer_or_null),
	OUT("macs", NUMBER, "multiply-accumulates"),
	OUT("flops", NUMBER, "the reference's, bit-weighted"),
	OUT("bitops", NUMBER, "multiply-accumulates times bits"),
	OUT("params", NUMBER, "trainable parameters"),
	OUT("weight_bytes", NUMBER, "of weights and biases"),
	OUT("in_bytes", NUMBER, "of its input"),
	OUT("out_bytes", NUMBER, "of its output"),
	OUT("residual_bytes", NUMBER, "of a shortcut that is alive"),
	OUT("memory_bytes", NUMBER, "their sum"),
	OUT_MAY("latency_ms", NUMBER, "with --latency-model"),
};
OUT_PART(step_form, "one convolution as it runs", step_fields);

static const struct form_field scored_fields[] = {
	OUT("name", STRING, "of the network"),
	OUT("qe_score", NUMBER, "QE-Score"),
	OUT("flops", NUMBER, "the reference's, bit-weighted"),
	OUT("bitops", NUMBER, "multiply-accumulates times bits"),
	OUT("macs", NUMBER, "multiply-accumulates"),
	OUT("params", NUMBER, "trainable parameters"),
	OUT("size_bytes", NUMBER, "without classifier"),
	OUT("flash_bytes", NUMBER, "with classifier"),
	OUT("peak_memory_bytes", NUMBER, "of the worst step"),
	OUT_MAY("latency_ms", NUMBER, "with --latency-model"),
	OUT("layers", INT, "convolutions"),
	OUT_MAY("deepmad_score", NUMBER, "DeepMAD, where it is defined"),
	OUT("deepmad_rho_max", NUMBER, "effectiveness, depth over width"),
	OUT("scores", CUSTOM, "every closed form that is defined, by name",
	    .custom = &out_by_name),
	OUT_MAY("zen_score", NUMBER, "with --zen"),
	OUT_MAY("zen_error", NUMBER, "its standard error"),
	OUT("memory_model", STRING, "by which memory is counted"),
	OUT_MAY("latency_model", STRING, "by which latency is counted"),
	OUT_MAY("latency_error_percent", NUMBER, "of it, on average"),
	OUT("stage_weights", CUSTOM, "of the multi-scale scores",
	    .custom = &out_numbers),
	OUT("sigma_a", NUMBER, "of QE-Score"),
	OUT("sigma_w", NUMBER, "of QE-Score"),
	OUT("peak_step", INT, "index of the worst step"),
	OUT("block_entropy", CUSTOM, "of each block",
	    .custom = &out_numbers),
	OUT_MAY("monte_carlo", OBJECT, "with --monte-carlo",
		.form = &monte_form),
	OUT("memory_per_step", CUSTOM, "bytes", .custom = &out_numbers),
	OUT("layers_table", OBJECTS, "all convolutions",
	    .form = &step_form),
};
OUT_PART(scored_form, "a network", scored_fields);

static const struct form_field scores_fields[] = {
	OUT_SCHEMA("nas/scores/1"),
	OUT("results", OBJECTS, "the networks, in the order given",
	    .form = &scored_form),
};
OUT_FORM(output_scores, "nas/scores/1", "scores and costs of networks",
	 scores_fields);

/* ---- trained networks ---- */

static const struct form_field layer_fields[] = {
	OUT("name", STRING, "of the layer"),
	OUT("weights", INT64, "number"),
	OUT("macs", INT64, "multiply-accumulates"),
	OUT_MAY("value", NUMBER, "of metrics with one value per layer"),
	OUT("loss_w", CUSTOM, "at each of the bits of weights",
	    .custom = &out_numbers),
	OUT("loss_a", CUSTOM, "at each of the bits of its input",
	    .custom = &out_numbers),
	OUT_MAY("rank_distance", CUSTOM, "orm: of each of the bits",
		.custom = &out_numbers),
};
OUT_PART(layer_form, "a layer", layer_fields);

static const struct form_field sensitivity_fields[] = {
	OUT_SCHEMA("nas/sensitivity/1"),
	OUT("metric", STRING, "by which it is measured"),
	OUT("quantiser", STRING, "of the weights"),
	OUT("images", INT, "looked at"),
	OUT_MAY("label", INT, "class of the images"),
	OUT("bits_w", INTS, "tried for weights"),
	OUT("bits_a", INTS, "tried for inputs"),
	OUT("layers", OBJECTS, "in the order in which they run",
	    .form = &layer_form),
};
OUT_FORM(output_sensitivity, "nas/sensitivity/1", "what each layer loses by "
	 "few bits", sensitivity_fields);

static const struct form_field policies_fields[] = {
	OUT_SCHEMA("nas/policies/1"),
	OUT("results", OBJECTS, "the problems' answers, in their order",
	    .form = &policy_form),
};
OUT_FORM(output_policies, "nas/policies/1", "answers to problems of a file",
	 policies_fields);

static const struct form_field policy_sweep_fields[] = {
	OUT_SCHEMA("nas/policy-sweep/1"),
	OUT("name", STRING, "of the network or problem"),
	OUT("budget", STRING, "that is varied"),
	OUT("points", OBJECTS, "its values", .form = &policy_form),
};
OUT_FORM(output_policy_sweep, "nas/policy-sweep/1", "bits over a budget",
	 policy_sweep_fields);

static const struct form_field tally_fields[] = {
	OUT("top1", NUMBER, "share of images whose class is the first"),
	OUT("top5", NUMBER, "share of images whose class is among five"),
};
OUT_PART(tally_form, "accuracy", tally_fields);

static const struct form_field prediction_fields[] = {
	OUT_MAY("image", STRING, "its file"),
	OUT("class", INT, "with the largest output"),
	OUT("score", NUMBER, "that output"),
};
OUT_PART(prediction_form, "a prediction", prediction_fields);

static const struct form_field evaluation_fields[] = {
	OUT_SCHEMA("nas/evaluation/1"),
	OUT("model", STRING, "its name"),
	OUT("layers", INT, "with weights"),
	OUT("classes", INT, "of the network"),
	OUT_MAY("threshold", NUMBER, "of a network with one output"),
	OUT("images", INT, "evaluated"),
	OUT_MAY("float", OBJECT, "accuracy in floating point",
		.form = &tally_form),
	OUT_MAY("quantised", OBJECT, "accuracy at these bits",
		.form = &tally_form),
	OUT_MAY("quantiser", STRING, "of the weights"),
	OUT_MAY("ranges", STRING, "how those of inputs were chosen"),
	OUT_MAY("bias_correction", BOOL, "biases make up for the weights"),
	OUT_MAY("calibration_images", INT, "that ranges and biases come from"),
	OUT_MAY("calibrated_on_judged", BOOL, "and they are judged as well"),
	OUT_MAY("agreement", NUMBER, "share of images to which both give the "
				     "same class"),
	OUT_MAY("bits_w", INTS, "of each layer's weights"),
	OUT_MAY("bits_a", INTS, "of each layer's input"),
	OUT_MAY("predictions", OBJECTS, "without labels: the first images",
		.form = &prediction_form),
};
OUT_FORM(output_evaluation, "nas/evaluation/1", "measured accuracy",
	 evaluation_fields);

static const struct form_field verify_row_fields[] = {
	OUT("name", STRING, "of the network"),
	OUT("target", STRING, "that ran it"),
	OUT("equal", BOOL, "its outputs are those of this program"),
	OUT_MAY("differs", STRING, "what differs"),
	OUT("arena_bytes", NUMBER, "of the generated code"),
	OUT("peak_memory_bytes", NUMBER, "by the memory model"),
	OUT("macs", NUMBER, "multiply-accumulates"),
	OUT_MAY("stack_bytes", NUMBER, "used on the board"),
	OUT_MAY("text_bytes", NUMBER, "of code"),
	OUT_MAY("rodata_bytes", NUMBER, "of weights and tables"),
	OUT_MAY("instructions", NUMBER, "of one image"),
};
OUT_PART(verify_row_form, "a network on a target", verify_row_fields);

static const struct form_field verify_fields[] = {
	OUT_SCHEMA("nas/verify/1"),
	OUT("results", OBJECTS, "each network on each target",
	    .form = &verify_row_form),
};
OUT_FORM(output_verify, "nas/verify/1", "exported networks that were run",
	 verify_fields);
