/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A comparison of spaces: what holds for all, a table of spaces, verdicts. */
#include <math.h>

#include "nas/report/page.h"

/* Of all spaces; NAN = none, or each has its own. */
static double common_limit(const struct nas_comparison *c,
			   const struct nas_budget_kind *b)
{
	return c->own_budgets ? UNKNOWN
			      : number_slot_value(
					&c->space[0].limit[budget_index(b)]);
}

static void add_lead(struct nas_text *t, const struct nas_comparison *c)
{
	bool any = false;

	text_addf(t, "<header>\n<h1>Comparison of %d search space%s</h1>\n"
		     "<p class=\"lead\">Random networks drawn uniformly from "
		     "those inside the budgets, the best that a search finds, "
		     "and proven bounds.", c->nspaces,
		  c->nspaces > 1 ? "s" : "");
	EACH_BUDGET(b) {
		double limit = common_limit(c, b);

		if (!isfinite(limit))
			continue;
		text_addf(t, "%s %s %s", any ? "," : " Budgets:",
			  b->label,
			  budget_number(limit, b).s);
		any = true;
	}
	if (!comparison_is_alike(c))
		text_add(t, " Not all scores are defined alike: where they are "
			    "not, neither space is called better.");
	text_add(t, "</p>\n</header>\n");
}

static double expected_best(const struct nas_compare_space *s, int n)
{
	for (int i = 0; i < s->nbest_of; i++)
		if (s->best_of[i] == n)
			return s->best_expected[i];
	return UNKNOWN;
}

static void add_spaces(struct nas_text *t, const struct nas_comparison *c)
{
	static const char *const heads[] = {
		"Space", "Networks", "Feasible", "95 % interval", "Drawn",
		"Median", "Best of 1000", "Search", "Bound",
	};

	table_cards(t);
	for (int i = 0; i < 9; i++)
		table_head(t, heads[i], i == 0 ? COLUMN_TEXT : COLUMN_NUMBER);
	table_body(t);
	for (int i = 0; i < c->nspaces; i++) {
		const struct nas_compare_space *s = &c->space[i];
		struct number size, interval;

		snprintf(size.s, sizeof(size.s), "10^%.1f", s->log10_size);
		snprintf(interval.s, sizeof(interval.s), "%.4g to %.4g %%",
			 100 * s->low, 100 * s->high);
		table_row(t);
		table_card_text(t, heads[0], s->name);
		table_card_number(t, heads[1], size);
		snprintf(size.s, sizeof(size.s), "%.4g %%", 100 * s->share);
		table_card_number(t, heads[2], size);
		table_card_number(t, heads[3], interval);
		table_card_number(t, heads[4], number_count((double)s->n));
		table_card_number(t, heads[5], number_fixed(
			s->n > 0 ? s->quantile[s->nquantile / 2] : UNKNOWN,
			2));
		table_card_number(t, heads[6],
				  number_fixed(expected_best(s, 1000), 2));
		table_card_number(t, heads[7], number_fixed(space_evolved(s), 2));
		table_card_number(t, heads[8], number_fixed(space_bound(s), 2));
	}
	table_close(t);
}

static struct number number_p(const struct number_slot *p)
{
	struct number x = { "< 1e-15" };

	return p->present && p->x < 1e-15
		       ? x
		       : number_short(number_slot_value(p));
}

static void add_pairs(struct nas_text *t, const struct nas_comparison *c)
{
	static const char *const heads[] = {
		"a", "b", "KS D", "p", "P(a > b)", "p", "Random networks",
		"Better best network",
	};

	table_cards(t);
	for (int i = 0; i < 8; i++)
		table_head(t, heads[i], i < 2 || i > 5 ? COLUMN_TEXT
						       : COLUMN_NUMBER);
	table_body(t);
	for (int i = 0; i < c->npairs; i++) {
		const struct nas_compare_pair *p = &c->pair[i];
		char verdict[256], best[160];

		compare_verdict_text(verdict, sizeof(verdict), c, p);
		compare_best_text(best, sizeof(best), c, p);
		table_row(t);
		table_card_text(t, heads[0], c->space[p->a - 1].name);
		table_card_text(t, heads[1], c->space[p->b - 1].name);
		table_card_number(t, heads[2], number_fixed(
			number_slot_value(&p->ks_d), 4));
		table_card_number(t, heads[3], number_p(&p->ks_p_holm));
		table_card_number(t, heads[4], number_fixed(
			number_slot_value(&p->effect), 4));
		table_card_number(t, heads[5], number_p(&p->u_p_holm));
		table_card_text(t, heads[6], verdict);
		table_card_text(t, heads[7], best);
	}
	table_close(t);
	text_add(t, "<p class=\"note\">D: the largest difference of two "
		    "distribution functions (Kolmogorov-Smirnov). P(a &gt; b): "
		    "the chance that a random network of a scores above one of "
		    "b (Mann-Whitney). p are corrected for all pairs at once "
		    "(Holm); verdicts hold at 95 %. With many networks small "
		    "differences are certain: look at the size of the effect."
		    "</p>\n");
}

void page_spaces(struct nas_text *t, const struct nas_comparison *c)
{
	add_lead(t, c);
	text_add(t, "<section>\n<h2>The spaces</h2>\n");
	add_spaces(t, c);
	text_add(t, "</section>\n");
}

void page_space_pairs(struct nas_text *t, const struct nas_comparison *c)
{
	if (c->npairs == 0)
		return;
	text_add(t, "<section>\n<h2>Two by two</h2>\n");
	add_pairs(t, c);
	text_add(t, "</section>\n");
}
