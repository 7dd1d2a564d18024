/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Known networks, the steps' sums, the head, and boards. */
#include "tests/check.h"

#include "nas/base/file.h"
#include "spaces/board.h"
#include "spaces/cost.h"

#define NETWORKS "tests/data/mobilenets.json"
#define TABLE "tests/data/memory_reference.csv"
#define COLUMNS 10

struct row { /* of memory_reference.csv */
	char *cell[COLUMNS];
};

/* Split one line at its commas; the file has no quotes. */
static bool split(char *line, struct row *row)
{
	int n = 0;

	while (line && n < COLUMNS) {
		char *comma = strchr(line, ',');

		row->cell[n++] = line;
		if (comma)
			*comma++ = '\0';
		line = comma;
	}
	return n == COLUMNS;
}

static const struct nas_arch *find(const struct nas_arch_list *list,
				   const struct row *row)
{
	for (int i = 0; i < list->n; i++)
		if (strcmp(list->arch[i].name, row->cell[0]) == 0 &&
		    list->arch[i].height == atoi(row->cell[1]) &&
		    list->arch[i].head.classes == atoi(row->cell[2]))
			return &list->arch[i];
	return NULL;
}

static void set_bits(const struct nas_arch *arch, int bits,
		     struct nas_arch *out)
{
	*out = *arch;
	out->head.bits_a = bits;
	out->head.bits_w = bits;
	for (int b = 0; b < arch->nblocks; b++) {
		for (int j = 0; j < BLOCK_CONVS_MAX; j++) {
			out->block[b].bits_a[j] = bits;
			out->block[b].bits_w[j] = bits;
		}
	}
}

static void check_row(const struct nas_arch_list *list, const struct row *row)
{
	const struct nas_memory_model *model = memory_model_find(row->cell[4]);
	const struct nas_arch *arch = find(list, row);
	struct nas_arch with_bits;
	struct nas_cost cost;

	assert_non_null(arch);
	assert_non_null(model);
	set_bits(arch, atoi(row->cell[3]), &with_bits);
	cost_of(&cost, NULL, &with_bits, model);
	CHECK_CLOSE(cost.peak_memory_bytes, strtod(row->cell[5], NULL), 0);
	if (*row->cell[6])
		CHECK_CLOSE(cost.macs, strtod(row->cell[6], NULL), 0);
	if (*row->cell[7])
		CHECK_CLOSE(cost.params, strtod(row->cell[7], NULL), 0);
}

static void test_known_networks(void **state)
{
	struct nas_err err = {0};
	struct nas_arch_list list;
	struct nas_arena arena;
	char *text, *line;
	size_t length;
	int rows = 0;

	(void)state;
	arena_init(&arena, 16 << 20);
	CHECK_OK(arch_read(&list, NETWORKS, NULL, &arena, &err), &err);
	CHECK_OK(file_read(TABLE, 1 << 16, &text, &length, &err), &err);
	line = strchr(text, '\n');
	while (line && line[1]) {
		char *end = strchr(++line, '\n');
		struct row row;

		if (end)
			*end = '\0';
		assert_true(split(line, &row));
		check_row(&list, &row);
		rows++;
		line = end;
	}
	assert_int_equal(rows, 8);
	free(text);
	arena_free(&arena);
}

/* A stem of 1 channel is no depthwise convolution. */
static void test_one_channel(void **state)
{
	struct nas_block b = {.kind = BLOCK_CONV,
			      .in = 1,
			      .out = 8,
			      .kernel = 3,
			      .stride = 2};
	const struct nas_arch arch = { .height = 10, .width = 10, .channels = 1,
				   .nblocks = 1, .block = &b };
	struct nas_cost cost;

	(void)state;
	cost_of(&cost, NULL, &arch, &memory_models[MEMORY_TINYENGINE]);
	CHECK_CLOSE(cost.peak_memory_bytes, 100 + 200, 0);
}

/* Of equal steps the first is the peak. */
static void test_first_peak(void **state)
{
	struct nas_block b[2] = {
		{ .kind = BLOCK_CONV, .in = 8, .out = 8, .kernel = 1,
		  .stride = 1 },
		{ .kind = BLOCK_CONV, .in = 8, .out = 8, .kernel = 3,
		  .stride = 1 },
	};
	const struct nas_arch arch = { .height = 10, .width = 10, .channels = 8,
				   .nblocks = 2, .block = b };
	struct nas_cost cost;

	(void)state;
	cost_of(&cost, NULL, &arch, &memory_models[MEMORY_PLAIN]);
	assert_int_equal(cost.peak_step, 0);
	CHECK_CLOSE(cost.peak_memory_bytes, 1600, 0);
}

