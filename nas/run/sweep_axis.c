/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An axis of a sweep from the command line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nas/base/quantity.h"
#include "nas/run/sweep.h"

/* Bytes to the next comma that parts two values, or to the end. */
static size_t value_length(const char *s)
{
	int depth = 0;
	bool quoted = false;
	size_t i = 0;

	for (; s[i] && (quoted || depth > 0 || s[i] != ','); i++) {
		if (quoted && s[i] == '\\' && s[i + 1])
			i++;
		else if (s[i] == '"')
			quoted = !quoted;
		else if (!quoted)
			depth += strchr("[{", s[i]) != NULL,
				depth -= strchr("]}", s[i]) != NULL;
	}
	return i;
}

/* "1..10"; the numbers in whole, since doubles have no room for all seeds */
static bool is_range(const char *s, size_t n, long *from, long *to)
{
	size_t spaces = strspn(s, " ");
	struct quantity_span span;
	char *end;

	if (spaces > n || !quantity_span_parse(&span, s + spaces, n - spaces) ||
	    !span.has_low || !span.has_high)
		return false;
	*from = strtol(s, &end, 10);
	if (strncmp(end, "..", 2) != 0)
		return false;
	*to = strtol(end + 2, &end, 10);
	return end == s + n;
}

static char *copy(struct nas_arena *arena, const char *s, size_t n)
{
	char *text = NAS_NEW(arena, char, n + 1);

	return text ? memcpy(text, s, n) : NULL;
}

static void add_value(struct sweep_axis *axis, const char *s, size_t n,
		      struct nas_arena *arena)
{
	char text[32];
	long from, to;

	if (!is_range(s, n, &from, &to)) {
		axis->value[axis->n++] = copy(arena, s, n);
		return;
	}
	for (; from <= to; from++) {
		int length = snprintf(text, sizeof(text), "%ld", from);

		axis->value[axis->n++] = copy(arena, text, (size_t)length);
	}
}

static size_t range_count(long from, long to)
{
	size_t n = (size_t)to - (size_t)from;

	return to < from ? 0 : n < SWEEP_JOBS ? n + 1 : SWEEP_JOBS + 1;
}

/* Values of a list, ranges counted out; 0 when one is empty. */
static size_t count_values(const char *s)
{
	size_t count = 0;
	long from, to;

	for (;; s++) {
		size_t n = value_length(s), some = n > 0;

		if (is_range(s, n, &from, &to))
			some = range_count(from, to);
		if (some == 0)
			return 0;
		count += some;
		s += n;
		if (!*s || count > SWEEP_JOBS)
			return count;
	}
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* No value twice. */
static enum nas_status check_values(const struct sweep_axis *axis,
				    struct nas_arena *arena,
				    struct nas_err *err)
{
	size_t n = (size_t)axis->n;
	char **value = NAS_NEW(arena, char *, n);

	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a grid");
	memcpy(value, axis->value, n * sizeof(*value));
	qsort(value, n, sizeof(*value), by_text);
	for (size_t i = 1; i < n; i++)
		if (strcmp(value[i - 1], value[i]) == 0)
			return nas_fail(err, NAS_EUSAGE, "--grid '%.80s' has the "
					"value %.80s twice", axis->path,
					value[i]);
	return NAS_OK;
}

enum nas_status sweep_parse_axis(struct sweep_axis *axis, const char *grid,
				 struct nas_arena *arena, struct nas_err *err)
{
	const char *s = strchr(grid, '=');
	size_t count = s && s > grid ? count_values(s + 1) : 0, n;

	if (count == 0)
		return nas_fail(err, NAS_EUSAGE,
				"--grid is PATH=VALUE,VALUE,... or PATH=LOW..HIGH, "
				"not '%.80s'",
				grid);
	if (count > SWEEP_JOBS)
		return nas_fail(err, NAS_EUSAGE, "--grid has more than %d "
				"values", SWEEP_JOBS);
	axis->path = copy(arena, grid, (size_t)(s - grid));
	axis->value = NAS_NEW(arena, char *, count);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a grid");
	do {
		n = value_length(++s);
		add_value(axis, s, n, arena);
		s += n;
	} while (*s);
	return check_values(axis, arena, err);
}

void sweep_job_text(char *text, size_t size, const struct sweep *sweep, int job)
{
	size_t n = 0;

	text[0] = '\0';
	for (int i = 0; i < sweep->naxes && n < size; i++)
		n += (size_t)snprintf(text + n, size - n, "%s%s=%s",
				      i ? " " : "", sweep->axis[i].path,
				      sweep_value(sweep, job, i));
}
