/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/report/sample.h - a run to draw, with every part present.
 *
 * Usage:
 *	struct sample_run s;
 *	sample_init(&s, SAMPLE_QUANTISED);
 *	s.result.certificate.present = false;
 *	report_page(&text, &s.report, &err);
 *	sample_free(&s);
 */
#ifndef TESTS_REPORT_SAMPLE_H
#define TESTS_REPORT_SAMPLE_H

#include "nas/form/json.h"
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

struct sample_run {
	struct nas_arena arena;
	struct nas_arch_list list;
	struct nas_network network[2];
	struct report_network best[2];
	struct history_row row[SAMPLE_ROWS];
	double island[SAMPLE_ROWS * SAMPLE_ISLANDS];
	struct nas_config config;
	struct nas_problem problem;
	struct nas_result result;
	struct history history;
	struct nas_meta meta;
	struct report_run run;
	struct report report;
};

static inline void sample_arch(struct sample_run *s, const char *json)
{
	struct nas_arch_defaults defaults = {0};
	static struct nas_err err;
	struct json_doc doc;

	memset(&err, 0, sizeof(err));
	CHECK_OK(json_parse(&doc, json, strlen(json), "sample", &err), &err);
	CHECK_OK(arch_from_json(&s->list, &doc, doc.root, &defaults, &s->arena,
				&err), &err);
	CHECK_OK(arch_check(&s->list.arch[0], &err), &err);
	json_free(&doc);
}

static inline void sample_networks(struct sample_run *s)
{
	static struct nas_err err;

	for (int i = 0; i < 2; i++) {
		struct report_network *net = &s->best[i];

		s->network[i].arch = s->list.arch[0];
		s->network[i].score = 500.25 - i;
		cost_of(&s->network[i].cost, NULL, s->list.arch,
			&memory_models[0]);
		*net = (struct report_network){
			.rank = i + 1, .of = &s->network[i],
			.structure = "8 16k5x2", .bits = "8/8 4/4" };
		CHECK_OK(report_count(net, &memory_models[0], &s->arena, &err),
			 &err);
	}
}

static inline void sample_history(struct sample_run *s)
{
	for (int i = 0; i < SAMPLE_ROWS; i++) {
		s->row[i] = (struct history_row){
			.evaluations = 1000 * (i + 1), .feasible = 900 * i,
			.duplicates = i, .best = i ? 498 + i : (double)NAN,
			.median = i ? 490 + i : (double)NAN,
			.best_bitops = i ? 4e6 - 1e5 * i : (double)NAN };
		s->island[2 * i] = 498 + i;
		s->island[2 * i + 1] = i ? 497 + i : (double)NAN;
	}
	s->history = (struct history){
		.present = true, .nrows = SAMPLE_ROWS,
		.islands = SAMPLE_ISLANDS, .row = s->row,
		.island = s->island };
}

static inline void sample_facts(struct sample_run *s)
{
	static char name[] = "sample", title[] = "A sample", board[] = "board";
	static char method[] = "method", covers[] = "the space";
	static char words[] = "nas";
	static struct nas_err err;

	CHECK_OK(config_read(&s->config, "configs/quick.json", NULL, 0,
			     &s->arena, &err), &err);
	CHECK_OK(config_problem(&s->problem, &s->config, &s->arena, &err),
		 &err);
	s->config.name = name;
	s->config.title = title;
	s->config.budgets.board = board;
	s->result = (struct nas_result){
		.name = name, .evaluations = 3000, .feasible = 2700,
		.nbest = 2, .best = s->network };
	s->result.certificate.present = true;
	s->result.certificate.record = (struct nas_certificate_record){
		.status = CERTIFY_BOUND, .bounded = true, .known = true,
		.upper_bound = 501, .root_bound = 503, .score = 500.25,
		.gap = 0.0015, .method = method, .covers = covers };
	s->meta = (struct nas_meta){
		.program = words, .version = words, .command = words,
		.started = words, .host = words, .system = words,
		.threads = 2, .seconds = 1.5, .cpu_s = 2.5,
		.peak_rss_bytes = 1e7 };
}

static inline void sample_init(struct sample_run *s, const char *json)
{
	memset(s, 0, sizeof(*s));
	arena_init(&s->arena, (size_t)16 << 20);
	sample_arch(s, json);
	sample_networks(s);
	sample_history(s);
	sample_facts(s);
	s->run = (struct report_run){
		.dir = "run", .label = "sample", .config = &s->config,
		.result = &s->result, .history = &s->history,
		.meta = &s->meta, .space = "inputs", .space_key = "k",
		.nbest = 2, .best = s->best };
	for (int b = 0; b < BUDGET_KINDS; b++)
		s->run.limit[b] = HUGE_VAL;
	s->run.limit[BUDGET_SRAM] = 40000;
	s->run.limit[RES_FLASH] = 12000;
	s->run.limit[RES_BITOPS] = 2e7;
	s->report = (struct report){ .nruns = 1, .run = &s->run };
}

static inline void sample_free(struct sample_run *s)
{
	arena_free(&s->arena);
}

#endif
