/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinds of files, by which a form tells that it was given another one. */
#include <string.h>

#include "nas/base/file.h"
#include "nas/form/file_kinds.h"
#include "nas/run/formats.h"
#include "tests/base/sample.h"

#define KINDS 6 /* of the formats; a row that is none of them is not found */

static void they_are_called_as_their_forms_are(void **state)
{
	int found = 0;

	(void)state;
	for (int i = 0; i < nfile_formats; i++) {
		const struct file_format *f = &file_formats[i];
		const struct file_kind *k = file_kind_find(f->name);

		if (!k)
			continue;
		found++;
		assert_string_equal(k->schema, f->name);
		assert_string_equal(k->title, format_title(f));
	}
	assert_int_equal(found, KINDS);
	assert_null(file_kind_find("nas/graph/2"));
}

static void a_form_names_another_kind_and_nothing_else(void **state)
{
	(void)state;
	for (int i = 0; i < nfile_formats; i++) {
		const struct file_kind *k = file_kind_find(file_formats[i].name);
		struct nas_text text = { 0 };

		if (!k)
			continue;
		text_addf(&text, "{\"a\": 1, \"schema\": \"%s\"}", k->schema);
		assert_int_equal(read_sample(text.data), NAS_EINPUT);
		assert_int_equal(err.count, 1);
		assert_non_null(strstr(nas_err_msg(&err, 0), k->title));
		assert_non_null(strstr(nas_err_msg(&err, 0), k->commands));
		text_free(&text);
	}
	assert_int_equal(read_sample("{\"a\": 1, \"schema\": \"nas/b/1\"}"),
			 NAS_EINPUT);
	assert_int_equal(err.count, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_are_called_as_their_forms_are),
		cmocka_unit_test(a_form_names_another_kind_and_nothing_else),
	};
	return cmocka_run_group_tests_name("kinds of files", tests, NULL,
					   teardown) != 0;
}
