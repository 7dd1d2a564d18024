/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pareto.json. */
#include <math.h>

#include "nas/form/form.h"
#include "nas/run/pareto.h"

static const char *const schemas[] = { "nas/pareto/1", NULL };
static const char *const whys[] = {
	[PARETO_DOMINATED] = "dominated", [PARETO_INFEASIBLE] = "infeasible",
	[PARETO_UNKNOWN] = "unknown", [PARETO_STOPPED] = "stopped", NULL
};

#define SLOT_OF(id, name, kind, units, label, what, ...)                     \
	{ .key = #name, .type = FORM_CUSTOM,                                 \
	  .offset = (id) * sizeof(struct nas_number_slot),                       \
	  .custom = &number_slot_custom, .fallback = "", .unit = units,      \
	  .help = what },

static const struct form_field slot_fields[] = { BUDGET_LIST(SLOT_OF) };

static const struct form slots_form = {
	.title = "by the key of the budget",
	.size = sizeof(struct nas_number_slot) * BUDGET_KINDS,
	.fields = slot_fields,
	.nfields = sizeof(slot_fields) / sizeof(slot_fields[0]),
};

#define NUMBER(name, what)                                                   \
	{ .key = #name, .type = FORM_NUMBER, AT(name), .low = -HUGE_VAL,     \
	  .high = HUGE_VAL, .help = what }
#define SLOTS(name, what)                                                    \
	{ .key = #name, .type = FORM_OBJECT, AT(name), .form = &slots_form,  \
	  .fallback = "{}", .help = what }
#define SLOT(name, what)                                                     \
	{ .key = #name, .type = FORM_CUSTOM, AT(name),                       \
	  .custom = &number_slot_custom, .fallback = "", .help = what }
