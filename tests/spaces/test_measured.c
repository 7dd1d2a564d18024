/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Networks that say what accuracy they reach. Other people's tables are converted
 * by tests/tools/measured.py, which tests/cli/test_measured.sh tests. */
#include "nas/form/json.h"
#include "spaces/arch.h"
#include "tests/check.h"

static enum nas_status from_text(struct nas_arch_list *list, const char *text,
				 struct nas_arena *arena, struct nas_err *err)
{
	struct json_doc doc;

	*err = (struct nas_err){ 0 };
	if (json_parse(&doc, text, strlen(text), "t", err) == NAS_OK)
		(void)!arch_from_json(list, &doc, doc.root, NULL, arena, err);
	json_free(&doc);
	return err->code;
}

#define NET "{\"input\": {\"height\": 8, \"width\": 8}, \"blocks\": "         \
	    "[{\"type\": \"conv\", \"in\": 3, \"out\": 8, \"kernel\": 3}]"

static void accuracies_in_json(void **state)
{
	struct nas_arch_list list;
	struct nas_err err;
	struct nas_arena arena;

	(void)state;
	arena_init(&arena, 1 << 24);
	CHECK_OK(from_text(&list, "[" NET ", \"accuracy\": 70.5}, " NET
			   ", \"accuracies\": [1, 2, 6]}, " NET "}]", &arena,
			   &err), &err);
	CHECK_CLOSE(list.arch[0].measured->accuracy, 70.5, 0);
	assert_int_equal(list.arch[0].measured->nseeds, 0);
	CHECK_CLOSE(list.arch[1].measured->accuracy, 3, 1e-15);
	assert_int_equal(list.arch[1].measured->nseeds, 3);
	assert_null(list.arch[2].measured);
	CHECK_OK(from_text(&list, "{\"structure\": [{\"class\": "
			   "\"ConvKXBNRELU\", \"in\": 3, \"out\": 8, \"k\": 3"
			   "}], \"accuracy\": 1}", &arena, &err), &err);
	CHECK_CLOSE(list.arch[0].measured->accuracy, 1, 0);
	CHECK_FAILS(from_text(&list, NET ", \"accuracy\": \"1\"}", &arena,
			      &err), NAS_EINPUT, &err, "a number");
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accuracies_in_json),
	};
	return CHECK_RUN("measured", tests);
}
