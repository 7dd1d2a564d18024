/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records of a run as the plain structs of nas/report. */
#include "nas/report/run_data.h"
#include "nas/report/run_page.h"

#include <math.h>
#include <string.h>

#include "nas/report/space_text.h"

/* Which budget of a report stands where among those of used_names. */
static const int budget_of[USED_SRAM + 1] = {
	[RES_FLOPS] = BUDGET_FLOPS,    [RES_BITOPS] = BUDGET_BITOPS,
	[RES_SIZE] = BUDGET_SIZE,      [RES_FLASH] = BUDGET_FLASH,
	[RES_MACS] = BUDGET_MACS,
	[RES_PARAMS] = BUDGET_PARAMS,  [RES_LAYERS] = BUDGET_LAYERS,
	[USED_SRAM] = BUDGET_SRAM,
};

static const char *text_or_empty(const char *s)
{
	return s ? s : "";
}

/* The arena's copy of a text, which is freed. */
static enum nas_status keep_text(const char **out, struct text *t,
				 struct arena *arena, struct nas_err *err)
{
	char *copy = NULL;

	if (!t->failed)
		copy = arena_strdup(arena, t->data ? t->data : "");
	text_free(t);
	*out = copy;
	if (!copy)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the report");
	return NAS_OK;
}

static void fill_limits(double *limit, const struct budgets *budgets)
{
	double used[USED_BUDGETS];

	budget_limits(budgets, used);
	for (int i = 0; i <= USED_SRAM; i++)
		limit[budget_of[i]] = used[i];
}

/* Equal for equal spaces and scores: their JSON text. */
static enum nas_status make_key(const char **out, const struct config *config,
				struct arena *arena, struct nas_err *err)
{
	cJSON *tree = config_write(config);
	const char *const keys[] = { "space", "score" };
	struct text t = {0};

	for (int i = 0; i < 2; i++) {
		char *s = json_print_line(
			cJSON_GetObjectItemCaseSensitive(tree, keys[i]));

		if (s)
			text_add(&t, s);
		else
			t.failed = true;
		free(s);
	}
	cJSON_Delete(tree);
	return keep_text(out, &t, arena, err);
}

static enum nas_status fill_asked(struct report_asked *a,
				  const struct config *c, struct arena *arena,
				  struct nas_err *err)
{
	struct text t = {0};

	*a = (struct report_asked){
		.name = text_or_empty(c->name),
		.title = text_or_empty(c->title),
		.board = text_or_empty(c->budgets.board),
		.memory = &memory_models[c->limits.memory],
		.space_size = (double)space_size(&c->space),
		.score = c->score_def->title,
		.sigma_a = c->score.sigma_a,
		.sigma_w = c->score.sigma_w,
		.seed = c->search.seed,
		.max_evals = c->search.max_evals,
		.islands = c->search.islands,
		.population = c->search.population,
		.qbr_in_search = c->qbr.in_search,
		.qbr_at_end = c->qbr.at_end,
		.certify = c->certify,
	};
	fill_limits(a->limit, &c->limits);
	space_text(&t, &c->space);
	if (keep_text(&a->space, &t, arena, err) != NAS_OK)
		return err->code;
	return make_key(&a->space_key, c, arena, err);
}

static enum nas_status fill_network(struct report_network *out,
				    const struct network *net,
				    const struct report_asked *asked,
				    struct arena *arena, struct nas_err *err)
{
	struct text structure = {0}, bits = {0};

	*out = (struct report_network){ .rank = net->rank,
					.score = net->score,
					.cost = net->cost,
					.arch = &net->arch };
	text_add_structure(&structure, &net->arch);
	text_add_bits(&bits, &net->arch);
	if (keep_text(&out->structure, &structure, arena, err) != NAS_OK ||
	    keep_text(&out->bits, &bits, arena, err) != NAS_OK)
		return err->code;
	return report_count(out, asked->memory, arena, err);
}

static void fill_certificate(struct report_certificate *out,
			     const struct certificate_slot *slot)
{
	const struct certificate_record *r = &slot->record;

	*out = (struct report_certificate){
		.present = slot->present,
		.applies = r->status != CERTIFY_NOT_APPLICABLE,
		.infeasible = r->status == CERTIFY_INFEASIBLE,
		.known = r->known,
		.optimal = r->optimal,
		.improved = r->improved,
		.upper_bound = r->upper_bound,
		.root_bound = r->root_bound,
		.score = r->score,
		.gap = r->gap,
		.method = text_or_empty(r->method),
		.covers = text_or_empty(r->covers),
	};
}

