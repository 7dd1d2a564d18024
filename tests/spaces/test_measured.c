/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Networks with accuracies: MobileNets against what is published of them,
 * NAS-Bench-Macro against its own file, architectures in JSON. */
#include "spaces/cost.h"
#include "spaces/measured.h"
#include "spaces/mobilenet.h"
#include "spaces/nas_bench_macro.h"
#include "tests/check.h"

#define MACRO "../shared/data/nas-bench-macro_cifar10.json"

static struct cost cost_now(const struct arch *arch)
{
	struct cost cost;

	cost_of(&cost, NULL, arch, &memory_models[MEMORY_TINYENGINE]);
	return cost;
}

/*
 * Parameters as PyTorch and Keras count the trainable ones. V3-small lacks
 * the squeeze-and-excitation of its first block, 16 -> 8 -> 16 with biases.
 */
static void known_mobilenets(void **state)
{
	static const struct {
		enum mobilenet kind;
		double width, params, slack;
		double mega_macs; /* as the papers print them; 0 = not there */
	} known[] = {
		{ MOBILENET_V1, 1.0, 4231976, 0, 569 },
		{ MOBILENET_V1, 0.25, 470072, 0, 41 },
		{ MOBILENET_V2, 1.0, 3504872, 0, 300 },
		{ MOBILENET_V2, 1.4, 6.06e6, 1e5, 582 },
		{ MOBILENET_V2, 0.35, 1.66e6, 5e4, 59 },
		{ MOBILENET_V3_LARGE, 1.0, 5483032, 0, 217 },
		{ MOBILENET_V3_LARGE, 0.75, 4.0e6, 5e4, 155 },
		{ MOBILENET_V3_SMALL, 1.0, 2542856 - 280, 0, 56 },
		{ MOBILENET_V3_SMALL, 0.75, 2.04e6, 6e4, 44 },
	};
	struct nas_err err = { 0 };
	struct arena arena;
	struct arch arch;

	(void)state;
	arena_init(&arena, 1 << 24);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		CHECK_OK(mobilenet_make(&arch, known[i].kind, known[i].width,
					224, &arena, &err), &err);
		CHECK_CLOSE(cost_now(&arch).params, known[i].params,
			    known[i].slack);
		CHECK_REL(cost_now(&arch).macs, 1e6 * known[i].mega_macs,
			  0.035);
	}
	arena_free(&arena);
}

static void names_of_mobilenets(void **state)
{
	(void)state;
	assert_int_equal(mobilenet_find("mobilenet_v1"), MOBILENET_V1);
	assert_int_equal(mobilenet_find("MobileNetV2"), MOBILENET_V2);
	assert_int_equal(mobilenet_find("V3-Large"), MOBILENET_V3_LARGE);
	assert_int_equal(mobilenet_find("mobilenet v3 small"),
			 MOBILENET_V3_SMALL);
	assert_int_equal(mobilenet_find("mobilenet"), -1);
	assert_int_equal(mobilenet_find("resnet18"), -1);
}

static void csv_of_mobilenets(void **state)
{
	char text[] = "resolution,model,alpha,top1,top12\n"
		      "224,MobileNetV2,1.0,71.8,72.2\n"
		      "96,mobilenet_v1,0.25,41,42\n";
	struct nas_err err = { 0 };
	struct arch_list list;
	struct arena arena;

	(void)state;
	arena_init(&arena, 1 << 24);
	CHECK_OK(measured_from_csv(&list, text, strlen(text), "t", NULL,
				   &arena, &err), &err);
	assert_int_equal(list.n, 2);
	assert_string_equal(list.arch[0].name, "mobilenet_v2 1 224");
	CHECK_CLOSE(list.arch[0].measured->accuracy, 72, 1e-12);
	assert_int_equal(list.arch[1].measured->nseeds, 2);
	CHECK_CLOSE(list.arch[1].measured->seed[1], 42, 0);
	assert_int_equal(list.arch[1].height, 96);
	arena_free(&arena);
}

static void bad_rows_of_mobilenets(void **state)
{
	static const struct {
		const char *text, *message;
	} bad[] = {
		{ "model,width,accuracy\nv2,1,70\n", "'resolution'" },
		{ "model,width,resolution\nv2,1,224\n", "'accuracy'" },
		{ "model,width,resolution,top1\nv5,1,224,70\n", "model 'v5'" },
		{ "model,width,resolution,top1\nv2,99,224,70\n", "width 99" },
		{ "model,width,resolution,top1\nv2,1,8,70\n", "cannot be" },
		{ "model,width,resolution,top1\nv2,1,224,x\n", "no number" },
	};
	struct arch_list list;
	struct arena arena;

	(void)state;
	arena_init(&arena, 1 << 24);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char *text = arena_strdup(&arena, bad[i].text);
		struct nas_err err = { 0 };

		CHECK_FAILS(measured_from_csv(&list, text, strlen(text), "t",
					      NULL, &arena, &err),
			    NAS_EINPUT, &err, bad[i].message);
	}
	arena_free(&arena);
}

static enum nas_status from_text(struct arch_list *list, const char *text,
				 bool macro, struct arena *arena,
				 struct nas_err *err)
{
	struct json_doc doc;

