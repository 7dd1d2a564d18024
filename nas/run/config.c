/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a config: file, changes of the command line, checks, then what
 * follows from it: board, limits, stage weights. */
#include "nas/run/config.h"

#include <math.h>
#include <string.h>

#include "nas/base/file.h"
#include "nas/form/form.h"
#include "nas/form/json.h"
#include "nas/run/score_file.h"
#include "scoring/qe.h"
#include "scoring/trust.h"
#include "spaces/board.h"
#include "spaces/latency.h"

/* A board's figures, and its latency model, count where the file gives none. */
static enum nas_status apply_board(struct nas_config *config,
				   struct nas_arena *arena, struct nas_err *err)
{
	struct nas_config_budgets *b = &config->budgets;
	const char *model;

	config->board_found = b->board ? board_find(b->board) : NULL;
	if (!config->board_found)
		return NAS_OK;
	if (b->sram_bytes == 0)
		b->sram_bytes = config->board_found->sram_bytes;
	if (b->flash_bytes == 0)
		b->flash_bytes = config->board_found->flash_bytes;
	model = config->board_found->latency;
	if (b->latency_model || !model)
		return NAS_OK;
	config->latency_of_board = true;
	b->latency_model = NAS_NEW(arena, struct nas_latency, 1);
	return b->latency_model
		       ? latency_read(b->latency_model, model, arena, err)
		       : nas_fail(err, NAS_ENOMEM, "out of memory for a "
						   "latency model");
}

/* Keep of a list what kernels run (0 ends theirs); returns the new count. */
static int keep_bits(int *bits, int n, const int *kernels)
{
	int kept = 0;

	for (int i = 0; i < n; i++)
		for (int k = 0; kernels[k]; k++)
			if (bits[i] == kernels[k]) {
				bits[kept++] = bits[i];
				break;
			}
	return kept;
}

static enum nas_status keep_deployable(struct nas_config *config,
				       const char *path, struct nas_err *err)
{
	const struct nas_board *b = config->board_found;
	char where[64];

	if (!config->budgets.deployable)
		return NAS_OK;
	for (int s = 0; s < config->space.nstages; s++) {
		struct nas_stage *st = &config->space.stage[s];
		bool quantised = st->nbits_a > 0;

		st->nbits_a = keep_bits(st->bits_a, st->nbits_a, b->bits_a);
		st->nbits_w = keep_bits(st->bits_w, st->nbits_w, b->bits_w);
		snprintf(where, sizeof(where), "/space/stages/%d", s);
		if (!quantised || !st->nbits_a || !st->nbits_w)
			nas_fail_at(err, NAS_EINPUT, path, 0, 0, where,
				    "no candidate bits that the kernels of %s "
				    "support",
				    b->name);
	}
	return err->code;
}

static double limit(double given)
{
	return given > 0 ? given : HUGE_VAL;
}

static void make_limits(struct nas_config *config)
{
	const struct nas_config_budgets *b = &config->budgets;
	struct nas_budgets *limits = &config->limits;

#define SET_LIMIT(id, key, kind, unit, label, help, ...)                      \
	limits->limit[id] = limit(b->key);
	ADDITIVE_BUDGETS(SET_LIMIT)
	limits->sram_bytes = limit(b->sram_bytes);
	limits->rho = limit(b->rho);
	limits->memory = (enum nas_memory_kind)b->memory_model;
	limits->latency = b->latency_model;
}

/* The score's file lies beside the config, or where its path leads from
 * here. */
static enum nas_status read_score(struct nas_config *config, const char *path,
				  struct nas_arena *arena, struct nas_err *err)
{
	struct nas_config_score *score = &config->score;
	const char *slash = strrchr(path, '/'), *from = score->file;
	struct nas_score_file file;
	struct nas_score_def *def;
	struct nas_text t = { 0 };

	if (score->file && score->nfeatures)
		return nas_fail_at(err, NAS_EINPUT, path, 0, 0, "/score",
				   "file and features: one of them");
	if (slash && score->file && score->file[0] != '/') {
		text_addf(&t, "%.*s/%s", (int)(slash - path), path,
			  score->file);
		if (t.failed)
			nas_fail(err, NAS_ENOMEM, "out of memory for a path");
		else if (file_exists(t.data))
			from = t.data;
	}
	if (from && err->code == NAS_OK &&
	    score_file_read(&file, from, arena, err) == NAS_OK) {
		score->file = NULL;
		score->title = file.title;
		score->feature = file.weight;
		score->nfeatures = file.nweights;
		if (file.nranges) {
			score->range = file.range;
			score->nranges = file.nranges;
		}
	}
	text_free(&t);
	if (err->code != NAS_OK || !score->nfeatures)
		return err->code;
	def = NAS_NEW(arena, struct nas_score_def, 1);
	if (!def)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a score");
	config->score_def = def;
	file = (struct nas_score_file){ .weight = score->feature,
					.nweights = score->nfeatures };
	if (score_def_make(def, &file, arena, err) != NAS_OK)
		return err->code;
	def->name = "features";
	def->title = score->title ? score->title : "weights of features";
	return NAS_OK;
}

/* Sums stay inside the ranges of measured networks. */
static enum nas_status make_trust(struct nas_config *config, const char *path,
				  struct nas_err *err)
{
	const struct nas_config_score *score = &config->score;

