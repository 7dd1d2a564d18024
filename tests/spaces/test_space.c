/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Search spaces: counting, sampling, genomes and architectures. */
#include "nas/form/form.h"
#include "nas/form/json.h"
#include "tests/check.h"

#include "tests/evolve/small_space.h"

static void open_space(struct small *small, uint64_t seed,
		       struct nas_arena *arena, struct rng *rng)
{
	arena_init(arena, (size_t)256 << 20);
	rng_seed(rng, seed, 11);
	small_make(small, rng, 10000, arena);
	for (int r = 0; r < RESOURCES; r++) /* enumeration counts all */
		small->problem.budgets.limit[r] = HUGE_VAL;
	small->problem.budgets.sram_bytes = HUGE_VAL;
	small->problem.nactive = 0;
}

/* ---- the enumeration sees a genome as often as the space has it ---------- */

struct counter {
	uint64_t *hash;
	size_t n, size;
};

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static uint64_t genome_hash(const struct nas_space *space,
			    const struct nas_genome *g)
{
	uint64_t hash = variant_hash(g->variant);

	for (int s = 0; s < space->nstages; s++)
		hash += gene_hash(&g->stage[s], s);
	return hash;
}

/* Draw until nothing new comes, and count what there is. */
static size_t count_by_sampling(const struct nas_space *space, size_t draws,
				struct rng *rng, struct nas_arena *arena)
{
	uint64_t *hash = NAS_NEW(arena, uint64_t, draws);
	struct nas_space_sampler sampler;
	struct nas_err err = { 0 };
	size_t different = 0;

	CHECK_OK(space_sampler_init(&sampler, space, arena, &err), &err);
	for (size_t i = 0; i < draws; i++) {
		struct nas_genome g;

		space_sample(&sampler, &g, rng);
		assert_true(space_contains(space, &g));
		hash[i] = genome_hash(space, &g);
	}
	qsort(hash, draws, sizeof(*hash), by_value);
	for (size_t i = 0; i < draws; i++)
		different += i == 0 || hash[i] != hash[i - 1];
	return different;
}

/* With 30 draws an architecture, all are seen but e^-30 of them. */
static void size_is_what_sampling_finds(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 6; seed++) {
		struct small small;
		struct nas_arena arena;
		struct rng rng;
		long double size;

		open_space(&small, seed, &arena, &rng);
		size = space_size(&small.space);
		assert_true(size <= 10000);
		assert_int_equal(count_by_sampling(&small.space,
						   (size_t)size * 30, &rng,
						   &arena), (size_t)size);
		arena_free(&arena);
	}
}

/* Uniform: Pearson's statistic of counts by architecture, against its mean
 * n - 1 and deviation sqrt(2 (n - 1)). */
static void sampling_is_uniform(void **state)
{
	(void)state;
	for (uint64_t seed = 20; seed < 24; seed++) {
		struct small small;
		struct nas_arena arena;
		struct rng rng;
		struct nas_space_sampler sampler;
		struct nas_err err = { 0 };
		size_t n, draws, i, run;
		double statistic = 0;
		uint64_t *hash;

		open_space(&small, seed, &arena, &rng);
		n = (size_t)space_size(&small.space);
		draws = n * 20;
		hash = NAS_NEW(&arena, uint64_t, draws);
		CHECK_OK(space_sampler_init(&sampler, &small.space, &arena,
					    &err), &err);
		for (i = 0; i < draws; i++) {
			struct nas_genome g;

			space_sample(&sampler, &g, &rng);
			hash[i] = genome_hash(&small.space, &g);
		}
		qsort(hash, draws, sizeof(*hash), by_value);
		for (i = 0; i < draws; i += run) {
			for (run = 1; i + run < draws &&
				      hash[i + run] == hash[i]; run++)
				;
			statistic += ((double)run - 20) * ((double)run - 20) /
				     20;
		}
		CHECK_CLOSE(statistic, (double)n - 1,
			    5 * sqrt(2 * (double)n) + 1);
		arena_free(&arena);
	}
}

