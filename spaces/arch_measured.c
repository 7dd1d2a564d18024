/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a file says of a network's accuracy. */
#include "spaces/arch_entry.h"

static enum nas_status read_accuracy(const struct json_doc *doc,
				     const cJSON *node, void *out,
				     struct nas_arena *arena,
				     struct nas_err *err)
{
	struct arch_accuracy *a = out;

	(void)arena;
	if (!cJSON_IsNumber(node))
		return json_fail(doc, node, err, "must be a number, not %s",
				 json_type_text(node));
	a->given = true;
	a->value = node->valuedouble;
	return NAS_OK;
}

static cJSON *write_accuracy(const void *in)
{
	const struct arch_accuracy *a = in;

	return a->given ? json_number(a->value) : FORM_NOTHING;
}

static cJSON *accuracy_schema(void)
{
	return json_add_string(cJSON_CreateObject(), "type", "number");
}

const struct form_custom arch_accuracy_custom = {
	.read = read_accuracy,
	.write = write_accuracy,
	.schema = accuracy_schema,
};

enum nas_status arch_set_measured(struct nas_arch *arch,
				  const struct arch_accuracy *accuracy,
				  struct nas_arena *arena, struct nas_err *err)
{
	struct nas_arch_measured *m;
	double sum = 0;

	if (!accuracy->given && accuracy->nseeds == 0)
		return NAS_OK;
	m = NAS_NEW(arena, struct nas_arch_measured, 1);
	if (!m)
		return nas_fail(err, NAS_ENOMEM, "out of memory for an accuracy");
	for (int i = 0; i < accuracy->nseeds; i++)
		sum += accuracy->seed[i];
	m->accuracy = accuracy->given ? accuracy->value
				      : sum / accuracy->nseeds;
	m->nseeds = accuracy->nseeds;
	m->seed = accuracy->seed;
	arch->measured = m;
	return NAS_OK;
}
