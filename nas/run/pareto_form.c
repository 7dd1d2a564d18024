/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pareto.json. */
#include <math.h>

#include "nas/form/record.h"
#include "nas/run/pareto.h"
#include "spaces/latency.h"

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

#define SLOTS(name, what)                                                    \
	ROW(OBJECT, name, what, .form = &slots_form, .fallback = "{}")
#define SLOT(name, what)                                                     \
	ROW_MAY(CUSTOM, name, what, .custom = &number_slot_custom)

#define RECORD struct pareto_axis
static const struct form_field axis_fields[] = {
	ROW_AS("budget", STRING, name, "its key"),
	ROW(NUMBER, low, "the first value"),
	ROW(BOOL, low_given, "it was given; else it is the least that any "
	    "network needs, the other axes at their ends, to 0.1 %, or that "
	    "one is known to need where the certificate's work ends first"),
	ROW(NUMBER, high, "the last value"),
	ROW(BOOL, high_given, "it was given; else the score grows no more "
	    "above it, the other axes at their ends"),
	ROW_AS("values", NUMBERS, value, "of the grid, ascending",
	       .count_offset = offsetof(struct pareto_axis, n)),
	SLOT(limit, "of the config; absent: it has none"),
};
static const struct form axis_form =
	RECORD_FORM(NULL, "an axis of the grid", axis_fields);
#undef RECORD

#define RECORD struct pareto_point
static const struct form_field point_fields[] = {
	SLOTS(at_most, "the budgets of the axes at this point"),
	ROW(NUMBER, upper_bound, "no network inside these budgets scores higher"),
	ROW(NUMBER, gap, "(upper_bound - score) / |score|", .high = HUGE_VAL),
	ROW(BOOL, optimal, "proven to 1e-9: no network scores higher"),
	SLOTS(more, "what 10 % more of each budget would add to the score, "
	      "between the points of the grid; absent beyond its end"),
	ROW(OBJECT, best, "the network", .form = &network_form),
};
static const struct form point_form =
	RECORD_FORM(NULL, "a point of the front", point_fields);
#undef RECORD

#define RECORD struct pareto_gap
static const struct form_field gap_fields[] = {
	SLOTS(at_most, "its budgets"),
	ROW(CHOICE, why, "dominated: a network that scores as much needs no "
	    "more of any of these budgets; infeasible: proven that there is no "
	    "network; unknown: a limit of the certificate came before a "
	    "network or a bound; stopped: by a signal, before it",
	    .choices = whys),
	SLOT(score, "of the best network known there"),
	SLOT(upper_bound, "no network inside these budgets scores higher"),
	ROW(INT, by, "the point that dominates, from 1; 0 = none",
	    .high = PARETO_POINTS, .fallback = "0"),
};
static const struct form gap_form = RECORD_FORM(
	NULL, "a point of the grid that is not of the front", gap_fields);
#undef RECORD

#define RECORD struct pareto_more
static const struct form_field more_fields[] = {
	ROW(STRING, budget, "its key"),
	ROW(NUMBER, limit, "of the config"),
	ROW(NUMBER, more, "10 % more"),
	ROW(NUMBER, score, "of the best network known there"),
	ROW(NUMBER, upper_bound, "no network there scores higher"),
	ROW(BOOL, optimal, "proven"),
	ROW(NUMBER, gain, "of the score"),
};
static const struct form more_form =
	RECORD_FORM(NULL, "10 % more of one budget", more_fields);
#undef RECORD

#define RECORD struct pareto_base
static const struct form_field base_fields[] = {
	ROW(BOOL, present,
	    "the config limits an axis, and a network is known there"),
	SLOTS(at_most, "its budgets; of an axis that it does not limit, the "
	      "last value"),
	ROW(NUMBER, score, "of the best network known there"),
	ROW(NUMBER, upper_bound, "no network there scores higher"),
	ROW(BOOL, optimal, "proven"),
	ROW_LIST(OBJECTS, more, "a certificate of its own with 10 % more of "
		 "each axis that the config limits",
		 .form = &more_form, .fallback = "[]"),
};
static const struct form base_form =
	RECORD_FORM(NULL, "at the config's own budgets", base_fields);
#undef RECORD

#define RECORD struct pareto
static const struct form_field fields[] = {
	ROW(CHOICE, schema, "of this file",
	    .choices = (const char *const[]){ "nas/pareto/1", NULL }),
	ROW(STRING, name, "of the config"),
	ROW(STRING, score, "its score"),
	ROW_MAY(STRING, latency_by, LATENCY_BY_HELP),
	ROW_AS("axes", OBJECTS, axis, "the budgets that the score stands "
	       "against", .count_offset = offsetof(struct pareto, naxes),
	       .form = &axis_form, .min_count = 1, .max_count = GRID_AXES),
	SLOTS(limit, "the config's other budgets, which hold for all points"),
	ROW(BOOL, whole, "false: it was stopped by a signal"),
	ROW_AS("grid_points", INT, points, "combinations of the axes' values",
	       .high = PARETO_POINTS),
	ROW(OBJECT, base, "at the config's own budgets", .form = &base_form),
	ROW_AS("points", OBJECTS, point, "the front, in the order of the axes' "
	       "values, the last axis fastest",
	       .count_offset = offsetof(struct pareto, npoints),
	       .form = &point_form),
	ROW_AS("left_out", OBJECTS, gap, "all other points of the grid, and why",
	       .count_offset = offsetof(struct pareto, ngaps),
	       .form = &gap_form),
};

const struct form pareto_form =
	RECORD_FORM("nas/pareto/1", "the front of the score against budgets",
		    fields);
