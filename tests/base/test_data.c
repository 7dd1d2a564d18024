/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arrays, images and labels from files, sound and damaged. */
#define _POSIX_C_SOURCE 200809L /* mkdtemp */
#include "tests/check.h"

#include <zlib.h>

#include "nas/data/array.h"
#include "nas/data/data.h"
#include "nas/base/file.h"
#include "nas/data/image.h"
#include "nas/base/rng.h"
#include "tests/base/folder.h"

static void put(const char *name, const void *bytes, size_t n)
{
	struct nas_err err = {0};

	CHECK_OK(file_write(in_folder(name), bytes, n, &err), &err);
}

static void npy_comes_back(void **state)
{
	float x[6] = {1, -2, 3.5f, 0, 1e-9f, 7};
	const int64_t size[2] = {2, 3};
	struct nas_err err = {0};
	struct array a;

	(void)state;
	CHECK_OK(npy_write(in_folder("x.npy"), x, 2, size, &err), &err);
	CHECK_OK(array_read(&a, in_folder("x.npy"), &err), &err);
	assert_int_equal(a.rank, 2);
	assert_int_equal(a.size[1], 3);
	for (size_t i = 0; i < 6; i++)
		assert_true(array_get(&a, i) == (double)x[i]);
	array_free(&a);
}

static void damaged_npy_is_an_error(void **state)
{
	float x[6] = {0};
	const int64_t size[2] = {2, 3};
	struct nas_err err = {0};
	struct rng rng;
	char *bytes, *copy;
	size_t n;

	(void)state;
	rng_seed(&rng, check_seed(1), 1);
	CHECK_OK(npy_write(in_folder("y.npy"), x, 2, size, &err), &err);
	CHECK_OK(file_read(in_folder("y.npy"), 1 << 20, &bytes, &n, &err),
		 &err);
	for (int i = 0; i < 2000; i++) {
		size_t length = i % 2 ? n : rng_below(&rng, (uint32_t)n);
		struct array a;

		copy = malloc(length + 1);
		memcpy(copy, bytes, length);
		if (length)
			copy[rng_below(&rng, (uint32_t)length)] =
				(char)rng_below(&rng, 256);
		memset(&err, 0, sizeof(err));
		if (npy_parse(&a, copy, length, "y.npy", &err) == NAS_OK)
			array_free(&a);
		else
			assert_int_equal(err.code, NAS_EINPUT);
	}
	free(bytes);
}

static void idx_may_be_compressed(void **state)
{
	static const uint8_t images[] = {0, 0, 8, 3, 0, 0, 0, 2,   0,  0,
					 0, 1, 0, 0, 0, 2, 0, 255, 51, 102};
	static const uint8_t labels[] = {0, 0, 8, 1, 0, 0, 0, 2, 7, 9};
	struct data_options o = DATA_DEFAULTS;
	struct nas_err err = {0};
	struct data *d;
	int label[2];
	float x[4];
	gzFile f;

	(void)state;
	f = gzopen(in_folder("images.gz"), "wb");
	assert_true(gzwrite(f, images, sizeof(images)) == sizeof(images));
	gzclose(f);
	put("labels-ubyte", labels, sizeof(labels));
	o.channels = o.height = 1;
	o.width = 2;
	{
		char path[sizeof(folder) + 64];

		snprintf(path, sizeof(path), "%s", in_folder("images.gz"));
		CHECK_OK(data_open(&d, path, in_folder("labels-ubyte"), &o,
				   &err),
			 &err);
	}
	assert_int_equal(d->n, 2);
	CHECK_OK(data_get(d, 0, 2, x, label, 2, &err), &err);
	assert_int_equal(label[1], 9);
	CHECK_CLOSE((double)x[0], -1, 1e-6);
	CHECK_CLOSE((double)x[1], 1, 1e-6);
	CHECK_CLOSE((double)x[3], 102 / 127.5 - 1, 1e-6);
	data_close(d);
	put("short-ubyte", images, sizeof(images) - 1);
	CHECK_FAILS(data_open(&d, in_folder("short-ubyte"), NULL, &o, &err),
		    NAS_EINPUT, &err, "IDX");
}

