/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/report/sample.h - a run to draw, with every part present.
 *
 * Usage:
 *	struct sample s;
 *	sample_init(&s, SAMPLE_QUANTISED);
 *	s.run.certificate.present = false;
 *	report_page(&text, &s.report, &err);
 *	sample_free(&s);
 */
#ifndef TESTS_REPORT_SAMPLE_H
#define TESTS_REPORT_SAMPLE_H

#include "nas/report/report.h"

#define SAMPLE_QUANTISED                                                     \
	"{\"schema\": \"nas/architecture/1\", \"name\": \"n\", \"input\": "  \
	"{\"height\": 64, \"width\": 48, \"channels\": 3}, \"blocks\": ["    \
	"{\"type\": \"conv\", \"in\": 3, \"out\": 8, \"kernel\": 3, "        \
	"\"stride\": 2, \"bits_a\": [8], \"bits_w\": [8]}, {\"type\": "      \
	"\"mbconv\", \"in\": 8, \"out\": 16, \"hidden\": 24, \"kernel\": 5, "\
	"\"stride\": 2, \"depth\": 2, \"bits_a\": [4,5,6, 5,5,5], "          \
	"\"bits_w\": [4,4,4, 3,3,3]}], \"head\": {\"type\": \"classifier\", "\
	"\"classes\": 10, \"bits_a\": 8, \"bits_w\": 8}}"

/* a backbone in full precision, of depthwise-separable blocks */
#define SAMPLE_FULL                                                          \
	"{\"schema\": \"nas/architecture/1\", \"name\": \"f\", \"input\": "  \
	"{\"height\": 32, \"width\": 32, \"channels\": 3}, \"blocks\": ["    \
	"{\"type\": \"dwsep\", \"in\": 3, \"out\": 8, \"kernel\": 3, "       \
	"\"stride\": 2}]}"

#define SAMPLE_ROWS 3
#define SAMPLE_ISLANDS 2

struct sample {
	struct arena arena;
	struct arch_list list;
	struct report_network best[2];
	struct report_row row[SAMPLE_ROWS];
	double island[SAMPLE_ROWS * SAMPLE_ISLANDS];
	struct report_run run;
	struct report report;
};

static inline void sample_arch(struct sample *s, const char *json)
{
	struct arch_defaults defaults = {0};
	static struct nas_err err;
	struct json_doc doc;

	memset(&err, 0, sizeof(err));
	CHECK_OK(json_parse(&doc, json, strlen(json), "sample", &err), &err);
	CHECK_OK(arch_from_json(&s->list, &doc, doc.root, &defaults, &s->arena,
				&err), &err);
	CHECK_OK(arch_check(&s->list.arch[0], &err), &err);
	json_free(&doc);
}

static inline void sample_networks(struct sample *s)
{
	static struct nas_err err;

	for (int i = 0; i < 2; i++) {
		struct report_network *net = &s->best[i];

		*net = (struct report_network){
			.rank = i + 1, .score = 500.25 - i,
			.arch = s->list.arch, .structure = "8 16k5x2",
			.bits = "8/8 4/4" };
		CHECK_OK(report_count(net, &memory_models[0], &s->arena, &err),
			 &err);
		cost_of(&net->cost, NULL, net->arch, &memory_models[0]);
	}
}

static inline void sample_history(struct sample *s)
{
	for (int i = 0; i < SAMPLE_ROWS; i++) {
		s->row[i] = (struct report_row){
			.evaluations = 1000 * (i + 1), .feasible = 900 * i,
			.duplicates = i, .best = i ? 498 + i : (double)NAN,
			.median = i ? 490 + i : (double)NAN,
			.best_bitops = i ? 4e6 - 1e5 * i : (double)NAN };
		s->island[2 * i] = 498 + i;
		s->island[2 * i + 1] = i ? 497 + i : (double)NAN;
	}
	s->run.history = (struct report_history){
		.present = true, .nrows = SAMPLE_ROWS,
		.islands = SAMPLE_ISLANDS, .row = s->row,
		.island = s->island };
}

static inline void sample_facts(struct sample *s)
{
	struct report_asked *a = &s->run.asked;

	*a = (struct report_asked){
		.name = "sample", .title = "A sample", .board = "board",
		.memory = &memory_models[0], .space = "inputs", .space_key =
		"k", .space_size = 1e9, .score = "QE-Score",
		.sigma_a = 5, .sigma_w = 4, .seed = 1,
		.max_evals = 3000, .islands = 2, .population = 16 };
	for (int b = 0; b < REPORT_BUDGETS; b++)
		a->limit[b] = HUGE_VAL;
	a->limit[BUDGET_SRAM] = 40000;
	a->limit[BUDGET_FLASH] = 12000;
	a->limit[BUDGET_BITOPS] = 2e7;
	s->run.certificate = (struct report_certificate){
		.present = true, .applies = true, .known = true,
		.upper_bound = 501, .root_bound = 503, .score = 500.25,
		.gap = 0.0015, .method = "method", .covers = "the space" };
	s->run.meta = (struct report_meta){
		.present = true, .program = "nas", .version = "1",
		.command = "nas search", .started = "now", .host = "host",
		.system = "system", .threads = 2, .seconds = 1.5,
		.cpu_s = 2.5, .peak_rss_bytes = 1e7 };
}

static inline void sample_init(struct sample *s, const char *json)
{
	memset(s, 0, sizeof(*s));
	arena_init(&s->arena, (size_t)16 << 20);
	sample_arch(s, json);
	sample_networks(s);
	s->run = (struct report_run){
		.dir = "run", .label = "sample", .found_by = "the search",
		.ended_by = "evaluations", .evaluations = 3000,
		.feasible = 2700, .nbest = 2, .best = s->best };
	sample_history(s);
	sample_facts(s);
	s->report = (struct report){ .nruns = 1, .run = &s->run };
}

static inline void sample_free(struct sample *s)
{
	arena_free(&s->arena);
}

#endif
