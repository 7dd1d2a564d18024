/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/form/json.h"
#include "tests/check.h"

#include "scoring/qe.h"
#include "scoring/sigma_hat.h"

static void test_table(void **state)
{
	struct nas_err err = {0};
	const cJSON *row, *cell;
	struct json_doc doc;
	int n = 0;

	(void)state;
	CHECK_OK(json_read(&doc, "tests/data/sigma_hat.json", &err), &err);
	row = cJSON_GetObjectItem(doc.root, "sigma_hat")->child;
	for (; row; row = row->next) {
		cJSON_ArrayForEach(cell, row) {
			double sigma = strtod(row->string, NULL);
			int bits = atoi(cell->string);

			CHECK_REL(sigma_hat(sigma, bits), cell->valuedouble,
				  2e-14);
			n++;
		}
	}
	assert_int_equal(n, 63);
	json_free(&doc);
}

/* Without clamping the rounding adds 1/12 to the variance. */
static void test_limits(void **state)
{
	(void)state;
	CHECK_REL(sigma_hat(4, 32), sqrt(16 + 1 / 12.0), 1e-14);
	CHECK_REL(sigma_hat(300, 20), sqrt(9e4 + 1 / 12.0), 1e-12);
	/* one bit: -1, 0, 1 */
	CHECK_REL(sigma_hat(5, 1), sqrt(erfc(0.1 / sqrt(2))), 1e-15);
	/* far outside the clamp: nearly always at it */
	CHECK_REL(sigma_hat(1e3, 2), 2.0, 2e-3);
	CHECK_CLOSE(sigma_hat(1e-3, 8), 0, 1e-300);
}

static void test_conv(void **state)
{
	double full = 0.5 * log(27);

	(void)state;
	CHECK_REL(qe_conv(27, 0, 0, 5, 4), full, 1e-15);
	CHECK_REL(qe_conv(27, 4, 3, 5, 4),
		  full + log(4.5281902064 * 2.8903940182 / 5), 1e-10);
}

static void test_default_weights(void **state)
{
	static const double five[] = { 0, 0, 1, 1, 6 };
	static const double seven[] = { 0, 0, 1, 1, 2, 2, 6 };
	double w[ARCH_STAGES_MAX];

	(void)state;
	qe_default_weights(QE_PUBLISHED, w, 5);
	assert_memory_equal(w, five, sizeof(five));
	qe_default_weights(QE_PUBLISHED, w, 7);
	assert_memory_equal(w, seven, sizeof(seven));
	qe_default_weights(QE_PUBLISHED, w, 1);
	CHECK_CLOSE(w[0], 6, 0);
	qe_default_weights(QE_PUBLISHED, w, 2);
	CHECK_CLOSE(w[0], 1, 0);
	CHECK_CLOSE(w[1], 6, 0);
	qe_default_weights(QE_PUBLISHED, w, 6);
	CHECK_CLOSE(w[2], 0, 0);
	CHECK_CLOSE(w[3], 1, 0);
	CHECK_CLOSE(w[5], 6, 0);
}

/* conv 3 -> 8 / 2, conv 8 -> 16 / 2: two stages of one conv each */
static struct nas_block two_convs[] = {
	{ .kind = BLOCK_CONV, .in = 3, .out = 8, .kernel = 3, .stride = 2 },
	{ .kind = BLOCK_CONV, .in = 8, .out = 16, .kernel = 3, .stride = 2 },
};

static struct nas_arch two_stages(void)
{
	return (struct nas_arch){ .name = "two", .height = 32, .width = 32,
			      .channels = 3, .nblocks = 2,
			      .block = two_convs };
}

static void test_score(void **state)
{
	const struct nas_qe_options options = QE_DEFAULTS;
	double e0 = 0.5 * log(27), e1 = 0.5 * log(72), score, e[2];
	struct nas_arch arch = two_stages();
	struct nas_err err = {0};

	(void)state;
	CHECK_OK(qe_score(&score, e, &arch, &qe_rule, &options, &err), &err);
	CHECK_REL(score, 1 * (e0 + log(8)) + 6 * (e0 + e1 + log(16)), 1e-14);
	CHECK_REL(e[0], e0, 1e-15);
	CHECK_REL(e[1], e1, 1e-15);
}

/* The network's own weights come before the options'. */
static void test_weights_order(void **state)
{
	struct nas_qe_options options = QE_DEFAULTS;
	struct nas_arch arch = two_stages();
	struct nas_err err = {0};
	double e0 = 0.5 * log(27), e1 = 0.5 * log(72), score;

	(void)state;
	options.nstage_weights = 2;
	options.stage_weights[0] = 2;
	CHECK_OK(qe_score(&score, NULL, &arch, &qe_rule, &options, &err), &err);
	CHECK_REL(score, 2 * (e0 + log(8)), 1e-14);
	arch.nstage_weights = 2;
	arch.stage_weights[1] = 3;
	CHECK_OK(qe_score(&score, NULL, &arch, &qe_rule, &options, &err), &err);
	CHECK_REL(score, 3 * (e0 + e1 + log(16)), 1e-14);
}

static void test_wrong_weights(void **state)
{
	struct nas_qe_options options = QE_DEFAULTS;
	struct nas_arch arch = two_stages();
	struct nas_err err = {0};
	double score = 7;

	(void)state;
	options.nstage_weights = 3;
	assert_int_equal(qe_score(&score, NULL, &arch, &qe_rule, &options, &err),
			 NAS_EINPUT);
	CHECK_CLOSE(score, 0, 0);
	assert_string_equal(nas_err_msg(&err, 0),
			    "3 stage weights for the 2 stages of 'two'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_conv),
		cmocka_unit_test(test_default_weights),
		cmocka_unit_test(test_score),
		cmocka_unit_test(test_weights_order),
		cmocka_unit_test(test_wrong_weights),
	};

	return CHECK_RUN("qe", tests);
}
