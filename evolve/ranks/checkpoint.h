/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evolve/ranks/checkpoint.h - the file that a stopped search goes on from.
 *
 * Bytes as they lie in memory: a head with a checksum of its own, then what
 * save.c puts there, then length and checksum (XXH3) of everything. A file is
 * refused, with the reason, unless program version, config and every byte are
 * as they should be. The one before stays as PATH.previous and is tried when
 * the latest is refused.
 *
 * Usage:
 *	checkpoint_create(&out, path, &head);
 *	checkpoint_put(&out, data, n);
 *	status = checkpoint_commit(&out, err);
 *
 *	status = checkpoint_find(&in, &options, err);   in.file NULL: none
 *	status = checkpoint_get(&in, data, n, err);
 *	checkpoint_close(&in);
 */
#ifndef EVOLVE_RANKS_CHECKPOINT_H
#define EVOLVE_RANKS_CHECKPOINT_H

#include <stdbool.h>
#include <stdint.h>

#include "nas/base/err.h"
#include "nas/base/file_out.h"

#define CHECKPOINT_PREVIOUS ".previous"

struct checkpoint_options {
	const char *path;
	double interval_s;   /* 0 = only when the search is stopped */
	const char *version; /* of the program */
	uint64_t config;     /* hash of all that the result depends on */
	int64_t seed;
	bool resume;         /* go on from the file, if there is one */
	/* Something is wrong that does not end the search. */
	void (*warn)(void *context, const char *text);
	void *context;
};

struct checkpoint_head {
	char magic[16];
	uint32_t format, order;
	char version[32];
	uint64_t config;
	int64_t seed;
	int32_t islands, nrows, latest, sessions;
	int64_t epochs, every;
	int64_t evaluations, best_evals;
	double best, seconds;
	uint64_t hash; /* of all before it */
};

struct checkpoint_out {
	struct file_out file;
	void *state; /* of XXH3; NULL: memory was out */
	uint64_t length;
};

struct checkpoint_in {
	FILE *file;
	struct checkpoint_head head;
	uint64_t left; /* bytes before the closing checksum */
};

/* 64 bits of XXH3. */
uint64_t checkpoint_hash(const void *data, size_t n);

/* Fills magic, format and hash of head. Failures show in the end. */
void checkpoint_create(struct checkpoint_out *out, const char *path,
		       struct checkpoint_head *head);
void checkpoint_put(struct checkpoint_out *out, const void *data, size_t n);

/* NAS_EIO: nothing has changed on disk. */
enum nas_status checkpoint_commit(struct checkpoint_out *out,
				  struct nas_err *err) NAS_MUST_CHECK;

/*
 * Open the latest file that is whole and of this search. in->file is NULL
 * when there is none at all. NAS_EINPUT when there are, but each is refused:
 * a line for each. A refused one beside one that is taken is a warning.
 */
enum nas_status checkpoint_find(struct checkpoint_in *in,
				const struct checkpoint_options *options,
				struct nas_err *err) NAS_MUST_CHECK;
enum nas_status checkpoint_get(struct checkpoint_in *in, void *data, size_t n,
			       struct nas_err *err) NAS_MUST_CHECK;
void checkpoint_close(struct checkpoint_in *in);

/* Remove both files; those that are absent are fine. */
void checkpoint_remove(const char *path);
bool checkpoint_exists(const char *path);

#endif
