/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A comparison of spaces: what holds for all, a table of spaces, verdicts. */
#include <math.h>
#include <string.h>

#include "nas/report/page.h"

/* Of all spaces; NAN = none, or each has its own. */
static double common_limit(const struct nas_comparison *c,
			   const struct nas_budget_kind *b)
{
	return c->own_budgets ? UNKNOWN
			      : number_slot_value(
					&c->space[0].limit[budget_index(b)]);
}

/* The space whose best network scores most; -1 = none is known. */
static int best_space(const struct nas_comparison *c)
{
	int best = -1;

	for (int i = 0; i < c->nspaces; i++)
		if (isfinite(space_evolved(&c->space[i])) &&
		    (best < 0 || space_evolved(&c->space[i]) >
					 space_evolved(&c->space[best])))
			best = i;
	return best;
}

static double median_of(const struct nas_compare_space *s)
{
	return s->n > 0 ? s->quantile[s->nquantile / 2] : UNKNOWN;
}

/* ": 7.49 % above that of mobilenetv2-8bit", or that it is as good. */
static void add_lead_over(struct nas_text *t, double most,
			  const struct nas_compare_space *next)
{
	double percent = 100 * (most / space_evolved(next) - 1);

	if (percent < 1e-7)
		text_add(t, "; as good is that of ");
	else if (percent < 0.01)
		text_add(t, ": less than 0.01 % above that of ");
	else
		text_addf(t, ": %.2f %% above that of ", percent);
	text_escape(t, next->name);
}

/* "mcunet-8bit has the best network, 1411.89, proven optimal: 7.49 % above that
 * of mobilenetv2-8bit." */
static void add_best_verdict(struct nas_text *t, const struct nas_comparison *c)
{
	int best = best_space(c), next = -1;
	double most;

	if (best < 0)
		return;
	most = space_evolved(&c->space[best]);
	for (int i = 0; i < c->nspaces; i++)
		if (i != best && isfinite(space_evolved(&c->space[i])) &&
		    (next < 0 || space_evolved(&c->space[i]) >
					 space_evolved(&c->space[next])))
			next = i;
	text_add(t, "<b>");
	text_escape(t, c->space[best].name);
	text_addf(t, "</b> has the best network, %s%s",
		  number_fixed(most, 2).s,
		  c->space[best].certificate.record.optimal
			  ? ", proven optimal" : "");
	if (next >= 0 && space_evolved(&c->space[next]) > 0)
		add_lead_over(t, most, &c->space[next]);
	text_add(t, ". ");
}

/* The space whose random networks have the highest median. */
static void add_random_verdict(struct nas_text *t,
			       const struct nas_comparison *c)
{
	int best = -1;

	for (int i = 0; i < c->nspaces; i++)
		if (isfinite(median_of(&c->space[i])) &&
		    (best < 0 || median_of(&c->space[i]) >
					 median_of(&c->space[best])))
			best = i;
	if (best < 0 || c->nspaces < 2)
		return;
	text_add(t, "Of random networks those of <b>");
	text_escape(t, c->space[best].name);
	text_addf(t, "</b> have the highest median, %s",
		  number_fixed(median_of(&c->space[best]), 2).s);
	text_add(t, "; which differences are more than chance, the last table "
		    "says.");
}

static void add_verdict(struct nas_text *t, const struct nas_comparison *c)
{
	text_add(t, "<p class=\"lead\">");
	if (!comparison_is_alike(c)) {
		text_add(t, "The scores of these spaces are not all defined "
			    "alike, so none is called better.");
	} else {
		add_best_verdict(t, c);
		add_random_verdict(t, c);
	}
	text_add(t, "</p>\n");
}

