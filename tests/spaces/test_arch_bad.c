/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Architecture files with something wrong, and what is said about them. */
#include "nas/form/json.h"
#include "tests/check.h"

#include "spaces/arch.h"

struct bad {
	const char *text;
	const char *said; /* all failures, a line each */
};

/* A native file around the blocks, which begin in line 2, column 2. */
#define NATIVE(blocks)                                                       \
	"{\"input\": {\"height\": 32, \"width\": 32}, \"blocks\":\n[" blocks \
	"]}"
#define STEM                                                                 \
	"{\"type\": \"conv\", \"in\": 3, \"out\": 8, \"kernel\": 3, "        \
	"\"stride\": 2}"
#define REFERENCE_STEM                                                       \
	"{\"class\": \"ConvKXBNRELU\", \"in\": 3, \"out\": 8, \"s\": 2, "    \
	"\"k\": 3}"

static const struct bad native[] = {
	{ "",
	  "1:1: : unexpected end of the text, expected a value" },
	{ "[]",
	  "1:1: : no architectures" },
	{ "3",
	  "1:1: : not an architecture: neither an object with 'blocks' "
	  "or 'structure' nor a list of blocks with 'class'" },
	{ "{}",
	  "1:1: : not an architecture: neither an object with 'blocks' "
	  "or 'structure' nor a list of blocks with 'class'" },
	{ "[[]]",
	  "1:2: /0: not an architecture: neither an object with 'blocks' "
	  "or 'structure' nor a list of blocks with 'class'" },
	{ "[{}, 4]",
	  "1:2: /0: not an architecture: neither an object with 'blocks' "
	  "or 'structure' nor a list of blocks with 'class'\n"
	  "1:6: /1: not an architecture: neither an object with 'blocks' "
	  "or 'structure' nor a list of blocks with 'class'" },
	{ "{\"schema\": \"nas/architecture/1\"}",
	  "1:1: : missing key 'input'\n"
	  "1:1: : missing key 'blocks'" },
	{ "{\"schema\": \"nas/architecture/2\", \"input\": {\"height\": 1, "
	  "\"width\": 1}, \"blocks\": []}",
	  "1:12: /schema: unknown value 'nas/architecture/2' (did "
	  "you mean 'nas/architecture/1'?)\n"
	  "1:80: /blocks: must have at least 1 element, not 0" },
	{ NATIVE(STEM) "x",
	  "2:65: : unexpected text after the value" },
	{ NATIVE("{\"type\": \"conf\", \"in\": 3, \"out\": 8, \"kernel\": 3}"),
	  "2:11: /blocks/0/type: unknown value 'conf' (did you mean "
	  "'conv'?)" },
	{ NATIVE("{\"type\": \"conv\", \"in\": 3, \"out\": 8, \"kernl\": 3}"),
	  "2:38: /blocks/0/kernl: unknown key 'kernl' (did you mean "
	  "'kernel'?)\n"
	  "2:2: /blocks/0: missing key 'kernel'" },
	{ NATIVE("{\"type\": \"conv\", \"in\": 3, \"in\": 4, \"out\": 8, "
		 "\"kernel\": 3}"),
	  "2:28: /blocks/0/in: duplicate key 'in'" },
	{ NATIVE("{\"type\": \"conv\", \"in\": 3.5, \"out\": 0, "
		 "\"kernel\": 33, \"stride\": \"2\"}"),
	  "2:25: /blocks/0/in: must be an integer, not 3.5\n"
	  "2:37: /blocks/0/out: must be at least 1, not 0\n"
	  "2:50: /blocks/0/kernel: must be at most 31, not 33\n"
	  "2:64: /blocks/0/stride: must be an integer, not a string" },
	{ NATIVE("{\"type\": \"conv\", \"in\": 3, \"out\": 8, \"kernel\": 4}"),
	  "2:2: /blocks/0: kernel 4 is even" },
	{ NATIVE("{\"type\": \"conv\", \"in\": 1, \"out\": 8, \"kernel\": 3}"),
	  "2:25: /blocks/0/in: in 1 is not the 3 channels of the "
	  "input" },
	{ NATIVE(STEM ",\n{\"type\": \"dwsep\", \"out\": 8, \"in\": 16, "
		      "\"kernel\": 3}"),
	  "3:35: /blocks/1/in: in 16 is not the out 8 of the block "
	  "before" },
	{ NATIVE(STEM ",\n{\"type\": \"mbconv\", \"in\": 8, \"out\": 8, "
		      "\"kernel\": 3}"),
	  "3:1: /blocks/1: hidden channels are missing (mbconv)" },
	{ NATIVE("{\"type\": \"conv\", \"in\": 3, \"out\": 8, \"kernel\": 3, "
		 "\"hidden\": 9, \"se\": true, \"shortcut\": \"pool\"}"),
	  "2:61: /blocks/0/hidden: a 'conv' has no hidden channels\n"
	  "2:70: /blocks/0/se: a 'conv' has no squeeze-and-excitation\n"
	  "2:88: /blocks/0/shortcut: a 'conv' has no shortcut" },
	{ NATIVE(STEM ",\n{\"type\": \"mbconv\", \"in\": 8, \"out\": 8, "
		      "\"hidden\": 9, \"kernel\": 3, \"se\": false, "
		      "\"squeeze\": 4}"),
	  "3:1: /blocks/1: squeeze is given, but se is false" },
	{ NATIVE("{\"type\": \"conv\", \"in\": 3, \"out\": 8, \"kernel\": 3, "
		 "\"bits_a\": [8, 8], \"bits_w\": 8}"),
	  "2:61: /blocks/0/bits_a: 2 values for 1 convolution" },
	{ NATIVE("{\"type\": \"conv\", \"in\": 3, \"out\": 8, \"kernel\": 3, "
		 "\"bits_w\": 8}"),
	  "2:2: /blocks/0: bits_w without bits_a" },
	{ NATIVE("{\"type\": \"conv\", \"in\": 3, \"out\": 8, \"kernel\": 3, "
		 "\"bits_a\": 0, \"bits_w\": [33]}"),
	  "2:61: /blocks/0/bits_a: must be at least 1, not 0\n"
	  "2:75: /blocks/0/bits_w/0: must be at most 32, not 33" },
	{ NATIVE(STEM ",\n{\"type\": \"conv\", \"in\": 8, \"out\": 8, "
		      "\"kernel\": 3, \"bits_a\": 4, \"bits_w\": 4}"),
	  "3:1: /blocks/1: some convolutions have bits and some have "
	  "none" },
	{ NATIVE("{\"type\": \"conv\", \"in\": 3, \"out\": 3, \"kernel\": 3, "
		 "\"stride\": 4},{\"type\": \"conv\", \"in\": 3, \"out\": 3, "
		 "\"kernel\": 3, \"stride\": 4},{\"type\": \"conv\", "
		 "\"in\": 3, \"out\": 3, \"kernel\": 3, \"stride\": 4}"),
	  "2:126: /blocks/2: a feature map of 32 x 32 cannot be "
	  "strided so far" },
	{ NATIVE("{\"type\": \"conv\", \"in\": 3, \"out\": 3, \"kernel\": 3, "
		 "\"depth\": 1024},{\"type\": \"conv\", \"in\": 3, "
		 "\"out\": 3, \"kernel\": 3}"),
	  "2:1: /blocks: 1025 blocks, at most 1024" },
	{ "{\"input\": {\"height\": 32}, \"blocks\": [" STEM "],\n"
	  "\"head\": {\"classes\": 0, \"type\": \"dense\"}, \"sigma_a\": 0}",
	  "1:11: /input: missing key 'width'\n"
	  "2:32: /head/type: unknown value 'dense', must be one of "
	  "'classifier'\n"
	  "2:21: /head/classes: must be at least 1, not 0\n"
	  "2:53: /sigma_a: must be at least 0.1, not 0" },
	{ "{\"input\": {\"height\": 9999, \"width\": 1e3}, \"blocks\": [" STEM
	  "],\n\"stage_weights\": [1, 2e9, null]}",
	  "1:22: /input/height: must be at most 8192, not 9999\n"
	  "2:22: /stage_weights/1: must be at most 1000000, not 2000000000\n"
	  "2:27: /stage_weights/2: must be a number, not null" },
};

