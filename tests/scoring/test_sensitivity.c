/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Metrics on a small network with random weights. */
#include "nas/form/json.h"
#include "tests/check.h"

#include "nas/base/rng.h"
#include "scoring/sensitivity/sensitivity.h"
#include "spaces/arch.h"

#define IMAGES 6
#define SIDE 16

static const char text[] =
	"{\"name\": \"small\", \"input\": {\"height\": 16, \"width\": 16, "
	"\"channels\": 3}, \"blocks\": [{\"type\": \"conv\", \"in\": 3, "
	"\"out\": 8, \"kernel\": 3, \"stride\": 1}, {\"type\": \"mbconv\", "
	"\"in\": 8, \"out\": 16, \"hidden\": 24, \"kernel\": 3, \"stride\": "
	"2, \"depth\": 2}], \"head\": {\"type\": \"classifier\", "
	"\"classes\": 5}}";

struct fixture {
	struct nas_arena arena;
	struct nas_err err;
	struct graph graph;
	float x[IMAGES * 3 * SIDE * SIDE];
	struct sensitivity_job job;
};

static const int bits_w[] = { 2, 4, 8 }, bits_a[] = { 4, 32 };
static struct fixture f;

static int setup(void **state)
{
	struct nas_arch_defaults defaults = { 0 };
	struct nas_arch_list list;
	struct json_doc doc;
	struct rng rng;

	(void)state;
	memset(&f, 0, sizeof(f));
	arena_init(&f.arena, 1 << 28);
	CHECK_OK(json_parse(&doc, text, strlen(text), "small", &f.err),
		 &f.err);
	CHECK_OK(arch_from_json(&list, &doc, doc.root, &defaults, &f.arena,
				&f.err), &f.err);
	CHECK_OK(graph_of_arch(&f.graph, &list.arch[0], &f.arena, &f.err),
		 &f.err);
	json_free(&doc);
	rng_seed(&rng, 1, 0);
	for (int i = 0; i < f.graph.nlayers; i++) {
		struct graph_layer *l = &f.graph.layer[i];

		for (size_t k = 0; k < (size_t)l->out * l->fan; k++)
			l->weight[k] = (float)(rng_normal(&rng) *
					       sqrt(2.0 / (double)l->fan));
	}
	for (int i = 0; i < IMAGES * 3 * SIDE * SIDE; i++)
		f.x[i] = (float)rng_normal(&rng);
	f.job = (struct sensitivity_job){
		.graph = &f.graph, .n = IMAGES, .x = f.x, .threads = 1,
		.quantiser = quantiser_find("max-abs"), .nw = 3,
		.bits_w = bits_w, .na = 2, .bits_a = bits_a, .power = 3,
		.beta = 0.1,
	};
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&f.arena);
	return 0;
}

static void run(struct sensitivity *s, const char *name, int threads)
{
	f.job.threads = threads;
	CHECK_OK(sensitivity_run(s, sensitivity_find(name), &f.job, &f.arena,
				 &f.err), &f.err);
}

/* Every metric gives the same bytes for any number of threads. */
static void threads_change_nothing(void **state)
{
	(void)state;
	for (int m = 0; sensitivity_metrics[m]; m++) {
		const char *name = sensitivity_metrics[m]->name;
		struct sensitivity a, b;
		size_t n;

		run(&a, name, 1);
		run(&b, name, 3);
		n = (size_t)a.nlayers * sizeof(double);
		assert_memory_equal(a.loss_w, b.loss_w, n * 3);
		assert_memory_equal(a.loss_a, b.loss_a, n * 2);
	}
}

/* Fewer bits lose no less, for metrics of weights and of errors. */
static void fewer_bits_lose_more(void **state)
{
	static const char *const names[] = { "msqe", "msqe-relative",
					     "output", "logits", "size" };

	(void)state;
	for (size_t m = 0; m < sizeof(names) / sizeof(names[0]); m++) {
		struct sensitivity s;

		run(&s, names[m], 2);
		for (int i = 0; i < s.nlayers; i++) {
			const double *w = s.loss_w + 3 * i;

			assert_true(w[0] > w[1] && w[1] > w[2] - 1e-12);
			assert_true(w[2] >= 0);
			assert_true(s.loss_a[2 * i] > 0);
			CHECK_CLOSE(s.loss_a[2 * i + 1], 0, 0);
		}
	}
}

/* Feature maps times a power of two: every birth time is the same. */
static void entropy_knows_no_scale(void **state)
{
	struct sensitivity a, b;
	struct graph_layer *first = &f.graph.layer[0];
	bool some = false;

	(void)state;
	run(&a, "te", 2);
	for (size_t k = 0; k < (size_t)first->out * first->fan; k++)
		first->weight[k] *= 8;
	run(&b, "te", 2);
	for (int i = 0; i < a.nlayers; i++) {
		CHECK_CLOSE(a.value[i], b.value[i], 1e-12);
		assert_true(a.value[i] <= log(IMAGES) + 1e-12);
		some = some || a.value[i] > 0;
	}
	assert_true(some);
}

static void count_steps(void *context, int done, int of)
{
	int *seen = context; /* steps told, and of how many */

	assert_int_equal(done, ++seen[0]);
	seen[1] = of;
}

static void every_step_is_told(void **state)
{
	static const char *const names[] = { "output", "logits", "te" };

	(void)state;
	for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++) {
		struct sensitivity s;
		int seen[2] = { 0, 0 };

		f.job.progress = count_steps;
		f.job.context = seen;
		run(&s, names[k], 1);
		if (seen[1] > 0)
			assert_int_equal(seen[0], seen[1]);
		else
			assert_true(k > 1);
	}
}

static void images_are_needed(void **state)
{
	struct sensitivity s;
	struct sensitivity_job job = f.job;
	struct nas_err err = { 0 };

	(void)state;
	for (job.n = 0; job.n < 2; job.n++) {
		memset(&err, 0, sizeof(err));
		CHECK_FAILS(sensitivity_run(&s, sensitivity_find("te"), &job,
					    &f.arena, &err), NAS_ERUN, &err,
			    "needs 2 images or more");
	}
	assert_null(sensitivity_find("no-such"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(threads_change_nothing, setup,
						teardown),
		cmocka_unit_test_setup_teardown(fewer_bits_lose_more, setup,
						teardown),
		cmocka_unit_test_setup_teardown(entropy_knows_no_scale, setup,
						teardown),
		cmocka_unit_test_setup_teardown(every_step_is_told, setup,
						teardown),
		cmocka_unit_test_setup_teardown(images_are_needed, setup,
						teardown),
	};
	return CHECK_RUN("sensitivity", tests);
}
