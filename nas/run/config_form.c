/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keys of a config. */
#include <string.h>

#include "nas/base/file.h"
#include "nas/form/form.h"
#include "nas/form/json.h"
#include "nas/run/config.h"
#include "nas/run/score_file.h"
#include "scoring/trust.h"
#include "spaces/board.h"
#include "spaces/latency.h"

/* A board is a string of the table boards[]. */
static enum nas_status read_board(const struct json_doc *doc,
				  const cJSON *node, void *out,
				  struct nas_arena *arena, struct nas_err *err)
{
	const char *names[64];
	int n = 0;

	if (!cJSON_IsString(node))
		return json_fail(doc, node, err, "must be a string, not %s",
				 json_type_text(node));
	for (; n < nboards && n < 64; n++)
		names[n] = boards[n].name;
	if (!board_find(node->valuestring))
		return json_fail(doc, node, err, "unknown board '%.80s'%s",
				 node->valuestring,
				 nas_hint(node->valuestring, names, n, "",
					  " ('nas boards' lists them)").s);
	*(char **)out = arena_strdup(arena, node->valuestring);
	if (!*(char **)out)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a name");
	return NAS_OK;
}

static cJSON *write_board(const void *in)
{
	const char *const *name = in;

	return *name ? cJSON_CreateString(*name) : FORM_NOTHING;
}

static cJSON *board_schema(void)
{
	cJSON *names = cJSON_CreateArray();

	for (int i = 0; i < nboards; i++)
		json_append(names, cJSON_CreateString(boards[i].name));
	return json_add(cJSON_CreateObject(), "enum", names);
}

static const struct form_custom board_custom = {
	.read = read_board, .write = write_board, .schema = board_schema
};

/* A file of the config's folder, or where its path leads from here. */
static enum nas_status read_model_file(struct nas_latency *m,
				       const char *config, const char *path,
				       struct nas_arena *arena,
				       struct nas_err *err)
{
	const char *slash = strrchr(config, '/'), *from = path;
	struct nas_text t = { 0 };
	enum nas_status status;

	if (slash && path[0] != '/' && !latency_model_text(path)) {
		text_addf(&t, "%.*s/%s", (int)(slash - config), config, path);
		if (!t.failed && file_exists(t.data))
			from = t.data;
	}
	status = t.failed ? nas_fail(err, NAS_ENOMEM, "out of memory for a path")
			  : latency_read(m, from, arena, err);
	text_free(&t);
	return status;
}

static enum nas_status read_model(const struct json_doc *doc,
				  const cJSON *node, void *out,
				  struct nas_arena *arena, struct nas_err *err)
{
	struct nas_latency *m = NAS_NEW(arena, struct nas_latency, 1);

	if (!m)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a latency "
						 "model");
	*(struct nas_latency **)out = m;
	if (cJSON_IsString(node))
		return read_model_file(m, doc->source, node->valuestring,
				       arena, err);
	return form_read(&latency_form, doc, node, m, arena, err);
}

static cJSON *write_model(const void *in)
{
	struct nas_latency *const *m = in;

	return *m ? form_write(&latency_form, *m) : FORM_NOTHING;
}

static cJSON *model_schema(void)
{
	return schema_any_of(json_add_string(cJSON_CreateObject(), "type",
					     "string"),
			     form_part_schema(&latency_form));
}

static const struct form_custom model_custom = {
	.read = read_model, .write = write_model, .schema = model_schema
};

/* A limit: above 0, absent = none. */
#define LIMIT(id, name, kind, units, label, what, ...)                         \
	{.key = #name,                                                         \
	 .type = FORM_##kind,                                                  \
	 .offset = offsetof(struct nas_config_budgets, name),                  \
	 .exclusive_low = true,                                                \
	 .fallback = "",                                                       \
	 .unit = units,                                                        \
	 .help = what},

static const struct form_field budget_fields[] = {
	{ .key = "board", .type = FORM_CUSTOM,
	  .offset = offsetof(struct nas_config_budgets, board),
	  .custom = &board_custom, .fallback = "",
	  .help = "a board; its SRAM and Flash are the limits unless numbers "
		  "are given, its latency model counts unless one is" },
	{ .key = "deployable", .type = FORM_BOOL,
	  .offset = offsetof(struct nas_config_budgets, deployable),
	  .fallback = "false",
	  .help = "keep only candidate bits that the board's kernels support" },
	BUDGET_LIST(LIMIT)
	{ .key = "memory_model", .type = FORM_CHOICE,
	  .offset = offsetof(struct nas_config_budgets, memory_model),
	  FORM_ROWS(memory_models, MEMORY_KINDS), .fallback = "\"tinyengine\"",
	  .help = "how peak memory is counted: tinyengine (in-place depthwise "
		  "convolutions) or plain (input + output + live residual)" },
	{ .key = "latency_model", .type = FORM_CUSTOM,
	  .offset = offsetof(struct nas_config_budgets, latency_model),
	  .custom = &model_custom, .fallback = "",
	  .help = "how latency is counted: a name ('nas latency show' lists "
		  "them), a file of nas/latency/1, or what it holds; default: "
		  "the board's, where it has one" },
};

