/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The speed of this machine as JSON. */
#include <inttypes.h>
#include <math.h>

#include "nas/form/record.h"
#include "nas/run/bench.h"

struct record {
	int schema;
	const char *name, *signature;
	double evaluations_per_second, candidates_per_second;
	int threads;
	double evaluations_per_second_threads, speedup;
	int runs, evaluations;
	double certificate_seconds, certificate_gap, seconds_per_bound;
	bool has_certificate_seconds, has_certificate_gap;
	bool has_seconds_per_bound;
	double matrix_gflops, forward_seconds, forward_gflops;
	int forward_images;
};

#define RECORD struct record

static const struct form_field fields[] = {
	ROW_SCHEMA("nas/bench/1"),
	ROW(STRING, name, "of the config"),
	ROW(STRING, signature, "hash of what a fixed search finds, the same "
			       "on every machine"),
	ROW(NUMBER, evaluations_per_second, "one thread, new networks only"),
	ROW(NUMBER, candidates_per_second, "one thread, duplicates included"),
	ROW(INT, threads, "that were used"),
	ROW(NUMBER, evaluations_per_second_threads, "with all threads"),
	ROW(NUMBER, speedup, "of all threads over one, a long search"),
	ROW(INT, runs, "of which the median is taken"),
	ROW(INT, evaluations, "of a run"),
	ROW_GIVEN(NUMBER, certificate_seconds, "time of a certificate"),
	ROW_GIVEN(NUMBER, certificate_gap, "its gap; absent when no network "
					   "is known"),
	ROW_GIVEN(NUMBER, seconds_per_bound, "one dynamic program"),
	ROW(NUMBER, matrix_gflops, "matrix product, one thread"),
	ROW(NUMBER, forward_seconds, "forward pass of MobileNetV2"),
	ROW(INT, forward_images, "in it"),
	ROW(NUMBER, forward_gflops, "of it"),
};

const struct form bench_form =
	RECORD_FORM("nas/bench/1", "the speed of this machine", fields);

cJSON *bench_json(const struct bench *b)
{
	char signature[32];
	struct record r = {
		.name = b->config.name,
		.signature = signature,
		.evaluations_per_second = b->speed_one,
		.candidates_per_second = b->speed_one * (1 + b->known),
		.threads = b->threads,
		.evaluations_per_second_threads = b->speed_all,
		.speedup = b->long_all / b->long_one,
		.runs = b->runs,
		.evaluations = BENCH_EVALS,
		.certificate_seconds = b->certify_s,
		.has_certificate_seconds = b->certified,
		.certificate_gap = b->gap,
		.has_certificate_gap = b->certified && isfinite(b->gap),
		.seconds_per_bound = b->bound_s,
		.has_seconds_per_bound = b->certified,
		.matrix_gflops = b->forward.matrix_flops / 1e9,
		.forward_seconds = b->forward.pass_s,
		.forward_images = BENCH_IMAGES,
		.forward_gflops = b->forward.pass_flops / 1e9,
	};

	snprintf(signature, sizeof(signature), "%016" PRIx64, b->signature);
	return form_write(&bench_form, &r);
}