/* Neighbouring stages alike may share their blocks in several ways; what a
 * stage says of shortcuts means nothing to kinds that have none. */
static void drop_entries(struct nas_arch *arch)
{
	for (int b = 0; b < arch->nblocks; b++) {
		arch->block[b].entry = 0;
		if (!block_has(&arch->block[b], BLOCK_SHORTCUT))
			arch->block[b].shortcut = SHORTCUT_IDENTITY;
	}
}

static void decode_and_encode_are_inverse(void **state)
{
	(void)state;
	for (uint64_t seed = 40; seed < 90; seed++) {
		struct small small;
		struct nas_arena arena;
		struct rng rng;
		struct nas_space_sampler sampler;
		struct nas_err err = { 0 };

		open_space(&small, seed, &arena, &rng);
		CHECK_OK(space_sampler_init(&sampler, &small.space, &arena,
					    &err), &err);
		for (int i = 0; i < 50; i++) {
			struct nas_genome g, back;
			struct nas_arch arch, again;

			space_sample(&sampler, &g, &rng);
			assert_true(space_decode(&small.space, &g, &arch,
						 &arena));
			CHECK_OK(arch_check(&arch, &err), &err);
			CHECK_OK(space_encode(&small.space, &arch, &back,
					      &err), &err);
			assert_true(space_decode(&small.space, &back, &again,
						 &arena));
			assert_int_equal(again.nblocks, arch.nblocks);
			drop_entries(&arch);
			drop_entries(&again);
			assert_memory_equal(again.block, arch.block,
					    (size_t)arch.nblocks *
						    sizeof(*arch.block));
		}
		arena_free(&arena);
	}
}

static void a_foreign_architecture_is_refused(void **state)
{
	struct small small;
	struct nas_arena arena;
	struct rng rng;
	struct nas_genome g;
	struct nas_arch arch;
	struct nas_err err = { 0 };

	(void)state;
	open_space(&small, 7, &arena, &rng);
	space_smallest(&small.space, &g);
	assert_true(space_decode(&small.space, &g, &arch, &arena));
	arch.block[arch.nblocks - 1].out += 1000;
	assert_int_equal(space_encode(&small.space, &arch, &g, &err),
			 NAS_EINPUT);
	arch.height++;
	arch.width += 3;
	memset(&err, 0, sizeof(err));
	assert_int_equal(space_encode(&small.space, &arch, &g, &err),
			 NAS_EINPUT);
	arena_free(&arena);
}

static const char two_stages[] =
	"{\"input\": {\"height\": [32, 48], \"channels\": 3}, \"stages\": ["
	"{\"type\": \"conv\", \"width\": [8, 16], \"stride\": 2,"
	" \"bits_a\": 8, \"bits_w\": 8},"
	"{\"type\": \"mbconv\", \"width\": {\"min\": 8, \"max\": 64, \"step\":"
	" 8}, \"kernel\": [3, 5], \"expansion\": [2, 4], \"depth\": [2, 4],"
	" \"stride\": 2, \"bits_a\": [4, 8], \"bits_w\": [4, 8]}],"
	"\"head\": {\"classes\": 10, \"bits_a\": 8, \"bits_w\": 8}}";

static void grow(struct nas_arch *a, int n) /* copies of the last block */
{
	for (; n; n--, a->nblocks++) {
		struct nas_block *b = &a->block[a->nblocks];

		*b = b[-1];
	}
}

