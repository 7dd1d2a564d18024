/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/check.h"

#include "nas/report/palette.h"
#include "nas/report/svg.h"
#include "tests/report/xml.h"

static void check_escaped(const char *in, const char *want)
{
	struct nas_text t = {0};

	text_escape(&t, in);
	assert_string_equal(t.data ? t.data : "", want);
	text_free(&t);
}

static void text_is_escaped(void **state)
{
	(void)state;
	check_escaped("", "");
	check_escaped("<script>alert('a\"&')</script>",
		      "&lt;script&gt;alert(&#39;a&quot;&amp;&#39;)&lt;/"
		      "script&gt;");
	check_escaped("\xC3\xBC \xF0\x9F\x98\x80", "\xC3\xBC \xF0\x9F\x98\x80");
}

static void what_xml_does_not_allow_is_replaced(void **state)
{
	(void)state;
	check_escaped("a\x01" "b\x7F" "c", "a?b?c");
	check_escaped("\xC2\x85", "?");
	check_escaped("\xEF\xBF\xBF \xEF\xBF\xBD", "? \xEF\xBF\xBD");
	check_escaped("\xE2\x80\xAE" "x\xE2\x81\xA7", "?x?");
	check_escaped("\xC3(\xFF", "?(?");
	check_escaped("\xE2\x80", "??");
}

static void text_is_fitted_to_its_room(void **state)
{
	char out[64];

	(void)state;
	text_fit(out, sizeof(out), "short", 12, 100);
	assert_string_equal(out, "short");
	text_fit(out, sizeof(out), "a name that is far too long", 12, 80);
	assert_true(text_width(out, 12) <= 80);
	assert_non_null(strstr(out, "\xE2\x80\xA6"));
	text_fit(out, 16, "\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC"
		 "\xC3\xBC\xC3\xBC\xC3\xBC", 12, 1000);
	assert_true(strlen(out) < 16);
	assert_int_equal(out[strlen(out) - 3] & 0xFF, 0xE2);
	text_fit(out, sizeof(out), "x", 12, 0);
	assert_string_equal(out, "\xE2\x80\xA6");
}

static void wider_text_is_wider(void **state)
{
	(void)state;
	assert_true(text_width("mmm", 12) > text_width("iii", 12));
	CHECK_CLOSE(text_width("abab", 10), 2 * text_width("ab", 10), 1e-9);
	assert_true(text_width_bold("ab", 10) > text_width("ab", 10));
	CHECK_CLOSE(text_width("", 10), 0, 0);
}

static void shapes_are_well_formed(void **state)
{
	static const struct svg_key keys[] = {
		{ "a <key>", MARK_BOX, "f-blue" },
		{ "a much longer key that does not fit beside it", MARK_LINE,
		  "line l-red" },
		{ "dot", MARK_DOT, "f-green" },
	};
	const double x[] = { 0, NAN, 2, 3 }, y[] = { 1, 2, HUGE_VAL, 4 };
	struct svg s = { .width = 120 };
	struct nas_text t = {0}, styles = {0};

	(void)state;
	text_add(&styles, "svg{}");
	svg_rect(&s, 0, 0, -5, NAN, "f-blue", "a & \"b\"");
	svg_line(&s, 0.004, -0.001, 1e6, 2, "axis");
	svg_circle(&s, 1, 2, 3, "f-red", NULL);
	svg_points(&s, x, y, 4, "line");
	svg_path(&s, "line", "M%d 0", 3);
	svg_textf(&s, 1, 2, "t", 'm', "%s", "1 < 2");
	svg_legend(&s, keys, 3);
	svg_finish(&s, &t, "title <&>", &styles);
	assert_null(xml_fault(t.data));
	assert_null(strstr(t.data, "nan"));
	assert_null(strstr(t.data, "inf"));
	text_free(&styles);
	text_free(&t);
}

static void pixels_have_two_decimals(void **state)
{
	struct svg s = { .width = 10 };

	(void)state;
	svg_line(&s, 0, 1.005e-3, -0.001, 12, "a");
	svg_line(&s, 0.5, 0.25, -0.05, -12.345, "a");
	svg_line(&s, 100, 99.999, NAN, HUGE_VAL, "a");
	assert_string_equal(s.body.data,
		"<line x1=\"0\" y1=\"0\" x2=\"0\" y2=\"12\" class=\"a\"/>\n"
		"<line x1=\"0.5\" y1=\"0.25\" x2=\"-0.05\" y2=\"-12.35\" "
		"class=\"a\"/>\n"
		"<line x1=\"100\" y1=\"100\" x2=\"0\" y2=\"0\" "
		"class=\"a\"/>\n");
	text_free(&s.body);
}

static void the_checker_of_xml_sees_faults(void **state)
{
	static const char *const bad[] = {
		"", "<a>", "<a></b>", "<a x=1/>", "<a/><b/>", "<a>&nbsp;</a>",
		"<a>1 < 2</a>", "<a x=\"1\" x=\"2\"/>", "<a>\x01</a>",
		"<a x=\"<\"/>",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_non_null(xml_fault(bad[i]));
	assert_null(xml_fault("<!-- c --><a x=\"1\" y=\"2\"><b/>&lt;</a>"));
}

static void styles_have_both_grounds(void **state)
{
	struct nas_text light = {0}, page = {0};

	(void)state;
	palette_css(&light, PALETTE_LIGHT);
	palette_css(&page, PALETTE_PAGE);
	assert_null(strstr(light.data, "prefers-color-scheme"));
	assert_non_null(strstr(page.data, "prefers-color-scheme:dark"));
	assert_non_null(strstr(light.data, ".f-blue{fill:#0072b2}"));
	for (int i = 0; i < 40; i++) {
		assert_non_null(palette_run_line(i));
		assert_non_null(palette_run_dot(i));
	}
	text_free(&light);
	text_free(&page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_escaped),
		cmocka_unit_test(what_xml_does_not_allow_is_replaced),
		cmocka_unit_test(text_is_fitted_to_its_room),
		cmocka_unit_test(wider_text_is_wider),
		cmocka_unit_test(shapes_are_well_formed),
		cmocka_unit_test(pixels_have_two_decimals),
		cmocka_unit_test(the_checker_of_xml_sees_faults),
		cmocka_unit_test(styles_have_both_grounds),
	};
	return CHECK_RUN("svg", tests);
}
