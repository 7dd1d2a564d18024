/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/score_file.h - a score as a file, nas/score/1: weights of features
 * (scoring/feature.h) and where they come from. nas fit writes one; score.file
 * of a config and correlate --score use it.
 *
 *	score = sum over features of weight / scale * feature
 *
 * Usage:
 *	struct nas_score_file file;
 *	status = score_file_read(&file, "score.json", &arena, err);
 *	status = score_def_make(&def, file.name, file.title, file.weight,
 *				file.nweights, &arena, err);
 */
#ifndef NAS_RUN_SCORE_FILE_H
#define NAS_RUN_SCORE_FILE_H

#include "nas/base/arena.h"
#include "scoring/score.h"

struct form; /* nas/form/form.h */

struct nas_score_weight {
	int feature; /* index in features[] */
	double weight, scale;
};

struct nas_score_range { /* of a sum over the measured networks */
	int feature; /* index in features[]; one that trust_can_hold */
	double low, high;
};

struct nas_score_file {
	int schema;
	char *name, *title, *source;
	int nweights;
	struct nas_score_weight *weight; /* (nweights) */
	int nranges;
	struct nas_score_range *range; /* (nranges) */
};

extern const struct form score_weight_form; /* reads struct nas_score_weight */
extern const struct form score_range_form;  /* struct nas_score_range */
extern const struct form score_file_form;   /* reads struct nas_score_file */

/* NAS_EIO; NAS_EINPUT with all that is wrong and its places. A file without a
 * name is named after its path. */
enum nas_status score_file_read(struct nas_score_file *file, const char *path,
				struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

/* A row like those of scores[], of name, title and weights; its memory is the
 * arena's. */
enum nas_status score_def_make(struct nas_score_def *def,
			       const struct nas_score_file *file,
			       struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

/* A row for each of n files. Errors of both. */
enum nas_status score_defs_read(const struct nas_score_def **defs,
				const char *const *path, int n,
				struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

#endif
