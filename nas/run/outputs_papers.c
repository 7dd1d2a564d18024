/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Outputs about published figures. */
#include "nas/run/outputs.h"

static const struct form_field sigma_row_fields[] = {
	OUT("sigma", NUMBER, "standard deviation before rounding"),
	OUT("sigma_hat", NUMBERS, "after it, a number of bits each"),
};
OUT_PART(sigma_row_form, "a standard deviation", sigma_row_fields);

static const struct form_field sigma_fields[] = {
	OUT_SCHEMA("nas/sigma/1"),
	OUT("bits", INTS, "of the values of each row"),
	OUT("rows", OBJECTS, "a standard deviation each",
	    .form = &sigma_row_form),
};
OUT_FORM(output_sigma, "nas/sigma/1", "spreads of quantised Gaussians",
	 sigma_fields);

static const struct form_field paper_fields[] = {
	OUT("name", STRING, "in PAPER/TABLE"),
	OUT("title", STRING, "of the paper"),
	OUT("source", STRING, "authors, where and when"),
};
OUT_PART(paper_part, "a paper", paper_fields);

static const struct form_field column_fields[] = {
	OUT("name", STRING, "of the figure"),
	OUT_MAY("unit", STRING, "of published and ours"),
	OUT("at", CUSTOM, "JSON pointers into what the row's command prints",
	    .custom = &texts_custom),
	OUT("times", NUMBER, "factor from there to the unit"),
	OUT_MAY("cannot", STRING, "why no row has it here"),
};
OUT_PART(column_part, "a figure of a table", column_fields);

static const struct form_field figure_fields[] = {
	OUT("column", STRING, "which figure"),
	OUT_MAY("unit", STRING, "of published and ours"),
	OUT_MAY("published", NUMBER, "the published number"),
	OUT_MAY("published_text", STRING, "or what stands there"),
	OUT_MAY("ours", NUMBER, "computed"),
	OUT_MAY("ours_text", STRING, "computed, of what is no number"),
	OUT_MAY("difference", NUMBER, "ours less published"),
	OUT_MAY("difference_percent", NUMBER, "of the published number"),
	OUT_MAY("cannot", STRING, "why there is none of ours"),
};
OUT_PART(figure_part, "a figure of a row", figure_fields);

static const struct form_field row_fields[] = {
	OUT("label", STRING, "what the row is about"),
	OUT_MAY("command", STRING, "that gives ours"),
	OUT_MAY("seconds", NUMBER, "that it took; 0 where another row had it"),
	OUT_MAY("cannot", STRING, "why nothing is computed"),
	OUT_MAY("failed", STRING, "what went wrong"),
	OUT_MAY("note", STRING, "what else must be known"),
	OUT("figures", OBJECTS, "one a column", .form = &figure_part),
};
OUT_PART(row_part, "a row", row_fields);

static const struct form_field table_fields[] = {
	OUT("paper", STRING, "its name"),
	OUT("table", STRING, "its name"),
	OUT("title", STRING, "for people"),
	OUT("source", STRING, "where it stands in the paper"),
	OUT_MAY("text", STRING, "what is seen, and how ours is counted"),
	OUT("columns", OBJECTS, "its figures", .form = &column_part),
	OUT("rows", OBJECTS, "its rows", .form = &row_part),
};
OUT_PART(table_part, "a table or figure of a paper", table_fields);

static const struct form_field reproduction_fields[] = {
	OUT_SCHEMA("nas/reproduction/1"),
	OUT("computed", INT, "rows"),
	OUT("failed", INT, "rows of these"),
	OUT("without", INT, "rows that say why they are not computed"),
	OUT("seconds", NUMBER, "for all"),
	OUT("papers", OBJECTS, "of the tables", .form = &paper_part),
	OUT("tables", OBJECTS, "that were asked for", .form = &table_part),
};
OUT_FORM(output_reproduction, "nas/reproduction/1",
	 "published figures beside ours", reproduction_fields);
