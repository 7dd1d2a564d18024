/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/cli/print.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "nas/cli/progress.h"
#include "nas/cli/streams.h"

#define COLUMNS_MAX 24

enum nas_status print_json(cJSON *tree, struct nas_err *err)
{
	struct nas_text t = {0};

	if (text_add_json(&t, tree, err) == NAS_OK)
		say_text(&t);
	text_free(&t);
	return err->code;
}

/* keep: the control characters that may stay. */
static void NAS_FORMAT(3, 0) print_clean(FILE *out, const char *keep,
					 const char *fmt, va_list ap)
{
	char line[1024], *long_one = NULL;
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(line, sizeof(line), fmt, ap);
	if (n >= (int)sizeof(line)) {
		long_one = malloc((size_t)n + 1);
		if (long_one)
			vsnprintf(long_one, (size_t)n + 1, fmt, again);
		else
			streams_cut();
	}
	va_end(again);
	nas_clean(long_one ? long_one : line, keep);
	fputs(long_one ? long_one : line, out);
	free(long_one);
}

void say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_clean(stdout, "\n", fmt, ap);
	va_end(ap);
}

void say_text(const struct nas_text *t)
{
	if (t->failed)
		streams_cut();
	else if (t->length)
		fwrite(t->data, 1, t->length, stdout);
}

const char *text_said(const struct nas_text *t)
{
	if (t->failed)
		streams_cut();
	return t->data && !t->failed ? t->data : "";
}

struct shown shown(const char *name)
{
	struct shown x;

	if (snprintf(x.s, sizeof(x.s), "%s", name ? name : "") >=
	    (int)sizeof(x.s))
		memcpy(x.s + sizeof(x.s) - 4, "...", 4);
	nas_clean(x.s, "");
	return x;
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

void print_table(struct nas_text *rows)
{
	struct layout layout = {0};

	if (rows->failed) {
		streams_cut();
		return;
	}
	if (!rows->data)
		return;
	nas_clean(rows->data, "\t\n");
	each_cell(rows->data, &layout, measure);
	each_cell(rows->data, &layout, print_cell);
}

static void NAS_FORMAT(2, 0) note(const char *before, const char *fmt,
				  va_list ap)
{
	progress_wipe();
	fputs(before, stderr);
	print_clean(stderr, "", fmt, ap);
	fputc('\n', stderr);
}

void cli_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	note("nas: warning: ", fmt, ap);
	va_end(ap);
}

void cli_note(const struct cli *cli, const char *fmt, ...)
{
	va_list ap;

	if (cli->quiet)
		return;
	va_start(ap, fmt);
	note("nas: ", fmt, ap);
	va_end(ap);
}

void cli_detail(const struct cli *cli, const char *fmt, ...)
{
	va_list ap;

	if (!cli->verbose)
		return;
	va_start(ap, fmt);
	note("nas: ", fmt, ap);
	va_end(ap);
}
