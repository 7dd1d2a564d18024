/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Score against BitOps: the history's best networks, those reported, and the
 * Pareto front of them all. */
#include <math.h>
#include <stdlib.h>

#include "nas/report/charts.h"

#define FROM_HISTORY 600 /* at most */

struct point {
	double bitops, score;
	int rank; /* 0 = of the history */
	bool front;
};

struct points {
	int n;
	struct point *point;
};

static bool same_point(const struct point *a, double bitops, double score)
{
	return a->bitops == bitops && a->score == score;
}

static void add_history(struct points *p, const struct history *h)
{
	int every = h->nrows / FROM_HISTORY + 1;

	for (int i = 0; i < h->nrows; i++) {
		const struct history_row *row = &h->row[i];

		if ((i % every && i != h->nrows - 1) ||
		    !isfinite(row->best) || !isfinite(row->best_bitops))
			continue;
		if (p->n && same_point(&p->point[p->n - 1], row->best_bitops,
				       row->best))
			continue;
		p->point[p->n++] = (struct point){ .bitops = row->best_bitops,
						   .score = row->best };
	}
}

static int by_bitops(const void *a, const void *b)
{
	const struct point *p = a, *q = b;

	if (p->bitops != q->bitops)
		return p->bitops < q->bitops ? -1 : 1;
	if (p->score != q->score)
		return p->score > q->score ? -1 : 1;
	return q->rank - p->rank;
}

/* On the front: no other one has fewer BitOps and as high a score. */
static void mark_front(struct points *p)
{
	double best = -HUGE_VAL;

	for (int i = 0; i < p->n; i++) {
		p->point[i].front = p->point[i].score > best;
		best = fmax(best, p->point[i].score);
	}
}

/* Sorted by BitOps. False when memory is out. */
static bool collect(struct points *p, const struct report *r)
{
	const struct report_run *run = &r->run[0];
	size_t room = 2 * FROM_HISTORY + 2 + (size_t)run->nbest;

	p->n = 0;
	p->point = calloc(room, sizeof(*p->point));
	if (!p->point)
		return false;
	if (run->history->present)
		add_history(p, run->history);
	for (int i = 0; i < run->nbest; i++)
		if (run->best[i].rank > 0)
			p->point[p->n++] = (struct point){
				.bitops = run->best[i].of->cost.bitops,
				.score = run->best[i].of->score,
				.rank = run->best[i].rank };
	qsort(p->point, (size_t)p->n, sizeof(*p->point), by_bitops);
	mark_front(p);
	return true;
}

static const char *absent(const struct report *r)
{
	const struct history *h = r->run[0].history;

	if (shown_network(r)->rank > 0)
		return NULL;
	for (int i = 0; i < h->nrows; i++)
		if (isfinite(h->row[i].best))
			return NULL;
	return "No network inside the budgets was found, so there is no score "
	       "to compare.";
}

static void draw_front(const struct plot *p, const struct points *points)
{
	double x[4 * FROM_HISTORY], y[4 * FROM_HISTORY];
	int n = 0;

	for (int i = 0; i < points->n && n < 4 * FROM_HISTORY - 2; i++) {
		if (!points->point[i].front)
			continue;
		x[n] = plot_x(p, points->point[i].bitops);
		y[n] = n ? y[n - 1] : plot_y(p, points->point[i].score);
		n++;
		x[n] = x[n - 1];
		y[n++] = plot_y(p, points->point[i].score);
	}
	if (n == 0)
		return;
	x[n] = p->right;
	y[n] = y[n - 1];
	svg_points(p->svg, x, y, n + 1, "line l-green");
}

