/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What nas compare prints for people. */
#include <math.h>
#include <string.h>

#include "nas/base/samples.h"
#include "nas/cli/compare_print.h"
#include "nas/cli/print.h"

#define BEST_OF 1000 /* the column of the table */

static void add_number(struct text *t, double x, int decimals)
{
	if (isfinite(x))
		text_addf(t, "\t%.*f", decimals, x);
	else
		text_add(t, "\t-");
}

static void add_slot(struct text *t, const struct number_slot *slot)
{
	add_number(t, number_slot_value(slot), 2);
}

/* In per cent, and its interval. */
static void add_share(struct text *t, const struct compare_space *s)
{
	text_addf(t, "\t%.4g\t%.4g...%.4g", 100 * s->share, 100 * s->low,
		  100 * s->high);
}

static double expected_best(const struct compare_space *s)
{
	if (s->n < BEST_OF)
		return (double)NAN;
	return samples_best_of(s->sorted, (int)s->n, BEST_OF);
}

static void add_bound(struct text *t, const struct compare_space *s)
{
	const struct certificate_record *r = &s->certificate.record;

	if (!s->certificate.present)
		text_add(t, "\t-\t-");
	else if (r->status == CERTIFY_INFEASIBLE)
		text_add(t, "\tno network\t-");
	else if (!r->bounded)
		text_add(t, "\tno bound\t-");
	else
		text_addf(t, "\t%.2f\t%s", r->upper_bound,
			  r->optimal ? "yes" : "no");
}

static void print_spaces(const struct comparison *c)
{
	struct text t = {0};

	text_addf(&t, "space\tfeasible %%\t95 %%\tmin\t25 %%\tmedian\t75 %%\t"
		      "max\tbest of %d\tevolved\tbound\treached\n",
		  BEST_OF);
	for (int i = 0; i < c->nspaces; i++) {
		const struct compare_space *s = &c->space[i];

		text_add(&t, shown(s->name).s);
		add_share(&t, s);
		add_slot(&t, &s->min);
		add_slot(&t, &s->q1);
		add_slot(&t, &s->median);
		add_slot(&t, &s->q3);
		add_slot(&t, &s->max);
		add_number(&t, expected_best(s), 2);
		add_slot(&t, &s->evolved);
		add_bound(&t, s);
		text_add(&t, "\n");
	}
	print_table(&t);
	text_free(&t);
}

static void add_p(struct text *t, double p)
{
	if (p < 1e-15)
		text_add(t, "\t<1e-15");
	else
		text_addf(t, "\t%.2g", p);
}

static void print_pairs(const struct comparison *c)
{
	struct text t = {0};
	char verdict[256], best[160];

	if (c->npairs == 0)
		return;
	text_add(&t, "a\tb\tKS D\tp\tP(a > b)\tp\trandom networks\tbest "
		     "network\n");
	for (int i = 0; i < c->npairs; i++) {
		const struct compare_pair *p = &c->pair[i];

		compare_verdict_text(verdict, sizeof(verdict), c, p);
		compare_best_text(best, sizeof(best), c, p);
		text_addf(&t, "%s\t%s\t%.4f", shown(c->space[p->a - 1].name).s,
			  shown(c->space[p->b - 1].name).s, p->ks_d);
		add_p(&t, p->ks_p_holm);
		text_addf(&t, "\t%.4f", p->effect);
		add_p(&t, p->u_p_holm);
		text_addf(&t, "\t%s\t%s\n", verdict, best);
	}
	say("\n");
	print_table(&t);
	text_free(&t);
}

static void print_inside(const struct comparison *c)
{
	for (int i = 0; i < c->npairs; i++) {
		const struct compare_pair *p = &c->pair[i];
		const struct shown a = shown(c->space[p->a - 1].name);
		const struct shown b = shown(c->space[p->b - 1].name);

		if (p->a_in_b.present && p->a_in_b.x > 0)
			say("of the networks of %s, %.3g %% are in the "
			    "space of %s\n", a.s, 100 * p->a_in_b.x, b.s);
		if (p->b_in_a.present && p->b_in_a.x > 0)
			say("of the networks of %s, %.3g %% are in the "
			    "space of %s\n", b.s, 100 * p->b_in_a.x, a.s);
	}
}

static void print_head(const struct comparison *c)
{
	const struct compare_space *s = &c->space[0];
	const struct score_def *score = score_find(c->score);
	char count[80], text[80];

	say("%s of %s random networks per space",
	    score ? score->title : c->score,
	    with_commas(count, sizeof(count), (double)s->wanted));
	if (c->own_budgets) {
		say(", each inside its own budgets\n");
		return;
	}
	for (int i = 0, n = 0; i < USED_BUDGETS; i++)
		if (s->limit[i].present)
			say("%s %s %s", n++ ? "," : " inside",
			    used_names[i],
			    budget_text(text, sizeof(text),
					floor(s->limit[i].x)));
	say("\n");
}

void compare_print(const struct comparison *c)
{
	print_head(c);
	print_spaces(c);
	print_pairs(c);
	print_inside(c);
}