	if (!score->trust)
		return NAS_OK;
	if (!score->nranges)
		return nas_fail_at(err, NAS_EINPUT, path, 0, 0, "/score/trust",
				   "there are no ranges: nas fit writes them "
				   "into a score's file");
	for (int i = 0; i < score->nranges; i++) {
		const struct nas_score_range *r = &score->range[i];

		trust_hold(&config->limits, features[r->feature].name, r->low,
			   r->high);
	}
	return NAS_OK;
}

/* The score takes what the file gives, else its own defaults, which follow
 * each network's stages; here they are made visible. */
static enum nas_status make_weights(struct nas_config *config,
				    struct nas_arena *arena,
				    struct nas_err *err)
{
	struct nas_config_score *score = &config->score;
	const struct nas_score_def *def = score->nfeatures ? config->score_def
						       : &scores[score->name];
	struct nas_score_options *o = &config->score_options;
	int n = config_score_stages(&config->space);

	*o = (struct nas_score_options)SCORE_DEFAULTS;
	config->score_def = def;
	o->qe.sigma_a = score->sigma_a;
	o->qe.sigma_w = score->sigma_w;
	o->qe.nstage_weights = score->nstage_weights;
	o->depth_penalty = score->depth_penalty;
	o->samples = score->samples;
	o->seed = (uint64_t)config->search.seed;
	for (int i = 0; i < score->nstage_weights; i++)
		o->qe.stage_weights[i] = score->stage_weights[i];
	if (score->nstage_weights || n == 0 || n > ARCH_STAGES_MAX ||
	    (def->terms && !def->rule))
		return NAS_OK;
	score->stage_weights = NAS_NEW(arena, double, (size_t)n);
	if (!score->stage_weights)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the config");
	qe_default_weights(score_weights(def), score->stage_weights, n);
	score->nstage_weights = n;
	return NAS_OK;
}

/* "configs/quick.json" is named quick unless it says otherwise. */
static enum nas_status make_name(struct nas_config *config, const char *path,
				 struct nas_arena *arena, struct nas_err *err)
{
	const char *slash = strrchr(path, '/');
	char *dot;

	if (config->name)
		return NAS_OK;
	if (strcmp(path, "-") == 0)
		path = "config";
	config->name = arena_strdup(arena, slash ? slash + 1 : path);
	if (!config->name)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the config");
	dot = strrchr(config->name, '.');
	if (dot && dot > config->name)
		*dot = '\0';
	return NAS_OK;
}

static enum nas_status config_finish(struct nas_config *config,
				     const char *path, struct nas_arena *arena,
				     struct nas_err *err)
{
	if (make_name(config, path, arena, err) != NAS_OK)
		return err->code;
	if (apply_board(config, arena, err) != NAS_OK)
		return err->code;
	if (keep_deployable(config, path, err) != NAS_OK)
		return err->code;
	make_limits(config);
	if (read_score(config, path, arena, err) != NAS_OK ||
	    make_trust(config, path, err) != NAS_OK)
		return err->code;
	return make_weights(config, arena, err);
}

static enum nas_status set_all(struct json_doc *doc, const char *const *sets,
			       int nsets, struct nas_err *err)
{
	for (int i = 0; i < nsets; i++)
		if (json_set(doc, sets[i], err) != NAS_OK)
			return err->code;
	return NAS_OK;
}

static enum nas_status read_doc(struct nas_config *config, struct json_doc *doc,
				const char *path, struct nas_arena *arena,
				struct nas_err *err)
{
	if (form_read(&config_form, doc, doc->root, config, arena, err))
		return err->code;
	return config_finish(config, path, arena, err);
}

enum nas_status config_read(struct nas_config *config, const char *path,
			    const char *const *sets, int nsets,
			    struct nas_arena *arena, struct nas_err *err)
{
	struct json_doc doc;
	enum nas_status status = json_read(&doc, path, err);

	if (status != NAS_OK)
		return status;
	status = set_all(&doc, sets, nsets, err);
	if (status == NAS_OK)
		status = read_doc(config, &doc, path, arena, err);
	json_free(&doc);
	return status;
}

enum nas_status config_parse(struct nas_config *config,
			     const struct nas_config_text *text,
			     const char *const *sets, int nsets,
			     struct nas_arena *arena, struct nas_err *err)
{
	struct json_doc doc;
	enum nas_status status = json_parse(&doc, text->bytes, text->length,
					    text->name, err);

	if (status != NAS_OK)
		return status;
	status = set_all(&doc, sets, nsets, err);
	if (status == NAS_OK)
		status = read_doc(config, &doc, text->name, arena, err);
	json_free(&doc);
	return status;
}

enum nas_status config_problem(struct nas_problem *problem,
			       const struct nas_config *config,
			       struct nas_arena *arena, struct nas_err *err)
{
	return problem_init(problem, &config->space, &config->limits,
			    config->score_def, &config->score_options, arena,
			    err);
}

cJSON *config_write(const struct nas_config *config)
{
	cJSON *tree = json_add_string(cJSON_CreateObject(), "$schema",
				      config_form.name);

	return json_take(tree, form_write(&config_form, config));
}