static void folders_are_classes(void **state)
{
	static const char white[] = "P6 1 1 255\n\xff\xff\xff";
	static const char black[] = "P5\n# gray\n2 1\n255\n\0";
	struct data_options o = DATA_DEFAULTS;
	struct nas_err err = {0};
	struct data *d;
	int label[3];
	float x[3 * 3];

	(void)state;
	CHECK_OK(file_make_dir(in_folder("set/b"), &err), &err);
	CHECK_OK(file_make_dir(in_folder("set/a"), &err), &err);
	put("set/b/1.ppm", white, sizeof(white) - 1);
	put("set/b/2.ppm", white, sizeof(white) - 1);
	put("set/a/1.pgm", black, sizeof(black));
	o.channels = 3;
	o.height = o.width = 1;
	CHECK_OK(data_open(&d, in_folder("set"), NULL, &o, &err), &err);
	assert_int_equal(d->n, 3);
	assert_int_equal(d->nclasses, 2);
	assert_string_equal(d->class_name[1], "b");
	CHECK_OK(data_get(d, 0, 3, x, label, 1, &err), &err);
	assert_true(label[0] == 0 && label[1] == 1 && label[2] == 1);
	CHECK_CLOSE((double)x[0], -1, 1e-6);
	CHECK_CLOSE((double)x[8], 1, 1e-6);
	data_close(d);
	put("set/a/1.pgm", black, 8);
	CHECK_OK(data_open(&d, in_folder("set"), NULL, &o, &err), &err);
	CHECK_FAILS(data_get(d, 0, 3, x, label, 2, &err), NAS_EINPUT, &err,
		    "PNG");
	data_close(d);
}

static void resizing_keeps_what_it_can(void **state)
{
	uint8_t p[8 * 6];
	struct image m = {8, 6, 1, p, true, NULL};
	const float mean[3] = {0}, std[3] = {1 / 255.0f, 1, 1};
	float x[48];

	(void)state;
	for (int i = 0; i < 48; i++)
		p[i] = (uint8_t)(i * 37);
	assert_true(image_to_floats(x, &m, 1, 6, 8, mean, std));
	for (int i = 0; i < 48; i++)
		CHECK_CLOSE((double)x[i], p[i], 1e-3);
	memset(p, 99, sizeof(p));
	assert_true(image_to_floats(x, &m, 1, 3, 5, mean, std));
	for (int i = 0; i < 15; i++)
		CHECK_CLOSE((double)x[i], 99, 1e-3);
}

/* The mean of x, and of (x - mean)^2. */
static double mean_of(const float *x, int n, double *variance)
{
	double mean = 0;

	*variance = 0;
	for (int i = 0; i < n; i++)
		mean += (double)x[i] / n;
	for (int i = 0; i < n; i++)
		*variance += pow((double)x[i] - mean, 2) / n;
	return mean;
}

static void noise_is_random_and_the_same(void **state)
{
	enum { H = 20, W = 32, N = 3 * H * W };
	struct data_options o = DATA_DEFAULTS;
	static float x[2 * N], y[2 * N], z[N];
	struct nas_err err = { 0 };
	struct data *d;
	double variance, halves;

	(void)state;
	o.channels = 3, o.height = H, o.width = W;
	CHECK_OK(data_open(&d, "noise", NULL, &o, &err), &err);
	assert_int_equal(d->n, 512);
	CHECK_OK(data_get(d, 0, 2, x, NULL, 2, &err), &err);
	CHECK_OK(data_get(d, 1, 1, y, NULL, 1, &err), &err);
	assert_memory_equal(x + N, y, N * sizeof(*x));
	data_close(d);
	CHECK_OK(data_open(&d, "noise:7", NULL, &o, &err), &err);
	CHECK_OK(data_get(d, 0, 1, z, NULL, 1, &err), &err);
	data_close(d);
	assert_memory_not_equal(x, z, N * sizeof(*x));
	assert_memory_not_equal(x, x + N, N * sizeof(*x));
	assert_true(fabs(mean_of(x, N, &variance)) < 0.05);
	assert_true(variance > 0.15 && variance < 0.27);
	for (int i = 0; i < N; i++)
		assert_true(x[i] >= -1 && x[i] <= 1);
	/* neighbours are alike: of white noise this would be 2 variances */
	halves = 0;
	for (int i = 1; i < W; i++)
		halves += pow((double)(x[i] - x[i - 1]), 2) / (W - 1);
	assert_true(halves < variance);
	assert_int_equal(data_open(&d, "noise:x", NULL, &o, &err), NAS_EINPUT);
	assert_null(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(npy_comes_back),
		cmocka_unit_test(damaged_npy_is_an_error),
		cmocka_unit_test(idx_may_be_compressed),
		cmocka_unit_test(folders_are_classes),
		cmocka_unit_test(resizing_keeps_what_it_can),
		cmocka_unit_test(noise_is_random_and_the_same),
	};
	return cmocka_run_group_tests_name("data", tests, make_folder,
					   drop_folder) != 0;
}
