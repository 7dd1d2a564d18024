/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A scored network as an object of JSON. */
#include <stdio.h>

#include "nas/run/scored.h"

static void add_bits(cJSON *o, const char *key, int bits)
{
	if (bits)
		json_add_int64(o, key, bits);
	else
		json_add(o, key, cJSON_CreateNull());
}

static void add_shapes(cJSON *o, const struct nas_step *s)
{
	json_add_int64(o, "in", s->conv.in);
	json_add_int64(o, "out", s->conv.out);
	json_add_int64(o, "kernel", s->conv.kernel);
	json_add_int64(o, "stride", s->conv.stride);
	json_add_int64(o, "groups", s->conv.groups);
	json_add_int64(o, "in_height", s->in_height);
	json_add_int64(o, "in_width", s->in_width);
	json_add_int64(o, "out_height", s->out_height);
	json_add_int64(o, "out_width", s->out_width);
}

static cJSON *step_json(const struct nas_step *s, int index,
			const struct nas_latency *latency)
{
	cJSON *o = json_add_int64(cJSON_CreateObject(), "step", index);

	json_add_int64(o, "block", s->block);
	json_add_string(o, "type", s->kind);
	json_add_string(o, "role", s->conv.role);
	add_shapes(o, s);
	add_bits(o, "bits_a", s->conv.bits_a);
	add_bits(o, "bits_w", s->conv.bits_w);
	add_bits(o, "bits_out", s->conv.bits_a ? s->bits_out : 0);
	json_add_number(o, "macs", s->macs);
	json_add_number(o, "flops", s->flops);
	json_add_number(o, "bitops", s->bitops);
	json_add_number(o, "params", s->params);
	json_add_number(o, "weight_bytes", s->weight_bytes);
	json_add_number(o, "in_bytes", s->in_bytes);
	json_add_number(o, "out_bytes", s->out_bytes);
	json_add_number(o, "residual_bytes", s->residual_bytes);
	json_add_number(o, "memory_bytes", s->memory_bytes);
	if (latency)
		json_add_number(o, "latency_ms", latency_of_step(latency, s));
	return o;
}

/* Every closed form that is defined for the network. */
static cJSON *scores_json(const struct scored *x)
{
	cJSON *o = cJSON_CreateObject();

	for (int i = 0; i < SCORES_MAX && scores[i].name; i++)
		if (x->has_other[i])
			json_add_number(o, scores[i].name, x->other[i]);
	return o;
}

static void add_figures(cJSON *o, const struct scored *x)
{
	json_add_number(o, "qe_score", x->score);
	json_add_number(o, "flops", x->cost.flops);
	json_add_number(o, "bitops", x->cost.bitops);
	json_add_number(o, "macs", x->cost.macs);
	json_add_number(o, "params", x->cost.params);
	json_add_number(o, "size_bytes", x->cost.size_bytes);
	json_add_number(o, "flash_bytes", x->cost.flash_bytes);
	json_add_number(o, "peak_memory_bytes", x->cost.peak_memory_bytes);
	if (x->latency)
		json_add_number(o, "latency_ms", x->cost.latency_ms);
	json_add_int64(o, "layers", x->cost.layers);
	if (x->deepmad.has_score)
		json_add_number(o, "deepmad_score", x->deepmad.score);
	json_add_number(o, "deepmad_rho_max", x->deepmad.rho_max);
	json_add(o, "scores", scores_json(x));
	if (x->zen.samples) {
		json_add_number(o, "zen_score", x->zen.score);
		json_add_number(o, "zen_error", x->zen.error);
	}
}

static void add_settings(cJSON *o, const struct scored *x)
{
	const struct nas_arch *a = &x->arch;

	json_add_string(o, "memory_model", x->model->name);
	if (x->latency && x->latency->name)
		json_add_string(o, "latency_model", x->latency->name);
	if (x->latency && x->latency->error.rows)
		json_add_number(o, "latency_error_percent",
				x->latency->error.mean);
	json_add_numbers(o, "stage_weights", a->stage_weights,
			 a->nstage_weights);
	if (!arch_is_quantised(a))
		return;
	json_add_number(o, "sigma_a", a->sigma_a);
	json_add_number(o, "sigma_w", a->sigma_w);
}

static void add_part(cJSON *o, const struct monte_part *e)
{
	json_add_number(o, "closed", e->closed);
	json_add_number(o, "sampled", e->sampled);
	json_add_number(o, "error", e->error);
	json_add_number(o, "border", e->border);
	json_add_number(o, "input", e->input);
	json_add_number(o, "rest", e->rest);
	json_add_number(o, "rest_error", e->rest_error);
}

static cJSON *monte_json(const struct scored *x)
{
	cJSON *o = cJSON_CreateObject(), *layers = cJSON_CreateArray();
	char seed[24];

	json_add_int64(o, "networks", x->monte.samples);
	snprintf(seed, sizeof(seed), "%llu",
		 (unsigned long long)x->asked.seed);
	json_add_string(o, "seed", seed);
	json_add_string(o, "inputs", monte_inputs_names[x->asked.inputs]);
	add_part(o, &x->monte.score);
	for (int i = 0; i < x->monte.nlayers; i++) {
		cJSON *l = json_add_int64(cJSON_CreateObject(), "step", i);

		json_add_number(l, "weight", x->monte.layer[i].weight);
		add_part(l, &x->monte.layer[i].e);
		json_append(layers, l);
	}
	return json_add(o, "layers", layers);
}

cJSON *scored_json(const struct scored *x)
{
	cJSON *o = cJSON_CreateObject();
	cJSON *memory = cJSON_CreateArray(), *layers = cJSON_CreateArray();

	json_add_string(o, "name", x->name);
	add_figures(o, x);
	add_settings(o, x);
	json_add_int64(o, "peak_step", x->cost.peak_step);
	json_add_numbers(o, "block_entropy", x->entropy, x->arch.nblocks);
	for (int i = 0; i < x->cost.layers; i++) {
		json_append(memory, json_number(x->steps[i].memory_bytes));
		json_append(layers, step_json(&x->steps[i], i, x->latency));
	}
	if (x->asked.samples)
		json_add(o, "monte_carlo", monte_json(x));
	json_add(o, "memory_per_step", memory);
	return json_add(o, "layers_table", layers);
}
