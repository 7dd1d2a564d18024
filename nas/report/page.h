/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/report/page.h - the parts of the page. Internal to nas/report.
 */
#ifndef NAS_REPORT_PAGE_H
#define NAS_REPORT_PAGE_H

#include "nas/report/charts.h"

/* Everything up to <body>, with styles; what the page was made by, the script
 * and the end; these alone. */
void page_head(struct nas_text *t, const char *title);
void page_foot(struct nas_text *t, const struct report *r);
void page_end(struct nas_text *t);

/* What was asked and found: one run; several. */
void page_found(struct nas_text *t, const struct report *r);
void page_networks(struct nas_text *t, const struct report_run *run);
void page_files(struct nas_text *t, const struct report_run *run);
void page_asked(struct nas_text *t, const struct report_run *run);
void page_runs(struct nas_text *t, const struct report *r);
void page_spaces(struct nas_text *t, const struct nas_comparison *c);
void page_space_pairs(struct nas_text *t, const struct nas_comparison *c);

/* "Latency of mcunet is counted by NAME, off by ..."; of: " of mcunet" or "".
 * by: latency_by, spaces/latency.h; of NULL nothing is said. */
void page_latency(struct nas_text *t, const char *of, const char *by);

/* A chart with caption and numbers, or why it is not there. */
void page_chart(struct nas_text *t, const struct chart *c,
		const struct report *r, int number);

#endif
