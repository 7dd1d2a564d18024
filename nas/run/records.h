/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/records.h - what stands in result files, as structs with forms.
 *
 * The form of a record writes it, reads it back and gives its JSON Schema, so
 * the three cannot drift apart.
 *
 * Usage:
 *	status = network_make(&net, &problem, &genome, arena, err);
 *	text_add_structure(&t, &net.arch);
 *	struct nas_result result = { .name = config.name, ... };
 *	tree = form_write(&result_form, &result);
 */
#ifndef NAS_RUN_RECORDS_H
#define NAS_RUN_RECORDS_H

#include "evolve/certify/certify.h"
#include "evolve/evolve.h"
#include "nas/base/file.h"
#include "nas/form/number_slot.h"
#include "scoring/problem.h"

/* ---- a network with its figures ------------------------------------------- */

/* All figures are counted again layer by layer from the architecture; nothing
 * of what a search or solver believes is passed on. */
struct nas_network {
	int rank; /* 1 = best; 0 = no rank */
	struct nas_arch arch;
	double score; /* the one that was asked for */
	double qe;    /* QE-Score */
	struct nas_cost cost;
	double used[BUDGET_KINDS]; /* fraction of each budget; 0 = no limit */
	struct nas_genome genome;  /* where it came from */
};

extern const struct form network_form; /* reads and writes struct nas_network */

enum nas_status network_make(struct nas_network *net,
			     const struct nas_problem *problem,
			     const struct nas_genome *genome,
			     struct nas_arena *arena,
			     struct nas_err *err) NAS_MUST_CHECK;

/* The same from an architecture instead of a genome. */
enum nas_status network_of_arch(struct nas_network *net,
				const struct nas_problem *problem,
				const struct nas_arch *arch,
				struct nas_err *err) NAS_MUST_CHECK;

/* The one architecture of a file. Forms that do not say the image size get
 * the space's first. NAS_EIO, NAS_EINPUT. */
enum nas_status network_arch_read(struct nas_arch *arch, const char *path,
				  const struct nas_space *space,
				  struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

/* Limits by enum nas_budget; INFINITY = none. */
void budget_limits(const struct nas_budgets *budgets,
		   double limit[BUDGET_KINDS]);
/* Figures of a network in the same order. */
void budget_figures(const struct nas_network *net, double figure[BUDGET_KINDS]);

/* A budget's figure for people: "253,440". */
const char *budget_text(char *text, size_t size, double value);

/* "16 24k5x2 48x3 ... 1280": out channels, kernel unless 3 or 1, depth unless
 * 1 of each entry. */
void text_add_structure(struct nas_text *t, const struct nas_arch *arch);

/* "8/8 5/5 5/4 ...": bits of activations/weights of each block; equal
 * neighbours once, with their number: "5/5x3". "" without bits. */
void text_add_bits(struct nas_text *t, const struct nas_arch *arch);

/* Same structure: all but bits. */
bool same_structure(const struct nas_space *space, const struct nas_genome *a,
		    const struct nas_genome *b);

/* ---- results ---------------------------------------------------------------- */

/* A certificate without what depends on the clock. */
struct nas_certificate_record {
	int status;         /* enum nas_certify_status */
	int end;            /* enum nas_certify_end */
	bool bounded;       /* the figures below hold */
	double upper_bound; /* of the score of any network in the budgets */
	double score;       /* best known */
	double gap;         /* (upper_bound - score) / |score| */
	bool known;         /* a network inside the budgets is known */
	bool optimal;
	bool improved; /* found a better network than it was given */
	double root_bound;
	double multiplier[BUDGET_KINDS];
	char *method, *covers;
	int64_t labels, iterations;
};

struct nas_certificate_slot { /* a certificate, or none */
	bool present;
	struct nas_certificate_record record;
};

struct nas_violation {
	char *budget;
	double value, limit, excess; /* excess: value / limit - 1 */
};

struct nas_infeasible { /* why there is no answer */
	bool present;
	bool proven;  /* false: none was found */
	char *budget; /* that binds: the largest relative excess */
	int nviolations;
	struct nas_violation *violation;
	struct nas_network least; /* the least violating network */
};

enum nas_result_status { RESULT_OK, RESULT_INFEASIBLE, RESULT_INTERRUPTED };
enum nas_found_by { FOUND_EVOLUTION, FOUND_REFINEMENT, FOUND_CERTIFICATE };

struct nas_published_net { /* a network of configs/networks */
	char *name;
	double score, accuracy; /* accuracy in %, 0 = unknown */
	bool in_space;
};

struct nas_result { /* result.json */
	int schema; /* the only choice */
	char *name;
	int status; /* enum nas_result_status */
	int nbest;
	struct nas_network *best;
	int best_found_by; /* enum nas_found_by */
	int64_t evaluations, feasible, duplicates;
	int ended_by; /* enum nas_evolve_end */
	char *latency_by; /* latency_text of the config's model; NULL = none */
	struct nas_number_slot latency_error_percent; /* its mean error */
	struct nas_certificate_slot certificate;
	struct nas_infeasible infeasible;
	int npublished;
	/* (npublished) inside the budgets */
	struct nas_published_net *published;
};

struct nas_meta { /* meta.json: what depends on the clock or the machine */
	int schema;
	char *program, *version, *command, *started;
	char *host, *system;
	int threads, ranks, sessions;
	double migration_bytes, row_bytes; /* messages, each epoch */
	double checkpoints, checkpoint_bytes, checkpoint_s;
	int64_t seed;
	double seconds, search_s, refine_s, certify_s, cpu_s;
	double evaluations_per_second, peak_rss_bytes;
	char *built_in, *compiler, *flags;
	int signal;
};

extern const struct form certificate_form;
extern const struct form result_form, meta_form;
extern const struct form_custom certificate_custom, infeasible_custom;

/* What limit ended it, in words; "" when none did. */
const char *certificate_end_text(const struct nas_certificate_record *record);

struct nas_config; /* nas/run/config.h */

/* "no better network in 1,000,000 evaluations (search.stall_evals)" */
void search_end_text(char *text, size_t size, const struct nas_config *config,
		     const struct nas_result *result);

void certificate_record_make(struct nas_certificate_record *record,
			     const struct nas_certificate *certificate,
			     struct nas_arena *arena);

extern const struct form violation_form;

/* The violations of a network; the one that binds first. */
enum nas_status infeasible_make(struct nas_infeasible *out,
				const struct nas_problem *problem,
				const struct nas_network *net, bool proven,
				struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

struct nas_judged { /* a network that somebody brings */
	struct nas_network net;
	bool in_space, fits;        /* fits: the budgets */
	char *outside;              /* where it leaves the space; NULL */
	struct nas_infeasible over; /* the budgets that it exceeds */
	double gap; /* how far it can be below the best possible, relative */
	bool has_gap; /* false: not known */
};

extern const struct form judged_form; /* writes the network's keys and more */

enum nas_status judge_network(struct nas_judged *judged,
			      const struct nas_problem *problem,
			      const struct nas_arch *arch,
			      struct nas_arena *arena,
			      struct nas_err *err) NAS_MUST_CHECK;

/* "exceeded by 12.5 %: 360,000 of 320,000" */
void violation_text(char *text, size_t size, const struct nas_violation *v);

/* "peak memory is 12.5 % above sram_bytes: 360,000 of 320,000" */
void infeasible_text(char *text, size_t size, const struct nas_infeasible *why);

#endif
