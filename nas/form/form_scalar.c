/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Forms: values that one JSON number, string or truth value gives.
 */
#include <limits.h>
#include <math.h>
#include <string.h>

#include "nas/base/quantity.h"
#include "nas/form/form_read.h"

#define EXACT 9007199254740992.0 /* 2^53 */

/* low = high = 0 means none. */
void form_bounds(const struct form_field *f, double *low, double *high)
{
	bool none = f->low == 0 && f->high == 0;

	*low = none && !f->exclusive_low ? -HUGE_VAL : f->low;
	*high = none ? HUGE_VAL : f->high;
}

const char *form_choice(const struct form_field *f, int i)
{
	size_t size = f->choice_size ? f->choice_size : sizeof(char *);
	const char *first = (const char *)f->choices;

	if (!f->choices || (f->nchoices && i >= f->nchoices))
		return NULL;
	return *(const char *const *)(first + (size_t)i * size);
}

int form_count_choices(const struct form_field *f)
{
	int n = 0;

	while (form_choice(f, n))
		n++;
	return n;
}

static enum nas_status wrong_type(const struct form_reader *r,
				  const cJSON *node, const char *want)
{
	return json_fail(r->doc, node, r->err, "must be %s, not %s", want,
			 json_type_text(node));
}

static enum nas_status check_bounds(const struct form_reader *r,
				    const struct form_field *f,
				    const cJSON *node, double x)
{
	double low, high;
	char value[32], bound[32];

	form_bounds(f, &low, &high);
	if (x >= low && x <= high && !(f->exclusive_low && x <= low))
		return NAS_OK;
	json_format_number(value, x);
	json_format_number(bound, x > high ? high : low); /* not infinite */
	if (f->exclusive_low && !(x > low))
		return json_fail(r->doc, node, r->err,
				 "must be above %s, not %s", bound, value);
	if (x < low)
		return json_fail(r->doc, node, r->err,
				 "must be at least %s, not %s", bound, value);
	return json_fail(r->doc, node, r->err, "must be at most %s, not %s",
			 bound, value);
}

/* A number node, or text such as "100k" where it stood in a --set; a file has
 * to say numbers as numbers. Each text that is none is a failure, and beyond
 * those that are kept the tree is not walked again. */
static bool is_number(const struct form_reader *r, const cJSON *node,
		      double *x)
{
	if (cJSON_IsNumber(node)) {
		*x = node->valuedouble;
		return true;
	}
	return cJSON_IsString(node) && !nas_err_is_full(r->err) &&
	       json_was_set(r->doc, node) &&
	       quantity_parse(node->valuestring, x);
}

enum nas_status form_read_number(const struct form_reader *r,
				 const struct form_field *f, const cJSON *node,
				 double *x)
{
	if (!is_number(r, node, x))
		return wrong_type(r, node, "a number");
	return check_bounds(r, f, node, *x);
}

static enum nas_status read_int(const struct form_reader *r,
				const struct form_field *f, const cJSON *node,
				int *out)
{
	enum nas_status status;
	double x;

	if (!is_number(r, node, &x))
		return wrong_type(r, node, "an integer");
	if (x != floor(x))
		return json_fail(r->doc, node, r->err, "must be an integer, "
						       "not %g",
				 x);
	status = check_bounds(r, f, node, x);
	if (status != NAS_OK)
		return status;
	if (x < INT_MIN || x > INT_MAX)
		return json_fail(r->doc, node, r->err,
				 "must fit a 32-bit integer");
	*out = (int)x;
	return NAS_OK;
}

/* Digits, perhaps after a '-', without leading zeros. */
static bool parse_int64(const char *s, int64_t *out)
{
	bool minus = *s == '-';
	int64_t value = 0;

	s += minus;
	if (!*s || (*s == '0' && (s[1] || minus)))
		return false;
	for (; *s; s++) {
		if (*s < '0' || *s > '9' ||
		    __builtin_mul_overflow(value, 10, &value) ||
		    __builtin_sub_overflow(value, *s - '0', &value))
			return false;
	}
	if (!minus && value == INT64_MIN)
		return false;
	*out = minus ? value : -value;
	return true;
}

