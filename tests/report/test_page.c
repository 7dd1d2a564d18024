/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/check.h"

#include "nas/report/charts.h"
#include "tests/report/sample.h"
#include "tests/report/xml.h"

#define HOSTILE "</title><script>alert(1)</script>\"'&\x02"

static char *page_of(struct nas_text *t, const struct report *r)
{
	static struct nas_err err;

	memset(&err, 0, sizeof(err));
	memset(t, 0, sizeof(*t));
	CHECK_OK(report_page(t, r, &err), &err);
	return t->data;
}

/* Every chart that is there is well-formed; returns how many are. */
static int check_svgs(const struct report *r)
{
	int n, drawn = 0;
	const struct chart *const *charts = report_charts(r, &n);

	for (int i = 0; i < n; i++) {
		struct nas_text t = {0};

		if (report_absent(charts[i], r))
			continue;
		report_svg(&t, charts[i], r);
		assert_false(t.failed);
		if (xml_fault(t.data))
			fail_msg("%s: not well-formed at: %.80s",
				 charts[i]->name, xml_fault(t.data));
		if (strstr(t.data, "nan") || strstr(t.data, "\"inf"))
			fail_msg("%s: a number is not finite",
				 charts[i]->name);
		text_free(&t);
		drawn++;
	}
	return drawn;
}

static void a_whole_run_has_every_chart(void **state)
{
	struct sample_run s;
	struct nas_text t;
	int n;
	const struct chart *const *charts;

	(void)state;
	sample_init(&s, SAMPLE_QUANTISED);
	charts = report_charts(&s.report, &n);
	assert_int_equal(n, 9);
	assert_int_equal(check_svgs(&s.report), n);
	page_of(&t, &s.report);
	for (int i = 0; i < n; i++) {
		char id[80];

		snprintf(id, sizeof(id), "<figure id=\"%s\"",
			 charts[i]->name);
		assert_non_null(strstr(t.data, id));
	}
	assert_null(strstr(t.data, "class=\"absent\""));
	assert_non_null(strstr(t.data, REPORT_MARK));
	text_free(&t);
	sample_free(&s);
}

static void the_same_run_gives_the_same_page(void **state)
{
	struct sample_run s;
	struct nas_text a, b;

	(void)state;
	sample_init(&s, SAMPLE_QUANTISED);
	assert_string_equal(page_of(&a, &s.report), page_of(&b, &s.report));
	text_free(&a);
	text_free(&b);
	sample_free(&s);
}

static void absent_parts_are_said(void **state)
{
	struct sample_run s;
	struct nas_text t;

	(void)state;
	sample_init(&s, SAMPLE_FULL);
	s.result.certificate.present = false;
	s.history.present = false;
	s.run.meta = NULL;
	for (int b = 0; b < BUDGET_KINDS; b++)
		s.run.limit[b] = HUGE_VAL;
	assert_int_equal(check_svgs(&s.report), 4);
	page_of(&t, &s.report);
	assert_non_null(strstr(t.data, "No certificate was asked for"));
	assert_non_null(strstr(t.data, "holds no <code>history.csv"));
	assert_null(strstr(t.data, "<figure id=\"cost\""));
	assert_non_null(strstr(t.data, "from <code>meta.json</code>"));
	assert_non_null(strstr(t.data, "limits no budget"));
	assert_non_null(strstr(t.data, "full precision"));
	text_free(&t);
	sample_free(&s);
}

static void an_infeasible_run_names_its_budgets(void **state)
{
	struct sample_run s;
	struct nas_text t;

	(void)state;
	sample_init(&s, SAMPLE_QUANTISED);
	s.result.status = RESULT_INFEASIBLE;
	s.run.nbest = 1;
	s.result.infeasible.proven = true;
	s.best[0].rank = 0;
	s.run.limit[BUDGET_SRAM] = 100;
	s.result.certificate.record.status = CERTIFY_INFEASIBLE;
	for (int i = 0; i < SAMPLE_ROWS; i++)
		s.row[i].best = s.row[i].median = (double)NAN;
	check_svgs(&s.report);
	page_of(&t, &s.report);
	assert_non_null(strstr(t.data, "it is proven that there is none"));
	assert_non_null(strstr(t.data, "<li>SRAM: "));
	assert_non_null(strstr(t.data, "The least violating network"));
	text_free(&t);
	sample_free(&s);
}

static void one_epoch_and_equal_scores_are_drawn(void **state)
{
	struct sample_run s;

	(void)state;
	sample_init(&s, SAMPLE_QUANTISED);
	s.history.nrows = 1;
	s.row[0].best = s.row[0].median = s.network[0].score;
	s.row[0].best_bitops = s.network[0].cost.bitops;
	s.island[0] = s.island[1] = s.network[0].score;
	s.network[1].score = s.network[0].score;
	s.result.certificate.record.upper_bound = s.network[0].score;
	s.result.certificate.record.root_bound = s.network[0].score;
	assert_int_equal(check_svgs(&s.report), 9);
	sample_free(&s);
}

