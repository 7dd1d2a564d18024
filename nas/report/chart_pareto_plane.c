/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A front: the score over two budgets, a box for each pair of values. */
#include <math.h>

#include "nas/report/charts.h"
#include "nas/report/heatmap.h"
#include "nas/report/pareto_panel.h"

#define BOXES 12 /* of a side; a finer grid is thinned out */

void panel_pair(int pair, int *x, int *y)
{
	*x = pair == 2 ? 1 : 0;
	*y = pair == 0 ? 1 : 2;
}

struct side {
	const struct pareto_axis *axis;
	int n, at[BOXES];
	char text[BOXES][48];
	const char *label[BOXES];
};

static void make_side(struct side *s, const struct pareto_axis *axis, bool down)
{
	s->axis = axis;
	s->n = axis->n < BOXES ? axis->n : BOXES;
	for (int i = 0; i < s->n; i++) {
		int k = down ? s->n - 1 - i : i;

		s->at[i] = s->n > 1 ? k * (axis->n - 1) / (s->n - 1) : 0;
		snprintf(s->text[i], sizeof(s->text[i]), "%s",
			 budget_number(axis->value[s->at[i]],
				       &budget_kinds[axis->budget]).s);
		s->label[i] = s->text[i];
	}
}

/* Where the config is on a side: the largest value that it allows; -1: it has
 * no such budget, or less than the first. */
static int own_at(const struct side *s)
{
	int best = -1;

	for (int i = 0; s->axis->limit.present && i < s->n; i++)
		if (s->axis->value[s->at[i]] <= s->axis->limit.x &&
		    (best < 0 || s->at[i] > s->at[best]))
			best = i;
	return best;
}

struct plane {
	struct side x, y;
	int rest; /* of the cell, by the third axis */
	int step_x, step_y;
};

static void make_plane(struct plane *p, const struct pareto *f, int pair)
{
	int x, y;

	panel_pair(pair, &x, &y);
	make_side(&p->x, &f->axis[x], false);
	make_side(&p->y, &f->axis[y], true);
	p->step_x = grid_step(&f->grid, x);
	p->step_y = grid_step(&f->grid, y);
	p->rest = 0;
	for (int a = 0; a < f->naxes; a++)
		if (a != x && a != y)
			p->rest += panel_held(f, a) * grid_step(&f->grid, a);
}

static double value_at(const struct plane *p, const struct pareto *f, int row,
		       int column)
{
	return pareto_score(f, p->rest + p->y.at[row] * p->step_y +
			       p->x.at[column] * p->step_x);
}

/* "SRAM, at most" */
static void side_title(char *out, size_t size, const struct side *s)
{
	snprintf(out, size, "%s, at most",
		 budget_kinds[s->axis->budget].label);
}

void panel_plane_draw(struct svg *s, const struct pareto *f, int pair)
{
	double value[BOXES * BOXES];
	bool marked[BOXES * BOXES] = { false };
	char x_title[80], y_title[80];
	struct plane p;
	struct heatmap h;

	make_plane(&p, f, pair);
	side_title(x_title, sizeof(x_title), &p.x);
	side_title(y_title, sizeof(y_title), &p.y);
	for (int row = 0; row < p.y.n; row++)
		for (int i = 0; i < p.x.n; i++) {
			value[row * p.x.n + i] = value_at(&p, f, row, i);
			marked[row * p.x.n + i] = row == own_at(&p.y) &&
						  i == own_at(&p.x);
		}
	h = (struct heatmap){ .x_title = x_title, .y_title = y_title,
			      .nx = p.x.n, .ny = p.y.n, .x = p.x.label,
			      .y = p.y.label, .value = value,
			      .marked = marked };
	heatmap_draw(s, &h);
}

void panel_plane_caption(struct nas_text *t, const struct pareto *f, int pair)
{
	struct plane p;
	int x, y;

	panel_pair(pair, &x, &y);
	make_plane(&p, f, pair);
	text_add(t, "The best score for each pair of budgets; empty: no network "
		    "is inside both, or none is known.");
	if (own_at(&p.x) >= 0 && own_at(&p.y) >= 0)
		text_add(t, " The frame is the last box inside the config's own "
			    "budgets.");
	panel_held_caption(t, f, x, y);
}

void panel_plane_numbers(struct nas_text *t, const struct pareto *f, int pair)
{
	struct plane p;
	char head[96];

	make_plane(&p, f, pair);
	table_begin(t);
	side_title(head, sizeof(head), &p.y);
	table_head(t, head, COLUMN_NUMBER);
	for (int i = 0; i < p.x.n; i++)
		table_head(t, p.x.label[i], COLUMN_NUMBER);
	table_body(t);
	for (int row = 0; row < p.y.n; row++) {
		struct number label;

		snprintf(label.s, sizeof(label.s), "%s", p.y.label[row]);
		table_row(t);
		table_number(t, label);
		for (int i = 0; i < p.x.n; i++)
			table_number(t, number_fixed(value_at(&p, f, row, i), 3));
	}
	table_close(t);
}
