/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/form/number_slot.h"

#include "nas/form/form.h"
#include "nas/form/json.h"

#include <math.h>

static enum nas_status read_slot(const struct json_doc *doc, const cJSON *node,
				 void *out, struct nas_arena *arena,
				 struct nas_err *err)
{
	struct nas_number_slot *slot = out;

	(void)arena;
	if (!cJSON_IsNumber(node) || !isfinite(node->valuedouble))
		return json_fail(doc, node, err, "must be a number");
	*slot = number_slot(node->valuedouble);
	return NAS_OK;
}

static cJSON *write_slot(const void *in)
{
	const struct nas_number_slot *slot = in;

	return slot->present ? json_number(slot->x) : FORM_NOTHING;
}

static cJSON *slot_schema(void)
{
	return json_add_string(cJSON_CreateObject(), "type", "number");
}

const struct form_custom number_slot_custom = {
	.read = read_slot, .write = write_slot, .schema = slot_schema
};

struct nas_number_slot number_slot(double x)
{
	return (struct nas_number_slot){ isfinite(x), isfinite(x) ? x : 0 };
}

double number_slot_value(const struct nas_number_slot *slot)
{
	return slot->present ? slot->x : (double)NAN;
}
