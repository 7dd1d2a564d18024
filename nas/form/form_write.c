/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Forms: from a struct to JSON.
 */
#include <stdlib.h>
#include <string.h>

#include "nas/form/form_read.h"

static int int_at(const void *p)
{
	int x;

	memcpy(&x, p, sizeof(x));
	return x;
}

static double double_at(const void *p)
{
	double x;

	memcpy(&x, p, sizeof(x));
	return x;
}

static const void *pointer_at(const void *p)
{
	const void *x;

	memcpy(&x, p, sizeof(x));
	return x;
}

static int64_t int64_at(const void *p)
{
	int64_t x;

	memcpy(&x, p, sizeof(x));
	return x;
}

static cJSON *write_choice(const struct form_field *f, int i)
{
	NAS_BUG_IF(i < 0 || i >= form_count_choices(f));
	return cJSON_CreateString(form_choice(f, i));
}

/* Item i of a list, or the one object, that is made from *in. */
static cJSON *write_made(const struct form_field *f, const void *in, int i)
{
	void *item = calloc(1, f->form->size);
	cJSON *object = NULL;

	if (item) {
		f->make(in, i, item);
		object = form_write(f->form, item);
	}
	free(item);
	return object;
}

static cJSON *write_made_list(const struct form_field *f, const void *in,
			      int n)
{
	cJSON *array = cJSON_CreateArray();

	for (int i = 0; i < n; i++)
		json_append(array, write_made(f, in, i));
	return array;
}

static cJSON *write_element(const struct form_field *f, const char *list,
			    size_t i)
{
	if (f->type == FORM_INTS)
		return json_int64(int_at(list + i * sizeof(int)));
	if (f->type == FORM_NUMBERS)
		return json_number(double_at(list + i * sizeof(double)));
	return form_write(f->form, list + i * f->form->size);
}

static cJSON *write_list(const struct form_field *f, const char *list, int n)
{
	const int *numbers = (const void *)list;
	cJSON *array;
	int i;

	if (f->ranges && form_is_range(numbers, n))
		return form_write_range(numbers, n);
	array = cJSON_CreateArray();
	for (i = 0; i < n; i++)
		json_append(array, write_element(f, list, (size_t)i));
	return array;
}

cJSON form_nothing = { .type = cJSON_NULL };

/* The value of a field, NULL when memory is out. */
static cJSON *write_field(const struct form_field *f, const void *in)
{
	const void *p = (const char *)in + f->offset;
	int count = form_is_list(f) ? int_at((const char *)in + f->count_offset)
				    : 0;

	switch (f->type) {
	case FORM_INT:
		return json_int64(int_at(p));
	case FORM_INT64:
		return json_int64(int64_at(p));
	case FORM_NUMBER:
	case FORM_BYTES:
		return json_number(double_at(p));
	case FORM_BOOL:
		return cJSON_CreateBool(*(const bool *)p);
	case FORM_STRING:
		return cJSON_CreateString(pointer_at(p));
	case FORM_CHOICE:
		return write_choice(f, int_at(p));
	case FORM_INTS:
	case FORM_NUMBERS:
	case FORM_OBJECTS:
		return f->make ? write_made_list(f, in, count)
			       : write_list(f, pointer_at(p), count);
	case FORM_KEYS:
		return form_write(f->form, p);
	case FORM_OBJECT:
		return f->make ? write_made(f, in, 0) : form_write(f->form, p);
	case FORM_CUSTOM:
		return f->custom->write(p);
	}
	nas_bug(__FILE__, __LINE__, "form type");
}

static bool is_zero(const struct form *form, const char *in);

static bool field_is_zero(const struct form_field *f, const char *in)
{
	if (f->given)
		return !*(const bool *)(in + f->given);
	switch (f->type) {
	case FORM_INT:
	case FORM_CHOICE:
		return int_at(in + f->offset) == 0;
	case FORM_INT64:
		return int64_at(in + f->offset) == 0;
	case FORM_NUMBER:
	case FORM_BYTES:
		return double_at(in + f->offset) == 0;
	case FORM_BOOL:
		return !*(const bool *)(in + f->offset);
	case FORM_STRING:
		return !pointer_at(in + f->offset);
	case FORM_INTS:
	case FORM_NUMBERS:
	case FORM_OBJECTS:
		return int_at(in + f->count_offset) == 0;
	case FORM_KEYS:
	case FORM_OBJECT:
		return !f->make && is_zero(f->form, in + f->offset);
	case FORM_CUSTOM:
		return false; /* its write may say nothing */
	}
	nas_bug(__FILE__, __LINE__, "form type");
}

static bool is_zero(const struct form *form, const char *in)
{
	int i;

	for (i = 0; i < form->nfields; i++)
		if (!field_is_zero(&form->fields[i], in))
			return false;
	return true;
}

/* A field that may be absent and is all zero was absent. */
static bool is_absent(const struct form_field *f, const char *in)
{
	return (f->fallback && !*f->fallback && field_is_zero(f, in)) ||
	       (f->type == FORM_STRING && !pointer_at(in + f->offset));
}

cJSON *form_write(const struct form *form, const void *in)
{
	cJSON *object = cJSON_CreateObject(), *value;
	const struct form_field *f;

	for (f = form->fields; f < form->fields + form->nfields; f++) {
		if (is_absent(f, in))
			continue;
		value = write_field(f, in);
		if (f->type == FORM_KEYS)
			json_take(object, value);
		else if (value != FORM_NOTHING)
			json_add(object, f->key, value);
	}
	return object;
}