static void add_lead(struct nas_text *t, const struct nas_comparison *c)
{
	bool any = false;

	text_addf(t, "<header>\n<h1>Comparison of %d search space%s</h1>\n",
		  c->nspaces, c->nspaces > 1 ? "s" : "");
	add_verdict(t, c);
	text_addf(t, "<p class=\"note\">Random networks drawn uniformly from "
		     "those inside the budgets, the best that a search finds, "
		     "and proven bounds.");
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

static struct number number_p(const struct nas_number_slot *p)
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

/* What the configs call the spaces. */
static void add_titles(struct nas_text *t, const struct nas_comparison *c)
{
	for (int i = 0; i < c->nspaces; i++) {
		const struct nas_compare_space *s = &c->space[i];

		if (!s->title || !s->title[0])
			continue;
		text_add(t, "<p class=\"note\"><b>");
		text_escape(t, s->name);
		text_add(t, "</b>: ");
		text_escape(t, s->title);
		text_add(t, "</p>\n");
	}
}

/* ---- the best network of each space, and what others published ---------- */

#define LATENCY "Latency (ms)"

static bool any_latency(const struct nas_comparison *c)
{
	for (int i = 0; i < c->nspaces; i++)
		if (c->space[i].latency_by)
			return true;
	return false;
}

/* latency: the table has a column of it */
static void add_best(struct nas_text *t, const struct nas_compare_space *s,
		     bool latency)
{
	const struct nas_network *net = &s->best[0];
	struct nas_text design = { 0 };

	text_add_structure(&design, &net->arch);
	t->failed |= design.failed;
	table_row(t);
	table_card_text(t, "Network", s->name);
	table_card_number(t, "Score", number_fixed(net->score, 2));
	table_card_number(t, "Of the bound", number_percent(
		net->score / space_bound(s)));
	table_card_number(t, "Flash", number_si(net->cost.flash_bytes, "B"));
	table_card_number(t, "Peak memory", number_si(
		net->cost.peak_memory_bytes, "B"));
	table_card_number(t, "MACs", number_si(net->cost.macs, ""));
	table_card_number(t, "BitOps", number_si(net->cost.bitops, ""));
	if (latency)
		table_card_number(t, LATENCY, number_short(
			s->latency_by ? net->cost.latency_ms : UNKNOWN));
	table_card_text(t, "Structure", design.data ? design.data : "");
	text_free(&design);
}

#define PUBLISHED_SHOWN 3

static void add_published(struct nas_text *t, const struct nas_compare_space *s,
			  bool latency)
{
	int n = s->npublished < PUBLISHED_SHOWN ? s->npublished
						: PUBLISHED_SHOWN;

	for (int k = 0; k < n; k++) {
		const struct nas_published_net *p = &s->published[k];
		char accuracy[64] = "published";
		struct number none = { "" };

		if (p->accuracy > 0)
			snprintf(accuracy, sizeof(accuracy),
				 "published, accuracy %.1f %%", p->accuracy);
		table_row(t);
		table_card_text(t, "Network", p->name);
		table_card_number(t, "Score", number_fixed(p->score, 2));
		table_card_number(t, "Of the bound", number_percent(
			p->score / space_bound(s)));
		for (int i = 0; i < (latency ? 5 : 4); i++)
			table_card_number(t, "", none);
		table_card_text(t, "Structure", accuracy);
	}
}

static bool same_model(const struct nas_compare_space *a,
		       const struct nas_compare_space *b)
{
	return a->latency_by && b->latency_by &&
	       strcmp(a->latency_by, b->latency_by) == 0;
}

/* Each model that counts time, with its error and whose it is. */
static void add_latency_notes(struct nas_text *t,
			      const struct nas_comparison *c)
{
	for (int i = 0; i < c->nspaces; i++) {
		const struct nas_compare_space *s = &c->space[i];
		struct nas_text names = { 0 };
		bool said = !s->latency_by;

		for (int k = 0; k < i; k++)
			said = said || same_model(s, &c->space[k]);
		for (int k = i; k < c->nspaces; k++)
			if (same_model(s, &c->space[k]))
				text_addf(&names, "%s%s", k > i ? ", " : " of ",
					  c->space[k].name);
		if (!said)
			page_latency(t, names.data ? names.data : "",
				     s->latency_by);
		t->failed = t->failed || names.failed;
		text_free(&names);
	}
}

static void add_networks(struct nas_text *t, const struct nas_comparison *c)
{
	static const char *const heads[] = {
		"Network", "Score", "Of the bound", "Flash", "Peak memory",
		"MACs", "BitOps", LATENCY, "Structure",
	};
	const int nheads = sizeof(heads) / sizeof(heads[0]);
	bool latency = any_latency(c);
	int n = 0;

	for (int i = 0; i < c->nspaces; i++)
		n += c->space[i].nbest;
	if (n == 0)
		return;
	text_add(t, "<section>\n<h2>The best networks</h2>\n");
	table_cards(t);
	for (int i = 0; i < nheads; i++)
		if (latency || strcmp(heads[i], LATENCY) != 0)
			table_head(t, heads[i], i == 0 || i == nheads - 1
							? COLUMN_TEXT
							: COLUMN_NUMBER);
	table_body(t);
	for (int i = 0; i < c->nspaces; i++) {
		const struct nas_compare_space *s = &c->space[i];

		if (s->nbest > 0)
			add_best(t, s, latency);
		/* the same inputs and budgets have the same: once */
		if (i == 0 || c->own_budgets)
			add_published(t, s, latency);
	}
	table_close(t);
	add_latency_notes(t, c);
	text_add(t, "<p class=\"note\">Structure: out channels of each entry, k "
		    "kernel unless 3 or 1, x depth unless 1.");
	if (c->space[0].npublished > 0)
		text_add(t, " Published networks are those that are inside the "
			    "budgets of the space above them, scored as they "
			    "are.");
	text_add(t, "</p>\n</section>\n");
}

void page_spaces(struct nas_text *t, const struct nas_comparison *c)
{
	add_lead(t, c);
	text_add(t, "<section>\n<h2>The spaces</h2>\n");
	add_spaces(t, c);
	add_titles(t, c);
	text_add(t, "</section>\n");
	add_networks(t, c);
}

void page_space_pairs(struct nas_text *t, const struct nas_comparison *c)
{
	if (c->npairs == 0)
		return;
	text_add(t, "<section>\n<h2>Two by two</h2>\n");
	add_pairs(t, c);
	text_add(t, "</section>\n");
}
