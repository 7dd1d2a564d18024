/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Architecture files: what is read, what is written, and that both agree. */
#include "tests/check.h"

#include "spaces/arch_entry.h"

#define RANDOM "tests/data/random_architectures.json"
#define PUBLISHED "tests/data/published_structures.json"

static struct nas_arena arena;

static int setup(void **state)
{
	(void)state;
	arena_init(&arena, 64 << 20);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

/* Read a text that must be right. */
static struct nas_arch_list read_text(const char *text,
				      const struct nas_arch_defaults *defaults)
{
	struct nas_err err = {0};
	struct nas_arch_list list;
	struct json_doc doc;

	CHECK_OK(json_parse(&doc, text, strlen(text), "text", &err), &err);
	CHECK_OK(arch_from_json(&list, &doc, doc.root, defaults, &arena,
				&err), &err);
	json_free(&doc);
	return list;
}

static char *write_text(const struct nas_arch *arch)
{
	cJSON *json = arch_to_json(arch);
	char *text = json_print(json);

	assert_non_null(text);
	cJSON_Delete(json);
	return text;
}

static void same_block(const struct nas_block *a, const struct nas_block *b)
{
	assert_int_equal(a->kind, b->kind);
	assert_int_equal(a->shortcut, b->shortcut);
	assert_int_equal(a->in, b->in);
	assert_int_equal(a->out, b->out);
	assert_int_equal(a->hidden, b->hidden);
	assert_int_equal(a->kernel, b->kernel);
	assert_int_equal(a->stride, b->stride);
	assert_int_equal(a->squeeze, b->squeeze);
	assert_memory_equal(a->bits_a, b->bits_a, sizeof(a->bits_a));
	assert_memory_equal(a->bits_w, b->bits_w, sizeof(a->bits_w));
	assert_int_equal(a->entry, b->entry);
}

static void same_arch(const struct nas_arch *a, const struct nas_arch *b)
{
	if (a->name || b->name)
		assert_string_equal(a->name, b->name);
	assert_int_equal(a->height, b->height);
	assert_int_equal(a->width, b->width);
	assert_int_equal(a->channels, b->channels);
	assert_int_equal(a->nblocks, b->nblocks);
	for (int i = 0; i < a->nblocks; i++)
		same_block(&a->block[i], &b->block[i]);
	assert_int_equal(a->head.classes, b->head.classes);
	assert_int_equal(a->head.bits_a, b->head.bits_a);
	assert_int_equal(a->head.bits_w, b->head.bits_w);
	assert_int_equal(a->nstage_weights, b->nstage_weights);
	assert_memory_equal(a->stage_weights, b->stage_weights,
			    sizeof(a->stage_weights));
	CHECK_CLOSE(a->sigma_a, b->sigma_a, 0);
	CHECK_CLOSE(a->sigma_w, b->sigma_w, 0);
}

/* arch -> text -> arch -> text: equal both times */
static void round_trip(const struct nas_arch *arch)
{
	char *first = write_text(arch), *second;
	struct nas_arch_list list = read_text(first, NULL);

	assert_int_equal(list.n, 1);
	same_arch(arch, list.arch);
	second = write_text(list.arch);
	assert_string_equal(first, second);
	free(first);
	free(second);
}

static void test_round_trip(void **state)
{
	struct nas_err err = {0};
	struct nas_arch_list list;
	struct json_doc doc;
	const cJSON *one;
	int n = 0;

	(void)state;
	CHECK_OK(arch_read(&list, PUBLISHED, NULL, &arena, &err), &err);
	for (int i = 0; i < list.n; i++)
		round_trip(&list.arch[i]);
	CHECK_OK(json_read(&doc, RANDOM, &err), &err);
	cJSON_ArrayForEach(one, cJSON_GetObjectItem(doc.root, "networks")) {
		const cJSON *net = cJSON_GetObjectItem(one, "architecture");

		CHECK_OK(arch_from_json(&list, &doc, net, NULL, &arena, &err),
			 &err);
		round_trip(list.arch);
		n++;
	}
	assert_int_equal(n, 300);
	json_free(&doc);
}

/* The example of the format's description. */
static const char example[] =
	"{\"schema\": \"nas/architecture/1\", \"name\": \"mixed7d0G\",\n"
	" \"input\": {\"height\": 224, \"width\": 224, \"channels\": 3},\n"
	" \"blocks\": [\n"
	"  {\"type\": \"conv\", \"in\": 3, \"out\": 8, \"kernel\": 3,\n"
	"   \"stride\": 2, \"bits_a\": [8], \"bits_w\": [8]},\n"
	"  {\"type\": \"mbconv\", \"in\": 8, \"out\": 32, \"hidden\": 64,\n"
	"   \"kernel\": 5, \"stride\": 2, \"depth\": 3,\n"
	"   \"bits_a\": [5,5,5, 5,5,5, 5,5,5],\n"
	"   \"bits_w\": [5,5,5, 5,5,5, 4,4,3]},\n"
	"  {\"type\": \"conv\", \"in\": 32, \"out\": 1280, \"kernel\": 1,\n"
	"   \"stride\": 1, \"bits_a\": [6], \"bits_w\": [5]}],\n"
	" \"head\": {\"type\": \"classifier\", \"classes\": 1000,\n"
	"   \"bits_a\": 7, \"bits_w\": 8}}";

static void test_example(void **state)
{
	struct nas_arch_list list = read_text(example, NULL);
	const struct nas_arch *a = list.arch;

	(void)state;
	assert_int_equal(a->nblocks, 5);
	assert_true(arch_is_quantised(a));
	assert_int_equal(a->block[1].in, 8);
	assert_int_equal(a->block[1].stride, 2);
	assert_int_equal(a->block[2].in, 32);
	assert_int_equal(a->block[2].stride, 1);
	assert_int_equal(a->block[3].entry, 1);
	assert_int_equal(a->block[3].bits_w[2], 3);
	assert_int_equal(arch_bits_out(a, 3), 6);
	assert_int_equal(arch_bits_out(a, 4), 7);
	round_trip(a);
}

static void test_stages(void **state)
{
	struct nas_arch_list list = read_text(example, NULL);
	int stage[5];

	(void)state;
	assert_int_equal(arch_stages(list.arch, NULL), 2);
	assert_int_equal(arch_stages(list.arch, stage), 2);
	assert_int_equal(stage[0], 0);
	assert_int_equal(stage[1], 1);
	assert_int_equal(stage[4], 1);
}

/* Short forms: no schema, no strides, one number for all bits, null head. */
static void test_short(void **state)
{
	struct nas_arch_list list = read_text(
		"{\"input\": {\"height\": 8, \"width\": 9}, \"head\": null,"
		" \"comment\": \"x\", \"blocks\": [{\"type\": \"mbconv\","
		" \"in\": 3, \"out\": 4, \"hidden\": 32, \"kernel\": 3,"
		" \"depth\": 2, \"se\": true, \"bits_a\": 4, \"bits_w\": [2],"
		" \"shortcut\": \"none\"}]}", NULL);
	const struct nas_arch *a = list.arch;

	(void)state;
	assert_null(a->name);
	assert_int_equal(a->channels, 3);
	assert_int_equal(a->head.classes, 0);
	assert_int_equal(a->nblocks, 2);
	assert_int_equal(a->block[0].stride, 1);
	assert_int_equal(a->block[1].squeeze, 8);
	assert_int_equal(a->block[1].shortcut, SHORTCUT_NONE);
	assert_int_equal(a->block[1].bits_a[2], 4);
	assert_int_equal(a->block[1].bits_w[0], 2);
	assert_int_equal(arch_bits_out(a, 0), 4);
	assert_int_equal(arch_bits_out(a, 1), 8);
	round_trip(a);
}

#define REFERENCE_BLOCKS                                                     \
	"[{\"class\": \"ConvKXBNRELU\", \"in\": 1, \"out\": 8, \"s\": 2,"    \
	" \"k\": 3}, {\"class\": \"SuperResK1DWSEK1\", \"in\": 8,"           \
	" \"out\": 8, \"s\": 2, \"k\": 5, \"btn\": 64, \"L\": 2}]"

static void test_reference(void **state)
{
	const struct nas_arch_defaults defaults = { .height = 96, .width = 80 };
	struct nas_arch_list list = read_text(REFERENCE_BLOCKS, &defaults);
	const struct nas_arch *a = list.arch;

	(void)state;
	assert_int_equal(list.n, 1);
	assert_int_equal(a->height, 96);
	assert_int_equal(a->width, 80);
	assert_int_equal(a->channels, 1);
	assert_int_equal(a->nblocks, 3);
	assert_false(arch_is_quantised(a));
	assert_int_equal(a->block[0].kind, BLOCK_CONV);
	assert_int_equal(a->block[1].squeeze, 16);
	assert_int_equal(a->block[1].shortcut, SHORTCUT_POOL);
	assert_true(block_has_residual(&a->block[1]));
	assert_int_equal(arch_bits_out(a, 0), 8);
	list = read_text(REFERENCE_BLOCKS, NULL);
	assert_int_equal(list.arch->height, 224);
	assert_int_equal(list.arch->width, 224);
	round_trip(list.arch);
}

static void test_record(void **state)
{
	struct nas_arch_list list = read_text(
		"[{\"structure\": " REFERENCE_BLOCKS ", \"image_size\": 64,"
		" \"sigma_a\": null, \"stage_weights\": [1, -2.5]},"
		" {\"structure\": " REFERENCE_BLOCKS ", \"name\": \"b\","
		" \"image_size\": [32, 40], \"sigma_w\": 3.5,"
		" \"expect\": {\"flops\": 1}, \"paper\": null},"
		" {\"input\": {\"height\": 8, \"width\": 8}, \"blocks\":"
		" [{\"type\": \"conv\", \"in\": 3, \"out\": 4,"
		" \"kernel\": 3}]}]", NULL);

	(void)state;
	assert_int_equal(list.n, 3);
	assert_int_equal(list.arch[0].height, 64);
	assert_int_equal(list.arch[0].width, 64);
	CHECK_CLOSE(list.arch[0].sigma_a, 0, 0);
	assert_int_equal(list.arch[0].nstage_weights, 2);
	CHECK_CLOSE(list.arch[0].stage_weights[1], -2.5, 0);
	assert_string_equal(list.arch[1].name, "b");
	assert_int_equal(list.arch[1].height, 32);
	assert_int_equal(list.arch[1].width, 40);
	CHECK_CLOSE(list.arch[1].sigma_w, 3.5, 0);
	assert_int_equal(list.arch[2].nblocks, 1);
	for (int i = 0; i < list.n; i++)
		round_trip(&list.arch[i]);
}

static void test_result(void **state)
{
	struct nas_arch_list list = read_text(
		"{\"schema\": \"nas/result/1\", \"best\": ["
		"{\"rank\": 1, \"architecture\": {\"input\": {\"height\": 8,"
		" \"width\": 8}, \"blocks\": [{\"type\": \"conv\","
		" \"in\": 3, \"out\": 4, \"kernel\": 3}]}}]}", NULL);

	(void)state;
	assert_int_equal(list.n, 1);
	assert_int_equal(list.arch->block[0].out, 4);
}

static int entries_of(struct nas_block *b, int n)
{
	const struct nas_arch arch = { .height = 8, .width = 8, .channels = 3,
				   .nblocks = n, .block = b };
	cJSON *json = arch_to_json(&arch);
	int entries = cJSON_GetArraySize(cJSON_GetObjectItem(json, "blocks"));

	cJSON_Delete(json);
	return entries;
}

/* Blocks that a program made: only those that continue share an entry. */
static void test_entries(void **state)
{
	const struct nas_block one = { .kind = BLOCK_MBCONV, .in = 3, .out = 3,
				   .hidden = 32, .kernel = 3, .stride = 1 };
	struct nas_block b[2] = { one, one };

	(void)state;
	assert_int_equal(entries_of(b, 2), 1);
	b[1].kernel = 5;
	assert_int_equal(entries_of(b, 2), 2);
	b[1] = one;
	b[1].shortcut = SHORTCUT_NONE;
	assert_int_equal(entries_of(b, 2), 2);
	b[1] = one;
	b[1].squeeze = 8;
	assert_int_equal(entries_of(b, 2), 2);
	b[1] = one;
	b[1].stride = 2;
	assert_int_equal(entries_of(b, 2), 2);
	b[1] = one;
	b[1].entry = 1;
	assert_int_equal(entries_of(b, 2), 2);
	b[1] = b[0] = (struct nas_block){ .kind = BLOCK_CONV, .in = 3, .out = 3,
				      .kernel = 3, .stride = 1 };
	assert_int_equal(entries_of(b, 2), 1);
}

static void test_forms(void **state)
{
	struct nas_err err = {0};
	cJSON *schema = arch_schema();

	(void)state;
	CHECK_OK(form_check(&arch_native_form, &err), &err);
	CHECK_OK(form_check(&arch_record_form, &err), &err);
	assert_non_null(cJSON_GetObjectItem(schema, "properties"));
	cJSON_Delete(schema);
	for (int k = 0; k < BLOCK_KINDS; k++) {
		assert_true(*block_kinds[k].name);
		assert_true(*block_kinds[k].label);
		assert_true(*block_kinds[k].title);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_round_trip),
		TEST(test_example),
		TEST(test_stages),
		TEST(test_short),
		TEST(test_reference),
		TEST(test_record),
		TEST(test_result),
		TEST(test_entries),
		TEST(test_forms),
	};

	return CHECK_RUN("arch_json", tests);
}
