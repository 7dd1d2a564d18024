/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was asked and what was found, of one run. */
#include <math.h>

#include "nas/report/page.h"

#define PUBLISHED_SHOWN 5

static void add_title(struct nas_text *t, const struct report_run *run)
{
	const struct nas_config *c = run->config;

	text_add(t, "<header>\n<h1>");
	text_escape(t, c->title ? c->title : c->name);
	text_add(t, "</h1>\n<p class=\"lead\">Run <code>");
	text_escape(t, c->name);
	text_addf(t, "</code>, seed %lld", (long long)c->search.seed);
	if (c->budgets.board) {
		text_add(t, ", for the board <code>");
		text_escape(t, c->budgets.board);
		text_add(t, "</code>");
	}
	text_add(t, "</p>\n</header>\n");
}

static void add_verdict(struct nas_text *t, const struct report_run *run)
{
	const struct nas_certificate_record *c = bound_of(run);

	if (!c || !c->known)
		return;
	if (c->optimal)
		text_add(t, " No network of the space inside these budgets "
			    "scores higher: this is proven.");
	else
		text_addf(t, " No network of the space inside these budgets "
			     "can score above %s, which is %s %% more.",
			  number_fixed(c->upper_bound, 2).s,
			  number_short(100 * c->gap).s);
}

/* In the order of enum nas_found_by. */
static const char *const finders[] = {
	[FOUND_EVOLUTION] = "the evolutionary search",
	[FOUND_REFINEMENT] = "the refinement of bits",
	[FOUND_CERTIFICATE] = "the certificate",
};

static void add_answer(struct nas_text *t, const struct report_run *run)
{
	const struct nas_result *r = run->result;

	text_addf(t, "<p class=\"answer\">%s networks were evaluated, %s of "
		     "them inside the budgets. The best has a %s of "
		     "<strong>%s</strong>; %s found it.",
		  number_count((double)r->evaluations).s,
		  number_count((double)r->feasible).s, run_score(run),
		  number_fixed(run->best[0].of->score, 2).s,
		  finders[r->best_found_by]);
	add_verdict(t, run);
	text_add(t, "</p>\n");
}

/* Nobody should call an optimum good without a comparison. */
static void add_published(struct nas_text *t, const struct report_run *run)
{
	const struct nas_result *r = run->result;

	if (!r->npublished)
		return;
	text_add(t, "<p>Networks that others published for this input and "
		    "these classes, inside the budgets, by the same score: ");
	for (int i = 0; i < r->npublished && i < PUBLISHED_SHOWN; i++) {
		const struct nas_published_net *p = &r->published[i];

		text_addf(t, "%s<strong>%s</strong> ", i ? ", " : "",
			  number_fixed(p->score, 2).s);
		text_escape(t, p->name);
		if (p->accuracy > 0)
			text_addf(t, " (%s %% accuracy)",
				  number_fixed(p->accuracy, 1).s);
	}
	text_add(t, ".</p>\n");
}

static void add_excess(struct nas_text *t, const struct report_run *run)
{
	const struct report_network *net = &run->best[0];

	text_add(t, "<ul>\n");
	EACH_BUDGET(b) {
		double figure = report_figure(net->of, b);
		double limit = run->limit[budget_index(b)];

		if (!(figure > limit))
			continue;
		text_addf(t, "<li>%s: %s of %s%s%s, %s above the limit</li>\n",
			  b->label, number_short(figure).s,
			  number_short(limit).s,
			  *b->unit ? " " : "", b->unit,
			  number_percent(figure / limit - 1).s);
	}
	text_add(t, "</ul>\n");
}

static void add_infeasible(struct nas_text *t, const struct report_run *run)
{
	text_addf(t, "<div class=\"warn\"><p><strong>No network inside the "
		     "budgets was found%s.</strong> %s networks were "
		     "evaluated. This page shows the one that exceeds the "
		     "budgets least:</p>\n",
		  run->result->infeasible.proven ? ", and it is proven that there is none" : "",
		  number_count((double)run->result->evaluations).s);
	add_excess(t, run);
	text_add(t, "</div>\n");
}

static void add_tile(struct nas_text *t, const char *label, struct number value,
		     const char *note)
{
	text_addf(t, "<div><dt>%s</dt><dd>%s<small>%s</small></dd></div>\n",
		  label, value.s, note);
}

static void add_budget_tile(struct nas_text *t, const struct report_run *run,
			    const struct nas_budget_kind *b)
{
	double figure = report_figure(run->best[0].of, b);
	double limit = run->limit[budget_index(b)];
	char note[128] = "not limited";

	if (isfinite(limit))
		snprintf(note, sizeof(note), "%s of %s",
			 number_percent(figure / limit).s,
			 budget_number(limit, b).s);
	add_tile(t, budget_index(b) == BUDGET_SRAM ? "Peak memory" : b->label,
		 budget_number(figure, b), note);
}

