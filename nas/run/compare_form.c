/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compare.json. */
#include <math.h>

#include "nas/form/form.h"
#include "nas/run/compare.h"
#include "scoring/sample.h"
#include "spaces/latency.h"

static const char *const schemas[] = { "nas/comparison/1", NULL };
static const char *const from_names[] = {
	[SAMPLE_FROM_ANY] = "any",
	[SAMPLE_FROM_SPACE] = "space",
	[SAMPLE_FROM_COUNTED] = "counted",
	NULL
};
static const char *const verdicts[] = { "equal", "a_higher", "b_higher",
					"differ", "unknown", "not_comparable", NULL };
static const char *const sizes[] = { "negligible", "small", "medium", "large",
				     "none", NULL };
static const char *const bests[] = { "equal", "a_higher", "b_higher",
				     "unknown", "not_comparable", NULL };

#define AT(member) .offset = offsetof(struct nas_compare_space, member)
#define SLOT(name, what)                                                     \
	{ .key = #name, .type = FORM_CUSTOM, AT(name),                       \
	  .custom = &number_slot_custom, .fallback = "", .help = what }
#define LIMIT(id, name, kind, units, label, what, ...)                       \
	{ .key = #name, .type = FORM_CUSTOM,                                 \
	  .offset = (id) * sizeof(struct nas_number_slot),                       \
	  .custom = &number_slot_custom, .fallback = "", .unit = units,      \
	  .help = what },
#define COUNT(name, what)                                                    \
	{ .key = #name, .type = FORM_INT64, AT(name), .low = 0,              \
	  .high = HUGE_VAL, .help = what }
#define SHARE(name, what)                                                    \
	{ .key = #name, .type = FORM_NUMBER, AT(name), .low = 0,             \
	  .high = HUGE_VAL, .help = what }

static const struct form_field limit_fields[] = {
	BUDGET_LIST(LIMIT)
};

static const struct form limit_form = {
	.title = "the budgets that held",
	.size = sizeof(struct nas_number_slot) * BUDGET_KINDS,
	.fields = limit_fields,
	.nfields = sizeof(limit_fields) / sizeof(limit_fields[0]),
};

static const struct form_field space_fields[] = {
	{ .key = "name", .type = FORM_STRING, AT(name),
	  .help = "of the config" },
	{ .key = "config", .type = FORM_STRING, AT(config),
	  .help = "its file" },
	{ .key = "size_log10", .type = FORM_NUMBER, AT(log10_size),
	  .low = -HUGE_VAL, .high = HUGE_VAL,
	  .help = "decimal logarithm of the number of networks" },
	{ .key = "budgets", .type = FORM_OBJECT, AT(limit),
	  .form = &limit_form, .fallback = "{}",
	  .help = "that held; absent ones have no limit" },
	COUNT(wanted, "networks that were to be drawn"),
	COUNT(n, "feasible networks found"),
	COUNT(draws, "draws that it took"),
	{ .key = "drawn_from", .type = FORM_CHOICE, AT(from),
	  .choices = from_names, .help = "space: the whole space; counted: "
	  "the networks whose use of a budget, rounded down, is inside it" },
	SHARE(set_share, "of the space that draws were taken from, exact"),
	SHARE(share, "of the space that is feasible, estimated"),
	{ .key = "share_low", .type = FORM_NUMBER, AT(low), .low = 0,
	  .high = HUGE_VAL, .help = "its 95 % interval from here" },
	{ .key = "share_high", .type = FORM_NUMBER, AT(high), .low = 0,
	  .high = HUGE_VAL, .help = "to here" },
	{ .key = "proven_empty", .type = FORM_BOOL, AT(proven_empty),
	  .fallback = "false", .help = "counting shows that no network is "
	  "feasible" },
	SLOT(min, "of the scores drawn"),
	SLOT(q1, "lower quartile"),
	SLOT(median, "of the scores drawn"),
	SLOT(q3, "upper quartile"),
	SLOT(max, "of the scores drawn"),
	SLOT(mean, "of the scores drawn"),
	{ .key = "quantiles", .type = FORM_NUMBERS, AT(quantile),
	  .count_offset = offsetof(struct nas_compare_space, nquantile),
	  .fallback = "[]", .help = "of the scores at 0, 0.005, ..., 1" },
	{ .key = "best_of", .type = FORM_INTS, AT(best_of),
	  .count_offset = offsetof(struct nas_compare_space, nbest_of),
	  .fallback = "[]", .help = "numbers of draws" },
	{ .key = "best_expected", .type = FORM_NUMBERS, AT(best_expected),
	  .count_offset = offsetof(struct nas_compare_space, nbest_expected),
	  .fallback = "[]", .help = "expected best score of so many draws" },
	SLOT(lean, "median of lean over the networks drawn"),
	SLOT(blend, "median of z(lean) + z(ln BitOps): in units of the "
	       "deviation over the networks of all spaces"),
	{ .key = "latency_by", .type = FORM_STRING, AT(latency_by),
	  .fallback = "",
	  .help = LATENCY_BY_HELP },
	SLOT(evolved, "best score of the evolutionary search, bits refined"),
	{ .key = "certificate", .type = FORM_CUSTOM, AT(certificate),
	  .custom = &certificate_custom, .fallback = "",
	  .help = "a proven bound; absent when none was asked for" },
	{ .key = "best", .type = FORM_OBJECTS, AT(best),
	  .count_offset = offsetof(struct nas_compare_space, nbest),
	  .form = &network_form, .fallback = "[]",
	  .help = "the best network known, if any" },
};