static void fill_meta(struct report_meta *out, const struct meta *m)
{
	*out = (struct report_meta){
		.present = true,
		.program = text_or_empty(m->program),
		.version = text_or_empty(m->version),
		.command = text_or_empty(m->command),
		.started = text_or_empty(m->started),
		.host = text_or_empty(m->host),
		.system = text_or_empty(m->system),
		.threads = m->threads,
		.seconds = m->seconds,
		.search_s = m->search_s,
		.refine_s = m->refine_s,
		.certify_s = m->certify_s,
		.cpu_s = m->cpu_s,
		.evaluations_per_second = m->evaluations_per_second,
		.peak_rss_bytes = m->peak_rss_bytes,
	};
}

/* The best networks, or the least violating one. */
static enum nas_status fill_networks(struct report_run *run,
				     const struct result *r,
				     struct arena *arena, struct nas_err *err)
{
	const struct network *net = r->nbest ? r->best : &r->infeasible.least;

	run->nbest = r->nbest ? r->nbest : r->infeasible.present;
	run->best = NAS_NEW(arena, struct report_network, (size_t)run->nbest);
	if (!run->best)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the report");
	for (int i = 0; i < run->nbest; i++) {
		if (fill_network(&run->best[i], &net[i], &run->asked, arena,
				 err) != NAS_OK)
			return err->code;
		run->best[i].rank = r->nbest ? i + 1 : 0;
	}
	return NAS_OK;
}

/* In the order of the enums of records.h. */
static const char *const finders[] = {
	[FOUND_EVOLUTION] = "the evolutionary search",
	[FOUND_REFINEMENT] = "the refinement of bits",
	[FOUND_CERTIFICATE] = "the certificate",
};
static const int statuses[] = {
	[RESULT_OK] = REPORT_OK,
	[RESULT_INFEASIBLE] = REPORT_INFEASIBLE,
	[RESULT_INTERRUPTED] = REPORT_INTERRUPTED,
};

enum nas_status report_run_make(struct report_run *run,
				const struct report_source *source,
				struct arena *arena, struct nas_err *err)
{
	const struct result *r = source->result;

	*run = (struct report_run){
		.dir = source->dir,
		.label = text_or_empty(source->config->name),
		.status = (enum report_status)statuses[r->status],
		.found_by = finders[r->best_found_by],
		.ended_by = evolve_end_names[r->ended_by],
		.evaluations = (double)r->evaluations,
		.feasible = (double)r->feasible,
		.duplicates = (double)r->duplicates,
		.proven = r->infeasible.proven,
		.history = *source->history,
	};
	fill_certificate(&run->certificate, &r->certificate);
	if (source->meta)
		fill_meta(&run->meta, source->meta);
	if (fill_asked(&run->asked, source->config, arena, err) != NAS_OK)
		return err->code;
	return fill_networks(run, r, arena, err);
}

enum nas_status report_history_make(struct report_history *h,
				    const struct evolve_result *r,
				    struct arena *arena, struct nas_err *err)
{
	*h = (struct report_history){ .present = true, .nrows = r->nrows,
				      .islands = r->islands,
				      .island = r->island_best };
	h->row = NAS_NEW(arena, struct report_row, (size_t)r->nrows);
	if (!h->row)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the history");
	for (int i = 0; i < r->nrows; i++)
		h->row[i] = (struct report_row){
			.evaluations = (double)r->row[i].evaluations,
			.feasible = (double)r->row[i].feasible,
			.duplicates = (double)r->row[i].duplicates,
			.best = r->row[i].best,
			.median = r->row[i].median,
			.best_bitops = r->row[i].best_bitops,
		};
	return NAS_OK;
}

/* Without what meta.json has, so that the page of two runs compares; nas
 * report draws it again with times. */
static enum nas_status make_page(struct text *t, const struct run *run,
				 struct nas_err *err)
{
	struct arena *arena = run->env->arena;
	struct report_history history;
	struct report_run drawn;
	struct report report = { .nruns = 1, .run = &drawn };
	struct report_source source = { .dir = "", .config = &run->config,
					.result = &run->result,
					.history = &history };

	if (report_history_make(&history, &run->evolved, arena, err) ||
	    report_run_make(&drawn, &source, arena, err) != NAS_OK)
		return err->code;
	return report_page(t, &report, err);
}

const struct run_file report_run_files[] = {
	{ "report.html", make_page },
	{ 0 },
};
