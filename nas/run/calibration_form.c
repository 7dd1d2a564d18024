/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The form nas/calibration/1. */
#include <math.h>

#include "nas/run/calibration.h"

static const char *const schemas[] = { "nas/calibration/1", NULL };

#define CELL(member) offsetof(struct calibration_cell, member)
#define BEST(member) offsetof(struct calibration_best, member)

#define SIGMA(name, at, what)                                                \
	{ .key = #name, .type = FORM_NUMBER, .offset = (at), .low = 0,       \
	  .high = HUGE_VAL, .exclusive_low = true, .help = what }
#define FIGURE(name, at, what)                                               \
	{ .key = name, .type = FORM_CUSTOM, .offset = (at),                  \
	  .custom = &figure_custom, .help = what }
#define INTERVAL(name, at, what)                                             \
	{ .key = name, .type = FORM_CUSTOM, .offset = (at),                  \
	  .custom = &interval_custom, .help = what }

/* what a cell has, in a struct at an offset */
#define CELL_FIELDS(at)                                                      \
	SIGMA(sigma_a, (at) + CELL(sigma_a), "spread of the activations"),   \
	SIGMA(sigma_w, (at) + CELL(sigma_w), "spread of the weights"),       \
	FIGURE("spearman", (at) + CELL(spearman), "rank correlation of "     \
	       "score and accuracy; null: all scores are equal"),            \
	FIGURE("kendall_tau_b", (at) + CELL(kendall), "rank correlation, "   \
	       "ties counted; null: all scores are equal"),                  \
	FIGURE("pearson", (at) + CELL(pearson), "correlation of the values; " \
	       "null: all scores are equal")

static const struct form_field cell_fields[] = { CELL_FIELDS(0) };

static const struct form cell_form = {
	.title = "a pair of sigmas",
	.size = sizeof(struct calibration_cell),
	.fields = cell_fields,
	.nfields = sizeof(cell_fields) / sizeof(cell_fields[0]),
};

static const struct form_field best_fields[] = {
	CELL_FIELDS(BEST(cell)),
	INTERVAL("spearman_interval", BEST(spearman), "by bootstrap of rows"),
	INTERVAL("kendall_tau_b_interval", BEST(kendall), "by bootstrap of "
		 "rows"),
	INTERVAL("pearson_interval", BEST(pearson), "by bootstrap of rows"),
};

static const struct form best_form = {
	.title = "the pair that ranks best",
	.size = sizeof(struct calibration_best),
	.fields = best_fields,
	.nfields = sizeof(best_fields) / sizeof(best_fields[0]),
};

static enum nas_status read_best(const struct json_doc *doc, const cJSON *node,
				 void *out, struct nas_arena *arena,
				 struct nas_err *err)
{
	struct calibration_slot *slot = out;

	slot->present = !cJSON_IsNull(node);
	if (!slot->present)
		return NAS_OK;
	return form_read(&best_form, doc, node, &slot->best, arena, err);
}

static cJSON *write_best(const void *in)
{
	const struct calibration_slot *slot = in;

	return slot->present ? form_write(&best_form, &slot->best)
			     : cJSON_CreateNull();
}

static cJSON *best_schema(void)
{
	return form_part_schema_or_null(&best_form);
}

static const struct form_custom best_custom = { .read = read_best,
						.write = write_best,
						.schema = best_schema };

#define AT(member) .offset = offsetof(struct calibration_record, member)
#define COUNT_AT(member)                                                     \
	.count_offset = offsetof(struct calibration_record, member)

static const struct form_field fields[] = {
	{ .key = "schema", .type = FORM_CHOICE, AT(schema), .choices = schemas,
	  .fallback = "\"nas/calibration/1\"", .help = "form of the file" },
	{ .key = "rows", .type = FORM_INT, AT(rows), .low = 2,
	  .high = HUGE_VAL, .help = "networks in the table" },
	{ .key = "sigmas", .type = FORM_NUMBERS, AT(sigma), COUNT_AT(nsigmas),
	  .low = 0, .high = HUGE_VAL, .min_count = 1,
	  .help = "values of both sigma_a and sigma_w" },
	{ .key = "resamples", .type = FORM_INT, AT(resamples), .low = 0,
	  .high = HUGE_VAL, .help = "of the bootstrap" },
	{ .key = "level", .type = FORM_NUMBER, AT(level), .low = 0, .high = 1,
	  .help = "of the intervals" },
	{ .key = "seed", .type = FORM_INT64, AT(seed), .low = 0,
	  .high = HUGE_VAL, .help = "of the bootstrap" },
	{ .key = "best", .type = FORM_CUSTOM, AT(best), .custom = &best_custom,
	  .help = "the highest Spearman, then Kendall; of equal ones the "
		  "published (5, 4), else the highest Pearson; null: no pair "
		  "has a correlation" },
	{ .key = "ties", .type = FORM_OBJECTS, AT(tie), COUNT_AT(nties),
	  .form = &cell_form, .fallback = "",
	  .help = "other pairs with the best's Spearman and Kendall" },
	{ .key = "grid", .type = FORM_OBJECTS, AT(cell), COUNT_AT(ncells),
	  .form = &cell_form, .min_count = 1, .help = "all pairs" },
};

const struct form calibration_form = {
	.name = "nas/calibration/1",
	.title = "how pairs of sigmas rank measured accuracies",
	.size = sizeof(struct calibration_record),
	.fields = fields,
	.nfields = sizeof(fields) / sizeof(fields[0]),
};

static struct calibration_cell cell_of(const struct calibrate_cell *c)
{
	return (struct calibration_cell){
		.sigma_a = c->sigma_a,
		.sigma_w = c->sigma_w,
		.spearman = c->value[SPEARMAN],
		.kendall = c->value[KENDALL],
		.pearson = c->value[PEARSON],
	};
}

static struct interval interval_of(const struct calibration *c, int k)
{
	return (struct interval){ c->low[k], c->high[k] };
}

enum nas_status calibration_record_make(struct calibration_record *record,
					const struct calibration *c,
					struct nas_arena *arena,
					struct nas_err *err)
{
	size_t n = (size_t)c->ncells;

	record->ncells = c->ncells;
	record->cell = NAS_NEW(arena, struct calibration_cell, n);
	record->tie = NAS_NEW(arena, struct calibration_cell, n);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the result");
	for (int i = 0; i < c->ncells; i++) {
		record->cell[i] = cell_of(&c->cell[i]);
		if (i != c->best && calibrate_ties(c, i))
			record->tie[record->nties++] = record->cell[i];
	}
	record->best.present = c->best >= 0;
	if (c->best >= 0)
		record->best.best = (struct calibration_best){
			.cell = record->cell[c->best],
			.spearman = interval_of(c, SPEARMAN),
			.kendall = interval_of(c, KENDALL),
			.pearson = interval_of(c, PEARSON),
		};
	return NAS_OK;
}
