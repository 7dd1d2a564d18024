/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L /* STDERR_FILENO */
#include "nas/cli/meter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "nas/base/clock.h"
#include "nas/base/err.h"
#include "nas/cli/streams.h"

#define BAR_COLUMNS  24 /* at most */
#define BAR_LEAST    6  /* narrower ones are left out */
#define BESIDE	     10 /* "[] 100 %  " */
#define COLUMNS_ELSE 80 /* of a terminal that does not say */
#define REDRAW_S     0.1
#define LINE_S	     10.0
#define WIPE	     "\r\033[K"

static bool drawn; /* there is a bar on the terminal */

static bool on_terminal(void)
{
	const char *term = getenv("TERM");

	return stderr_is_terminal() && term && strcmp(term, "dumb") != 0;
}

static int terminal_columns(void)
{
	const char *given = getenv("COLUMNS");
	int n = given ? atoi(given) : 0;
	struct winsize size;

	if (n <= 0 && ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0)
		n = size.ws_col;
	return n > 0 ? n : COLUMNS_ELSE;
}

void meter_begin(struct meter *m, bool quiet)
{
	m->quiet = quiet;
	m->next = clock_s() + (on_terminal() ? 0 : LINE_S);
}

bool meter_due(struct meter *m)
{
	double now;

	if (m->quiet)
		return false;
	now = clock_s();
	if (now < m->next)
		return false;
	m->next = now + (on_terminal() ? REDRAW_S : LINE_S);
	return true;
}

/* Cut between characters to so many columns; returns how many it has. */
static int cut(char *s, int columns)
{
	int n = 0;

	for (; *s; s++) {
		if (((unsigned char)*s & 0xC0) == 0x80)
			continue;
		if (n == columns) {
			*s = '\0';
			break;
		}
		n++;
	}
	return n;
}

static void draw(double share, char *state)
{
	const char *plain = getenv("NO_COLOR");
	bool color = !plain || !*plain;
	int room = terminal_columns() - 1; /* the last one would wrap */
	int width = room - BESIDE - cut(state, room > 8 ? room - 8 : 0);
	int full, columns = width < BAR_COLUMNS ? width : BAR_COLUMNS;
	char bar[BAR_COLUMNS + 1] = "";

	fputs(WIPE, stderr);
	if (columns >= BAR_LEAST) {
		full = (int)(share * columns);
		memset(bar, '-', (size_t)columns);
		memset(bar, '#', (size_t)full);
		fprintf(stderr, "%s[%s]%s ", color ? "\033[32m" : "", bar,
			color ? "\033[0m" : "");
	}
	fprintf(stderr, "%3.0f %%  %s", 100 * share, state);
	fflush(stderr);
	drawn = true;
}

void meter_show(double share, const char *state)
{
	char text[256];

	snprintf(text, sizeof(text), "%s", state);
	nas_clean(text, "");
	if (!(share > 0))
		share = 0;
	else if (share > 1)
		share = 1;
	if (on_terminal())
		draw(share, text);
	else
		fprintf(stderr, "nas: %.0f %%, %s\n", 100 * share, text);
}

void meter_wipe(void)
{
	if (drawn)
		fputs(WIPE, stderr);
	drawn = false;
}
