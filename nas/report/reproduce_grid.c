/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows labelled A/W as a grid of activations' and weights' bits. */
#include <math.h>
#include <stdlib.h>

#include "nas/report/heatmap.h"
#include "nas/report/reproduce_charts.h"

#define SIDE 32 /* most bits that are counted */

struct grid {
	int na, nw, a[SIDE], w[SIDE]; /* bits that occur */
	char label[2][SIDE][16];
	const char *x[SIDE], *y[SIDE];
	double value[SIDE * SIDE];
};

static bool cell_of(const struct reproduced_table *t, int row, int *a, int *w)
{
	return sscanf(t->row[row].of->label, "%2d/%2d", a, w) == 2;
}

/* How many rows have these bits: 0 = any. */
static int count(const struct reproduced_table *t, int a, int w)
{
	int n = 0, row_a, row_w;

	for (int i = 0; i < t->of->nrows; i++)
		if (cell_of(t, i, &row_a, &row_w))
			n += (!a || a == row_a) && (!w || w == row_w);
	return n;
}

static int index_of(const int *list, int n, int x)
{
	for (int i = 0; i < n; i++)
		if (list[i] == x)
			return i;
	return -1;
}

/* Bits of one row alone, 32/32, are in the table only. */
static void find_bits(const struct reproduced_table *t, struct grid *g)
{
	for (int bits = 1; bits < SIDE; bits++) {
		if (count(t, bits, 0) > 1) {
			snprintf(g->label[0][g->na], 16, "%d", bits);
			g->y[g->na] = g->label[0][g->na];
			g->a[g->na++] = bits;
		}
		if (count(t, 0, bits) > 1) {
			snprintf(g->label[1][g->nw], 16, "%d", bits);
			g->x[g->nw] = g->label[1][g->nw];
			g->w[g->nw++] = bits;
		}
	}
}

/* Ours where there is any, else what was published. */
static bool fill(const struct reproduced_table *t, struct grid *g, int column)
{
	bool ours = false;
	int a, w;

	for (int i = 0; i < t->of->nrows; i++)
		ours = ours || isfinite(reproduced_ours(t, i, column));
	for (int i = 0; i < g->na * g->nw; i++)
		g->value[i] = (double)NAN;
	for (int i = 0; i < t->of->nrows; i++) {
		int y, x;

		if (!cell_of(t, i, &a, &w))
			continue;
		y = index_of(g->a, g->na, a);
		x = index_of(g->w, g->nw, w);
		if (y >= 0 && x >= 0)
			g->value[y * g->nw + x] =
				ours ? reproduced_ours(t, i, column)
				     : reproduced_published(t, i, column);
	}
	return ours;
}

int reproduce_grid_panels(const struct reproduced_table *t)
{
	return t->of->ncolumns;
}

void reproduce_grid_draw(struct svg *s, const struct reproduced_table *t,
			 int panel)
{
	const struct paper_column *column = &t->of->column[panel];
	struct grid g = { 0 };
	char title[96], head[160];
	bool ours;

	find_bits(t, &g);
	ours = fill(t, &g, panel);
	reproduced_title(title, sizeof(title), column);
	snprintf(head, sizeof(head), "%s, %s", title,
		 ours ? "ours" : "published");
	heatmap_draw(s, &(struct heatmap){
		.title = head, .x_title = "bits of weights",
		.y_title = "bits of activations", .nx = g.nw, .ny = g.na,
		.x = g.x, .y = g.y, .value = g.value,
		.decimals = column->decimals > 2 || !ours ? 2
			    : column->decimals == 2 ? 0 : column->decimals,
		.hue = ours ? NULL : "f-soft" });
}