static const struct bad reference[] = {
	{ "[" REFERENCE_STEM ", 7]",
	  "1:64: /1: must be an object, not a number" },
	{ "[{\"class\": \"SuperResK1DWK2\", \"in\": 3, \"out\": 8, "
	  "\"k\": 3}]",
	  "1:12: /0/class: unknown value 'SuperResK1DWK2' (did you "
	  "mean 'SuperResK1DWK1'?)" },
	{ "[" REFERENCE_STEM ",\n{\"class\": \"SuperResK1DWK1\", "
	  "\"in\": 8, \"out\": 8, \"k\": 3, \"s\": 1, \"L\": 2}]",
	  "2:1: /1: hidden channels are missing (mbconv)" },
	{ "[" REFERENCE_STEM ",\n{\"class\": \"SuperQuantResK1DWK1\", "
	  "\"in\": 8, \"out\": 8, \"k\": 3, \"btn\": 8, \"L\": 2,\n"
	  "\"nbitsA\": [4, 4, 4], \"nbitsW\": [4, 4, 4, 4, 4, 4]}]",
	  "3:11: /1/nbitsA: 3 values for 6 convolutions (one for all "
	  "will do)" },
	{ "[{\"structure\": [" REFERENCE_STEM "], \"image_size\": []},\n"
	  "{\"structure\": [" REFERENCE_STEM "], \"image_size\": [1, 2, 3]},\n"
	  "{\"structure\": [" REFERENCE_STEM "], \"image_size\": 1},\n"
	  "{\"structure\": [" REFERENCE_STEM "], \"sigma_a\": \"5\", "
	  "\"sigma_w\": 1e9},\n"
	  "{\"structure\": [], \"stage_wieghts\": [1]}]",
	  "1:94: /0/image_size: must have at least 1 element, not 0\n"
	  "2:93: /1/image_size: must have at most 2 elements, not 3\n"
	  "3:16: /2/structure/0: a feature map of 1 x 1 cannot be "
	  "strided so far\n"
	  "4:90: /3/sigma_a: must be a number or null\n"
	  "4:106: /3/sigma_w: 1e+09 is outside 0.1 .. 100\n"
	  "5:19: /4/stage_wieghts: unknown key 'stage_wieghts' (did "
	  "you mean 'stage_weights'?)\n"
	  "5:15: /4/structure: must have at least 1 element, not 0" },
};

