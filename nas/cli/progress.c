/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/cli/progress.h"

#include <math.h>
#include <stdio.h>

#include "nas/base/clock.h"

void progress_start(struct progress *p, bool quiet,
		    const struct nas_evolve_options *options)
{
	*p = (struct progress){0};
	meter_begin(&p->meter, quiet);
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

	if (!meter_due(&p->meter))
		return;
	state_text(state, sizeof(state), seconds_left(p, row), row);
	meter_show(share_done(p, row), state);
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
