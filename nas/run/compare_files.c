/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The folder of a comparison. */
#include <math.h>
#include <string.h>

#include "nas/run/compare.h"
#include "nas/cli/print.h"
#include "nas/report/report.h"

#define PATH_SIZE 4096
#define ROWS 10000 /* of each space in samples.csv */
#define EDF_POINTS 500

static void add_cell(struct text *t, double x)
{
	char number[32];

	json_format_number(number, x);
	text_addf(t, ",%s", number);
}

/* Samples are independent: the first ones are as good as any. */
static enum nas_status make_samples(struct text *t, const struct comparison *c,
				    struct nas_err *err)
{
	(void)err;
	text_add(t, "space,score,bitops,macs,params,size_bytes,flash_bytes,"
		    "peak_memory_bytes,layers\n");
	for (int i = 0; i < c->nspaces; i++)
		for (int k = 0; k < c->space[i].n && k < ROWS; k++) {
			const struct total *x = &c->space[i].sample.total[k];

			text_add(t, c->space[i].name);
			add_cell(t, x->score);
			add_cell(t, 64 * x->res[RES_FLOPS]);
			add_cell(t, x->res[RES_MACS]);
			add_cell(t, x->res[RES_PARAMS]);
			add_cell(t, x->res[RES_SIZE]);
			add_cell(t, x->res[RES_FLASH]);
			add_cell(t, x->peak_bytes);
			add_cell(t, x->res[RES_LAYERS]);
			text_add(t, "\n");
		}
	return NAS_OK;
}

/* Share of the sorted values that are at most x. */
static double share_below(const struct compare_space *s, double x)
{
	int64_t low = 0, high = s->n;

	while (low < high) {
		int64_t middle = (low + high) / 2;

		if (s->sorted[middle] <= x)
			low = middle + 1;
		else
			high = middle;
	}
	return (double)low / (double)s->n;
}

static enum nas_status make_edf(struct text *t, const struct comparison *c,
				struct nas_err *err)
{
	double low = HUGE_VAL, high = -HUGE_VAL;

	(void)err;
	text_add(t, "score");
	for (int i = 0; i < c->nspaces; i++) {
		const struct compare_space *s = &c->space[i];

		text_addf(t, ",%s", s->name);
		if (s->n > 0) {
			low = fmin(low, s->min.x);
			high = fmax(high, s->max.x);
		}
	}
	text_add(t, "\n");
	for (int k = 0; low <= high && k <= EDF_POINTS; k++) {
		double x = k == EDF_POINTS ? high
					   : low + (high - low) * k /
							   EDF_POINTS;
		char number[32];

		json_format_number(number, x);
		text_add(t, number);
		for (int i = 0; i < c->nspaces; i++)
			if (c->space[i].n > 0)
				add_cell(t, share_below(&c->space[i], x));
			else
				text_add(t, ",");
		text_add(t, "\n");
	}
	return NAS_OK;
}

static enum nas_status make_json(struct text *t, const struct comparison *c,
				 struct nas_err *err)
{
	return text_add_json(t, form_write(&comparison_form, c), err);
}

/* compare.json comes last: with it the folder is whole. */
static const struct {
	const char *name;
	enum nas_status (*make)(struct text *t, const struct comparison *c,
				struct nas_err *err);
} files[] = {
	{ "samples.csv", make_samples },
	{ "edf.csv", make_edf },
	{ "compare.json", make_json },
};

#define NFILES (sizeof(files) / sizeof(files[0]))

enum nas_status compare_dir_check(const struct cli *cli, struct nas_err *err)
{
	char path[PATH_SIZE];

	if (file_exists(cli->output) && !file_dir_is_empty(cli->output)) {
		if (!cli->force)
			return nas_fail(err, NAS_EIO, "'%.200s' exists and is "
					"not empty; --force replaces the "
					"comparison in it", cli->output);
		if (file_join(path, sizeof(path), cli->output, "compare.json",
			      err) != NAS_OK)
			return err->code;
		if (!file_exists(path))
			return nas_fail(err, NAS_EIO, "'%.200s' is not the "
					"folder of a comparison and is left "
					"alone", cli->output);
	}
	return file_make_dir(cli->output, err);
}

/* ---- pictures ------------------------------------------------------------ */

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
	if (!c->own_budgets)
		r->limit[BUDGET_BITOPS] =
			64 * number_slot_value(&c->space[0].limit[RES_FLOPS]);
	for (int i = 0; i < c->nspaces; i++)
		fill_space(&r->space[i], &c->space[i]);
	for (int i = 0; i < c->npairs; i++)
		if (fill_pair(&r->pair[i], c, &c->pair[i], arena, err))
			return err->code;
	return NAS_OK;
}

static enum nas_status write_text(const struct cli *cli, const char *folder,
				  const char *name, const struct text *t,
				  struct nas_err *err)
{
	char dir[PATH_SIZE], path[PATH_SIZE];

	if (file_join(dir, sizeof(dir), cli->output, folder, err) != NAS_OK ||
	    file_make_dir(dir, err) != NAS_OK ||
	    file_join(path, sizeof(path), dir, name, err) != NAS_OK)
		return err->code;
	return text_write(t, path, err);
}

static enum nas_status write_charts(const struct cli *cli,
				    const struct report *report,
				    struct nas_err *err)
{
	int n;
	const struct chart *const *charts = report_charts(report, &n);
	char name[64];

	for (int i = 0; i < n && err->code == NAS_OK; i++) {
		struct text t = {0};

		if (report_absent(charts[i], report))
			continue;
		snprintf(name, sizeof(name), "%s.svg", charts[i]->name);
		report_svg(&t, charts[i], report);
		(void)!write_text(cli, "plots", name, &t, err);
		text_free(&t);
	}
	return err->code;
}

static enum nas_status write_page(const struct cli *cli,
				  const struct comparison *c,
				  struct nas_err *err)
{
	struct report_comparison comparison = {0};
	struct report report = { .comparison = &comparison };
	struct text t = {0};

	if (fill_report(&comparison, c, cli->arena, err) == NAS_OK &&
	    report_page(&t, &report, err) == NAS_OK &&
	    write_text(cli, ".", "compare.html", &t, err) == NAS_OK)
		(void)!write_charts(cli, &report, err);
	text_free(&t);
	return err->code;
}

enum nas_status compare_dir_write(const struct cli *cli,
				  const struct comparison *c,
				  struct nas_err *err)
{
	if (write_page(cli, c, err) != NAS_OK)
		return err->code;
	for (size_t i = 0; i < NFILES; i++) {
		struct text t = {0};

		if (files[i].make(&t, c, err) == NAS_OK)
			(void)!write_text(cli, ".", files[i].name, &t, err);
		text_free(&t);
		if (err->code != NAS_OK)
			return err->code;
	}
	cli_note(cli, "results are in '%s'", cli->output);
	return NAS_OK;
}