static enum nas_status check_budgets(const struct json_doc *doc,
				     const cJSON *node, void *out,
				     struct nas_arena *arena,
				     struct nas_err *err)
{
	const struct nas_config_budgets *b = out;

	(void)arena;
	if (b->deployable && !b->board)
		return json_fail(doc, node, err,
				 "deployable needs a board ('nas boards' lists "
				 "them)");
	if (b->latency_ms > 0 && !b->latency_model &&
	    !(b->board && board_find(b->board)->latency))
		return json_fail(doc, node, err,
				 "latency_ms needs a latency_model ('nas latency "
				 "show' lists them)");
	return NAS_OK;
}

static const struct form budget_form = {
	.title = "limits of the device; what is absent is not limited",
	.size = sizeof(struct nas_config_budgets),
	.fields = budget_fields,
	.nfields = sizeof(budget_fields) / sizeof(budget_fields[0]),
	.check = check_budgets,
};

static const struct form_field score_fields[] = {
	{ .key = "name", .type = FORM_CHOICE,
	  .offset = offsetof(struct nas_config_score, name),
	  FORM_ROWS(scores, 0), .fallback = "\"qe\"",
	  .help = "the score; higher is better (README, Other scores)" },
	{ .key = "file", .type = FORM_STRING,
	  .offset = offsetof(struct nas_config_score, file), .low = 1,
	  .high = 4096, .fallback = "",
	  .help = "a score as a file (nas/score/1, by nas fit) instead of name; "
		  "its path from the config's folder, or from here" },
	{ .key = "title", .type = FORM_STRING,
	  .offset = offsetof(struct nas_config_score, title), .low = 1,
	  .high = 200, .fallback = "", .help = "of features, for people" },
	{ .key = "features", .type = FORM_OBJECTS,
	  .offset = offsetof(struct nas_config_score, feature),
	  .count_offset = offsetof(struct nas_config_score, nfeatures),
	  .max_count = FEATURES_MAX, .form = &score_weight_form,
	  .fallback = "[]",
	  .help = "weights of features instead of name; what file says is put "
		  "here" },
	{ .key = "trust", .type = FORM_BOOL,
	  .offset = offsetof(struct nas_config_score, trust),
	  .fallback = "false",
	  .help = "only networks inside ranges, by budget: search, refinement, "
		  "samples and certificate hold to it" },
	{ .key = "ranges", .type = FORM_OBJECTS,
	  .offset = offsetof(struct nas_config_score, range),
	  .count_offset = offsetof(struct nas_config_score, nranges),
	  .max_count = TRUST_MAX, .form = &score_range_form,
	  .fallback = "[]",
	  .help = "main sums of measured networks; what file says is put "
		  "here" },
	{ .key = "sigma_a", .type = FORM_NUMBER,
	  .offset = offsetof(struct nas_config_score, sigma_a), .low = 0,
	  .high = 1000, .exclusive_low = true, .fallback = "5",
	  .help = "standard deviation of a layer's input, in steps of its "
		  "quantiser" },
	{ .key = "sigma_w", .type = FORM_NUMBER,
	  .offset = offsetof(struct nas_config_score, sigma_w), .low = 0,
	  .high = 1000, .exclusive_low = true, .fallback = "4",
	  .help = "standard deviation of the weights, in steps of their "
		  "quantiser" },
	{ .key = "stage_weights", .type = FORM_NUMBERS,
	  .offset = offsetof(struct nas_config_score, stage_weights),
	  .count_offset = offsetof(struct nas_config_score, nstage_weights),
	  .low = 0, .high = 1e6, .max_count = ARCH_STAGES_MAX, .fallback = "[]",
	  .help = "weight of each stage's end in the score; a stage ends "
		  "before each stride of 2 and with the network. Default: 0, "
		  "..., 0, 1, 1, 6; for seven stages 0, 0, 1, 1, 2, 2, 6; "
		  "rqe and rqe-r 1 each; deepmad 1, ..., 1, 8" },
	{ .key = "depth_penalty", .type = FORM_NUMBER,
	  .offset = offsetof(struct nas_config_score, depth_penalty), .low = 0,
	  .high = 1e6, .fallback = "0",
	  .help = "deepmad: weight of the penalty exp(standard deviation of "
		  "the stages' depths); its authors use 10" },
	{ .key = "samples", .type = FORM_INT,
	  .offset = offsetof(struct nas_config_score, samples), .low = 1,
	  .high = 1000000, .fallback = "32",
	  .help = "number of random networks of scores that are estimated by "
		  "sampling" },
};

