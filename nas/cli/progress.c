/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/cli/progress.h"

#include <math.h>
#include <stdio.h>

void progress_start(struct progress *p, bool quiet,
		    const struct evolve_options *options)
{
	*p = (struct progress){0};
	meter_begin(&p->meter, quiet);
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

void progress_show(struct progress *p, const struct evolve_row *row)
{
	double f = fraction(p, row);
	char state[160];

	if (!meter_due(&p->meter))
		return;
	state_text(state, sizeof(state), f, row);
	meter_show(f, state);
}

void progress_end(struct progress *p)
{
	meter_wipe();
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
		meter_begin(&p->meter, quiet);
	p->started = true;
	if (!meter_due(&p->meter))
		return;
	snprintf(state, sizeof(state), "%.100s, %d of %d", what, done, of);
	meter_show((double)done / of, state);
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
