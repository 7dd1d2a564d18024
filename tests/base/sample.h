/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tests/base/sample.h - a form with one field of every type, and a reader.
 */
#ifndef TESTS_BASE_SAMPLE_H
#define TESTS_BASE_SAMPLE_H

#include "nas/form/form.h"
#include "tests/check.h"

/* One field of every type. */
struct part {
	int size;
	char *name;
};

struct sample {
	int number, choice, unset;
	int64_t seed;
	double rate, memory, above;
	bool on;
	char *text, *absent;
	int *ints, nints;
	double *numbers;
	int nnumbers;
	struct part part, optional;
	struct part *parts;
	int nparts;
	int custom;
};

static const char *const colours[] = {"red", "green", "blue", NULL};

static const struct form_field part_fields[] = {
	{.key = "size",
	 .type = FORM_INT,
	 .offset = offsetof(struct part, size),
	 .low = 1,
	 .high = 9,
	 .fallback = "3",
	 .help = "size of the part"},
	{.key = "name",
	 .type = FORM_STRING,
	 .offset = offsetof(struct part, name),
	 .fallback = "",
	 .help = "name of the part"},
};

static const struct form part_form = {.name = "part",
				      .title = "A part",
				      .size = sizeof(struct part),
				      .fields = part_fields,
				      .nfields = 2};

/* A custom value: "odd" or "even" for 1 or 2. */
static enum nas_status read_parity(const struct json_doc *doc,
				   const cJSON *node, void *out,
				   struct nas_arena *arena, struct nas_err *err)
{
	(void)arena;
	if (!cJSON_IsString(node))
		return json_fail(doc, node, err, "must be odd or even");
	*(int *)out = strcmp(node->valuestring, "odd") ? 2 : 1;
	return NAS_OK;
}

static cJSON *write_parity(const void *in)
{
	return cJSON_CreateString(*(const int *)in == 1 ? "odd" : "even");
}

static const struct form_custom parity = {read_parity, write_parity, NULL};

static enum nas_status check_sample(const struct json_doc *doc,
				    const cJSON *node, void *out,
				    struct nas_arena *arena,
				    struct nas_err *err)
{
	const struct sample *s = out;

	(void)arena;
	if (s->number == 13)
		return json_fail(doc, cJSON_GetObjectItem(node, "number"), err,
				 "13 is unlucky");
	return NAS_OK;
}

#define AT(member) .offset = offsetof(struct sample, member)
#define COUNT(member) .count_offset = offsetof(struct sample, member)

static const struct form_field fields[] = {
	{.key = "number", .type = FORM_INT, AT(number), .low = 2, .high = 65536,
	 .fallback = "512", .help = "a number", .unit = "networks"},
	{.key = "seed", .type = FORM_INT64, AT(seed), .fallback = "1",
	 .help = "a seed"},
	{.key = "rate", .type = FORM_NUMBER, AT(rate), .low = 0, .high = 1,
	 .fallback = "0.25", .help = "a rate"},
	{.key = "above", .type = FORM_NUMBER, AT(above), .exclusive_low = true,
	 .fallback = "1", .help = "above zero"},
	{.key = "memory", .type = FORM_BYTES, AT(memory), .low = 1,
	 .high = 1e12, .fallback = "\"320 kB\"", .help = "memory"},
	{.key = "on", .type = FORM_BOOL, AT(on), .fallback = "true",
	 .help = "a switch"},
	{.key = "text", .type = FORM_STRING, AT(text), .low = 1, .high = 8,
	 .fallback = "\"abc\"", .help = "a text"},
	{.key = "absent", .type = FORM_STRING, AT(absent), .fallback = "",
	 .help = "a text that may be absent"},
	{.key = "colour", .type = FORM_CHOICE, AT(choice), .choices = colours,
	 .fallback = "\"green\"", .help = "a choice"},
	{.key = "ints", .type = FORM_INTS, AT(ints), COUNT(nints), .low = 1,
	 .high = 8, .min_count = 1, .max_count = 4, .fallback = "[3, 5]",
	 .help = "integers"},
	{.key = "numbers", .type = FORM_NUMBERS, AT(numbers), COUNT(nnumbers),
	 .low = -1, .high = 1, .fallback = "[]", .help = "numbers"},
	{.key = "part", .type = FORM_OBJECT, AT(part), .form = &part_form,
	 .fallback = "{}", .help = "a part"},
	{.key = "optional", .type = FORM_OBJECT, AT(optional),
	 .form = &part_form, .fallback = "", .help = "a part, if any"},
	{.key = "parts", .type = FORM_OBJECTS, AT(parts), COUNT(nparts),
	 .form = &part_form, .min_count = 1, .fallback = "[{}, {\"size\": 4}]",
	 .help = "parts"},
	{.key = "parity", .type = FORM_CUSTOM, AT(custom), .custom = &parity,
	 .fallback = "\"odd\"", .help = "odd or even"},
};
#define NFIELDS ((int)(sizeof(fields) / sizeof(fields[0])))

static const struct form form = {.name = "sample/1",
				 .title = "A sample",
				 .size = sizeof(struct sample),
				 .fields = fields,
				 .nfields = NFIELDS,
				 .check = check_sample};

static struct sample sample;
static struct nas_arena arena;
static struct nas_err err;

static enum nas_status read_text(const struct form *f, const char *text,
				 void *out)
{
	struct json_doc doc;
	enum nas_status status;

	memset(&err, 0, sizeof(err));
	arena_free(&arena);
	arena_init(&arena, 1 << 20);
	CHECK_OK(json_parse(&doc, text, strlen(text), "f", &err), &err);
	status = form_read(f, &doc, doc.root, out, &arena, &err);
	json_free(&doc);
	return status;
}

static inline enum nas_status read_sample(const char *text)
{
	return read_text(&form, text, &sample);
}

static inline int teardown(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

#endif
