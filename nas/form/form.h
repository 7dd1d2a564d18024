/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/form/form.h - one table for a JSON object: reader, checker, defaults,
 * writer, documentation and JSON Schema.
 *
 * A form lists the keys of an object: type, bounds, default, unit, meaning and
 * where in a C struct the value goes. form_read fills the struct and reports
 * every bad value of the object with its place (unknown key with the nearest
 * one, duplicate, wrong type, out of range, missing); form_write gives the
 * object back with every default visible; form_schema prints the JSON Schema.
 *
 * Usage:
 *	struct nas_evolve_options { int population; int64_t max_evals; ... };
 *	static const struct form_field fields[] = {
 *		{ .key = "population", .type = FORM_INT,
 *		  .offset = offsetof(struct nas_evolve_options, population),
 *		  .low = 2, .high = 65536, .fallback = "512",
 *		  .help = "networks kept by each island" },
 *		...
 *	};
 *	const struct form evolve_form = { .name = "evolve", .fields = fields,
 *		.nfields = 2, .size = sizeof(struct nas_evolve_options) };
 *	status = form_read(&evolve_form, &doc, node, &options, arena, err);
 */
#ifndef NAS_FORM_FORM_H
#define NAS_FORM_FORM_H

#include "nas/base/arena.h"
#include "nas/form/json.h"

enum form_type {
	FORM_INT,     /* int */
	FORM_INT64,   /* int64_t, below 2^53; or a string of digits */
	FORM_NUMBER,  /* double */
	FORM_BYTES,   /* double; a number, or text such as "320 kB", "512KiB",
		       * "1 MB": nas/base/quantity.h */
	FORM_BOOL,    /* bool */
	FORM_STRING,  /* char * in the arena */
	FORM_CHOICE,  /* int: index into choices */
	FORM_INTS,    /* int *, count in int at count_offset; one number is a
		       * list of one */
	FORM_NUMBERS, /* double *, read like FORM_INTS */
	FORM_OBJECT,  /* struct of form, in place */
	FORM_OBJECTS, /* struct of form *, count at count_offset */
	FORM_KEYS,    /* the keys of form among those of this object; in
		       * place, written only */
	FORM_CUSTOM   /* by the functions of custom */
};

struct form;

extern cJSON form_nothing;
#define FORM_NOTHING (&form_nothing)

struct form_custom { /* a value that no type above covers */
	enum nas_status (*read)(const struct json_doc *doc, const cJSON *node,
				void *out, struct nas_arena *arena,
				struct nas_err *err);
	/* FORM_NOTHING: leave the key out; NULL: memory is out */
	cJSON *(*write)(const void *in);
	cJSON *(*schema)(void);
};

struct form_field {
	const char *key;
	enum form_type type;
	size_t offset;       /* of the value in the struct */
	size_t count_offset; /* of the int count, for lists */
	double low, high;    /* bounds of each number; of a string's length in
			      * bytes; both 0 = none (HUGE_VAL for one) */
	bool exclusive_low;  /* the value must be above low, not at it */
	int min_count, max_count; /* of a list; max 0 = no limit */
	bool ranges; /* FORM_INTS: also {"min", "max", "step"} for the evenly
		      * spaced list; three and more such numbers are written
		      * like that */
	const char *fallback; /* JSON text of the default; NULL = required;
			       * "" = may be absent and is then all zero */
	const char *unit;
	const char *help;
	const char *const *choices; /* names; the first NULL ends */
	size_t choice_size; /* from one name to the next; 0 = no gap */
	int nchoices;       /* 0 = up to the NULL */
	const struct form *form;
	const struct form_custom *custom;
	/* FORM_OBJECTS: the key of an object beside the list; what an item does
	 * not say it takes from there. NULL = none. */
	const char *base;
	/* Of a key that may be absent though its zero means something: where
	 * the bool is that says that it is there. 0 = none. */
	size_t given;
	/* FORM_OBJECT, FORM_OBJECTS: the struct of form is not in *in but made
	 * from it when it is written, item i of a list; item is all zero
	 * before. NULL = it is in *in. Such a form only writes. */
	void (*make)(const void *in, int i, void *item);
};

struct form {
	const char *name;  /* "nas/config/1" for a whole file */
	const char *title; /* one line */
	size_t size;       /* of the struct */
	const struct form_field *fields;
	int nfields;
	/* Of an item with a base: whether the key may come from there. NULL =
	 * every key. */
	bool (*takes)(const cJSON *node, const cJSON *base, const char *key);
	/* Checks between fields, after all were read without a failure;
	 * NULL = none. Reports through json_fail. */
	enum nas_status (*check)(const struct json_doc *doc,
				 const cJSON *node, void *out,
				 struct nas_arena *arena, struct nas_err *err);
};

/*
 * Fill *out (form->size bytes, zeroed first) from node.
 * The keys "$schema" and "comment" are accepted and ignored in every object.
 * Values of lists and strings live in arena; an empty list is NULL.
 * Returns the first failure; err holds all of them; *out is then to be ignored.
 */
enum nas_status form_read(const struct form *form, const struct json_doc *doc,
			  const cJSON *node, void *out, struct nas_arena *arena,
			  struct nas_err *err) NAS_MUST_CHECK;

/* Only the keys: all that the form does not know are reported. */
enum nas_status form_check_keys(const struct form *form,
				const struct json_doc *doc, const cJSON *node,
				struct nas_err *err) NAS_MUST_CHECK;

/* The names of a choice, if a table's rows begin with them: a value is the
 * index of a row. count: of its rows; 0 = a row without a name ends it. */
#define FORM_ROWS(table, count)                                              \
	.choices = &(table)[0].name, .choice_size = sizeof((table)[0]),      \
	.nchoices = (count)

/* Name i of a choice; NULL behind the last one. */
const char *form_choice(const struct form_field *f, int i);

/* The field at a path of keys with dots, "search.max_evals"; NULL = none. */
const struct form_field *form_find(const struct form *form, const char *path);

/* The bounds of a field's numbers; +-HUGE_VAL where it has none. */
void form_bounds(const struct form_field *f, double *low, double *high);

/* Fill *out with the defaults; NAS_BUG_IF a field is required. When memory is
 * out, arena->failed is set. */
void form_defaults(const struct form *form, void *out, struct nas_arena *arena);

/* The object with every value visible. When memory was out, json_print of it
 * is NULL. */
cJSON *form_write(const struct form *form, const void *in);

/* JSON Schema 2020-12 of the object. */
cJSON *form_schema(const struct form *form);
/* The same as a part of another one. */
cJSON *form_part_schema(const struct form *form);
cJSON *form_part_schema_or_null(const struct form *form);
/* What meets one of two. */
cJSON *schema_any_of(cJSON *a, cJSON *b);

/* A form must be sound: no duplicate key, every default readable and inside
 * its bounds. For tests; NAS_ERUN names the field. */
enum nas_status form_check(const struct form *form, struct nas_err *err)
	NAS_MUST_CHECK;

#endif
