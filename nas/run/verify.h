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
 * Two targets are no board but a runtime: ONNX Runtime and TensorFlow Lite run
 * what '--to onnx' and '--to tflite' write, where python3 or node has them. Outputs
 * of a network of ours must be the same, and those of a TFLite file within a
 * level: leaky activations and products of maps are rounded otherwise there. A
 * trained network's ONNX file computes in floats, where halves between levels fall
 * otherwise: how far its outputs are off is told, not judged.
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

struct verify_runtime {
	const struct verify_runner *runner; /* ways to run it; program NULL ends */
	bool tflite;			    /* else ONNX */
	const char *needs;		    /* programs, for messages */
};
extern const struct verify_runtime verify_onnx, verify_tflite;

/* The first that works here; NULL = none. It is tried. */
const struct verify_runner *verify_runner_of(const struct verify_runtime *r);

struct verify_target {
	const char *name;
	const char *help;
	const char *compiler, *emulator; /* programs; emulator NULL: none */
	const char *flags[10];		 /* of the compiler; NULL ends */
	const char *machine[16];	 /* of the emulator */
	const char *size;		 /* that tells sections' sizes */
	uint32_t flash, ram, rest;	 /* where memory begins */
	int ticks, of_ticks;		 /* instructions = ticks read * a / b */
	const struct verify_runtime *runtime; /* then nothing is built */
};
extern const struct verify_target verify_targets[]; /* name NULL ends */
const struct verify_target *verify_target_find(const char *name);

/* The program that is missing, or NULL. A runtime is tried. */
const char *verify_missing(const struct verify_target *t);

struct verify_job {
	struct export_job export; /* of which network, and numbers */
	int images;
	double ram_bytes; /* of the board; 0 = arena and stack as planned */
	const char *keep; /* folder for what was written; NULL = removed */
};

struct verify {
	struct verify_job job;
	const char *path;
	const struct nas_run_env *env;
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
	double levels_off; /* of a runtime: the most that an output is off */
	char left_out[400]; /* why nothing was run; "" = it was */
	struct nas_text log; /* of a compiler that failed */
};

/* It is what it must be: equal or as near as said above, or left out. */
bool verify_holds(const struct verify *v, const struct verify_target *t,
		  const struct verify_row *row);

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
	bool ran;	   /* in a runtime; then this is known */
	double levels_off;
};

struct verify_left_out {
	char *name;
	const char *target;
	char *why;
};

struct verify_list {
	int schema; /* 0: nas/verify/1 */
	int nresults, nleft_out;
	struct verify_result *results; /* (nresults) */
	struct verify_left_out *left_out; /* (nleft_out) */
};

/* NAS_ENOMEM. */
enum nas_status verify_list_add(struct verify_list *list,
				const struct verify *v,
				const struct verify_target *t,
				const struct verify_row *row,
				struct nas_err *err) NAS_MUST_CHECK;

extern const struct form verify_form; /* writes a struct verify_list */

/* Of verify_run, of a target that is a runtime. */
enum nas_status verify_runtime_run(struct verify *v,
				   const struct verify_runtime *runtime,
				   struct verify_row *row,
				   struct nas_err *err) NAS_MUST_CHECK;

/* Image number image of g's input, which is on a grid, as the test program makes
 * it. */
void verify_image(float *x, const struct graph *g, const struct graph_node *grid,
		  uint32_t *state, int image);

/* v->want, from the network's forward pass. */
enum nas_status verify_expect(struct verify *v,
			      struct nas_err *err) NAS_MUST_CHECK;

#endif
