/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which metric two minutes of one core are enough for. */
#include "tests/check.h"

#include <string.h>

#include "nas/run/sensitivity_of.h"

/* Two layers of so many MACs, weights at 2 and 4 bits: four probes, of which
 * those of the first run both layers; and the float network. */
static const char *chosen(int64_t macs, bool has_images, int *images)
{
	struct graph_layer layer[2] = {{.macs = macs}, {.macs = macs}};
	const struct graph g = {.nlayers = 2, .layer = layer};
	const int bits_w[] = {2, 4, 32}, bits_a[] = {32};
	const struct sensitivity_job job = {.nw = 3, .bits_w = bits_w, .na = 1,
					    .bits_a = bits_a};

	return sensitivity_auto(&g, &job, has_images, images)->name;
}

static void by_work(void **state)
{
	const int64_t all = (int64_t)120 * 3000000000;
	int n;

	(void)state;
	assert_string_equal(chosen(1000, true, &n), "logits");
	assert_int_equal(n, 64);
	/* 2 (1 + 2) + 2 MACs an image */
	assert_string_equal(chosen(all / 8 / 10, true, &n), "logits");
	assert_int_equal(n, 10);
	/* 2 + 2 + 2 */
	assert_string_equal(chosen(all / 6 / 9, true, &n), "output");
	assert_int_equal(n, 9);
	assert_string_equal(chosen(all / 6 / 7, true, &n), "msqe-relative");
	assert_int_equal(n, 0);
	assert_string_equal(chosen(1000, false, &n), "msqe-relative");
	assert_int_equal(n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(by_work)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
