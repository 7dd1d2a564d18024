/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/cli/progress.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nas/base/clock.h"
#include "nas/cli/streams.h"

#define BAR_COLUMNS 24
#define REDRAW_S 0.1
#define LINE_S 10.0
#define WIPE "\r\033[K"

static void progress_open(struct progress *p, bool quiet)
{
	const char *term = getenv("TERM"), *plain = getenv("NO_COLOR");

	*p = (struct progress){
		.quiet = quiet,
		.terminal = stderr_is_terminal() && term &&
			    strcmp(term, "dumb") != 0,
		.color = !plain || !*plain,
	};
}

void progress_start(struct progress *p, bool quiet,
		    const struct evolve_options *options)
{
	progress_open(p, quiet);
	p->max_evals = (double)options->max_evals;
	p->time_s = options->time_s;
}

/* Of the whole search, by whichever end comes first. */
static double fraction(const struct progress *p, const struct evolve_row *row)
{
	double f = 0;

	if (p->max_evals > 0)
		f = fmax(f, (double)row->evaluations / p->max_evals);
	if (p->time_s > 0)
		f = fmax(f, row->seconds / p->time_s);
	return fmin(f, 1);
}

static void left_text(char *text, size_t size, double f, double seconds)
{
	double left = f > 0 ? seconds * (1 - f) / f : 0;

	if (f <= 0 || left > 359999)
		snprintf(text, size, "?");
	else if (left >= 3600)
		snprintf(text, size, "%d:%02d:%02d", (int)left / 3600,
			 (int)left / 60 % 60, (int)left % 60);
	else
		snprintf(text, size, "%d:%02d", (int)left / 60,
			 (int)left % 60);
}

/* "best 1231.5200, 8.10 M evaluations/s, 0:02 left" */
static void state_text(char *text, size_t size, double f,
		       const struct evolve_row *row)
{
	char best[40] = "none feasible yet", left[32];
	double speed = 0;

	if (row->seconds > 0)
		speed = (double)row->evaluations / row->seconds;
	if (isfinite(row->best))
		snprintf(best, sizeof(best), "%.4f", row->best);
	left_text(left, sizeof(left), f, row->seconds);
	snprintf(text, size, "best %s, %.3g %s evaluations/s, %s left", best,
		 speed < 1e6 ? speed / 1e3 : speed / 1e6,
		 speed < 1e6 ? "k" : "M", left);
}

static void draw_bar(struct progress *p, double f, const char *state)
{
	int full = (int)(f * BAR_COLUMNS);
	char bar[BAR_COLUMNS + 1];

	memset(bar, '#', (size_t)full);
	memset(bar + full, '-', (size_t)(BAR_COLUMNS - full));
	bar[BAR_COLUMNS] = '\0';
	fprintf(stderr, WIPE "%s[%s]%s %3.0f %%  %s",
		p->color ? "\033[32m" : "", bar, p->color ? "\033[0m" : "",
		100 * f, state);
	fflush(stderr);
	p->drawn = true;
}

void progress_show(struct progress *p, const struct evolve_row *row)
{
	double f = fraction(p, row);
	char state[160];

	if (p->quiet ||
	    row->seconds - p->last < (p->terminal ? REDRAW_S : LINE_S))
		return;
	p->last = row->seconds;
	state_text(state, sizeof(state), f, row);
	if (p->terminal)
		draw_bar(p, f, state);
	else
		fprintf(stderr, "nas: %.0f %%, %s\n", 100 * f, state);
}

void progress_end(struct progress *p)
{
	if (p->drawn)
		fputs(WIPE, stderr);
	p->drawn = false;
}

void progress_step(struct progress *p, bool quiet, const char *what, int done,
		   int of)
{
	double now = clock_s();
	char state[160];

	if (done < 0) {
		progress_end(p);
		p->started = false;
		return;
	}
	if (!p->started) {
		progress_open(p, quiet);
		p->started = true;
		p->last = now;
	}
	if (p->quiet || now - p->last < (p->terminal ? REDRAW_S : LINE_S))
		return;
	p->last = now;
	snprintf(state, sizeof(state), "%s, %d of %d", what, done, of);
	nas_clean(state, "");
	if (p->terminal)
		draw_bar(p, (double)done / of, state);
	else
		fprintf(stderr, "nas: %s\n", state);
}