/* Each change, and what must be said of it. */
static void change(struct nas_arch *a, int i)
{
	struct nas_block *b = a->block;

	switch (i) {
	case 0: b[1].kernel = 7; break;
	case 1: b[1].out = b[2].in = b[2].out = 36; break;
	case 2: b[2].kernel = 5; break;
	case 3: b[2].bits_a[2] = 8; break;
	case 4: b[1].bits_w[0] = b[1].bits_w[1] = b[1].bits_w[2] = 5; break;
	case 5: b[1].hidden = 24; break;
	case 6: b[1].squeeze = 8; break;
	case 7: b[1].stride = 1; break;
	case 8: b[1].shortcut = SHORTCUT_POOL; break;
	case 9: grow(a, 1); break;
	case 10: grow(a, 3); break;
	case 11: a->nblocks = 2; break;
	case 12: a->nblocks = 1; break;
	case 13: a->height = 40; break;
	case 14: a->head.classes = 11; break;
	case 15: b[0].out = b[1].in = 16; break;
	default: b[0].kind = BLOCK_DWSEP; break;
	}
}

/* Where a network leaves a space, and what would be allowed there. */
static void the_place_of_a_misfit_is_named(void **state)
{
	static const char *const says[] = {
		"/blocks/1, block 1 of its 2, does not fit; /space/stages/1: "
		"kernel 7 (allowed: 3, 5)",
		"/space/stages/1: width 36 (allowed: 8 to 64 in steps of 8)",
		"/blocks/1, block 2 of its 2, does not fit; /space/stages/1: "
		"kernel 5 (allowed: 3)",
		"block 2 of its 2, does not fit; /space/stages/1: bits_a 4 and "
		"8 in one block",
		"/space/stages/1: bits_w 5 (allowed: 4, 8)",
		"/space/stages/1: hidden 24 (allowed: 16, 32)",
		"/space/stages/1: se true (allowed: false)",
		"/space/stages/1: stride 1 (allowed: 2)",
		"/space/stages/1: shortcut pool (allowed: identity)",
		"it ends after 4 blocks; /space/stages/1: depth 3 (allowed: "
		"2, 4)",
		"block 5 of its 5, does not fit; /space/stages/1: depth 5 "
		"(allowed: 2, 4)",
		"it ends after 2 blocks; /space/stages/1: depth 1 (allowed: "
		"2, 4)",
		"it ends after 1 blocks; /space/stages/1 has no block",
		"/space/input: 40 x 32, channels 3 (allowed: 32 x 32, 48 x 48, "
		"channels 3)",
		"/space/head: classes 11, hidden 0, bits_a 8, bits_w 8 "
		"(allowed: 10, 0, 8, 8)",
		"/space/stages/1: width 8 after 16; /space/monotone",
		"/blocks/0 does not fit; /space/stages/0: type dwsep (allowed: "
		"conv)",
	};

	(void)state;
	for (int i = 0; i < (int)(sizeof(says) / sizeof(says[0])); i++) {
		struct nas_block block[8];
		struct nas_arch arch;
		struct nas_genome g;
		struct nas_space space;
		struct json_doc doc;
		struct nas_arena arena;
		struct nas_err err = { 0 };

		arena_init(&arena, 1 << 20);
		CHECK_OK(json_parse(&doc, two_stages, strlen(two_stages),
				    "space.json", &err), &err);
		CHECK_OK(form_read(&space_form, &doc, doc.root, &space,
				   &arena, &err), &err);
		CHECK_OK(space_compile(&space, &arena, &err), &err);
		space_smallest(&space, &g);
		space_decode_into(&space, &g, &arch, block);
		CHECK_OK(space_encode(&space, &arch, &g, &err), &err);
		change(&arch, i);
		CHECK_FAILS(space_encode(&space, &arch, &g, &err), NAS_EINPUT,
			    &err, says[i]);
		json_free(&doc);
		arena_free(&arena);
	}
}