static void draw_points(const struct plot *p, const struct points *points,
			bool reported)
{
	char title[160];

	for (int i = 0; i < points->n; i++) {
		const struct point *a = &points->point[i];
		const char *who = a->rank ? "network " : "history";

		if ((a->rank > 0) != reported)
			continue;
		snprintf(title, sizeof(title), "%s%.0d: %s BitOps, score %s",
			 who, a->rank, number_si(a->bitops, "").s,
			 number_fixed(a->score, 4).s);
		svg_circle(p->svg, plot_x(p, a->bitops), plot_y(p, a->score),
			   a->rank ? 5 : 4,
			   a->rank ? "f-blue l-paper ring"
				   : "f-paper l-soft ring", title);
	}
}

/* A limit that is far to the right would leave the points on one spot. */
static bool shows_limit(const struct range *x, double limit)
{
	return isfinite(limit) && limit <= x->hi + 2 * (x->hi - x->lo);
}

static void set_ranges(const struct points *points, struct range *x,
		       struct range *y)
{
	for (int i = 0; i < points->n; i++) {
		range_add(x, points->point[i].bitops);
		range_add(y, points->point[i].score);
	}
	range_widen(x, 0.08, 0.08);
	range_widen(y, 0.05, 0.05);
}

static void draw(struct svg *s, const struct report *r)
{
	static const struct svg_key keys[] = {
		{ "reported", MARK_DOT, "f-blue" },
		{ "best of its epoch", MARK_DOT, "f-paper l-soft ring" },
		{ "Pareto front", MARK_LINE, "line l-green" },
		{ "BitOps budget", MARK_LINE, "line dash l-red" },
	};
	double limit = r->run[0].limit[RES_BITOPS];
	struct range x = RANGE_EMPTY, y = RANGE_EMPTY;
	struct points points;
	struct plot p;
	bool line;

	if (!collect(&points, r)) {
		s->body.failed = true;
		return;
	}
	set_ranges(&points, &x, &y);
	line = shows_limit(&x, limit);
	if (line)
		x.hi = fmax(x.hi, limit + 0.05 * (limit - x.lo));
	svg_legend(s, keys, line ? 4 : 3);
	plot_open(&p, s, 260,
		  &(struct axis){ .title = "BitOps", .lo = x.lo, .hi = x.hi,
				  .scaled = true },
		  &(struct axis){ .title = run_score(&r->run[0]), .lo = y.lo,
				  .hi = y.hi, .loose = true });
	if (line)
		svg_line(s, plot_x(&p, limit), p.top, plot_x(&p, limit),
			 p.bottom, "line dash l-red");
	draw_front(&p, &points);
	draw_points(&p, &points, false);
	draw_points(&p, &points, true);
	free(points.point);
}

static void caption(struct nas_text *t, const struct report *r)
{
	(void)r;
	text_add(t, "Each ring is the best network at the end of an epoch, "
		    "each disc a reported one. Right of and below the green "
		    "steps lies what another network beats with fewer BitOps "
		    "and a higher score.");
}

static void numbers(struct nas_text *t, const struct report *r)
{
	static const struct column columns[] = {
		{ "BitOps", COLUMN_NUMBER },
		{ "Score", COLUMN_NUMBER },
		{ "Network", COLUMN_TEXT },
		{ "On the front", COLUMN_TEXT },
	};
	struct points points;
	char who[40];

	if (!collect(&points, r)) {
		t->failed = true;
		return;
	}
	table_open(t, columns, 4);
	for (int i = 0; i < points.n; i++) {
		const struct point *a = &points.point[i];

		snprintf(who, sizeof(who), "reported, rank %d", a->rank);
		table_row(t);
		table_number(t, number_count(a->bitops));
		table_number(t, number_fixed(a->score, 4));
		table_text(t, a->rank ? who : "best of its epoch");
		table_text(t, a->front ? "yes" : "no");
	}
	table_close(t);
	free(points.point);
}

const struct chart chart_tradeoff = {
	.name = "tradeoff", .title = "Score against BitOps", .half = true,
	.absent = absent, .draw = draw, .caption = caption,
	.numbers = numbers,
};
