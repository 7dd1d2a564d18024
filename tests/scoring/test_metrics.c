/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sensitivity metrics against NumPy: a network of two layers, figures made by
 * tests/tools/metrics_numpy.py, which has the definitions in a few lines each.
 */
#include "tests/check.h"

#include "scoring/sensitivity/sensitivity.h"
#include "tests/scoring/two_layers.h"

#define FIGURES "tests/data/metrics_two_layers.json"

static const int bits_w[] = { 2, 4, 8 }, bits_a[] = { 3, 8, 32 };
static struct nas_arena arena;
static struct nas_err err;
static struct json_doc figures;
static struct graph graph;
static float images[TWO_LAYERS_COUNT];

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, 1 << 26);
	two_layers(&graph, images, &arena);
	CHECK_OK(json_read(&figures, FIGURES, &err), &err);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	json_free(&figures);
	arena_free(&arena);
	return 0;
}

/* A table (2 layers, 3) of the file, or a number a layer. */
static void same(const double *got, const cJSON *rows, int columns,
		 double tolerance)
{
	assert_int_equal(cJSON_GetArraySize(rows), 2);
	for (int i = 0; i < 2; i++)
		for (int k = 0; k < columns; k++) {
			const cJSON *row = cJSON_GetArrayItem(rows, i);
			double want = columns == 1
				? row->valuedouble
				: cJSON_GetArrayItem(row, k)->valuedouble;

			CHECK_CLOSE(got[i * columns + k], want,
				    tolerance * fabs(want) + 1e-13);
		}
}

static void run(struct sensitivity *s, const char *metric, double power,
		bool linear)
{
	const struct sensitivity_job job = {
		.graph = &graph, .n = TWO_LAYERS_IMAGES, .x = images, .threads = 2,
		.quantiser = quantiser_find("max-abs"), .nw = 3, .na = 3,
		.bits_w = bits_w, .bits_a = bits_a, .power = power,
		.beta = 0.1, .linear = linear,
		/* as the stored values were made */
		.ranges = RANGE_MIN_MAX, .plain_biases = true,
	};

	CHECK_OK(sensitivity_run(s, sensitivity_find(metric), &job, &arena,
				 &err), &err);
}

static const cJSON *stored(const char *metric, const char *table)
{
	const cJSON *m = cJSON_GetObjectItem(figures.root, metric);
	const cJSON *t = cJSON_GetObjectItem(m, table);

	assert_non_null(t);
	return t;
}

static void both_tables(const struct sensitivity *s, const char *name,
			double tolerance)
{
	same(s->loss_w, stored(name, "w"), 3, tolerance);
	same(s->loss_a, stored(name, "a"), 3, tolerance);
}

/* Those of 8 bits are small beside float's own: a map's error of 3e-4 is the
 * difference of two maps of about 1, each right to 1e-7, so its square is known
 * to some 1e-3. Which kernels multiply decides on the rest. */
static void errors(void **state)
{
	static const char *const metric[] = { "msqe", "msqe-relative",
					      "output", "logits" };
	struct sensitivity s;

	(void)state;
	for (size_t i = 0; i < sizeof(metric) / sizeof(metric[0]); i++) {
		run(&s, metric[i], 3, false);
		both_tables(&s, metric[i], i < 2 ? 1e-4 : 1e-3);
	}
}

/* Here too 8 bits change maps by little beside float's own. */
static void attribution(void **state)
{
	struct sensitivity s;

	(void)state;
	run(&s, "arp", 3, false);
	both_tables(&s, "arp", 1e-4);
	same(s.extra_w, stored("rank-distance", "w"), 3, 1e-12);
	run(&s, "arp", 0, false);
	both_tables(&s, "arp-by-capacity", 1e-4);
}

static void numbers_of_layers(void **state)
{
	static const struct {
		const char *name;
		bool linear;
	} metric[] = { { "orm", true }, { "te", true }, { "te-mean", false },
		       { "size", false } };
	struct sensitivity s;

	(void)state;
	for (size_t i = 0; i < sizeof(metric) / sizeof(metric[0]); i++) {
		run(&s, metric[i].name, 3, metric[i].linear);
		assert_non_null(s.value);
		same(s.value, stored(metric[i].name, "value"), 1, 1e-12);
		both_tables(&s, metric[i].name, 1e-12);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(errors, setup, teardown),
		cmocka_unit_test_setup_teardown(attribution, setup, teardown),
		cmocka_unit_test_setup_teardown(numbers_of_layers, setup,
						teardown),
	};
	return CHECK_RUN("metrics", tests);
}
