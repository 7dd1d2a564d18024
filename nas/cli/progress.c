/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _POSIX_C_SOURCE 200809L /* STDERR_FILENO */
#include "nas/cli/progress.h"

#include <math.h>
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

static void begin(struct progress *p, bool quiet)
{
	p->quiet = quiet;
	p->next = clock_s() + (on_terminal() ? 0 : LINE_S);
}

/* It is time for a line; the interval to the next one begins. */
static bool due(struct progress *p)
{
	double now;

	if (p->quiet)
		return false;
	now = clock_s();
	if (now < p->next)
		return false;
	p->next = now + (on_terminal() ? REDRAW_S : LINE_S);
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

/* share: 0 .. 1. Control characters of state come out as '?'. */
static void show_line(double share, const char *state)
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

void progress_wipe(void)
{
	if (drawn)
		fputs(WIPE, stderr);
	drawn = false;
}

/* ---- a search, and steps -------------------------------------------------- */

void progress_start(struct progress *p, bool quiet,
		    const struct nas_evolve_options *options)
{
	*p = (struct progress){0};
	begin(p, quiet);
	p->max_evals = (double)options->max_evals;
	p->time_s = options->time_s;
	p->begun = clock_s();
	p->left = HUGE_VAL;
}

/* Of the evaluations. */
static double share_made(const struct progress *p,
			 const struct nas_evolve_row *row)
{
	return p->max_evals > 0 ? (double)row->evaluations / p->max_evals : 0;
}

/* Of the whole search, by whichever end comes first. */
static double share_done(const struct progress *p,
			 const struct nas_evolve_row *row)
{
	double f = share_made(p, row);

	if (p->time_s > 0)
		f = fmax(f, (clock_s() - p->begun) / p->time_s);
	return fmin(f, 1);
}

/* Seconds until it is at its end at the latest. What was said before holds: a
 * search that becomes slower is late, and does not ask for more. */
static double seconds_left(struct progress *p, const struct nas_evolve_row *row)
{
	double f = share_made(p, row), left = HUGE_VAL;

	if (f > 0)
		left = row->seconds * (1 - f) / f;
	if (p->time_s > 0)
		left = fmin(left, p->begun + p->time_s - clock_s());
	p->left = fmax(0, fmin(p->left, left));
	return p->left;
}

static void left_text(char *text, size_t size, double left)
{
	if (left > 359999)
		snprintf(text, size, "?");
	else if (left >= 3600)
		snprintf(text, size, "%d:%02d:%02d", (int)left / 3600,
			 (int)left / 60 % 60, (int)left % 60);
	else
		snprintf(text, size, "%d:%02d", (int)left / 60,
			 (int)left % 60);
}

/* "best 1231.5200, 8.10 M evals/s, 12 % duplicates, 0:02 left" */
static void state_text(char *text, size_t size, double left,
		       const struct nas_evolve_row *row)
{
	char best[40] = "none feasible yet", end[32];
	double speed = 0, known = (double)row->duplicates;
	double made = known + (double)row->evaluations;

	if (row->seconds > 0)
		speed = (double)row->evaluations / row->seconds;
	if (isfinite(row->best))
		snprintf(best, sizeof(best), "best %.4f", row->best);
	left_text(end, sizeof(end), left);
	snprintf(text, size, "%s, %.3g %s evals/s, %.0f %% duplicates, "
		 "%s left", best, speed < 999500 ? speed / 1e3 : speed / 1e6,
		 speed < 999500 ? "k" : "M", made > 0 ? 100 * known / made : 0,
		 end);
}

void progress_show(struct progress *p, const struct nas_evolve_row *row)
{
	char state[160];

	if (!due(p))
		return;
	state_text(state, sizeof(state), seconds_left(p, row), row);
	show_line(share_done(p, row), state);
}

void progress_end(struct progress *p)
{
	progress_wipe();
	p->started = false;
}

void progress_step(struct progress *p, bool quiet, const char *what, int done,
		   int of)
{
	char state[160];

	if (done < 0) {
		progress_end(p);
		return;
	}
	if (!p->started)
		begin(p, quiet);
	p->started = true;
	if (!due(p))
		return;
	snprintf(state, sizeof(state), "%.100s, %d of %d", what, done, of);
	show_line((double)done / of, state);
}

static void show(void *context, int done, int of)
{
	struct progress_watch *w = context;

	progress_step(&w->progress, w->quiet, w->what, done, of);
}

struct watch *progress_watch(struct progress_watch *w, bool quiet,
			     const char *what)
{
	w->watch = (struct watch){ .show = show, .context = w };
	w->progress = (struct progress){0};
	w->quiet = quiet;
	w->what = what;
	return &w->watch;
}