static void add_tiles(struct nas_text *t, const struct report_run *run)
{
	static const int always[] = { BUDGET_SRAM, RES_FLASH, RES_BITOPS,
				      RES_MACS, RES_LAYERS };

	text_add(t, "<dl class=\"tiles\">\n");
	add_tile(t, run_score(run), number_fixed(run->best[0].of->score, 2),
		 run->best[0].rank ? "higher is better"
				   : "of the least violating network");
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		add_budget_tile(t, run, &budget_kinds[always[i]]);
	if (run->config->limits.latency)
		add_budget_tile(t, run, &budget_kinds[RES_LATENCY]);
	text_add(t, "</dl>\n");
}

void page_found(struct nas_text *t, const struct report *r)
{
	const struct report_run *run = &r->run[0];

	add_title(t, run);
	if (run->result->status == RESULT_INTERRUPTED)
		text_add(t, "<p class=\"warn\">The search was interrupted; "
			    "this is what it had found until then.</p>\n");
	if (run->best[0].rank == 0)
		add_infeasible(t, run);
	else
		add_answer(t, run);
	add_published(t, run);
	add_tiles(t, run);
}

#define SHOWN 10 /* networks; the others unfold */

/* The size, the reference's flops and depth over width say little where they
 * have no limit of their own; latency is known by a model only. */
static bool has_column(const struct report_run *run,
		       const struct nas_budget_kind *b)
{
	return isfinite(run->limit[budget_index(b)]) ||
	       (budget_index(b) == RES_LATENCY
			? run->config->limits.latency != NULL
			: budget_index(b) != RES_SIZE &&
				  budget_index(b) != RES_FLOPS &&
				  budget_index(b) != BUDGET_RHO);
}

/* "Flash (bytes)" */
static const char *figure_head(char *out, size_t size,
			       const struct nas_budget_kind *b)
{
	snprintf(out, size, *b->unit ? "%s (%s)" : "%s",
		 budget_index(b) == RES_SIZE ? "Size" : b->label, b->unit);
	return out;
}

static void add_network_heads(struct nas_text *t, const struct report_run *run)
{
	char head[80];

	table_cards(t);
	table_head(t, "Rank", COLUMN_NUMBER);
	table_head(t, "Score", COLUMN_NUMBER);
	EACH_BUDGET(b)
		if (has_column(run, b))
			table_head(t, figure_head(head, sizeof(head), b),
				   COLUMN_NUMBER);
	table_body(t);
}

static struct number rank_of(const struct report_network *net)
{
	return number_count(net->rank ? net->rank : UNKNOWN);
}

static void add_network(struct nas_text *t, const struct report_run *run,
			const struct report_network *net)
{
	char head[80];

	table_row(t);
	table_card_number(t, "Rank", rank_of(net));
	table_card_number(t, "Score", number_fixed(net->of->score, 4));
	EACH_BUDGET(b) {
		double figure = report_figure(net->of, b);

		if (has_column(run, b))
			table_card_share(t, figure_head(head, sizeof(head), b),
					 number_short(figure),
					 figure / run->limit[budget_index(b)]);
	}
}

static void add_figures(struct nas_text *t, const struct report_run *run,
			int from, int to)
{
	add_network_heads(t, run);
	for (int i = from; i < to; i++)
		add_network(t, run, &run->best[i]);
	table_close(t);
}

static void add_structures(struct nas_text *t, const struct report_run *run,
			   int from, int to)
{
	static const char *const heads[] = {
		"Structure: width, k kernel, x depth",
		"Bits of activations/weights, block by block"
	};

	table_cards(t);
	table_head(t, "Rank", COLUMN_NUMBER);
	table_head(t, heads[0], COLUMN_TEXT);
	table_head(t, heads[1], COLUMN_TEXT);
	table_body(t);
	for (int i = from; i < to; i++) {
		const struct report_network *net = &run->best[i];

		table_row(t);
		table_card_number(t, "Rank", rank_of(net));
		table_card_text(t, heads[0], net->structure);
		table_card_text(t, heads[1],
				*net->bits ? net->bits : "full precision");
	}
	table_close(t);
}

void page_networks(struct nas_text *t, const struct report_run *run)
{
	int shown = run->nbest < SHOWN ? run->nbest : SHOWN;

	text_addf(t, "<section>\n<h2>%s</h2>\n",
		  run->best[0].rank ? "The best networks"
				    : "The least violating network");
	add_figures(t, run, 0, shown);
	text_add(t, "<p class=\"note\">A percentage is the share of a budget "
		    "that is used; what has none is not limited.</p>\n");
	add_structures(t, run, 0, shown);
	if (shown < run->nbest) {
		text_addf(t, "<details><summary>%d more</summary>\n",
			  run->nbest - shown);
		add_figures(t, run, shown, run->nbest);
		add_structures(t, run, shown, run->nbest);
		text_add(t, "</details>\n");
	}
	text_add(t, "</section>\n");
}
