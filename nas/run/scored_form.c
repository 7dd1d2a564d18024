/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scored networks as JSON. */
#include <inttypes.h>

#include "nas/form/record.h"
#include "nas/run/scored.h"

/* ---- by random networks -------------------------------------------------- */

#define SAMPLED(part)                                                        \
	ROW_AS("closed", NUMBER, part.closed, "the closed form"),            \
	ROW_AS("sampled", NUMBER, part.sampled, "what random networks give"), \
	ROW_AS("error", NUMBER, part.error, "its standard error"),           \
	ROW_AS("border", NUMBER, part.border,                                \
	       "of the difference: borders of the image"),                   \
	ROW_AS("input", NUMBER, part.input, "of the difference: the input"), \
	ROW_AS("rest", NUMBER, part.rest, "of the difference: the rest"),    \
	ROW_AS("rest_error", NUMBER, part.rest_error, "its standard error")

struct sampled_layer {
	int step;
	struct monte_layer layer;
};

#define RECORD struct sampled_layer

static const struct form_field sampled_layer_fields[] = {
	ROW(INT, step, "index of the convolution"),
	ROW_AS("weight", NUMBER, layer.weight, "of its stage"),
	SAMPLED(layer.e),
};

static const struct form sampled_layer_form =
	RECORD_FORM(NULL, "a convolution", sampled_layer_fields);

struct sampled {
	const struct monte_carlo *from;
	char seed_text[24];
	const char *seed, *inputs;
	int networks, nlayers;
	struct monte_part score;
};

static void make_sampled_layer(const void *in, int i, void *item)
{
	const struct sampled *s = in;

	*(struct sampled_layer *)item =
		(struct sampled_layer){ i, s->from->layer[i] };
}

#undef RECORD
#define RECORD struct sampled

static const struct form_field sampled_fields[] = {
	ROW(INT, networks, "drawn"),
	ROW(STRING, seed, "of the random numbers"),
	ROW(STRING, inputs, "what the networks were given"),
	SAMPLED(score),
	ROW_MADE_LIST("layers", nlayers, &sampled_layer_form,
		      make_sampled_layer, "its parts"),
};

static const struct form sampled_form = RECORD_FORM(
	NULL, "the QE-Score by random networks", sampled_fields);

/* ---- a convolution ------------------------------------------------------- */

struct layer {
	int step, bits_out;
	struct nas_step s;
	double latency_ms;
	bool has_latency_ms;
};

#undef RECORD
#define RECORD struct layer

static const struct form_field layer_fields[] = {
	ROW(INT, step, "index of the convolution"),
	ROW_AS("block", INT, s.block, "index of its block"),
	ROW_AS("type", STRING, s.kind, "of the block"),
	ROW_AS("role", STRING, s.conv.role, "in the block"),
	ROW_AS("in", INT, s.conv.in, "channels"),
	ROW_AS("out", INT, s.conv.out, "channels"),
	ROW_AS("kernel", INT, s.conv.kernel, "side"),
	ROW_AS("stride", INT, s.conv.stride, "of the convolution"),
	ROW_AS("groups", INT, s.conv.groups, "of channels"),
	ROW_AS("in_height", INT, s.in_height, "pixels"),
	ROW_AS("in_width", INT, s.in_width, "pixels"),
	ROW_AS("out_height", INT, s.out_height, "pixels"),
	ROW_AS("out_width", INT, s.out_width, "pixels"),
	ROW_AS("bits_a", CUSTOM, s.conv.bits_a,
	       "of its input; null = full precision",
	       .custom = &integer_or_null),
	ROW_AS("bits_w", CUSTOM, s.conv.bits_w, "of its weights",
	       .custom = &integer_or_null),
	ROW(CUSTOM, bits_out, "of its output", .custom = &integer_or_null),
	ROW_AS("macs", NUMBER, s.macs, "multiply-accumulates"),
	ROW_AS("flops", NUMBER, s.flops, "the reference's, bit-weighted"),
	ROW_AS("bitops", NUMBER, s.bitops, "multiply-accumulates times bits"),
	ROW_AS("params", NUMBER, s.params, "trainable parameters"),
	ROW_AS("weight_bytes", NUMBER, s.weight_bytes,
	       "of weights and biases"),
	ROW_AS("in_bytes", NUMBER, s.in_bytes, "of its input"),
	ROW_AS("out_bytes", NUMBER, s.out_bytes, "of its output"),
	ROW_AS("residual_bytes", NUMBER, s.residual_bytes,
	       "of a shortcut that is alive"),
	ROW_AS("memory_bytes", NUMBER, s.memory_bytes, "their sum"),
	ROW_GIVEN(NUMBER, latency_ms, "with --latency-model"),
};

static const struct form layer_form =
	RECORD_FORM(NULL, "one convolution as it runs", layer_fields);

/* ---- a network ----------------------------------------------------------- */

struct record {
	struct scored x;
	const char *memory_model;
	struct figures stage_weights, block_entropy;
	const char *latency_model;
	double latency_error_percent;
	bool has_latency_error_percent;
	bool is_quantised, has_zen, has_monte_carlo, has_latency;
};

static void make_layer(const void *in, int i, void *item)
{
	const struct scored *x = &((const struct record *)in)->x;
	const struct nas_step *s = &x->steps[i];

	*(struct layer *)item = (struct layer){
		.step = i,
		.bits_out = s->conv.bits_a ? s->bits_out : 0,
		.s = *s,
		.latency_ms = x->latency ? latency_of_step(x->latency, s) : 0,
		.has_latency_ms = x->latency,
	};
}