/* A network's own space holds its structure, and nothing else but bits. */
static void space_around_keeps_the_structure(void **state)
{
	(void)state;
	for (uint64_t seed = 100; seed < 120; seed++) {
		struct small small;
		struct nas_arena arena;
		struct rng rng;
		struct nas_space around;
		struct nas_genome g;
		struct nas_arch arch, same;
		struct nas_err err = { 0 };

		open_space(&small, seed, &arena, &rng);
		space_smallest(&small.space, &g);
		assert_true(space_decode(&small.space, &g, &arch, &arena));
		CHECK_OK(space_around(&around, &arch, &small.space, &arena,
				      &err), &err);
		space_smallest(&around, &g);
		assert_true(space_decode(&around, &g, &same, &arena));
		assert_int_equal(same.nblocks, arch.nblocks);
		for (int b = 0; b < arch.nblocks; b++) {
			assert_int_equal(same.block[b].out, arch.block[b].out);
			assert_int_equal(same.block[b].kernel,
					 arch.block[b].kernel);
			assert_int_equal(same.block[b].stride,
					 arch.block[b].stride);
			assert_int_equal(same.block[b].squeeze,
					 arch.block[b].squeeze);
		}
		arena_free(&arena);
	}
}

static void the_form_is_sound(void **state)
{
	struct nas_err err = { 0 };

	(void)state;
	CHECK_OK(form_check(&space_form, &err), &err);
}

/* ---- bad spaces say what is wrong ---------------------------------------- */