static enum nas_status read_int64(const struct form_reader *r,
				  const struct form_field *f,
				  const cJSON *node, int64_t *out)
{
	int64_t value;
	double x;

	if (cJSON_IsString(node) && parse_int64(node->valuestring, &value)) {
		; /* digits, all of which count */
	} else if (is_number(r, node, &x)) {
		if (x != floor(x))
			return json_fail(r->doc, node, r->err,
					 "must be an integer, not %g", x);
		if (fabs(x) > EXACT)
			return json_fail(r->doc, node, r->err,
					 "an integer above 2^53 must be "
					 "written as a string");
		value = (int64_t)x;
	} else if (cJSON_IsString(node)) {
		return json_fail(r->doc, node, r->err,
				 "'%.80s' is not a 64-bit integer",
				 node->valuestring);
	} else {
		return wrong_type(r, node, "an integer");
	}
	*out = value;
	return check_bounds(r, f, node, (double)value);
}

static enum nas_status read_bytes(const struct form_reader *r,
				  const struct form_field *f,
				  const cJSON *node, double *out)
{
	if (!cJSON_IsString(node)) {
		if (!cJSON_IsNumber(node))
			return wrong_type(r, node,
					  "a number or text such as '320 kB'");
		return form_read_number(r, f, node, out);
	}
	if (!quantity_parse(node->valuestring, out))
		return json_fail(r->doc, node, r->err,
				 "'%.80s' is not a size in bytes; write "
				 "320000, '320 kB' or '320 KiB'",
				 node->valuestring);
	return check_bounds(r, f, node, *out);
}

static enum nas_status read_string(const struct form_reader *r,
				   const struct form_field *f,
				   const cJSON *node, char **out)
{
	double low, high, length;

	if (!cJSON_IsString(node))
		return wrong_type(r, node, "a string");
	form_bounds(f, &low, &high);
	length = (double)strlen(node->valuestring);
	if (length < low)
		return json_fail(r->doc, node, r->err,
				 length > 0 ? "must be at least %g bytes long"
					    : "must not be empty",
				 low);
	if (length > high)
		return json_fail(r->doc, node, r->err,
				 "must be at most %g bytes long", high);
	*out = arena_strdup(r->arena, node->valuestring);
	return *out ? NAS_OK
		    : nas_fail(r->err, NAS_ENOMEM, "out of memory for '%s'", f->key);
}

static enum nas_status read_choice(const struct form_reader *r,
				   const struct form_field *f,
				   const cJSON *node, int *out)
{
	char all[192] = ", must be one of ";
	const char *names[64];
	size_t used = strlen(all);
	int n;

	if (!cJSON_IsString(node))
		return wrong_type(r, node, "a string");
	for (n = 0; n < 64 && (names[n] = form_choice(f, n)); n++) {
		if (!strcmp(node->valuestring, names[n])) {
			*out = n;
			return NAS_OK;
		}
		if (used < sizeof(all))
			used += (size_t)snprintf(all + used,
						 sizeof(all) - used, "%s'%s'",
						 n ? ", " : "", names[n]);
	}
	return json_fail(r->doc, node, r->err, "unknown value '%.80s'%s",
			 node->valuestring,
			 nas_hint(node->valuestring, names, n, "", all).s);
}

static enum nas_status read_bool(const struct form_reader *r,
				 const cJSON *node, bool *out)
{
	if (!cJSON_IsBool(node))
		return wrong_type(r, node, "true or false");
	*out = cJSON_IsTrue(node);
	return NAS_OK;
}

enum nas_status form_read_scalar(const struct form_reader *r,
				 const struct form_field *f, const cJSON *node,
				 void *out)
{
	switch (f->type) {
	case FORM_INT:
	case FORM_INTS:
		return read_int(r, f, node, out);
	case FORM_INT64:
		return read_int64(r, f, node, out);
	case FORM_NUMBER:
	case FORM_NUMBERS:
		return form_read_number(r, f, node, out);
	case FORM_BYTES:
		return read_bytes(r, f, node, out);
	case FORM_BOOL:
		return read_bool(r, node, out);
	case FORM_STRING:
		return read_string(r, f, node, out);
	case FORM_CHOICE:
		return read_choice(r, f, node, out);
	case FORM_OBJECT:
	case FORM_OBJECTS:
	case FORM_KEYS:
	case FORM_CUSTOM:
		break;
	}
	nas_bug(__FILE__, __LINE__, "form_read_scalar of a container");
}