static const struct form score_form = {
	.title = "how a network is scored",
	.size = sizeof(struct nas_config_score),
	.fields = score_fields,
	.nfields = sizeof(score_fields) / sizeof(score_fields[0]),
};

static const struct form_field qbr_fields[] = {
	{ .key = "in_search", .type = FORM_BOOL,
	  .offset = offsetof(struct nas_config_qbr, in_search),
	  .fallback = "false",
	  .help = "the bits of every candidate are refined" },
	{ .key = "at_end", .type = FORM_BOOL,
	  .offset = offsetof(struct nas_config_qbr, at_end), .fallback = "true",
	  .help = "the bits of the best networks are refined" },
};

static const struct form qbr_form = {
	.title = "refinement of quantisation bits",
	.size = sizeof(struct nas_config_qbr),
	.fields = qbr_fields,
	.nfields = sizeof(qbr_fields) / sizeof(qbr_fields[0]),
};

int config_score_stages(const struct nas_space *space)
{
	int n = 1;

	for (int s = 0; s < space->nstages; s++) {
		if (space->stage[s].nstride != 1)
			return 0;
		n += s > 0 && space->stage[s].stride[0] == 2;
	}
	return n;
}

static enum nas_status check_config(const struct json_doc *doc,
				    const cJSON *node, void *out,
				    struct nas_arena *arena,
				    struct nas_err *err)
{
	const struct nas_config *c = out;
	int n = config_score_stages(&c->space);
	const cJSON *score;

	(void)arena;
	if (!n || !c->score.nstage_weights || c->score.nstage_weights == n)
		return NAS_OK;
	score = cJSON_GetObjectItemCaseSensitive(node, "score");
	return json_fail(doc, cJSON_GetObjectItemCaseSensitive(
				      score, "stage_weights"), err,
			 "%d weights for the %d stages of the space; a stage "
			 "ends before each stride of 2 and at the end",
			 c->score.nstage_weights, n);
}

#define AT(member) .offset = offsetof(struct nas_config, member)

static const struct form_field config_fields[] = {
	{ .key = "name", .type = FORM_STRING, AT(name), .low = 1, .high = 80,
	  .fallback = "",
	  .help = "name of the results; default: the file's name" },
	{ .key = "title", .type = FORM_STRING, AT(title), .low = 1,
	  .high = 200, .fallback = "", .help = "one line for people" },
	{ .key = "space", .type = FORM_OBJECT, AT(space), .form = &space_form,
	  .help = "which architectures there are" },
	{ .key = "budgets", .type = FORM_OBJECT, AT(budgets),
	  .form = &budget_form, .fallback = "{}",
	  .help = "limits of the device" },
	{ .key = "score", .type = FORM_OBJECT, AT(score), .form = &score_form,
	  .fallback = "{}", .help = "how a network is scored" },
	{ .key = "search", .type = FORM_OBJECT, AT(search),
	  .form = &evolve_form, .fallback = "{}",
	  .help = "the evolutionary search" },
	{ .key = "qbr", .type = FORM_OBJECT, AT(qbr), .form = &qbr_form,
	  .fallback = "{}", .help = "refinement of quantisation bits" },
	{ .key = "certify", .type = FORM_BOOL, AT(certify),
	  .fallback = "true",
	  .help = "the search ends with a certificate: a proven bound" },
	{ .key = "certificate", .type = FORM_OBJECT, AT(certificate),
	  .form = &certify_form, .fallback = "{}",
	  .help = "limits of the certificate's work" },
};

const struct form config_form = {
	.name = "nas/config/1",
	.title = "what to search, inside which budgets, by which score",
	.size = sizeof(struct nas_config),
	.fields = config_fields,
	.nfields = sizeof(config_fields) / sizeof(config_fields[0]),
	.check = check_config,
};