static void bad_spaces_are_refused(void **state)
{
	static const struct {
		const char *text, *message;
	} bad[] = {
		{ "{\"input\":{\"height\":8},\"stages\":[]}", "at least 1" },
		{ "{\"input\":{\"height\":8},\"stages\":[{\"type\":\"conv\","
		  "\"width\":[8,4]}]}", "ascend" },
		{ "{\"input\":{\"height\":8},\"stages\":[{\"type\":\"conv\","
		  "\"width\":{\"min\":8,\"max\":4}}]}", "less than min" },
		{ "{\"input\":{\"height\":8},\"stages\":[{\"type\":\"conv\","
		  "\"width\":8,\"kernel\":4}]}", "even" },
		{ "{\"input\":{\"height\":8},\"stages\":[{\"type\":\"mbconv\","
		  "\"width\":8}]}", "expansion" },
		{ "{\"input\":{\"height\":8},\"stages\":[{\"type\":\"conv\","
		  "\"width\":8,\"se\":true}]}", "squeeze" },
		{ "{\"input\":{\"height\":8},\"stages\":[{\"type\":\"conv\","
		  "\"width\":8,\"bits_a\":[4]}]}", "together" },
		{ "{\"input\":{\"height\":8},\"stages\":[{\"type\":\"conv\","
		  "\"width\":16},{\"type\":\"conv\",\"width\":8}]}", "decrease" },
		{ "{\"input\":{\"height\":8},\"stages\":[{\"type\":\"dwsep\","
		  "\"width\":8,\"each\":\"expansion\"}]}", "no expansion" },
		{ "{\"input\":{\"height\":8},\"stages\":[{\"type\":\"conv\","
		  "\"width\":8,\"each\":[\"bits\"]}]}", "must be" },
		{ "{\"input\":{\"height\":8},\"stage_defaults\":{\"kernle\":3},"
		  "\"stages\":[{\"type\":\"conv\",\"width\":8}]}",
		  "did you mean 'kernel'" },
		{ "{\"input\":{\"height\":8},\"stage_defaults\":{\"kernel\":4},"
		  "\"stages\":[{\"type\":\"conv\",\"width\":8}]}", "even" },
		{ "{\"input\":{\"height\":8},\"stage_defaults\":{\"width\":8},"
		  "\"stages\":[{\"kernel\":3}]}", "'type'" },
		{ "{\"input\":{\"height\":8},\"stage_defaults\":[],"
		  "\"stages\":[{\"type\":\"conv\",\"width\":8}]}", "object" },
		{ "{\"input\":{\"height\":[8,9],\"width\":[8]},\"stages\":[{"
		  "\"type\":\"conv\",\"width\":8}]}", "widths" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct json_doc doc;
		struct nas_arena arena;
		struct nas_space space;
		struct nas_err err = { 0 };

		arena_init(&arena, 1 << 20);
		CHECK_OK(json_parse(&doc, bad[i].text, strlen(bad[i].text),
				    "space.json", &err), &err);
		assert_int_equal(form_read(&space_form, &doc, doc.root, &space,
					   &arena, &err), NAS_EINPUT);
		if (!strstr(nas_err_msg(&err, 0), bad[i].message))
			fail_msg("'%s' does not say '%s'", nas_err_msg(&err, 0),
				 bad[i].message);
		assert_true(err.diag[0].line == 1 && err.diag[0].column > 0);
		json_free(&doc);
		arena_free(&arena);
	}
}

/* ---- defaults of stages --------------------------------------------------- */

static void read_space(struct nas_space *space, const char *text,
		       struct nas_arena *arena)
{
	struct json_doc doc;
	struct nas_err err = { 0 };

	CHECK_OK(json_parse(&doc, text, strlen(text), "space.json", &err),
		 &err);
	CHECK_OK(form_read(&space_form, &doc, doc.root, space, arena, &err),
		 &err);
	json_free(&doc);
}

/* A space with defaults is the one that says everything in every stage; what
 * does not apply to a kind of block is ignored there. */
static void defaults_are_taken(void **state)
{
	static const char *const text[] = {
		"{\"input\":{\"height\":32},\"stage_defaults\":{\"type\":"
		"\"mbconv\",\"kernel\":[3,5],\"expansion\":[2,3],\"se\":true,"
		"\"each\":[\"kernel\",\"expansion\"],\"depth\":[1,2],"
		"\"bits_a\":[4,8],\"bits_w\":8},\"stages\":["
		"{\"type\":\"conv\",\"width\":8,\"depth\":1},{\"width\":16},"
		"{\"width\":24,\"each\":\"kernel\",\"se\":false}]}",
		"{\"input\":{\"height\":32},\"stages\":["
		"{\"type\":\"conv\",\"width\":8,\"kernel\":[3,5],\"depth\":1,"
		"\"bits_a\":[4,8],\"bits_w\":8},"
		"{\"type\":\"mbconv\",\"width\":16,\"kernel\":[3,5],"
		"\"expansion\":[2,3],\"se\":true,\"each\":[\"kernel\","
		"\"expansion\"],\"depth\":[1,2],\"bits_a\":[4,8],\"bits_w\":8},"
		"{\"type\":\"mbconv\",\"width\":24,\"kernel\":[3,5],"
		"\"expansion\":[2,3],\"each\":\"kernel\",\"depth\":[1,2],"
		"\"bits_a\":[4,8],\"bits_w\":8}]}"
	};
	struct nas_space space[2];
	struct nas_arena arena;
	char *written[2];

	(void)state;
	arena_init(&arena, 1 << 20);
	for (int i = 0; i < 2; i++) {
		cJSON *tree;

		read_space(&space[i], text[i], &arena);
		tree = form_write(&space_form, &space[i]);
		written[i] = json_print(tree);
		cJSON_Delete(tree);
	}
	assert_string_equal(written[0], written[1]);
	/* stem 2 x 2; then 4 x 2 at depth 1 and 4^2 x 2^2 at depth 2; then
	 * 4 x 2, and expansion x kernels^2 x bits^2 */
	assert_true(space_size(&space[0]) == 4 * (8 + 64) * (8 + 32));
	free(written[0]);
	free(written[1]);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(size_is_what_sampling_finds),
		cmocka_unit_test(sampling_is_uniform),
		cmocka_unit_test(decode_and_encode_are_inverse),
		cmocka_unit_test(a_foreign_architecture_is_refused),
		cmocka_unit_test(the_place_of_a_misfit_is_named),
		cmocka_unit_test(space_around_keeps_the_structure),
		cmocka_unit_test(the_form_is_sound),
		cmocka_unit_test(bad_spaces_are_refused),
		cmocka_unit_test(defaults_are_taken),
	};
	return CHECK_RUN("space", tests);
}