static void figures_of_any_size_are_drawn(void **state)
{
	static const double scales[] = { 1e-300, 1e-12, 1e-3, 1e6, 1e15,
					 1e300 };

	(void)state;
	for (size_t i = 0; i < sizeof(scales) / sizeof(scales[0]); i++) {
		struct sample_run s;

		sample_init(&s, SAMPLE_QUANTISED);
		s.network[0].score = -scales[i];
		s.row[2].best = -scales[i];
		s.network[0].cost.bitops = scales[i];
		s.row[2].evaluations = scales[i];
		s.meta.cpu_s = scales[i];
		check_svgs(&s.report);
		sample_free(&s);
	}
}

static void text_from_outside_is_escaped(void **state)
{
	char hostile[] = HOSTILE;
	struct sample_run s;
	struct nas_text t;

	(void)state;
	sample_init(&s, SAMPLE_QUANTISED);
	s.config.name = s.config.title = s.config.budgets.board = hostile;
	s.run.space = s.run.label = HOSTILE;
	s.meta.host = s.meta.command = s.meta.started = hostile;
	s.meta.system = s.meta.program = s.meta.version = hostile;
	s.result.certificate.record.method = hostile;
	s.result.certificate.record.covers = hostile;
	s.best[0].structure = s.best[0].bits = HOSTILE;
	page_of(&t, &s.report);
	assert_null(strstr(t.data, "<script>alert"));
	assert_null(strchr(t.data, 2));
	check_svgs(&s.report);
	text_free(&t);
	sample_free(&s);
}

static void several_runs_are_compared(void **state)
{
	struct sample_run s;
	struct history none = {0};
	struct nas_result uncertified;
	struct report_run runs[20];
	struct report r = { .nruns = 20, .run = runs };
	struct nas_text t;
	int n;

	(void)state;
	sample_init(&s, SAMPLE_QUANTISED);
	uncertified = s.result;
	uncertified.certificate.present = false;
	for (int i = 0; i < 20; i++)
		runs[i] = s.run;
	runs[3].label = HOSTILE;
	runs[4].meta = NULL;
	runs[4].history = &none;
	runs[5].result = &uncertified;
	report_charts(&r, &n);
	assert_int_equal(check_svgs(&r), n);
	page_of(&t, &r);
	assert_null(strstr(t.data, "do not all search"));
	assert_null(strstr(t.data, "<script>alert"));
	text_free(&t);
	runs[7].space_key = "other";
	page_of(&t, &r);
	assert_non_null(strstr(t.data, "do not all search"));
	text_free(&t);
	sample_free(&s);
}

static void long_histories_are_thinned_out(void **state)
{
	enum { ROWS = 100000 };
	struct sample_run s;
	struct nas_text t;

	(void)state;
	sample_init(&s, SAMPLE_QUANTISED);
	s.history.islands = 0;
	s.history.nrows = ROWS;
	s.history.row = calloc(ROWS, sizeof(struct history_row));
	assert_non_null(s.history.row);
	for (int i = 0; i < ROWS; i++)
		s.history.row[i] = (struct history_row){
			.evaluations = i, .best = sqrt(i),
			.median = sqrt(i) - 1, .best_bitops = 1e9 + i };
	page_of(&t, &s.report);
	assert_true(t.length < 1000000);
	assert_non_null(strstr(t.data, "rows; all of them are in"));
	text_free(&t);
	free(s.history.row);
	sample_free(&s);
}

static void co2_follows_its_formula(void **state)
{
	(void)state;
	CHECK_REL(cost_energy_wh(3600), COST_CORE_W * COST_PUE, 1e-12);
	CHECK_REL(cost_co2_g(7200), 2 * COST_CORE_W * COST_PUE *
					    COST_KG_PER_KWH, 1e-12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_run_has_every_chart),
		cmocka_unit_test(the_same_run_gives_the_same_page),
		cmocka_unit_test(absent_parts_are_said),
		cmocka_unit_test(an_infeasible_run_names_its_budgets),
		cmocka_unit_test(one_epoch_and_equal_scores_are_drawn),
		cmocka_unit_test(figures_of_any_size_are_drawn),
		cmocka_unit_test(text_from_outside_is_escaped),
		cmocka_unit_test(several_runs_are_compared),
		cmocka_unit_test(long_histories_are_thinned_out),
		cmocka_unit_test(co2_follows_its_formula),
	};
	return CHECK_RUN("page", tests);
}