static void make_sampled(const void *in, int i, void *item)
{
	const struct scored *x = &((const struct record *)in)->x;
	struct sampled *s = item;

	(void)i;
	s->from = &x->monte;
	s->networks = x->monte.samples;
	s->nlayers = x->monte.nlayers;
	s->score = x->monte.score;
	s->seed = s->seed_text;
	s->inputs = monte_inputs_names[x->asked.inputs];
	snprintf(s->seed_text, sizeof(s->seed_text), "%" PRIu64,
		 x->asked.seed);
}

static cJSON *write_scores(const void *in)
{
	const struct scored *x = &((const struct record *)in)->x;
	cJSON *o = cJSON_CreateObject();

	for (int i = 0; i < SCORES_MAX && scores[i].name; i++)
		if (x->has_other[i])
			json_add_number(o, scores[i].name, x->other[i]);
	return o;
}

static const struct form_custom scores_custom = { .write = write_scores,
						  .schema = schema_by_name };

static cJSON *write_memory(const void *in)
{
	const struct scored *x = &((const struct record *)in)->x;
	cJSON *list = cJSON_CreateArray();

	for (int i = 0; i < x->cost.nsteps; i++)
		json_append(list, json_number(x->steps[i].memory_bytes));
	return list;
}

static const struct form_custom memory_custom = { .write = write_memory,
						  .schema = schema_numbers };

#undef RECORD
#define RECORD struct record
#define IF(member) .fallback = "", .given = offsetof(struct record, member)

static const struct form_field scored_fields[] = {
	ROW_AS("name", STRING, x.name, "of the network"),
	ROW_AS("qe_score", NUMBER, x.score, "QE-Score"),
	ROW_AS("flops", NUMBER, x.cost.flops, "the reference's, bit-weighted"),
	ROW_AS("bitops", NUMBER, x.cost.bitops,
	       "multiply-accumulates times bits"),
	ROW_AS("macs", NUMBER, x.cost.macs, "multiply-accumulates"),
	ROW_AS("params", NUMBER, x.cost.params, "trainable parameters"),
	ROW_AS("size_bytes", NUMBER, x.cost.size_bytes, "without classifier"),
	ROW_AS("flash_bytes", NUMBER, x.cost.flash_bytes, "with classifier"),
	ROW_AS("peak_memory_bytes", NUMBER, x.cost.peak_memory_bytes,
	       "of the worst step"),
	ROW_AS("latency_ms", NUMBER, x.cost.latency_ms,
	       "with --latency-model", IF(has_latency)),
	ROW_AS("layers", INT, x.cost.layers, "convolutions"),
	ROW_AS("deepmad_score", NUMBER, x.deepmad.score,
	       "DeepMAD, where it is defined", IF(x.deepmad.has_score)),
	ROW_AS("deepmad_rho_max", NUMBER, x.deepmad.rho_max,
	       "effectiveness, depth over width"),
	ROW_MADE("scores", &scores_custom,
		 "every closed form that is defined, by name"),
	ROW_AS("zen_score", NUMBER, x.zen.score, "with --zen", IF(has_zen)),
	ROW_AS("zen_error", NUMBER, x.zen.error, "its standard error",
	       IF(has_zen)),
	ROW(STRING, memory_model, "by which memory is counted"),
	ROW_MAY(STRING, latency_model, "by which latency is counted"),
	ROW_GIVEN(NUMBER, latency_error_percent, "of it, on average"),
	ROW(CUSTOM, stage_weights, "of the multi-scale scores",
	    .custom = &figures_custom),
	ROW_AS("sigma_a", NUMBER, x.arch.sigma_a, "of QE-Score",
	       IF(is_quantised)),
	ROW_AS("sigma_w", NUMBER, x.arch.sigma_w, "of QE-Score",
	       IF(is_quantised)),
	ROW_AS("peak_step", INT, x.cost.peak_step, "index of the worst step"),
	ROW(CUSTOM, block_entropy, "of each block", .custom = &figures_custom),
	ROW_MADE_OBJECT("monte_carlo", &sampled_form, make_sampled,
			"with --monte-carlo", IF(has_monte_carlo)),
	ROW_MADE("memory_per_step", &memory_custom, "bytes"),
	ROW_MADE_LIST("layers_table", x.cost.nsteps, &layer_form, make_layer,
		      "all convolutions"),
};

static const struct form scored_form =
	RECORD_FORM(NULL, "a network", scored_fields);

/* ---- networks ------------------------------------------------------------ */

static void make_scored(const void *in, int i, void *item)
{
	const struct scored *x = &((const struct scored_list *)in)->scored[i];

	const struct nas_latency *m = x->latency;

	*(struct record *)item = (struct record){
		.x = *x,
		.has_latency = m,
		.latency_model = m ? m->name : NULL,
		.latency_error_percent = m ? m->error.mean : 0,
		.has_latency_error_percent = m && m->error.rows > 0,
		.memory_model = x->model->name,
		.stage_weights = { x->arch.nstage_weights,
				   x->arch.stage_weights },
		.block_entropy = { x->arch.nblocks, x->entropy },
		.is_quantised = arch_is_quantised(&x->arch),
		.has_zen = x->zen.samples > 0,
		.has_monte_carlo = x->asked.samples > 0,
	};
}

#undef RECORD
#define RECORD struct scored_list

static const struct form_field fields[] = {
	ROW_SCHEMA("nas/scores/1"),
	ROW_MADE_LIST("results", n, &scored_form, make_scored,
		      "the networks, in the order given"),
};

const struct form scores_form = RECORD_FORM(
	"nas/scores/1", "scores and costs of networks", fields);
