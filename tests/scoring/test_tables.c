/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A name in a file is the row of the table that bears it: for every table from
 * which forms take their names.
 */
#include "nas/form/json.h"
#include "tests/check.h"

#include "nas/run/config.h"

struct fixture {
	struct nas_arena arena;
	struct nas_err err;
	struct nas_config config;
};

/* configs/quick.json with one value changed. */
static void read_with(struct fixture *f, const char *path, const char *name)
{
	char set[80];
	const char *const sets[] = { set };

	memset(f, 0, sizeof(*f));
	arena_init(&f->arena, (size_t)64 << 20);
	snprintf(set, sizeof(set), "%s=\"%s\"", path, name);
	CHECK_OK(config_read(&f->config, "configs/quick.json", sets, 1,
			     &f->arena, &f->err), &f->err);
}

static void test_scores(void **state)
{
	(void)state;
	for (int i = 0; scores[i].name; i++) {
		struct fixture f;

		read_with(&f, "score.name", scores[i].name);
		assert_ptr_equal(f.config.score_def, &scores[i]);
		assert_ptr_equal(score_find(scores[i].name), &scores[i]);
		arena_free(&f.arena);
	}
}

static void test_memory_models(void **state)
{
	(void)state;
	for (int i = 0; i < MEMORY_KINDS; i++) {
		struct fixture f;

		read_with(&f, "budgets.memory_model", memory_models[i].name);
		assert_int_equal(f.config.limits.memory, i);
		arena_free(&f.arena);
	}
}

static void check_block(struct fixture *f, int kind)
{
	bool has = block_kinds[kind].has & BLOCK_HIDDEN;
	const char *hidden = has ? ", \"hidden\": 5" : "";
	struct json_doc doc = { 0 };
	struct nas_arch_list list;
	char text[400];

	snprintf(text, sizeof(text),
		 "{\"schema\": \"nas/architecture/1\", \"input\": {\"height\": "
		 "8, \"width\": 8, \"channels\": 3}, \"blocks\": [{\"type\": "
		 "\"%s\", \"in\": 3, \"out\": 4, \"kernel\": 3, \"stride\": "
		 "1%s}]}", block_kinds[kind].name, hidden);
	CHECK_OK(json_parse(&doc, text, strlen(text), "text", &f->err),
		 &f->err);
	CHECK_OK(arch_from_json(&list, &doc, doc.root, NULL, &f->arena,
				&f->err), &f->err);
	assert_int_equal(list.arch[0].block[0].kind, kind);
	json_free(&doc);
}

static void test_blocks(void **state)
{
	(void)state;
	for (int i = 0; i < BLOCK_KINDS; i++) {
		bool hidden = block_kinds[i].has & BLOCK_HIDDEN; /* stage 1 has it */
		struct fixture f;

		read_with(&f, hidden ? "space.stages.1.type"
				     : "space.stages.0.type",
			  block_kinds[i].name);
		assert_int_equal(f.config.space.stage[hidden].kind, i);
		check_block(&f, i);
		arena_free(&f.arena);
	}
}

static void test_shortcuts(void **state)
{
	(void)state;
	for (int i = 0; i < SHORTCUTS; i++) {
		struct fixture f;

		read_with(&f, "space.stages.1.shortcut", shortcut_names[i]);
		assert_int_equal(f.config.space.stage[1].shortcut, i);
		arena_free(&f.arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scores),
		cmocka_unit_test(test_memory_models),
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_shortcuts),
	};

	return CHECK_RUN("tables", tests);
}
