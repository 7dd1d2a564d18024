/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/report/compare_page.h"

#include <math.h>

#include "nas/base/file.h"
#include "nas/report/report.h"

#define PATH_SIZE 4096

static void fill_space(struct report_space *r, const struct compare_space *s)
{
	const struct certificate_record *c = &s->certificate.record;
	bool bounded = s->certificate.present && c->bounded;

	*r = (struct report_space){
		.name = s->name,
		.title = s->job_config.title ? s->job_config.title : "",
		.log10_size = s->log10_size,
		.n = (double)s->n,
		.share = s->share,
		.low = s->low,
		.high = s->high,
		.nquantile = s->nquantile,
		.quantile = s->quantile,
		.mean = number_slot_value(&s->mean),
		.nbest_of = s->nbest_of,
		.best_of = s->best_of,
		.best_expected = s->best_expected,
		.evolved = number_slot_value(&s->evolved),
		.bound = bounded ? c->upper_bound : (double)NAN,
		.best = bounded && c->known ? c->score : (double)NAN,
		.optimal = bounded && c->optimal,
	};
}

static enum nas_status fill_pair(struct report_pair *r,
				 const struct comparison *c,
				 const struct compare_pair *p,
				 struct arena *arena, struct nas_err *err)
{
	char verdict[256], best[160];

	compare_verdict_text(verdict, sizeof(verdict), c, p);
	compare_best_text(best, sizeof(best), c, p);
	*r = (struct report_pair){
		.a = p->a - 1,
		.b = p->b - 1,
		.ks_d = p->ks_d,
		.ks_p = p->ks_p_holm,
		.effect = p->effect,
		.u_p = p->u_p_holm,
		.verdict = arena_strdup(arena, verdict),
		.best = arena_strdup(arena, best),
	};
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the page");
	return NAS_OK;
}

static enum nas_status fill_report(struct report_comparison *r,
				   const struct comparison *c,
				   struct arena *arena, struct nas_err *err)
{
	r->score = c->space[0].job_config.score_def->title;
	r->nspaces = c->nspaces;
	r->npairs = c->npairs;
	r->space = NAS_NEW(arena, struct report_space, (size_t)c->nspaces);
	r->pair = NAS_NEW(arena, struct report_pair, (size_t)c->npairs);
	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the page");
	for (int i = 0; i < REPORT_BUDGETS; i++) {
		int k = budget_find(budget_infos[i].key);

		r->limit[i] = k < 0 || c->own_budgets
				      ? (double)NAN
				      : number_slot_value(
						&c->space[0].limit[k]);
	}
	for (int i = 0; i < c->nspaces; i++)
		fill_space(&r->space[i], &c->space[i]);
	for (int i = 0; i < c->npairs; i++)
		if (fill_pair(&r->pair[i], c, &c->pair[i], arena, err))
			return err->code;
	return NAS_OK;
}

static enum nas_status write_charts(const char *dir,
				    const struct report *report,
				    struct nas_err *err)
{
	int n;
	const struct chart *const *charts = report_charts(report, &n);
	char plots[PATH_SIZE], name[64];

	if (file_join(plots, sizeof(plots), dir, "plots", err) != NAS_OK ||
	    file_make_dir(plots, err) != NAS_OK)
		return err->code;
	for (int i = 0; i < n && err->code == NAS_OK; i++) {
		struct text t = {0};

		if (report_absent(charts[i], report))
			continue;
		snprintf(name, sizeof(name), "%s.svg", charts[i]->name);
		report_svg(&t, charts[i], report);
		(void)!text_write_in(&t, plots, name, err);
		text_free(&t);
	}
	return err->code;
}

enum nas_status report_compare_write(const char *dir,
				     const struct comparison *c,
				     struct arena *arena, struct nas_err *err)
{
	struct report_comparison comparison = {0};
	struct report report = { .comparison = &comparison };
	struct text t = {0};

	if (fill_report(&comparison, c, arena, err) == NAS_OK &&
	    report_page(&t, &report, err) == NAS_OK &&
	    text_write_in(&t, dir, "compare.html", err) == NAS_OK)
		(void)!write_charts(dir, &report, err);
	text_free(&t);
	return err->code;
}