static const struct form space_form_of_comparison = {
	.title = "a space inside its budgets",
	.size = sizeof(struct nas_compare_space),
	.fields = space_fields,
	.nfields = sizeof(space_fields) / sizeof(space_fields[0]),
};

#undef AT
#define AT(member) .offset = offsetof(struct nas_compare_pair, member)
#define SPACE(name)                                                          \
	{ .key = #name, .type = FORM_INT, AT(name), .low = 1,                \
	  .high = COMPARE_SPACES_MAX, .help = "number of the space, from 1" }

static const struct form_field pair_fields[] = {
	SPACE(a),
	SPACE(b),
	{ .key = "differs", .type = FORM_STRING, AT(differs), .fallback = "\"\"",
	  .help = "what the scores of both are defined by that differs: they "
	  "do not compare, and there is no test and no verdict" },
	SLOT(ks_d, "Kolmogorov-Smirnov: largest difference of both "
	       "distribution functions"),
	SLOT(ks_p, "its p"),
	SLOT(ks_p_holm, "the same for all pairs at once (Holm)"),
	SLOT(effect, "Mann-Whitney: chance that a network of a scores above "
	       "one of b, ties half"),
	SLOT(delta, "Cliff's delta, 2 effect - 1"),
	SLOT(u_p, "p of Mann-Whitney's test"),
	SLOT(u_p_holm, "the same for all pairs at once (Holm)"),
	{ .key = "verdict", .type = FORM_CHOICE, AT(verdict),
	  .choices = verdicts, .help = "at 95 %, all pairs together: equal (no "
	  "difference shown), a or b scores higher (Mann-Whitney), differ in "
	  "shape only (Kolmogorov-Smirnov), unknown, not_comparable (the scores "
	  "are defined by other things)" },
	{ .key = "effect_size", .type = FORM_CHOICE, AT(size),
	  .choices = sizes, .help = "by delta: below 0.147, 0.33, 0.474, or "
	  "more; none without a test" },
	{ .key = "best", .type = FORM_CHOICE, AT(best), .choices = bests,
	  .help = "whose best network is better, by the certificates; "
	  "not_comparable as in verdict" },
	SLOT(blend_delta, "Cliff's delta of z(lean) + z(ln BitOps), which "
	       "spaces of any size and score have in common"),
	SLOT(a_in_b, "share of a's first 500 networks that b's space holds"),
	SLOT(b_in_a, "and the other way round"),
};

static const struct form pair_form = {
	.title = "two spaces",
	.size = sizeof(struct nas_compare_pair),
	.fields = pair_fields,
	.nfields = sizeof(pair_fields) / sizeof(pair_fields[0]),
};

#undef AT
#define AT(member) .offset = offsetof(struct nas_comparison, member)

static const struct form_field fields[] = {
	{ .key = "schema", .type = FORM_CHOICE, AT(schema),
	  .choices = schemas, .help = "of this file" },
	{ .key = "score", .type = FORM_STRING, AT(score),
	  .help = "by which networks are compared" },
	{ .key = "seed", .type = FORM_INT64, AT(seed), .fallback = "1",
	  .help = "of the random networks" },
	{ .key = "own_budgets", .type = FORM_BOOL, AT(own_budgets),
	  .fallback = "false", .help = "each space had the budgets of its "
	  "config, not all the same" },
	{ .key = "spaces", .type = FORM_OBJECTS, AT(space),
	  .count_offset = offsetof(struct nas_comparison, nspaces),
	  .form = &space_form_of_comparison, .help = "in the order given" },
	{ .key = "pairs", .type = FORM_OBJECTS, AT(pair),
	  .count_offset = offsetof(struct nas_comparison, npairs),
	  .form = &pair_form, .fallback = "[]", .help = "of spaces" },
};

const struct form comparison_form = {
	.name = "nas/comparison/1",
	.title = "search spaces side by side",
	.size = sizeof(struct nas_comparison),
	.fields = fields,
	.nfields = sizeof(fields) / sizeof(fields[0]),
};
