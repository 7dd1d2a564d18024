/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several runs: what they are, and a table of their answers. */
#include <math.h>
#include <string.h>

#include "nas/report/page.h"

static const char *const statuses[] = {
	[RESULT_OK] = "done",
	[RESULT_INFEASIBLE] = "infeasible",
	[RESULT_INTERRUPTED] = "interrupted",
};

static bool spaces_differ(const struct report *r)
{
	for (int i = 1; i < r->nruns; i++)
		if (strcmp(r->run[i].space_key,
			   r->run[0].space_key) != 0)
			return true;
	return false;
}

/* The cells of a run, one by one. */
struct cell {
	const char *head;
	const char *(*text)(const struct report_run *run);
	struct number (*number)(const struct report_run *run);
};

#define TEXT(name, expr)                                                     \
	static const char *name(const struct report_run *run)                \
	{                                                                    \
		return expr;                                                 \
	}
#define NUMBER(name, expr)                                                   \
	static struct number name(const struct report_run *run)              \
	{                                                                    \
		return expr;                                                 \
	}
#define FIGURE(name, budget)                                                 \
	NUMBER(name, number_count(report_figure(run->best[0].of,            \
						&budget_kinds[budget])))

static double gap_of(const struct report_run *run)
{
	const struct nas_certificate_record *c =
		&run->result->certificate.record;
	bool applies = run->result->certificate.present &&
		       c->status != CERTIFY_NOT_APPLICABLE;

	return applies && c->known ? c->gap : UNKNOWN;
}

TEXT(get_label, run->label)
TEXT(get_config, run->config->name)
TEXT(get_status, statuses[run->result->status])
NUMBER(get_score, number_fixed(run->best[0].rank ? run->best[0].of->score
						 : UNKNOWN, 4))
NUMBER(get_gap, number_percent(gap_of(run)))
FIGURE(get_sram, BUDGET_SRAM)
FIGURE(get_flash, RES_FLASH)
FIGURE(get_bitops, RES_BITOPS)
FIGURE(get_macs, RES_MACS)
FIGURE(get_layers, RES_LAYERS)
NUMBER(get_seed, number_count((double)run->config->search.seed))

static const struct cell cells[] = {
	{ "Run", get_label, NULL },
	{ "Config", get_config, NULL },
	{ "Status", get_status, NULL },
	{ "Best score", NULL, get_score },
	{ "Gap", NULL, get_gap },
	{ "SRAM (bytes)", NULL, get_sram },
	{ "Flash (bytes)", NULL, get_flash },
	{ "BitOps", NULL, get_bitops },
	{ "MACs", NULL, get_macs },
	{ "Layers", NULL, get_layers },
	{ "Seed", NULL, get_seed },
};

#define NCELLS (sizeof(cells) / sizeof(cells[0]))

static void add_run(struct nas_text *t, const struct report_run *run)
{
	table_row(t);
	for (size_t i = 0; i < NCELLS; i++)
		if (cells[i].text)
			table_card_text(t, cells[i].head, cells[i].text(run));
		else
			table_card_number(t, cells[i].head,
					  cells[i].number(run));
}

static void add_table(struct nas_text *t, const struct report *r)
{
	table_cards(t);
	for (size_t i = 0; i < NCELLS; i++)
		table_head(t, cells[i].head, cells[i].text ? COLUMN_TEXT
							   : COLUMN_NUMBER);
	table_body(t);
	for (int i = 0; i < r->nruns; i++)
		add_run(t, &r->run[i]);
	table_close(t);
}

static void add_structures(struct nas_text *t, const struct report *r)
{
	static const char *const heads[] = {
		"Run", "Best structure: width, k kernel, x depth",
		"Bits of activations/weights, block by block"
	};

	table_cards(t);
	for (int i = 0; i < 3; i++)
		table_head(t, heads[i], COLUMN_TEXT);
	table_body(t);
	for (int i = 0; i < r->nruns; i++) {
		const struct report_network *net = &r->run[i].best[0];

		table_row(t);
		table_card_text(t, heads[0], r->run[i].label);
		table_card_text(t, heads[1], net->structure);
		table_card_text(t, heads[2],
				*net->bits ? net->bits : "full precision");
	}
	table_close(t);
}

void page_runs(struct nas_text *t, const struct report *r)
{
	text_addf(t, "<header>\n<h1>Comparison of %d runs</h1>\n"
		     "<p class=\"lead\">Best networks, convergence, budgets "
		     "and cost, side by side</p>\n</header>\n", r->nruns);
	if (spaces_differ(r))
		text_add(t, "<p class=\"warn\">These runs do not all search "
			    "the same space by the same score. Scores compare "
			    "only inside one space; between spaces, look at "
			    "budgets and cost.</p>\n");
	text_add(t, "<section>\n<h2>The runs</h2>\n");
	add_table(t, r);
	add_structures(t, r);
	text_add(t, "</section>\n");
}