static void read_bad(const struct bad *bad, char *said, size_t size)
{
	struct nas_err err = {0};
	struct json_doc doc;
	struct nas_arch_list list;
	struct nas_arena arena;
	size_t n = 0;

	arena_init(&arena, 1 << 20);
	if (json_parse(&doc, bad->text, strlen(bad->text), "a.json", &err) ==
	    NAS_OK) {
		assert_int_equal(arch_from_json(&list, &doc, doc.root, NULL,
						&arena, &err),
				 NAS_EINPUT);
		assert_int_equal(list.n, 0);
		json_free(&doc);
	}
	assert_int_equal(err.code, NAS_EINPUT);
	said[0] = '\0';
	for (int i = 0; i < err.count && n < size; i++)
		n += (size_t)snprintf(said + n, size - n, "%s%d:%d: %s: %s",
				      i ? "\n" : "", err.diag[i].line,
				      err.diag[i].column, nas_err_path(&err, i),
				      nas_err_msg(&err, i));
	arena_free(&arena);
}

static void check_bad(const struct bad *bad, size_t n)
{
	char said[4096];

	for (size_t i = 0; i < n; i++) {
		read_bad(&bad[i], said, sizeof(said));
		if (getenv("SHOW"))
			printf("%zu\n%s\n", i, said);
		else
			assert_string_equal(said, bad[i].said);
	}
}

static void test_native(void **state)
{
	(void)state;
	check_bad(native, sizeof(native) / sizeof(native[0]));
}

static void test_reference(void **state)
{
	(void)state;
	check_bad(reference, sizeof(reference) / sizeof(reference[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_native),
		cmocka_unit_test(test_reference),
	};

	return CHECK_RUN("arch_bad", tests);
}