	*err = (struct nas_err){ 0 };
	if (json_parse(&doc, text, strlen(text), "t", err) != NAS_OK)
		return err->code;
	assert_int_equal(nas_bench_macro_is(doc.root), macro);
	if (macro)
		(void)!nas_bench_macro_from_json(list, &doc, arena, err);
	else
		(void)!arch_from_json(list, &doc, doc.root, NULL, arena, err);
	json_free(&doc);
	return err->code;
}

/* Key 00000000: conv 3x3 3->32, 1x1 to 64, 128, 256, 1280, linear. */
static void a_member_of_nas_bench_macro(void **state)
{
	static const char good[] =
		"{\"00000000\": {\"test_acc\": [80, 81], \"mean_acc\": 80.5,"
		" \"std\": 0.5, \"params\": %d, \"flops\": %d}}";
	int weights = 27 * 32 + 32 * 64 + 64 * 128 + 128 * 256 + 256 * 1280;
	int params = weights + 2 * (32 + 64 + 128 + 256 + 1280) + 1280 * 10 +
		     10;
	int macs = 27 * 32 * 1024 + 32 * 64 * 256 + 64 * 128 * 64 +
		   (128 * 256 + 256 * 1280) * 16 + 12800;
	struct nas_err err;
	struct arch_list list;
	struct arena arena;
	char text[256];

	(void)state;
	arena_init(&arena, 1 << 24);
	snprintf(text, sizeof(text), good, params, macs);
	CHECK_OK(from_text(&list, text, true, &arena, &err), &err);
	assert_int_equal(list.n, 1);
	assert_int_equal(list.arch[0].head.classes, 10);
	assert_int_equal(list.arch[0].nblocks, 5);
	assert_int_equal(arch_stages(&list.arch[0], NULL), 4);
	CHECK_CLOSE(list.arch[0].measured->accuracy, 80.5, 0);
	CHECK_CLOSE(list.arch[0].measured->seed[1], 81, 0);
	/* as many classes more make up for the params, not for the flops */
	snprintf(text, sizeof(text), good, params + 2 * 1281, macs);
	assert_int_equal(from_text(&list, text, true, &arena, &err),
			 NAS_EINPUT);
	snprintf(text, sizeof(text), good, params + 2 * 1281,
		 macs + 2 * 1280);
	CHECK_OK(from_text(&list, text, true, &arena, &err), &err);
	assert_int_equal(list.arch[0].head.classes, 12);
	snprintf(text, sizeof(text), good, params + 1, macs);
	CHECK_FAILS(from_text(&list, text, true, &arena, &err), NAS_EINPUT,
		    &err, "are not the network's");
	arena_free(&arena);
}

/* 6561 networks whose params and flops are the file's: the reader checks. */
static void the_file_of_nas_bench_macro(void **state)
{
	struct nas_err err = { 0 };
	struct arch_list list;
	struct arena arena;
	FILE *f = fopen(MACRO, "r");

	(void)state;
	if (!f) {
		print_message("no %s\n", MACRO);
		skip();
	}
	fclose(f);
	arena_init(&arena, (size_t)1 << 28);
	CHECK_OK(measured_read(&list, MACRO, NULL, &arena, &err), &err);
	assert_int_equal(list.n, 6561);
	for (int i = 0; i < list.n; i++) {
		assert_int_equal(list.arch[i].head.classes, 10);
		assert_int_equal(list.arch[i].measured->nseeds, 3);
		CHECK_OK(arch_check(&list.arch[i], &err), &err);
	}
	arena_free(&arena);
}

#define NET "{\"input\": {\"height\": 8, \"width\": 8}, \"blocks\": "         \
	    "[{\"type\": \"conv\", \"in\": 3, \"out\": 8, \"kernel\": 3}]"

static void accuracies_in_json(void **state)
{
	struct arch_list list;
	struct nas_err err;
	struct arena arena;

	(void)state;
	arena_init(&arena, 1 << 24);
	CHECK_OK(from_text(&list, "[" NET ", \"accuracy\": 70.5}, " NET
			   ", \"accuracies\": [1, 2, 6]}, " NET "}]", false,
			   &arena, &err), &err);
	CHECK_CLOSE(list.arch[0].measured->accuracy, 70.5, 0);
	assert_int_equal(list.arch[0].measured->nseeds, 0);
	CHECK_CLOSE(list.arch[1].measured->accuracy, 3, 1e-15);
	assert_int_equal(list.arch[1].measured->nseeds, 3);
	assert_null(list.arch[2].measured);
	CHECK_OK(from_text(&list, "{\"structure\": [{\"class\": "
			   "\"ConvKXBNRELU\", \"in\": 3, \"out\": 8, \"k\": 3"
			   "}], \"accuracy\": 1}", false, &arena, &err), &err);
	CHECK_CLOSE(list.arch[0].measured->accuracy, 1, 0);
	CHECK_FAILS(from_text(&list, NET ", \"accuracy\": \"1\"}", false,
			      &arena, &err), NAS_EINPUT, &err, "a number");
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_mobilenets),
		cmocka_unit_test(names_of_mobilenets),
		cmocka_unit_test(csv_of_mobilenets),
		cmocka_unit_test(bad_rows_of_mobilenets),
		cmocka_unit_test(a_member_of_nas_bench_macro),
		cmocka_unit_test(the_file_of_nas_bench_macro),
		cmocka_unit_test(accuracies_in_json),
	};
	return CHECK_RUN("measured", tests);
}
