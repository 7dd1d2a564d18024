/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The config and the run, as a table of facts. */
#include <math.h>

#include "nas/report/page.h"

/* A row is a name and HTML; text from outside is escaped by who adds it. */
static void open_fact(struct text *t, const char *name)
{
	text_addf(t, "<tr><th scope=\"row\">%s</th><td>", name);
}

static void close_fact(struct text *t)
{
	text_add(t, "</td></tr>\n");
}

static void add_fact(struct text *t, const char *name, const char *value)
{
	open_fact(t, name);
	text_escape(t, value);
	close_fact(t);
}

static void add_budgets(struct text *t, const struct report_asked *a)
{
	bool first = true;

	open_fact(t, "Budgets");
	for (int b = 0; b < REPORT_BUDGETS; b++) {
		if (!isfinite(a->limit[b]))
			continue;
		text_addf(t, "%s%s at most %s%s", first ? "" : "; ",
			  budget_infos[b].label, number_count(a->limit[b]).s,
			  *budget_infos[b].unit ? " bytes" : "");
		first = false;
	}
	text_add(t, first ? "none" : "");
	close_fact(t);
}

static void add_search(struct text *t, const struct report_run *run)
{
	const struct report_asked *a = &run->asked;

	open_fact(t, "Search");
	text_addf(t, "%d island%s of %d networks, %s evaluations at most, seed "
		     "%lld; ended by: %s. Children that were there already: "
		     "%s",
		  a->islands, a->islands == 1 ? "" : "s", a->population,
		  number_count((double)a->max_evals).s, (long long)a->seed,
		  run->ended_by, number_count(run->duplicates).s);
	close_fact(t);
	add_fact(t, "Bits refinement (QBR)",
		 a->qbr_in_search ? a->qbr_at_end
					    ? "of every candidate, and at the "
					      "end"
					    : "of every candidate"
		 : a->qbr_at_end ? "at the end" : "off");
}

/* "7.6 x 10^38 architectures" */
static void add_size(struct text *t, double size)
{
	int power = size >= 1e6 ? (int)floor(log10(size)) : 0;

	if (power)
		text_addf(t, "%.2f \xC3\x97 10<sup>%d</sup>",
			  size / pow(10, power), power);
	else
		text_add(t, number_count(size).s);
	text_add(t, " architectures");
}

static void add_space(struct text *t, const struct report_asked *a)
{
	open_fact(t, "Search space");
	add_size(t, a->space_size);
	text_add(t, "<div class=\"lines\">");
	text_escape(t, a->space);
	text_add(t, "</div>");
	close_fact(t);
	open_fact(t, "Score");
	text_addf(t, "%s with standard deviations %g of activations and "
		     "%g of weights, in steps of their quantisers",
		  a->score, a->sigma_a, a->sigma_w);
	close_fact(t);
	open_fact(t, "Memory model");
	text_addf(t, "<code>%s</code>: ", a->memory->name);
	text_escape(t, a->memory->help);
	close_fact(t);
}

static void add_machine(struct text *t, const struct report_meta *m)
{
	if (!m->present)
		return;
	add_fact(t, "Command", m->command);
	open_fact(t, "Run");
	text_addf(t, "%s on %d thread%s: search %s, refinement %s, certificate "
		     "%s; %s evaluations a second, %s of memory at most",
		  number_time(m->seconds).s, m->threads,
		  m->threads == 1 ? "" : "s", number_time(m->search_s).s,
		  number_time(m->refine_s).s, number_time(m->certify_s).s,
		  number_count(m->evaluations_per_second).s,
		  number_si(m->peak_rss_bytes, "B").s);
	close_fact(t);
	open_fact(t, "Program and machine");
	text_escape(t, m->program);
	text_add(t, " ");
	text_escape(t, m->version);
	text_add(t, " on ");
	text_escape(t, m->host);
	text_add(t, " (");
	text_escape(t, m->system);
	text_add(t, "), started ");
	text_escape(t, m->started);
	close_fact(t);
}

void page_asked(struct text *t, const struct report_run *run)
{
	text_add(t, "<section>\n<h2>What was asked</h2>\n<div class=\"facts "
		    "scroll\"><table><tbody>\n");
	add_budgets(t, &run->asked);
	add_space(t, &run->asked);
	add_search(t, run);
	if (run->certificate.present && *run->certificate.covers)
		add_fact(t, "The bound covers", run->certificate.covers);
	add_machine(t, &run->meta);
	text_add(t, "</tbody></table></div>\n</section>\n");
}
