/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spaces/arch.h - one network: input, chain of blocks, head.
 *
 * Usage:
 *	struct nas_arch_list list;
 *	status = arch_read(&list, "mixed7d0G.json", &defaults, &arena, err);
 *	for (i = 0; i < list.n; i++)
 *		cost_of(&cost, &list.arch[i], ...);
 *
 * A file's entry with depth d becomes d blocks here; blocks of one entry have
 * the same entry number and are written back as one.
 *
 * Files that are read: nas/architecture/1; the reference's list of blocks
 * with class, in, out, s, k, btn, L, nbitsA, nbitsW; a record {structure,
 * image_size, stage_weights, sigma_a, sigma_w} around such a list; arrays of
 * architectures and records; a result file, of which the networks are read.
 * Networks may say what accuracy they reach: accuracy, a number, and
 * accuracies, one a training seed.
 */
#ifndef SPACES_ARCH_H
#define SPACES_ARCH_H

#include "nas/base/arena.h"
#include "nas/base/err.h"
#include "spaces/block.h"

struct cJSON;    /* cjson/cJSON.h */
struct json_doc; /* nas/form/json.h */

#define ARCH_BLOCKS_MAX 1024
#define ARCH_CHANNELS_MAX 65536
#define ARCH_SIDE_MAX 8192
#define ARCH_STAGES_MAX 32
#define ARCH_KERNEL_MAX 31
#define ARCH_STRIDE_MAX 4
#define ARCH_BITS_MAX 32
#define ARCH_CLASSES_MAX 1000000
#define ARCH_SIGMA_MIN 0.1
#define ARCH_SIGMA_MAX 100.0
#define ARCH_STAGE_WEIGHT_MAX 1e6
#define ARCH_SEEDS_MAX 64

struct nas_head { /* global average pooling and a linear classifier */
	int classes; /* 0 = no head, a backbone */
	int bits_a, bits_w; /* 0 = full precision, counted as 8 */
	/* Units of a linear layer with ReLU between pooling and classifier, of
	 * the same bits; 0 = none. Counted as part of the classifier; no score
	 * looks at it. */
	int hidden;
};

struct nas_arch_measured { /* by training */
	double accuracy;    /* mean of the seeds */
	int nseeds;         /* 0 = not told apart */
	const double *seed; /* (nseeds) */
};

struct nas_arch {
	const char *name;
	int height, width, channels; /* of the input */
	int nblocks;
	struct nas_block *block; /* (nblocks) */
	struct nas_head head;

	/* How a record wants to be scored; 0 stage weights = not said. */
	int nstage_weights;
	double stage_weights[ARCH_STAGES_MAX];
	double sigma_a, sigma_w; /* 0 = not said */

	/* What a file says of its accuracy; NULL = nothing. Not written by
	 * arch_to_json: a network that is changed has another. */
	const struct nas_arch_measured *measured;
	double latency_ms; /* measured, as the file says; 0 = not said */
};

struct nas_arch_list {
	int n;
	struct nas_arch *arch; /* (n) */
};

struct nas_arch_defaults { /* for forms that do not say it */
	int height, width; /* of a bare list of blocks; 0 = 224 */
};

/* Read every architecture of a file ("-" = standard input). The memory is the
 * arena's. NAS_EIO; NAS_EINPUT with all that is wrong and its places. */
enum nas_status arch_read(struct nas_arch_list *list, const char *path,
			  const struct nas_arch_defaults *defaults,
			  struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;
enum nas_status arch_from_json(struct nas_arch_list *list,
			       const struct json_doc *doc, const struct cJSON *node,
			       const struct nas_arch_defaults *defaults,
			       struct nas_arena *arena, struct nas_err *err)
	NAS_MUST_CHECK;

/* nas/architecture/1; when memory is out, NULL or a tree that json_print
 * refuses. */
struct cJSON *arch_to_json(const struct nas_arch *arch);

/* Widths meet, sides stay above 0, numbers inside their limits. */
enum nas_status arch_check(const struct nas_arch *arch, struct nas_err *err)
	NAS_MUST_CHECK;

/* JSON Schema of nas/architecture/1; the same as a part of another one. */
struct cJSON *arch_schema(void);
struct cJSON *arch_part_schema(void);

/* All convolutions of the network have bits. A mix of some with and some
 * without is refused by arch_check. */
bool arch_is_quantised(const struct nas_arch *arch);

/* Bits of the tensor that block b hands on: the next conv's input bits, the
 * head's after the last one, 8 without a head; 8 for full precision. */
int arch_bits_out(const struct nas_arch *arch, int b);

/* A stage of the score ends with block b: before each block that strides (not
 * the first), and with the last block. */
bool arch_ends_stage(const struct nas_arch *arch, int b);

/* Index of the stage that each block is in. Returns their number; stage
 * (nblocks) may be NULL. */
int arch_stages(const struct nas_arch *arch, int *stage);

#endif
