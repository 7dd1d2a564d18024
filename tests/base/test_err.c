/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/check.h"

static char *printed(const struct nas_err *err, char *text, size_t size)
{
	FILE *f = tmpfile();
	size_t n;

	assert_non_null(f);
	nas_err_print(err, f);
	rewind(f);
	n = fread(text, 1, size - 1, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

static void the_first_code_stays(void **state)
{
	struct nas_err err = {0};

	(void)state;
	assert_int_equal(nas_fail(&err, NAS_EIO, "first"), NAS_EIO);
	assert_int_equal(nas_fail(&err, NAS_ENUM, "second"), NAS_ENUM);
	assert_int_equal(err.code, NAS_EIO);
	assert_int_equal(err.count, 2);
	assert_string_equal(nas_err_msg(&err, 1), "second");
}

static void later_failures_are_counted(void **state)
{
	static char text[65536];
	struct nas_err err = {0};
	int i;

	(void)state;
	for (i = 0; i < 100; i++)
		nas_fail(&err, NAS_EINPUT, "number %d", i);
	assert_int_equal(err.count, 100);
	printed(&err, text, sizeof(text));
	assert_non_null(strstr(text, "nas: number 31\n"));
	assert_null(strstr(text, "number 32\n"));
	assert_non_null(strstr(text, "nas: and 68 more\n"));
}

static void texts_beyond_the_room_are_counted(void **state)
{
	static char text[65536];
	struct nas_err err = {0};
	char word[300];

	(void)state;
	memset(word, 'w', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	for (int i = 0; i < 20; i++)
		nas_fail_at(&err, NAS_EINPUT, "a.json", i + 1, 1, "/x", "%s",
			    word);
	nas_fail(&err, NAS_EINPUT, "short");
	assert_int_equal(err.count, 21);
	assert_int_equal(err.kept, 11);
	assert_true(nas_err_is_full(&err));
	assert_string_equal(nas_err_source(&err, 10), "a.json");
	assert_string_equal(nas_err_msg(&err, 10), word);
	assert_string_equal(nas_err_msg(&err, 11), "");
	printed(&err, text, sizeof(text));
	assert_non_null(strstr(text, "nas: a.json:11:1: /x: ww"));
	assert_non_null(strstr(text, "nas: and 10 more\n"));
	nas_err_clear(&err);
	nas_fail(&err, NAS_EIO, "new");
	nas_err_prefix(&err, "rank 3: ");
	assert_string_equal(printed(&err, text, sizeof(text)),
			    "nas: rank 3: new\n");
}

static void a_place_is_printed(void **state)
{
	struct nas_err err = {0};
	char text[1024];

	(void)state;
	nas_fail_at(&err, NAS_EINPUT, "configs/m4.json", 17, 22,
		    "/space/stages/2/expand", "%d is above %d", 9, 6);
	nas_fail_at(&err, NAS_EINPUT, "--set", 0, 0, "/x", "bad");
	nas_fail_at(&err, NAS_EINPUT, NULL, 0, 0, NULL, "plain");
	assert_string_equal(printed(&err, text, sizeof(text)),
			    "nas: configs/m4.json:17:22: "
			    "/space/stages/2/expand: 9 is above 6\n"
			    "nas: --set: /x: bad\n"
			    "nas: plain\n");
}

static void control_characters_are_hidden(void **state)
{
	struct nas_err err = {0};
	char text[1024];

	(void)state;
	nas_fail_at(&err, NAS_EINPUT, "a\nb", 1, 2, "/\x1b[31m",
		    "%s \xC2\x9B \xC3\xBC \x7F", "tab\t");
	assert_string_equal(printed(&err, text, sizeof(text)),
			    "nas: a?b:1:2: /?[31m: tab? ? \xC3\xBC ?\n");
}

static void long_text_is_cut_between_characters(void **state)
{
	struct nas_err err = {0};
	char word[1001];
	size_t i, n;

	(void)state;
	for (i = 0; i < 1000; i += 2)
		memcpy(word + i, "\xC3\xBC", 2);
	word[1000] = '\0';
	nas_fail_at(&err, NAS_EINPUT, word, 1, 1, word, "%s", word);
	n = strlen(nas_err_msg(&err, 0));
	assert_int_equal(n, NAS_MSG_SIZE - 2);
	assert_int_equal((unsigned char)nas_err_msg(&err, 0)[n - 1], 0xBC);
	assert_int_equal(strlen(nas_err_path(&err, 0)) % 2, 0);
	assert_int_equal(strlen(nas_err_source(&err, 0)) % 2, 0);
}

static void exit_statuses_are_those_of_the_manual(void **state)
{
	(void)state;
	assert_int_equal(nas_exit_status(NAS_OK), 0);
	assert_int_equal(nas_exit_status(NAS_ERUN), 1);
	assert_int_equal(nas_exit_status(NAS_ENOMEM), 1);
	assert_int_equal(nas_exit_status(NAS_ENUM), 1);
	assert_int_equal(nas_exit_status(NAS_EUSAGE), 2);
	assert_int_equal(nas_exit_status(NAS_EINFEASIBLE), 3);
	assert_int_equal(nas_exit_status(NAS_EINPUT), 4);
	assert_int_equal(nas_exit_status(NAS_EIO), 5);
	assert_int_equal(nas_exit_status(NAS_EINTERRUPTED), 75);
	assert_string_equal(nas_status_text(NAS_OK), "ok");
}

static void the_nearest_word_is_found(void **state)
{
	static const char *const words[] = {"population", "seed", "search",
					    "x"};
	char long_word[200];

	(void)state;
	memset(long_word, 'a', 199);
	long_word[199] = '\0';
	assert_string_equal(nas_nearest("populaton", words, 4), "population");
	assert_string_equal(nas_nearest("popluation", words, 4), "population");
	assert_string_equal(nas_nearest("sede", words, 4), "seed");
	assert_string_equal(nas_nearest("serach", words, 4), "search");
	assert_null(nas_nearest("flash", words, 4));
	assert_null(nas_nearest(long_word, words, 4));
	assert_null(nas_nearest("seed", words, 0));
}

static void the_beginning_of_a_word_is_near(void **state)
{
	static const char *const words[] = {"sram_bytes_used", "sram_bytes",
					    "size_bytes"};

	(void)state;
	assert_string_equal(nas_nearest("sram", words, 3), "sram_bytes");
	assert_string_equal(nas_nearest("siz", words, 3), "size_bytes");
	assert_null(nas_nearest("sr", words, 3));
	assert_null(nas_nearest("", words, 3));
	assert_null(nas_nearest("bytes", words, 3));
}

static void a_hint_names_the_nearest(void **state)
{
	static const char *const words[] = {"force", "format"};

	(void)state;
	assert_string_equal(nas_hint("forse", words, 2, "--", " (none)").s,
			    " (did you mean '--force'?)");
	assert_string_equal(nas_hint("zzz", words, 2, "--", " (none)").s,
			    " (none)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_code_stays),
		cmocka_unit_test(later_failures_are_counted),
		cmocka_unit_test(texts_beyond_the_room_are_counted),
		cmocka_unit_test(a_place_is_printed),
		cmocka_unit_test(control_characters_are_hidden),
		cmocka_unit_test(long_text_is_cut_between_characters),
		cmocka_unit_test(exit_statuses_are_those_of_the_manual),
		cmocka_unit_test(the_nearest_word_is_found),
		cmocka_unit_test(the_beginning_of_a_word_is_near),
		cmocka_unit_test(a_hint_names_the_nearest),
	};
	return CHECK_RUN("err", tests);
}
