/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/verify.h - is what 'nas export --to c' writes what the network
 * computes? The C is built and run, on this machine and on emulated boards, and
 * every level that a layer reads is compared with the network's own forward
 * pass (scoring/forward).
 *
 * A target (the table verify_targets[]) is run twice: with all tensors shown,
 * to be compared, and without, in RAM of exactly the arena's and the stack's
 * bytes, to be measured.
 *
 * Usage:
 *	struct verify_job job = { .images = 4, .options = ... };
 *	status = verify_prepare(&v, &job, "architecture.json", &env, err);
 *	for (t = verify_targets; t->name; t++)
 *		status = verify_run(&v, t, &row, err);
 *	verify_close(&v);
 */
#ifndef NAS_RUN_VERIFY_H
#define NAS_RUN_VERIFY_H

#include "nas/run/export_job.h"
#include "spaces/export/format_c.h"

#define VERIFY_IMAGES_MAX 1000

struct verify_target {
	const char *name;
	const char *help;
	const char *compiler, *emulator; /* programs; emulator NULL: none */
	const char *flags[10];		 /* of the compiler; NULL ends */
	const char *machine[16];	 /* of the emulator */
	const char *size;		 /* that tells sections' sizes */
	uint32_t flash, ram, rest;	 /* where memory begins */
	int ticks, of_ticks;		 /* instructions = ticks read * a / b */
};
extern const struct verify_target verify_targets[]; /* name NULL ends */
const struct verify_target *verify_target_find(const char *name);

/* The program that is missing, or NULL. */
const char *verify_missing(const struct verify_target *t);

struct verify_job {
	struct export_job export; /* of which network, and numbers */
	int images;
	double ram_bytes; /* of the board; 0 = arena and stack as planned */
	const char *keep; /* folder for what was written; NULL = removed */
};

struct verify {
	struct verify_job job;
	struct nas_arena *arena;
	struct export_source source;
	struct c_plan plan;
	struct nas_text want; /* what the program must print with all tensors */
	char name[80], dir[4096];
	double macs;
};

struct verify_row {
	bool equal;
	char differs[160]; /* tensor that differs first, or what went wrong */
	double stack_bytes, text_bytes, rodata_bytes, ram_bytes;
	double instructions; /* of one image; 0 = not counted */
	struct nas_text log; /* of a compiler that failed */
};

enum nas_status verify_prepare(struct verify *v, const struct verify_job *job,
			       const char *path, const struct nas_run_env *env,
			       struct nas_err *err) NAS_MUST_CHECK;
/* NAS_OK also where the target differs. NAS_EIO, NAS_ENOMEM. */
enum nas_status verify_run(struct verify *v, const struct verify_target *t,
			   struct verify_row *row,
			   struct nas_err *err) NAS_MUST_CHECK;
void verify_close(struct verify *v);

struct verify_result { /* as JSON has it */
	char *name;
	const char *target;
	bool equal;
	char *differs; /* NULL: nothing */
	double arena_bytes, peak_memory_bytes, macs;
	bool measured; /* on a board; then the following are known */
	double stack_bytes, text_bytes, rodata_bytes, instructions;
};

struct verify_list {
	int schema; /* 0: nas/verify/1 */
	int nresults;
	struct verify_result *results; /* (nresults) */
};

/* NAS_ENOMEM. */
enum nas_status verify_list_add(struct verify_list *list,
				const struct verify *v,
				const struct verify_target *t,
				const struct verify_row *row,
				struct nas_err *err) NAS_MUST_CHECK;

extern const struct form verify_form; /* writes a struct verify_list */

/* v->want, from the network's forward pass. */
enum nas_status verify_expect(struct verify *v,
			      struct nas_err *err) NAS_MUST_CHECK;

#endif
