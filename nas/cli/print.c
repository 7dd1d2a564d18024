/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/cli/print.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS_MAX 24

enum nas_status print_json(cJSON *tree, struct nas_err *err)
{
	struct text t = {0};

	if (text_add_json(&t, tree, err) == NAS_OK && t.data)
		fputs(t.data, stdout);
	text_free(&t);
	return err->code;
}

/* Columns on a screen: bytes that begin a character. */
static int columns_of(const char *s, size_t n)
{
	int columns = 0;

	for (size_t i = 0; i < n; i++)
		columns += ((unsigned char)s[i] & 0xC0) != 0x80;
	return columns;
}

struct layout {
	int width[COLUMNS_MAX];
	bool text[COLUMNS_MAX]; /* some cell below the head is no number */
};

static bool is_number(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strchr("0123456789+-.,e%", s[i]))
			return false;
	return true; /* an empty cell may stand in either column */
}

/* Call visit for each cell: its row, its column, whether its line ends. */
static void each_cell(const char *s, struct layout *layout,
		      void (*visit)(struct layout *layout, int row, int column,
				    const char *cell, size_t n, bool last))
{
	int row = 0, column = 0;

	while (*s) {
		size_t n = strcspn(s, "\t\n");
		bool last = s[n] != '\t';

		visit(layout, row, column < COLUMNS_MAX ? column
							: COLUMNS_MAX - 1,
		      s, n, last);
		row += last;
		column = last ? 0 : column + 1;
		s += n + (s[n] != '\0');
	}
}

static void measure(struct layout *layout, int row, int column,
		    const char *cell, size_t n, bool last)
{
	int width = columns_of(cell, n);

	(void)last;
	if (width > layout->width[column])
		layout->width[column] = width;
	if (row > 0 && !is_number(cell, n))
		layout->text[column] = true;
}

static void print_cell(struct layout *layout, int row, int column,
		       const char *cell, size_t n, bool last)
{
	int pad = layout->width[column] - columns_of(cell, n);

	(void)row;
	printf("%s", column ? "  " : "");
	if (!layout->text[column])
		printf("%*s", pad, "");
	printf("%.*s", (int)n, cell);
	if (layout->text[column] && !last)
		printf("%*s", pad, "");
	if (last)
		printf("\n");
}

void print_table(const struct text *rows)
{
	const char *s = rows->data ? rows->data : "";
	struct layout layout = {0};

	each_cell(s, &layout, measure);
	each_cell(s, &layout, print_cell);
}

static void NAS_FORMAT(1, 0) note(const char *fmt, va_list ap)
{
	fputs("nas: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
}

void cli_note(const struct cli *cli, const char *fmt, ...)
{
	va_list ap;

	if (cli->quiet)
		return;
	va_start(ap, fmt);
	note(fmt, ap);
	va_end(ap);
}

void cli_detail(const struct cli *cli, const char *fmt, ...)
{
	va_list ap;

	if (!cli->verbose)
		return;
	va_start(ap, fmt);
	note(fmt, ap);
	va_end(ap);
}
