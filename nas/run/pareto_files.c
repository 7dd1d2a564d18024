/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The folder of a front. */
#include <stdlib.h>
#include <string.h>

#include "nas/base/csv.h"
#include "nas/form/form.h"
#include "nas/run/pareto.h"
#include "spaces/latency.h"

#define PATH_SIZE 4096

/* Of what counts time, behind it. */
#define ERROR_COLUMN "latency_error_percent"

static bool is_latency(const struct nas_budget_kind *kind)
{
	return budget_index(kind) == RES_LATENCY;
}

/* What a network needs, of all that budgets limit; time where it is known. */
static bool is_shown(const struct pareto *f, const struct nas_budget_kind *kind)
{
	return !is_latency(kind) || f->config.limits.latency;
}

static void add_figures_head(struct nas_text *t, const struct pareto *f)
{
	for (int i = 0; budget_rows[i]; i++) {
		if (!is_shown(f, budget_rows[i]))
			continue;
		text_addf(t, ",%s", budget_rows[i]->key);
		if (is_latency(budget_rows[i]))
			text_add(t, "," ERROR_COLUMN);
	}
}

static void add_head(struct nas_text *t, const struct pareto *f)
{
	text_add(t, "point");
	for (int a = 0; a < f->naxes; a++)
		text_addf(t, ",%s_at_most", f->axis[a].name);
	text_add(t, ",score,upper_bound,gap,optimal");
	for (int a = 0; a < f->naxes; a++)
		text_addf(t, ",more_by_10_percent_%s", f->axis[a].name);
	add_figures_head(t, f);
	text_add(t, ",structure,bits,architecture\n");
}

static void add_cell(struct nas_text *t, struct nas_text *cell)
{
	text_add(t, ",");
	csv_add(t, cell->data ? cell->data : "");
	t->failed = t->failed || cell->failed;
	text_free(cell);
}

static void add_network(struct nas_text *t, const struct nas_arch *arch)
{
	struct nas_text structure = { 0 }, bits = { 0 }, whole = { 0 };
	cJSON *tree = arch_to_json(arch);
	char *line = json_print_line(tree);

	text_add_structure(&structure, arch);
	text_add_bits(&bits, arch);
	if (line)
		text_addn(&whole, line, strcspn(line, "\n"));
	else
		t->failed = true;
	add_cell(t, &structure);
	add_cell(t, &bits);
	add_cell(t, &whole);
	text_add(t, "\n");
	free(line);
	cJSON_Delete(tree);
}

static void add_figures(struct nas_text *t, const struct pareto *f,
			const struct nas_network *net)
{
	double figure[BUDGET_KINDS];

	budget_figures(net, figure);
	for (int k = 0; budget_rows[k]; k++) {
		if (!is_shown(f, budget_rows[k]))
			continue;
		text_add_csv_number(t, figure[budget_index(budget_rows[k])]);
		if (is_latency(budget_rows[k]))
			text_add_csv_number(t, latency_error_percent(
				f->config.limits.latency));
	}
}

static void add_row(struct nas_text *t, const struct pareto *f, int i)
{
	const struct pareto_point *p = &f->point[i];

	text_addf(t, "%d", i + 1);
	for (int a = 0; a < f->naxes; a++)
		text_add_csv_number(t, p->at_most[f->axis[a].budget].x);
	text_add_csv_number(t, p->best.score);
	text_add_csv_number(t, p->upper_bound);
	text_add_csv_number(t, p->gap);
	text_addf(t, ",%d", p->optimal);
	for (int a = 0; a < f->naxes; a++)
		text_add_csv_number(t, number_slot_value(&p->more[f->axis[a].budget]));
	add_figures(t, f, &p->best);
	add_network(t, &p->best.arch);
}

void pareto_csv(struct nas_text *t, const struct pareto *f)
{
	add_head(t, f);
	for (int i = 0; i < f->npoints; i++)
		add_row(t, f, i);
}

/* ---- the folder ----------------------------------------------------------- */

static enum nas_status make_csv(struct nas_text *t, const struct pareto *f,
				struct nas_err *err)
{
	pareto_csv(t, f);
	return text_check(t, "the table", err);
}

static enum nas_status make_networks(struct nas_text *t, const struct pareto *f,
				     struct nas_err *err)
{
	cJSON *list = cJSON_CreateArray();

	for (int i = 0; i < f->npoints; i++)
		json_append(list, arch_to_json(&f->point[i].best.arch));
	return text_add_json(t, list, err);
}

static enum nas_status make_json(struct nas_text *t, const struct pareto *f,
				 struct nas_err *err)
{
	return text_add_json(t, form_write(&pareto_form, f), err);
}

/* pareto.json comes last: with it the folder is whole. */
static const struct {
	const char *name;
	enum nas_status (*make)(struct nas_text *t, const struct pareto *f,
				struct nas_err *err);
} files[] = {
	{ "pareto.csv", make_csv },
	{ "networks.json", make_networks },
	{ "pareto.json", make_json },
};

enum nas_status pareto_dir_write(const char *dir, const struct pareto *f,
				 struct nas_err *err)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct nas_text t = { 0 };

		if (files[i].make(&t, f, err) == NAS_OK)
			(void)!text_write_in(&t, dir, files[i].name, err);
		text_free(&t);
		if (err->code != NAS_OK)
			return err->code;
	}
	return NAS_OK;
}