/* The published network with its classifier: 2.17 MB of Flash. */
static void test_head(void **state)
{
	const struct nas_head head = {
		.classes = 1000, .bits_a = 8, .bits_w = 8};
	const struct nas_head none = {0};
	const struct nas_head two_bits = { .classes = 10, .bits_a = 8, .bits_w = 2 };
	const struct nas_head hidden = { .classes = 1000, .hidden = 1280 };
	struct nas_head four_bits = hidden;

	(void)state;
	CHECK_CLOSE(cost_of_head(&head, 1280).bytes, 1282000, 0);
	CHECK_CLOSE(cost_of_head(&none, 1280).bytes, 0, 0);
	CHECK_CLOSE(cost_of_head(&two_bits, 64).bytes, 180, 0);
	/* MobileNetV3: 960 -> 1280 -> 1000, and 2 bytes an output */
	CHECK_CLOSE(cost_of_head(&hidden, 960).bytes,
		    960 * 1280 + 1280 * 1000 + 2 * (1280 + 1000), 0);
	four_bits.bits_w = 4;
	CHECK_CLOSE(cost_of_head(&four_bits, 960).bytes,
		    (960 * 1280 + 1280 * 1000) / 2 + 2 * (1280 + 1000), 0);
}

static void add_steps(const struct nas_arch *arch, struct nas_arena *arena)
{
	struct nas_step *steps =
		NAS_NEW(arena, struct nas_step, (size_t)cost_steps(arch));
	double flops = 0, macs = 0, bitops = 0, params = 0, bytes = 0;
	double channels = arch->block[arch->nblocks - 1].out;
	struct nas_cost cost;

	assert_non_null(steps);
	cost_of(&cost, steps, arch, &memory_models[MEMORY_PLAIN]);
	assert_int_equal(cost.layers, cost_steps(arch));
	for (int i = 0; i < cost.layers; i++) {
		flops += steps[i].flops;
		macs += steps[i].macs;
		bitops += steps[i].bitops;
		params += steps[i].params;
		bytes += steps[i].weight_bytes;
		assert_true(steps[i].memory_bytes <= cost.peak_memory_bytes);
	}
	CHECK_REL(cost.flops, flops, 1e-14);
	CHECK_REL(cost.macs, macs + channels * arch->head.classes, 1e-14);
	CHECK_REL(cost.bitops, bitops + 64 * channels * arch->head.classes,
		  1e-14);
	CHECK_REL(cost.params, params + (channels + 1) * arch->head.classes,
		  1e-14);
	CHECK_REL(cost.size_bytes, bytes, 1e-14);
}

static void test_steps_sum(void **state)
{
	struct nas_err err = {0};
	struct nas_arch_list list;
	struct nas_arena arena;

	(void)state;
	arena_init(&arena, 16 << 20);
	CHECK_OK(arch_read(&list, NETWORKS, NULL, &arena, &err), &err);
	for (int i = 0; i < list.n; i++)
		add_steps(&list.arch[i], &arena);
	arena_free(&arena);
}

/* The largest network that is allowed gives finite figures. */
static void test_largest(void **state)
{
	struct nas_block b = { .kind = BLOCK_CONV, .in = ARCH_CHANNELS_MAX,
			   .out = ARCH_CHANNELS_MAX, .kernel = 31,
			   .stride = 1, .bits_a = { 32 }, .bits_w = { 32 } };
	const struct nas_arch arch = { .height = ARCH_SIDE_MAX,
				   .width = ARCH_SIDE_MAX,
				   .channels = ARCH_CHANNELS_MAX,
				   .nblocks = 1, .block = &b };
	struct nas_err err = {0};
	struct nas_cost cost;

	(void)state;
	CHECK_OK(arch_check(&arch, &err), &err);
	cost_of(&cost, NULL, &arch, &memory_models[MEMORY_TINYENGINE]);
	CHECK_REL(cost.macs, 0x1p58 * 31 * 31, 1e-14);
	CHECK_REL(cost.peak_memory_bytes, 0x1p44 + 0x1p42, 1e-14);
}

static void test_models(void **state)
{
	(void)state;
	assert_ptr_equal(memory_model_find("plain"),
			 &memory_models[MEMORY_PLAIN]);
	assert_null(memory_model_find("Plain"));
	assert_null(memory_model_find(""));
}

static void test_boards(void **state)
{
	const struct nas_board *b = board_find("stm32f746");

	(void)state;
	assert_non_null(b);
	CHECK_CLOSE(b->sram_bytes, 327680, 0);
	CHECK_CLOSE(b->flash_bytes, 1048576, 0);
	assert_null(board_find("arduino"));
	for (int i = 0; i < nboards; i++) {
		assert_ptr_equal(board_find(boards[i].name), &boards[i]);
		assert_true(boards[i].sram_bytes > 0);
		assert_true(boards[i].flash_bytes > 0);
		assert_non_null(boards[i].title);
		assert_non_null(boards[i].kernels);
		assert_true(boards[i].bits_a[0] && boards[i].bits_w[0]);
		assert_true(!boards[i].bits_a[7] && !boards[i].bits_w[7]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_networks),
		cmocka_unit_test(test_one_channel),
		cmocka_unit_test(test_first_peak),
		cmocka_unit_test(test_head),
		cmocka_unit_test(test_steps_sum),
		cmocka_unit_test(test_largest),
		cmocka_unit_test(test_models),
		cmocka_unit_test(test_boards),
	};

	return CHECK_RUN("cost", tests);
}
