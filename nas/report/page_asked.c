/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The config and the run, as a table of facts. */
#include <math.h>

#include "nas/report/page.h"
#include "spaces/latency.h"

/* A row is a name and HTML; text from outside is escaped by who adds it. */
static void open_fact(struct nas_text *t, const char *name)
{
	text_addf(t, "<tr><th scope=\"row\">%s</th><td>", name);
}

static void close_fact(struct nas_text *t)
{
	text_add(t, "</td></tr>\n");
}

static void add_fact(struct nas_text *t, const char *name, const char *value)
{
	open_fact(t, name);
	text_escape(t, value);
	close_fact(t);
}

static void add_budgets(struct nas_text *t, const struct report_run *run)
{
	bool first = true;

	open_fact(t, "Budgets");
	EACH_BUDGET(b) {
		if (!isfinite(run->limit[budget_index(b)]))
			continue;
		text_addf(t, "%s%s at most %s%s%s", first ? "" : "; ",
			  b->label, number_short(run->limit[budget_index(b)]).s,
			  *b->unit ? " " : "", b->unit);
		first = false;
	}
	text_add(t, first ? "none" : "");
	close_fact(t);
}

static void add_latency(struct nas_text *t, const struct report_run *run)
{
	const struct nas_latency *m = run->config->limits.latency;
	char text[512];

	if (!m)
		return;
	latency_text(text, sizeof(text), m);
	open_fact(t, "Latency");
	text_add(t, "of ");
	text_escape(t, m->board ? m->board : "a board that is not named");
	text_add(t, m->runtime ? ", " : "");
	text_escape(t, m->runtime ? m->runtime : "");
	text_add(t, "; by the model ");
	text_escape(t, text);
	close_fact(t);
}

static void add_search(struct nas_text *t, const struct report_run *run)
{
	const struct nas_evolve_options *o = &run->config->search;
	const struct nas_config_qbr *qbr = &run->config->qbr;
	char end[160];

	search_end_text(end, sizeof(end), run->config, run->result);
	open_fact(t, "Search");
	text_addf(t, "%d island%s of %d networks, %s evaluations at most, seed "
		     "%lld; ended: %s. Duplicate children: "
		     "%s",
		  o->islands, o->islands == 1 ? "" : "s", o->population,
		  number_count((double)o->max_evals).s, (long long)o->seed,
		  end,
		  number_count((double)run->result->duplicates).s);
	close_fact(t);
	add_fact(t, "Bits refinement (QBR)",
		 qbr->in_search ? qbr->at_end
					    ? "of every candidate, and at the "
					      "end"
					    : "of every candidate"
		 : qbr->at_end ? "at the end" : "off");
}

/* "7.6 x 10^38 architectures" */
static void add_size(struct nas_text *t, double size)
{
	int power = size >= 1e6 ? (int)floor(log10(size)) : 0;

	if (power)
		text_addf(t, "%.2f \xC3\x97 10<sup>%d</sup>",
			  size / pow(10, power), power);
	else
		text_add(t, number_count(size).s);
	text_add(t, " architectures");
}

static void add_space(struct nas_text *t, const struct report_run *run)
{
	const struct nas_config *c = run->config;
	const struct nas_memory_model *memory =
		&memory_models[c->limits.memory];

	open_fact(t, "Search space");
	add_size(t, (double)space_size(&c->space));
	text_add(t, "<div class=\"lines\">");
	text_escape(t, run->space);
	text_add(t, "</div>");
	close_fact(t);
	open_fact(t, "Score");
	text_addf(t, "%s with standard deviations %g of activations and "
		     "%g of weights, in steps of their quantisers",
		  run_score(run), c->score.sigma_a, c->score.sigma_w);
	close_fact(t);
	open_fact(t, "Memory model");
	text_addf(t, "<code>%s</code>: ", memory->name);
	text_escape(t, memory->help);
	close_fact(t);
}

static void add_known(struct nas_text *t, const char *text)
{
	text_escape(t, text ? text : "");
}

static void add_machine(struct nas_text *t, const struct nas_meta *m)
{
	if (!m)
		return;
	add_fact(t, "Command", m->command ? m->command : "");
	open_fact(t, "Run");
	text_addf(t, "%s on %d thread%s: search %s, refinement %s, "
		     "certificate %s; %s evaluations per second, %s of memory "
		     "at most",
		  number_time(m->seconds).s, m->threads,
		  m->threads == 1 ? "" : "s", number_time(m->search_s).s,
		  number_time(m->refine_s).s, number_time(m->certify_s).s,
		  number_count(m->evaluations_per_second).s,
		  number_si(m->peak_rss_bytes, "B").s);
	close_fact(t);
	open_fact(t, "Program and machine");
	add_known(t, m->program);
	text_add(t, " ");
	add_known(t, m->version);
	text_add(t, " on ");
	add_known(t, m->host);
	text_add(t, " (");
	add_known(t, m->system);
	text_add(t, "), started ");
	add_known(t, m->started);
	close_fact(t);
}

void page_asked(struct nas_text *t, const struct report_run *run)
{
	const struct nas_certificate_slot *c = &run->result->certificate;

	text_add(t, "<section>\n<h2>What was asked</h2>\n<div class=\"facts "
		    "scroll\"><table><tbody>\n");
	add_budgets(t, run);
	add_latency(t, run);
	add_space(t, run);
	add_search(t, run);
	if (c->present && c->record.covers && *c->record.covers)
		add_fact(t, "The bound covers", c->record.covers);
	add_machine(t, run->meta);
	text_add(t, "</tbody></table></div>\n</section>\n");
}
