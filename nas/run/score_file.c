/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The form nas/score/1, and what is made of it. */
#include "nas/run/score_file.h"

#include "nas/form/form.h"
#include "nas/form/json.h"
#include "scoring/linear.h"
#include "scoring/trust.h"

#include <math.h>
#include <string.h>

#define WEIGHT(member) .offset = offsetof(struct nas_score_weight, member)

static const struct form_field weight_fields[] = {
	{ .key = "feature", .type = FORM_CHOICE, WEIGHT(feature),
	  FORM_ROWS(features, 0),
	  .help = "a sum over blocks (scoring/README.md lists them)" },
	{ .key = "weight", .type = FORM_NUMBER, WEIGHT(weight),
	  .low = -1e30, .high = 1e30,
	  .help = "what a unit of scale adds to the score" },
	{ .key = "scale", .type = FORM_NUMBER, WEIGHT(scale), .low = 0,
	  .high = 1e30, .exclusive_low = true, .fallback = "1",
	  .help = "unit of the feature: its standard deviation, say" },
};

const struct form score_weight_form = {
	.title = "a feature in a score",
	.size = sizeof(struct nas_score_weight),
	.fields = weight_fields,
	.nfields = sizeof(weight_fields) / sizeof(weight_fields[0]),
};

#define RANGE(member) .offset = offsetof(struct nas_score_range, member)

static const struct form_field range_fields[] = {
	{ .key = "feature", .type = FORM_CHOICE, RANGE(feature),
	  FORM_ROWS(features, 0),
	  .help = "a sum over blocks of what their shapes say: blocks, "
		  "shortcuts, se, ln_k, ln_i, ln_h, ln_o, ln_h_o, ..." },
	{ .key = "low", .type = FORM_NUMBER, RANGE(low), .low = -1e30,
	  .high = 1e30, .help = "the least of the measured networks" },
	{ .key = "high", .type = FORM_NUMBER, RANGE(high), .low = -1e30,
	  .high = 1e30, .help = "the largest" },
};

static enum nas_status check_range(const struct json_doc *doc,
				   const cJSON *node, void *out,
				   struct nas_arena *arena, struct nas_err *err)
{
	const struct nas_score_range *r = out;

	(void)arena;
	if (!trust_can_hold(&features[r->feature]))
		return json_fail(doc, node, err, "%s depends on more than the "
				 "shapes of single blocks",
				 features[r->feature].name);
	if (!(r->low <= r->high))
		return json_fail(doc, node, err, "low is above high");
	return NAS_OK;
}

const struct form score_range_form = {
	.title = "the range of a sum over the measured networks",
	.size = sizeof(struct nas_score_range),
	.fields = range_fields,
	.nfields = sizeof(range_fields) / sizeof(range_fields[0]),
	.check = check_range,
};

static const char *const schemas[] = { "nas/score/1", NULL };

#define FILE_AT(member) .offset = offsetof(struct nas_score_file, member)

static const struct form_field file_fields[] = {
	{ .key = "schema", .type = FORM_CHOICE, FILE_AT(schema),
	  .choices = schemas, .help = "the format and its version" },
	{ .key = "name", .type = FORM_STRING, FILE_AT(name), .low = 1,
	  .high = 80, .fallback = "",
	  .help = "in tables; default: the file's name" },
	{ .key = "title", .type = FORM_STRING, FILE_AT(title), .low = 1,
	  .high = 200, .fallback = "", .help = "for people" },
	{ .key = "source", .type = FORM_STRING, FILE_AT(source), .low = 1,
	  .high = 2000, .fallback = "", .help = "where the weights come from" },
	{ .key = "features", .type = FORM_OBJECTS, FILE_AT(weight),
	  .count_offset = offsetof(struct nas_score_file, nweights),
	  .min_count = 1, .max_count = FEATURES_MAX,
	  .form = &score_weight_form, .help = "the features that it weighs" },
	{ .key = "ranges", .type = FORM_OBJECTS, FILE_AT(range),
	  .count_offset = offsetof(struct nas_score_file, nranges),
	  .max_count = TRUST_MAX, .form = &score_range_form, .fallback = "[]",
	  .help = "main sums of the measured networks: where score.trust of a "
		  "config asks for it, networks stay inside" },
};

const struct form score_file_form = {
	.name = "nas/score/1",
	.title = "a score: weights of features",
	.size = sizeof(struct nas_score_file),
	.fields = file_fields,
	.nfields = sizeof(file_fields) / sizeof(file_fields[0]),
};

/* "runs/score.json" is named score. */
static char *stem_of(const char *path, struct nas_arena *arena)
{
	const char *slash = strrchr(path, '/');
	char *name = arena_strdup(arena, slash ? slash + 1 : path), *dot;

	dot = name ? strrchr(name, '.') : NULL;
	if (dot && dot > name)
		*dot = '\0';
	return name;
}

enum nas_status score_file_read(struct nas_score_file *file, const char *path,
				struct nas_arena *arena, struct nas_err *err)
{
	struct json_doc doc;
	enum nas_status status;

	if (json_read(&doc, path, err) != NAS_OK)
		return err->code;
	status = form_read(&score_file_form, &doc, doc.root, file, arena, err);
	json_free(&doc);
	if (status != NAS_OK)
		return status;
	if (!file->name)
		file->name = stem_of(path, arena);
	if (!file->title)
		file->title = file->name;
	if (!file->name)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a score");
	return NAS_OK;
}

enum nas_status score_def_make(struct nas_score_def *def,
			       const struct nas_score_file *file,
			       struct nas_arena *arena, struct nas_err *err)
{
	const struct nas_score_weight *weight = file->weight;
	struct nas_score_term *term = NAS_NEW(arena, struct nas_score_term,
					      (size_t)file->nweights + 1);

	if (!term)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a score");
	for (int i = 0; i < file->nweights; i++)
		term[i] = (struct nas_score_term){
			features[weight[i].feature].name,
			weight[i].weight / weight[i].scale };
	*def = (struct nas_score_def){ .name = file->name,
				   .title = file->title,
				   .help = "weights of features",
				   .terms = term };
	return NAS_OK;
}

enum nas_status score_defs_read(const struct nas_score_def **defs,
				const char *const *path, int n,
				struct nas_arena *arena, struct nas_err *err)
{
	struct nas_score_def *def =
		NAS_NEW(arena, struct nas_score_def, (size_t)n + 1);
	struct nas_score_file f;

	if (!def)
		return nas_fail(err, NAS_ENOMEM, "out of memory for scores");
	for (int i = 0; i < n; i++)
		if (score_file_read(&f, path[i], arena, err) != NAS_OK ||
		    score_def_make(&def[i], &f, arena, err) != NAS_OK)
			return err->code;
	*defs = def;
	return NAS_OK;
}
