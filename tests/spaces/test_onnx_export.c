/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of formats, and what their texts must hold. */
#include "tests/check.h"

#include <ctype.h>

#include "nas/base/embedded.h"
#include "spaces/export/export_formats.h"
#include "tests/spaces/onnx_sample.h"

static struct nas_arena arena;

static struct nas_text text_of(const char *format, const struct nas_arch *a,
			       enum pytorch_quantizer quantizer)
{
	struct export_options o = EXPORT_DEFAULTS;
	struct export_source source = {.arch = a};
	struct nas_err err = {0};
	struct nas_text t = {0};

	o.quantizer = quantizer;
	arena_init(&arena, 64 << 20);
	CHECK_OK(export_write(&t, export_format_find(format), &source, &o,
			      &arena, &err),
		 &err);
	arena_free(&arena);
	return t;
}

static int count(const struct nas_text *t, const char *word)
{
	int n = 0;

	for (const char *s = t->data; (s = strstr(s, word)) != NULL; s++)
		n++;
	return n;
}

static void test_formats(void **state)
{
	struct nas_err err = {0};

	(void)state;
	assert_non_null(export_format_find("onnx"));
	assert_null(export_format_find("onx"));
	CHECK_FAILS(export_format_unknown("onx", &err), NAS_EUSAGE, &err,
		    "did you mean 'onnx'");
}

/* Every format of the list writes an architecture, and a trained network
 * unless it says that it cannot. */
static void test_every_format(void **state)
{
	struct nas_block block[SAMPLE_BLOCKS];
	struct nas_arch a = sample_arch(block, 5, 4, 10);
	struct export_options o = EXPORT_DEFAULTS;
	struct graph g;

	(void)state;
	for (const struct export_format *f = export_formats; f->name; f++) {
		struct nas_text t, own = {0};
		struct export_source trained = {.graph = &g};
		struct nas_err err = {0};

		assert_ptr_equal(export_format_find(f->name), f);
		if (f->needs == EXPORT_LEVELS)
			continue; /* tests/cli/test_export_tflite.sh */
		t = text_of(f->name, &a, PYTORCH_LSQ);
		assert_true(t.length > 10 && strlen(f->help) > 10);
		text_free(&t);
		arena_init(&arena, 64 << 20);
		CHECK_OK(graph_of_arch(&g, &a, &arena, &err), &err);
		if (f->needs == EXPORT_INTEGERS) /* it is on no grids */
			CHECK_FAILS(export_write(&own, f, &trained, &o, &arena,
						 &err),
				    NAS_EINPUT, &err, "c needs every map on a "
				    "grid");
		else if (f->needs == EXPORT_ARCH)
			CHECK_FAILS(export_write(&own, f, &trained, &o, &arena,
						 &err),
				    NAS_EUSAGE, &err, "or dot, not");
		else
			CHECK_OK(export_write(&own, f, &trained, &o, &arena,
					      &err),
				 &err);
		text_free(&own);
		arena_free(&arena);
	}
}

static void test_csv(void **state)
{
	struct nas_block block[SAMPLE_BLOCKS];
	struct nas_arch a = sample_arch(block, 5, 4, 10);
	struct nas_text t = text_of("csv", &a, PYTORCH_LSQ);

	(void)state;
	assert_int_equal(count(&t, "\n"), 1 + cost_steps(&a));
	assert_int_equal(count(&t, ",1\n"), 1); /* one step binds */
	assert_non_null(strstr(t.data, "3,2,mbconv,depthwise,24,24,5,1,24,"));
	text_free(&t);
}

static void test_dot(void **state)
{
	struct nas_block block[SAMPLE_BLOCKS];
	struct nas_arch a = sample_arch(block, 5, 4, 10);
	struct nas_text t = text_of("dot", &a, PYTORCH_LSQ);

	(void)state;
	assert_int_equal(count(&t, "subgraph"), SAMPLE_BLOCKS);
	assert_int_equal(count(&t, "style=dashed"), 2);
	assert_int_equal(count(&t, "average pool"), 1);
	assert_non_null(strstr(t.data, "image -> l0 [label=\"21x18x3\"]"));
	assert_non_null(strstr(t.data, "10 classes\\nA5 W4"));
	text_free(&t);
}

/* Only the chosen quantiser is in the file, and none where none is needed. */
static void test_pytorch(void **state)
{
	static const char *const marks[PYTORCH_QUANTIZERS] = {
		"2 * mean / math.sqrt", "# least squares", "math.floor(e)"};
	struct nas_block block[SAMPLE_BLOCKS];
	struct nas_arch a = sample_arch(block, 5, 4, 10);

	(void)state;
	for (int q = 0; q < PYTORCH_QUANTIZERS; q++) {
		struct nas_text t =
			text_of("pytorch", &a, (enum pytorch_quantizer)q);

		for (int other = 0; other < PYTORCH_QUANTIZERS; other++)
			assert_int_equal(count(&t, marks[other]), other == q);
		assert_int_equal(count(&t, "class WeightQuantizer"), 1);
		assert_int_equal(count(&t, "shortcut=True"), 2);
		text_free(&t);
	}
	a = sample_arch(block, 0, 0, 0);
	struct nas_text t = text_of("pytorch", &a, PYTORCH_PO2_MSQE);
	assert_int_equal(count(&t, "uantiz"), 0);
	assert_int_equal(count(&t, "class Head"), 0);
	assert_int_equal(count(&t, "OUTPUTS = [1, 3]"), 1);
	text_free(&t);
}

/* A kind of block that has its class under its name, or else Row, has it after
 * its mark. */
static void test_pytorch_kinds(void **state)
{
	(void)state;
	for (int k = 0; k <= BLOCK_KINDS; k++) {
		const char *name = k < BLOCK_KINDS ? block_kinds[k].name : "row";
		char entry[64], mark[64];
		size_t n;

		snprintf(entry, sizeof(entry), "\n    \"%s\": ", name);
		if (!strstr(embedded_spaces_export_model_py, entry)) {
			assert_int_not_equal(k, BLOCK_KINDS);
			continue;
		}
		n = (size_t)snprintf(mark, sizeof(mark), "\n#: %s\nclass ",
				     name);
		for (size_t i = 0; i + 7 < n; i++)
			mark[i] = (char)toupper((unsigned char)mark[i]);
		assert_non_null(strstr(embedded_spaces_export_model_py, mark));
	}
}

static void test_pytorch_text(void **state)
{
	struct nas_block block[SAMPLE_BLOCKS];
	struct nas_arch a = sample_arch(block, 1, 1, 10);
	struct export_options o = EXPORT_DEFAULTS;
	struct export_source source = {.arch = &a};
	struct nas_err err = {0};
	struct nas_text t;

	(void)state;
	a.name = "a\"\"\"\nimport os\\";
	t = text_of("pytorch", &a, PYTORCH_LSQ);
	assert_non_null(strstr(t.data, "\"\"\"a\\x22\\x22\\x22\\x0aimport "
				       "os\\x5c: 21 x 18 x 3"));
	text_free(&t);
	o.quantizer = PYTORCH_PO2_MSQE;
	CHECK_FAILS(export_write(&t, export_format_find("pytorch"), &source, &o,
				 &arena, &err),
		    NAS_EINPUT, &err, "2 bits or more");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_every_format),
		cmocka_unit_test(test_csv),
		cmocka_unit_test(test_dot),
		cmocka_unit_test(test_pytorch),
		cmocka_unit_test(test_pytorch_kinds),
		cmocka_unit_test(test_pytorch_text),
	};
	return CHECK_RUN("onnx_export", tests);
}
