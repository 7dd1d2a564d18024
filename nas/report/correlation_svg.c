/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/report/study.h"

#include <stdio.h>

#include "nas/report/scatter.h"

void report_correlation(struct nas_text *t,
			const struct correlation_record *record,
			const struct correlation *c)
{
	struct scatter plot[CORRELATE_ROWS];
	char note[CORRELATE_ROWS][96];

	for (int r = 0; r < c->nrows; r++) {
		const struct correlation_figures *f = &record->row[r].all;

		snprintf(note[r], sizeof(note[r]), "Spearman %s, Kendall %s",
			 figure_text(f->spearman, 3).s,
			 figure_text(f->kendall, 3).s);
		plot[r] = (struct scatter){ .title = c->row[r].title,
					    .x_title = c->row[r].name,
					    .note = note[r], .n = c->n,
					    .x = c->row[r].value,
					    .y = c->accuracy };
	}
	scatter_page(t, "Scores against measured accuracy", plot, c->nrows,
		     "accuracy");
}
