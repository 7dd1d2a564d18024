/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The form nas/fit/1. */
#include <math.h>

#include "nas/run/fit_job.h"

static const char *const schemas[] = { "nas/fit/1", NULL };

#define AT(member) .offset = offsetof(struct fit_record, member)
#define COUNT(name, what)                                                    \
	{ .key = #name, .type = FORM_INT, AT(name), .low = 0,                \
	  .high = HUGE_VAL, .help = what }
#define CUSTOM(name, key_, how, what)                                        \
	{ .key = key_, .type = FORM_CUSTOM, AT(name), .custom = &how,        \
	  .help = what }

static const struct form_field fields[] = {
	{ .key = "schema", .type = FORM_CHOICE, AT(schema), .choices = schemas,
	  .fallback = "\"nas/fit/1\"", .help = "form of the file" },
	COUNT(networks, "measured ones, to which the score is fitted"),
	COUNT(features, "that vary in the space"),
	COUNT(sample, "networks of the space that scale the features"),
	{ .key = "lambda", .type = FORM_NUMBER, AT(lambda), .low = 0,
	  .high = HUGE_VAL, .help = "of the ridge, by leave-one-out" },
	CUSTOM(spearman, "spearman", figure_custom, "of accuracy and the "
	       "leave-one-out predictions"),
	CUSTOM(spearman_interval, "spearman_interval", interval_custom,
	       "90 %, by bootstrap; null: fewer than 12 networks"),
	CUSTOM(kendall, "kendall_tau_b", figure_custom, "of accuracy and "
	       "the leave-one-out predictions"),
	CUSTOM(kendall_interval, "kendall_tau_b_interval", interval_custom,
	       "90 %, by bootstrap; null: fewer than 12 networks"),
	{ .key = "best", .type = FORM_STRING, AT(best), .fallback = "",
	  .help = "the fixed score, a sum over blocks, that ranks the networks "
		  "best" },
	{ .key = "blended", .type = FORM_BOOL, AT(blended),
	  .fallback = "false",
	  .help = "it ranks them better than the predictions do: the score is "
		  "z(fit) + z(it)" },
	{ .key = "summary", .type = FORM_STRING, AT(summary),
	  .help = "the same in a sentence" },
	{ .key = "scores", .type = FORM_OBJECT, AT(scores),
	  .form = &correlation_form,
	  .help = "every fixed score on the same networks, and fit, the "
		  "leave-one-out predictions" },
};

const struct form fit_form = {
	.name = "nas/fit/1",
	.title = "a fit to measured networks and what it is worth",
	.size = sizeof(struct fit_record),
	.fields = fields,
	.nfields = sizeof(fields) / sizeof(fields[0]),
};
