/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/config.h - a config file, nas/config/1: what to search, inside
 * which budgets, by which score, and how.
 *
 * Usage:
 *	struct nas_config config;
 *	status = config_read(&config, path, sets, nsets, &arena, err);
 *	status = config_problem(&problem, &config, &arena, err);
 */
#ifndef NAS_RUN_CONFIG_H
#define NAS_RUN_CONFIG_H

#include "evolve/certify/certify.h"
#include "evolve/evolve.h"

struct nas_board;        /* spaces/board.h */
struct nas_run_env;      /* nas/run/env.h */
struct nas_score_range;  /* nas/run/score_file.h */
struct nas_score_weight; /* the same */

/* What each kind of budget is read as. */
typedef double BUDGET_BYTES, BUDGET_NUMBER;
typedef int BUDGET_INT;

struct nas_config_budgets { /* as the file has them; 0 = not given */
	char *board;        /* name of boards[]; numbers below override it */
	bool deployable;    /* only bits that the board's kernels run */
#define BUDGET_MEMBER(id, key, kind, unit, label, help, ...)                  \
	BUDGET_##kind key;
	BUDGET_LIST(BUDGET_MEMBER)
	int memory_model; /* enum nas_memory_kind */
	struct nas_latency *latency_model; /* NULL = none */
};

struct nas_config_score {
	int name; /* index in scores[] */
	char *file; /* nas/score/1; read, its features stand below */
	char *title; /* of features; NULL = weights of features */
	int nfeatures;
	struct nas_score_weight *feature; /* instead of the name; none = it */
	bool trust; /* networks stay inside the ranges */
	int nranges;
	struct nas_score_range *range; /* of sums of measured networks */
	double sigma_a, sigma_w;
	int nstage_weights;
	double *stage_weights; /* none = by the number of stages */
	double depth_penalty;
	int samples;
};

struct nas_config_qbr {
	bool in_search; /* every candidate is refined */
	bool at_end;    /* the best networks are refined */
};

struct nas_config {
	char *name, *title;
	struct nas_space space;
	struct nas_config_budgets budgets;
	struct nas_config_score score;
	struct nas_evolve_options search;
	struct nas_config_qbr qbr;
	bool certify;
	struct nas_certify_options certificate;

	/* made from the above */
	struct nas_budgets limits;
	const struct nas_score_def *score_def;
	struct nas_score_options score_options;
	const struct nas_board *board_found;
	bool latency_of_board; /* its model, for the file gives none */
};

extern const struct form config_form;

/* sets: "path=value" of the command line, applied before checking. */
enum nas_status config_read(struct nas_config *config, const char *path,
			    const char *const *sets, int nsets,
			    struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

/* Stages of the score: one ends before each stride of 2 and with the network.
 * 0 where the space leaves a stride open. */
int config_score_stages(const struct nas_space *space);

struct nas_config_text {
	const char *bytes; /* (length) any */
	size_t length;
	const char *name; /* stands for the file's */
};

/* As config_read, from text that may hold any bytes. */
enum nas_status config_parse(struct nas_config *config,
			     const struct nas_config_text *text,
			     const char *const *sets, int nsets,
			     struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

/* Rank 0 reads the file, all ranks parse the same bytes; collective. */
enum nas_status config_read_shared(struct nas_config *config, const char *path,
				   const char *const *sets, int nsets,
				   const struct nas_run_env *env,
				   struct nas_err *err) NAS_MUST_CHECK;

/* The problem that the config asks; it points into the config. */
enum nas_status config_problem(struct nas_problem *problem,
			       const struct nas_config *config,
			       struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

/* A hash of all that decides where a search goes: not of names, of limits of
 * time, of what is done with its result. */
enum nas_status config_hash(const struct nas_config *config, uint64_t *hash,
			    struct nas_err *err) NAS_MUST_CHECK;

/* What must be known of a score that does not depend on bits where the space
 * leaves them open; NULL where that is not so. */
const char *config_blind_score(const struct nas_config *config);

/* The resolved config, every default visible; NULL when memory is out. */
struct cJSON *config_write(const struct nas_config *config);

#endif
