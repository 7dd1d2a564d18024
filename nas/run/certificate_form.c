/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A certificate as result files have it. */
#include <math.h>

#include "nas/form/form.h"
#include "nas/form/json.h"
#include "nas/run/records.h"

static const char *const statuses[] = {
	[CERTIFY_BOUND] = "bound",
	[CERTIFY_INFEASIBLE] = "infeasible",
	[CERTIFY_NOT_APPLICABLE] = "not_applicable",
	[CERTIFY_UNFINISHED] = "unfinished",
	NULL
};

static const char *const ends[] = {
	[CERTIFY_END_DONE] = "done",
	[CERTIFY_END_WORK] = "work",
	[CERTIFY_END_TIME] = "time",
	[CERTIFY_END_MEMORY] = "memory",
	NULL
};

#define MULTIPLIER(id, name, kind, units, label, what, ...)                  \
	{ .key = #name, .type = FORM_NUMBER,                                 \
	  .offset = (id) * sizeof(double), .low = -HUGE_VAL,                 \
	  .high = HUGE_VAL, .fallback = "",                                  \
	  .help = "score that one unit more of this budget is worth" },

static const struct form_field multiplier_fields[] = {
	ADDITIVE_BUDGETS(MULTIPLIER)
};

static const struct form multiplier_form = {
	.title = "Lagrange multipliers of the root bound; peak memory has none",
	.size = RESOURCES * sizeof(double),
	.fields = multiplier_fields,
	.nfields = RESOURCES,
};

#define AT(member) .offset = offsetof(struct nas_certificate_record, member)
#define NUMBER(name, what)                                                   \
	{ .key = #name, .type = FORM_NUMBER, AT(name), .low = -HUGE_VAL,     \
	  .high = HUGE_VAL, .fallback = "", .help = what }
#define COUNT(name, what)                                                    \
	{ .key = #name, .type = FORM_INT64, AT(name), .low = 0,              \
	  .high = HUGE_VAL, .fallback = "0", .help = what }

static enum nas_status read_gap(const struct json_doc *doc, const cJSON *node,
				void *out, struct nas_arena *arena,
				struct nas_err *err)
{
	(void)arena;
	if (!cJSON_IsNumber(node) || !(node->valuedouble >= 0))
		return json_fail(doc, node, err, "must be at least 0");
	*(double *)out = node->valuedouble;
	return NAS_OK;
}

static cJSON *write_gap(const void *in)
{
	const struct nas_certificate_record *r =
		(const void *)((const char *)in -
			       offsetof(struct nas_certificate_record, gap));

	return r->known ? json_number(r->gap) : FORM_NOTHING;
}

static cJSON *gap_schema(void)
{
	return cJSON_Parse("{\"type\": \"number\", \"minimum\": 0}");
}

static const struct form_custom gap_custom = { .read = read_gap,
					       .write = write_gap,
					       .schema = gap_schema };

static const struct form_field fields[] = {
	{ .key = "status", .type = FORM_CHOICE, AT(status),
	  .choices = statuses,
	  .help = "bound: the figures hold; infeasible: proven that no "
		  "network meets the budgets; not_applicable: the score is no "
		  "sum over blocks and no product of such sums; unfinished: a "
		  "limit was reached before there was a bound" },
	{ .key = "ended_by", .type = FORM_CHOICE, AT(end), .choices = ends,
	  .fallback = "\"done\"",
	  .help = "done, or the limit that ended it: work, time (does not "
		  "repeat) or memory" },
	NUMBER(upper_bound, "no network of the space inside the budgets scores "
	       "higher; rounded outwards"),
	NUMBER(score, "best score known; absent when none is"),
	{ .key = "gap", .type = FORM_CUSTOM, AT(gap), .custom = &gap_custom,
	  .fallback = "",
	  .help = "(upper_bound - score) / |score|; absent where there is no "
		  "bound (status says why) or no network is known" },
	{ .key = "optimal", .type = FORM_BOOL, AT(optimal),
	  .fallback = "false",
	  .help = "proven: no network scores higher, to 1e-9 relative" },
	{ .key = "improved", .type = FORM_BOOL, AT(improved),
	  .fallback = "false",
	  .help = "a better network was found than the certificate was given" },
	NUMBER(root_bound, "bound of the Lagrangian alone"),
	{ .key = "multipliers", .type = FORM_OBJECT, AT(multiplier),
	  .form = &multiplier_form, .fallback = "",
	  .help = "what one unit more of each budget is worth" },
	{ .key = "method", .type = FORM_STRING, AT(method), .fallback = "",
	  .help = "what closed the gap" },
	{ .key = "covers", .type = FORM_STRING, AT(covers), .fallback = "",
	  .help = "what the bound holds for" },
	COUNT(labels, "partial networks held"),
	COUNT(iterations, "solutions of the dynamic program"),
};

const struct form certificate_form = {
	.name = "nas/certificate/1",
	.title = "how far the best known network can be from the optimum",
	.size = sizeof(struct nas_certificate_record),
	.fields = fields,
	.nfields = sizeof(fields) / sizeof(fields[0]),
};

const char *certificate_end_text(const struct nas_certificate_record *record)
{
	switch ((enum nas_certify_end)record->end) {
	case CERTIFY_END_WORK:
		return "certificate.work is used up";
	case CERTIFY_END_TIME:
		return "ended by time: not repeatable";
	case CERTIFY_END_MEMORY:
		return "certificate.memory_bytes is too small for the space";
	case CERTIFY_END_DONE:
	default:
		return "";
	}
}

static double finite(double x)
{
	return isfinite(x) ? x : 0;
}

void certificate_record_make(struct nas_certificate_record *record,
			     const struct nas_certificate *c,
			     struct nas_arena *arena)
{
	bool bounded = c->status == CERTIFY_BOUND;

	*record = (struct nas_certificate_record){
		.status = (int)c->status,
		.end = (int)c->end,
		.bounded = bounded,
		.known = bounded && isfinite(c->score),
		.upper_bound = bounded ? finite(c->upper_bound) : 0,
		.score = bounded ? finite(c->score) : 0,
		.root_bound = bounded ? finite(c->root_bound) : 0,
		.optimal = bounded && c->optimal,
		.improved = bounded && c->improved,
		.labels = c->labels,
		.iterations = c->iterations,
		.method = arena_strdup(arena, c->method ? c->method : ""),
		.covers = arena_strdup(arena, "every architecture of the space "
				       "inside the budgets, by the config's "
				       "score and memory model"),
	};
	if (record->known)
		record->gap = finite(fmax(c->gap, 0));
	for (int r = 0; r < RESOURCES; r++)
		record->multiplier[r] = finite(c->multiplier[r]);
}

static enum nas_status read_slot(const struct json_doc *doc, const cJSON *node,
				 void *out, struct nas_arena *arena,
				 struct nas_err *err)
{
	struct nas_certificate_slot *slot = out;
	struct nas_certificate_record *r = &slot->record;

	if (form_read(&certificate_form, doc, node, r, arena, err) != NAS_OK)
		return err->code;
	slot->present = true;
	r->bounded = r->status == CERTIFY_BOUND;
	r->known = cJSON_HasObjectItem(node, "score");
	return NAS_OK;
}

static cJSON *write_slot(const void *in)
{
	const struct nas_certificate_slot *slot = in;

	return slot->present ? form_write(&certificate_form, &slot->record)
			     : FORM_NOTHING;
}

static cJSON *slot_schema(void)
{
	return form_part_schema(&certificate_form);
}

const struct form_custom certificate_custom = {
	.read = read_slot, .write = write_slot, .schema = slot_schema
};
