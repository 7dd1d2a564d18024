/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The form nas/correlation/1. */
#include <math.h>

#include "nas/run/correlation.h"

static const char *const schemas[] = { "nas/correlation/1", NULL };

#define AT(member) .offset = offsetof(struct correlation_figures, member)
#define FIGURE(name, member, what)                                           \
	{ .key = name, .type = FORM_CUSTOM, AT(member),                      \
	  .custom = &figure_custom, .help = what }
#define INTERVAL(name, member, what)                                         \
	{ .key = name, .type = FORM_CUSTOM, AT(member),                      \
	  .custom = &interval_custom, .help = what }

static const struct form_field figures_fields[] = {
	{ .key = "n", .type = FORM_INT, AT(n), .low = 0, .high = HUGE_VAL,
	  .unit = "networks", .help = "for which the score is defined" },
	FIGURE("spearman", spearman, "rank correlation with accuracy; null: "
	       "undefined, one of the two is constant"),
	INTERVAL("spearman_interval", spearman_interval, "by bootstrap"),
	FIGURE("kendall_tau_b", kendall, "rank correlation with accuracy, "
	       "ties counted; null: undefined"),
	INTERVAL("kendall_tau_b_interval", kendall_interval, "by bootstrap"),
};

#undef AT

static const struct form figures_form = {
	.title = "agreement with accuracy",
	.size = sizeof(struct correlation_figures),
	.fields = figures_fields,
	.nfields = sizeof(figures_fields) / sizeof(figures_fields[0]),
};

#define AT(member) .offset = offsetof(struct correlation_row, member)

static const struct form_field row_fields[] = {
	{ .key = "name", .type = FORM_STRING, AT(name),
	  .help = "of the score; its column in scores.csv" },
	{ .key = "title", .type = FORM_STRING, AT(title),
	  .help = "for people" },
	{ .key = "all", .type = FORM_OBJECT, AT(all), .form = &figures_form,
	  .help = "over all networks" },
	{ .key = "top", .type = FORM_OBJECT, AT(top), .form = &figures_form,
	  .help = "over the top tenth by accuracy" },
	{ .key = "within_flops", .type = FORM_CUSTOM, AT(within),
	  .custom = &figure_custom,
	  .help = "mean Spearman within bins of nearly equal FLOPs" },
};

#undef AT

static const struct form row_form = {
	.title = "a score",
	.size = sizeof(struct correlation_row),
	.fields = row_fields,
	.nfields = sizeof(row_fields) / sizeof(row_fields[0]),
};

static enum nas_status read_ceiling(const struct json_doc *doc,
				    const cJSON *node, void *out,
				    struct nas_arena *arena,
				    struct nas_err *err)
{
	struct correlation_slot *slot = out;

	slot->present = !cJSON_IsNull(node);
	if (!slot->present)
		return NAS_OK;
	return form_read(&row_form, doc, node, &slot->row, arena, err);
}

static cJSON *write_ceiling(const void *in)
{
	const struct correlation_slot *slot = in;

	return slot->present ? form_write(&row_form, &slot->row)
			     : cJSON_CreateNull();
}

static cJSON *ceiling_schema(void)
{
	return form_part_schema_or_null(&row_form);
}

static const struct form_custom ceiling_custom = { .read = read_ceiling,
						   .write = write_ceiling,
						   .schema = ceiling_schema };

#define AT(member) .offset = offsetof(struct correlation_record, member)
#define COUNT(name, member, what)                                            \
	{ .key = name, .type = FORM_INT, AT(member), .low = 0,               \
	  .high = HUGE_VAL, .help = what }

static const struct form_field fields[] = {
	{ .key = "schema", .type = FORM_CHOICE, AT(schema), .choices = schemas,
	  .fallback = "\"nas/correlation/1\"", .help = "form of the file" },
	COUNT("networks", networks, "in the table"),
	COUNT("top", top, "networks in the top tenth; 0: too few"),
	COUNT("seeds", seeds, "accuracies that every network has; 0: one"),
	COUNT("bins", bins, "of FLOPs, for within_flops; 0: too few networks"),
	COUNT("resamples", resamples, "of the bootstrap"),
	{ .key = "level", .type = FORM_NUMBER, AT(level), .low = 0, .high = 1,
	  .help = "of the intervals" },
	{ .key = "seed", .type = FORM_INT64, AT(seed), .low = 0,
	  .high = HUGE_VAL, .help = "of the bootstrap" },
	{ .key = "scores", .type = FORM_OBJECTS, AT(row),
	  .count_offset = offsetof(struct correlation_record, nrows),
	  .form = &row_form, .min_count = 1, .help = "each score" },
	{ .key = "ceiling", .type = FORM_CUSTOM, AT(ceiling),
	  .custom = &ceiling_custom,
	  .help = "one training seed against another; null: one seed only" },
};

const struct form correlation_form = {
	.name = "nas/correlation/1",
	.title = "how well scores rank measured networks",
	.size = sizeof(struct correlation_record),
	.fields = fields,
	.nfields = sizeof(fields) / sizeof(fields[0]),
};

static struct correlation_figures
figures_of(const struct correlate_agreement *a)
{
	const int s = CORRELATE_SPEARMAN, k = CORRELATE_KENDALL;

	return (struct correlation_figures){
		.n = a->n,
		.spearman = a->value[s],
		.kendall = a->value[k],
		.spearman_interval = { a->low[s], a->high[s] },
		.kendall_interval = { a->low[k], a->high[k] },
	};
}

static struct correlation_row row_of(const struct correlate_row *row,
				     struct nas_arena *arena)
{
	return (struct correlation_row){
		.name = arena_strdup(arena, row->name),
		.title = arena_strdup(arena, row->title),
		.all = figures_of(&row->all),
		.top = figures_of(&row->top),
		.within = row->within,
	};
}

enum nas_status correlation_record_make(struct correlation_record *record,
					const struct correlation *c,
					struct nas_arena *arena,
					struct nas_err *err)
{
	record->networks = c->n;
	record->top = c->ntop;
	record->seeds = c->nseeds;
	record->bins = c->nbins;
	record->nrows = c->nrows;
	record->row = NAS_NEW(arena, struct correlation_row,
			      (size_t)c->nrows);
	for (int r = 0; r < c->nrows && record->row; r++)
		record->row[r] = row_of(&c->row[r], arena);
	record->ceiling.present = c->nseeds > 0;
	record->ceiling.row = row_of(&c->ceiling, arena);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the result");
	return NAS_OK;
}