#define TRUTH(name, what)                                                    \
	{ .key = #name, .type = FORM_BOOL, AT(name), .help = what }
#define WORD(name, what)                                                     \
	{ .key = #name, .type = FORM_STRING, AT(name), .help = what }
#define FORM_OF(id, type, what, rows)                                        \
	static const struct form id = {                                      \
		.title = what, .size = sizeof(type), .fields = rows,         \
		.nfields = sizeof(rows) / sizeof((rows)[0])                  \
	}

#define AT(member) .offset = offsetof(struct pareto_axis, member)
static const struct form_field axis_fields[] = {
	{ .key = "budget", .type = FORM_STRING, AT(name),
	  .help = "its key" },
	NUMBER(low, "the first value"),
	TRUTH(low_given, "it was given; else it is the least that any network "
	      "needs, the other axes at their ends, to 0.1 %"),
	NUMBER(high, "the last value"),
	TRUTH(high_given, "it was given; else the score grows no more above it, "
	      "the other axes at their ends"),
	{ .key = "values", .type = FORM_NUMBERS, AT(value),
	  .count_offset = offsetof(struct pareto_axis, n),
	  .help = "of the grid, ascending" },
	SLOT(limit, "of the config; absent: it has none"),
};
FORM_OF(axis_form, struct pareto_axis, "an axis of the grid", axis_fields);
#undef AT

#define AT(member) .offset = offsetof(struct pareto_point, member)
static const struct form_field point_fields[] = {
	SLOTS(at_most, "the budgets of the axes at this point"),
	NUMBER(upper_bound, "no network inside these budgets scores higher"),
	{ .key = "gap", .type = FORM_NUMBER, AT(gap), .low = 0,
	  .high = HUGE_VAL, .help = "(upper_bound - score) / |score|" },
	TRUTH(optimal, "proven to 1e-9: no network scores higher"),
	{ .key = "more", .type = FORM_OBJECT, AT(more), .form = &slots_form,
	  .fallback = "{}",
	  .help = "what 10 % more of each budget would add to the score, "
		  "between the points of the grid; absent beyond its end" },
	{ .key = "best", .type = FORM_OBJECT, AT(best), .form = &network_form,
	  .help = "the network" },
};
FORM_OF(point_form, struct pareto_point, "a point of the front", point_fields);
#undef AT

#define AT(member) .offset = offsetof(struct pareto_gap, member)
static const struct form_field gap_fields[] = {
	SLOTS(at_most, "its budgets"),
	{ .key = "why", .type = FORM_CHOICE, AT(why), .choices = whys,
	  .help = "dominated: a network that scores as much needs no more of "
		  "any of these budgets; infeasible: proven that there is no "
		  "network; unknown: a limit of the certificate came before a "
		  "network or a bound; stopped: by a signal, before it" },
	SLOT(score, "of the best network known there"),
	SLOT(upper_bound, "no network inside these budgets scores higher"),
	{ .key = "by", .type = FORM_INT, AT(by), .low = 0, .high = PARETO_POINTS,
	  .fallback = "0",
	  .help = "the point that dominates, from 1; 0 = none" },
};
FORM_OF(gap_form, struct pareto_gap, "a point of the grid that is not of the "
	"front", gap_fields);
#undef AT

#define AT(member) .offset = offsetof(struct pareto_more, member)
static const struct form_field more_fields[] = {
	WORD(budget, "its key"),
	NUMBER(limit, "of the config"),
	NUMBER(more, "10 % more"),
	NUMBER(score, "of the best network known there"),
	NUMBER(upper_bound, "no network there scores higher"),
	TRUTH(optimal, "proven"),
	NUMBER(gain, "of the score"),
};
FORM_OF(more_form, struct pareto_more, "10 % more of one budget", more_fields);
#undef AT

#define AT(member) .offset = offsetof(struct pareto_base, member)
static const struct form_field base_fields[] = {
	TRUTH(present, "the config limits an axis, and a network is known there"),
	SLOTS(at_most, "its budgets; of an axis that it does not limit, the "
	      "last value"),
	NUMBER(score, "of the best network known there"),
	NUMBER(upper_bound, "no network there scores higher"),
	TRUTH(optimal, "proven"),
	{ .key = "more", .type = FORM_OBJECTS, AT(more),
	  .count_offset = offsetof(struct pareto_base, nmore),
	  .form = &more_form, .fallback = "[]",
	  .help = "a certificate of its own with 10 % more of each axis that "
		  "the config limits" },
};
FORM_OF(base_form, struct pareto_base, "at the config's own budgets",
	base_fields);
#undef AT

#define AT(member) .offset = offsetof(struct pareto, member)
static const struct form_field fields[] = {
	{ .key = "schema", .type = FORM_CHOICE, AT(schema), .choices = schemas,
	  .help = "of this file" },
	WORD(name, "of the config"),
	WORD(score, "its score"),
	{ .key = "axes", .type = FORM_OBJECTS, AT(axis),
	  .count_offset = offsetof(struct pareto, naxes), .form = &axis_form,
	  .min_count = 1, .max_count = GRID_AXES,
	  .help = "the budgets that the score stands against" },
	SLOTS(limit, "the config's other budgets, which hold for all points"),
	TRUTH(whole, "false: it was stopped by a signal"),
	{ .key = "grid_points", .type = FORM_INT, AT(points), .low = 0,
	  .high = PARETO_POINTS, .help = "combinations of the axes' values" },
	{ .key = "base", .type = FORM_OBJECT, AT(base), .form = &base_form,
	  .help = "at the config's own budgets" },
	{ .key = "points", .type = FORM_OBJECTS, AT(point),
	  .count_offset = offsetof(struct pareto, npoints),
	  .form = &point_form,
	  .help = "the front, in the order of the axes' values, the last axis "
		  "fastest" },
	{ .key = "left_out", .type = FORM_OBJECTS, AT(gap),
	  .count_offset = offsetof(struct pareto, ngaps), .form = &gap_form,
	  .help = "all other points of the grid, and why" },
};

const struct form pareto_form = {
	.name = "nas/pareto/1",
	.title = "the front of the score against budgets",
	.size = sizeof(struct pareto),
	.fields = fields,
	.nfields = sizeof(fields) / sizeof(fields[0]),
};
