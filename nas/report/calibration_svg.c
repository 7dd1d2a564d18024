/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/report/study.h"

#include <math.h>

#include "nas/form/json.h"
#include "nas/report/heatmap.h"
#include "nas/report/palette.h"

static bool is_best(const struct calibration_record *r, int i)
{
	const struct calibration_cell *c = &r->cell[i];
	const struct calibration_cell *best = &r->best.best.cell;

	if (!r->best.present)
		return false;
	if (c->sigma_a == best->sigma_a && c->sigma_w == best->sigma_w)
		return true;
	for (int k = 0; k < r->nties; k++)
		if (c->sigma_a == r->tie[k].sigma_a &&
		    c->sigma_w == r->tie[k].sigma_w)
			return true;
	return false;
}

static void draw(struct svg *s, const struct calibration_record *r)
{
	static char labels[CALIBRATE_SIGMAS_MAX][32];
	static const char *name[CALIBRATE_SIGMAS_MAX];
	static double value[CALIBRATE_SIGMAS_MAX * CALIBRATE_SIGMAS_MAX];
	static bool mark[CALIBRATE_SIGMAS_MAX * CALIBRATE_SIGMAS_MAX];
	struct heatmap h = { .x_title = "sigma_w", .y_title = "sigma_a",
			     .nx = r->nsigmas, .ny = r->nsigmas, .x = name,
			     .y = name, .value = value, .marked = mark,
			     .decimals = 3 };

	for (int i = 0; i < r->nsigmas; i++) {
		json_format_number(labels[i], r->sigma[i]);
		name[i] = labels[i];
	}
	for (int k = 0; k < 2; k++) {
		h.title = k ? "Kendall tau-b of score and accuracy"
			    : "Spearman correlation of score and accuracy";
		for (int i = 0; i < r->ncells; i++) {
			value[i] = k ? r->cell[i].kendall
				     : r->cell[i].spearman;
			mark[i] = is_best(r, i);
		}
		heatmap_draw(s, &h);
		s->y += 16;
	}
}

void report_calibration(struct nas_text *t, const struct calibration_record *r)
{
	struct svg svg = { .width = fmax(464, 32 + 52.0 * r->nsigmas) };
	struct nas_text styles = { 0 };

	draw(&svg, r);
	svg_text(&svg, 0, svg.y, "t", 's', "Framed in red: the best pair, and "
		 "those that rank as well as it.");
	svg.y += 10;
	palette_css(&styles, PALETTE_LIGHT);
	svg_finish(&svg, t, "Calibration of sigma_a and sigma_w", &styles);
	text_free(&styles);
}
