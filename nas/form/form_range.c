/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Evenly spaced lists of integers: {"min": 8, "max": 64, "step": 8}. */
#include "nas/form/form_read.h"

struct range {
	int min, max, step;
};

static const struct form_field fields[] = {
	{ .key = "min", .type = FORM_INT,
	  .offset = offsetof(struct range, min), .help = "the first" },
	{ .key = "max", .type = FORM_INT,
	  .offset = offsetof(struct range, max), .help = "the last at most" },
	{ .key = "step", .type = FORM_INT,
	  .offset = offsetof(struct range, step), .low = 1, .high = 1 << 30,
	  .fallback = "1", .help = "from one to the next" },
};

static const struct form range_form = {
	.title = "evenly spaced numbers",
	.size = sizeof(struct range),
	.fields = fields,
	.nfields = sizeof(fields) / sizeof(fields[0]),
};

static enum nas_status check_range(const struct form_reader *r,
				   const struct form_field *f,
				   const cJSON *node, const struct range *x)
{
	double low, high;

	form_bounds(f, &low, &high);
	if (x->max < x->min)
		return json_fail(r->doc, node, r->err, "max %d is less than "
						       "min %d",
				 x->max, x->min);
	if (x->min < low || x->max > high)
		return json_fail(r->doc, node, r->err,
				 "%d to %d is not within %.0f to %.0f", x->min,
				 x->max, low, high);
	if (f->max_count && (x->max - x->min) / x->step >= f->max_count)
		return json_fail(r->doc, node, r->err,
				 "%d numbers, at most %d allowed",
				 (x->max - x->min) / x->step + 1, f->max_count);
	return NAS_OK;
}

enum nas_status form_read_range(const struct form_reader *r,
				const struct form_field *f, const cJSON *node,
				int **list, int *count)
{
	struct range x;
	enum nas_status status =
		form_read(&range_form, r->doc, node, &x, r->arena, r->err);

	if (status == NAS_OK)
		status = check_range(r, f, node, &x);
	if (status != NAS_OK)
		return status;
	*count = (x.max - x.min) / x.step + 1;
	*list = NAS_NEW(r->arena, int, (size_t)*count);
	if (!*list)
		return nas_fail(r->err, NAS_ENOMEM, "out of memory for '%s'",
				f->key);
	for (int i = 0; i < *count; i++)
		(*list)[i] = x.min + i * x.step;
	return NAS_OK;
}

bool form_is_range(const int *list, int count)
{
	if (count < 3 || list[1] <= list[0])
		return false;
	for (int i = 2; i < count; i++)
		if (list[i] - list[i - 1] != list[1] - list[0])
			return false;
	return true;
}

cJSON *form_write_range(const int *list, int count)
{
	const struct range x = { list[0], list[count - 1], list[1] - list[0] };

	return form_write(&range_form, &x);
}

cJSON *form_range_schema(void)
{
	return form_part_schema(&range_form);
}
