/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/history.h"

#include <math.h>
#include <string.h>

#include "nas/form/json.h"

#define FIXED 6 /* columns before the islands */

static const char *const heads[FIXED] = { "evaluations", "feasible",
					  "duplicates", "best", "median",
					  "best_bitops" };

struct csv {
	const char *p, *line_start, *source;
	int line;
};

static enum nas_status fail(const struct csv *csv, struct nas_err *err,
			    const char *what)
{
	return nas_fail_at(err, NAS_EINPUT, csv->source, csv->line,
			   (int)(csv->p - csv->line_start) + 1, NULL, "%s",
			   what);
}

/* Bytes up to the end of the cell. */
static size_t cell_length(const struct csv *csv)
{
	return strcspn(csv->p, ",\r\n");
}

static bool at_line_end(const struct csv *csv)
{
	return *csv->p == '\n' || *csv->p == '\r' || *csv->p == '\0';
}

static void next_line(struct csv *csv)
{
	csv->p += *csv->p == '\r';
	csv->p += *csv->p == '\n';
	csv->line_start = csv->p;
	csv->line++;
}

static bool cell_is(const struct csv *csv, const char *want)
{
	size_t n = cell_length(csv);

	return n == strlen(want) && strncmp(csv->p, want, n) == 0;
}

static enum nas_status read_head(struct csv *csv, int *islands,
				 struct nas_err *err)
{
	char want[64];

	for (int c = 0; c < FIXED + HISTORY_ISLANDS_MAX; c++) {
		snprintf(want, sizeof(want), "island_%d", c - FIXED + 1);
		if (c < FIXED)
			snprintf(want, sizeof(want), "%s", heads[c]);
		if (!cell_is(csv, want)) {
			snprintf(want, sizeof(want), "column %d must be '%s'",
				 c + 1, c < FIXED ? heads[c] : "island_N");
			return fail(csv, err, want);
		}
		csv->p += cell_length(csv);
		*islands = c + 1 - FIXED;
		if (at_line_end(csv))
			break;
		csv->p++;
	}
	if (*islands < 0)
		return fail(csv, err, "the header is incomplete");
	next_line(csv);
	return NAS_OK;
}

/* A number as the program writes it: no blanks, no hexadecimal, finite. */
static enum nas_status read_cell(struct csv *csv, bool optional, double *x,
				 struct nas_err *err)
{
	size_t n = cell_length(csv);
	char *end;

	*x = (double)NAN;
	if (n == 0 && optional)
		return NAS_OK;
	if (n == 0 || strspn(csv->p, "+-.0123456789eE") < n)
		return fail(csv, err, "must be a number");
	*x = strtod(csv->p, &end);
	if (end != csv->p + n || !isfinite(*x))
		return fail(csv, err, "must be a number");
	csv->p += n;
	return NAS_OK;
}

static enum nas_status read_row(struct csv *csv, struct history_row *row,
				double *island, int islands,
				struct nas_err *err)
{
	double *const fixed[FIXED] = { &row->evaluations, &row->feasible,
				       &row->duplicates, &row->best,
				       &row->median, &row->best_bitops };

	for (int c = 0; c < FIXED + islands; c++) {
		if (c > 0 && *csv->p != ',')
			return fail(csv, err, "the row has too few cells");
		csv->p += c > 0;
		if (read_cell(csv, c >= 3, c < FIXED ? fixed[c]
						     : &island[c - FIXED],
			      err) != NAS_OK)
			return err->code;
	}
	if (!at_line_end(csv))
		return fail(csv, err, "the row has too many cells");
	next_line(csv);
	return NAS_OK;
}

static int count_lines(const char *p)
{
	int n = 0;

	for (; *p; n++) {
		p += strcspn(p, "\n");
		p += *p == '\n';
	}
	return n;
}

enum nas_status history_parse(struct history *h, const char *text,
			      const char *source, struct nas_arena *arena,
			      struct nas_err *err)
{
	struct csv csv = { .p = text, .line_start = text, .source = source,
			   .line = 1 };
	int rows, islands = 0;

	memset(h, 0, sizeof(*h));
	if (read_head(&csv, &islands, err) != NAS_OK)
		return err->code;
	rows = count_lines(csv.p);
	h->row = NAS_NEW(arena, struct history_row, (size_t)rows);
	h->island = NAS_NEW2(arena, double, (size_t)rows, (size_t)islands);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for '%.200s'",
				source);
	for (int i = 0; i < rows; i++)
		if (read_row(&csv, &h->row[i], h->island + (size_t)i *
			     (size_t)islands, islands, err) != NAS_OK)
			return err->code;
	h->nrows = rows;
	h->islands = islands;
	h->present = true;
	return NAS_OK;
}

enum nas_status history_make(struct history *h,
			     const struct nas_evolve_result *r,
			     struct nas_arena *arena, struct nas_err *err)
{
	*h = (struct history){ .present = true, .nrows = r->nrows,
			       .islands = r->islands,
			       .island = r->island_best };
	h->row = NAS_NEW(arena, struct history_row, (size_t)r->nrows);
	if (!h->row)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the history");
	for (int i = 0; i < r->nrows; i++)
		h->row[i] = (struct history_row){
			.evaluations = (double)r->row[i].evaluations,
			.feasible = (double)r->row[i].feasible,
			.duplicates = (double)r->row[i].duplicates,
			.best = r->row[i].best,
			.median = r->row[i].median,
			.best_bitops = r->row[i].best_bitops,
		};
	return NAS_OK;
}

/* An empty cell for what is not there. */
static void add_cell(struct nas_text *t, double x, char end)
{
	char number[32] = "";

	if (isfinite(x))
		json_format_number(number, x);
	text_addf(t, "%s%c", number, end);
}

static void add_row(struct nas_text *t, const struct history_row *row,
		    const double *island, int islands)
{
	text_addf(t, "%.0f,%.0f,%.0f,", row->evaluations, row->feasible,
		  row->duplicates);
	add_cell(t, row->best, ',');
	add_cell(t, row->median, ',');
	add_cell(t, row->best_bitops, islands ? ',' : '\n');
	for (int i = 0; i < islands; i++)
		add_cell(t, island[i], i + 1 < islands ? ',' : '\n');
}

void history_csv(struct nas_text *t, const struct history *h)
{
	for (int c = 0; c < FIXED; c++)
		text_addf(t, "%s%s", c ? "," : "", heads[c]);
	for (int i = 0; i < h->islands; i++)
		text_addf(t, ",island_%d", i + 1);
	text_add(t, "\n");
	for (int i = 0; i < h->nrows; i++)
		add_row(t, &h->row[i], h->island + (size_t)i *
			(size_t)h->islands, h->islands);
}
