/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing a checkpoint, and what writer and reader share. */
#define _POSIX_C_SOURCE 200809L
#include "evolve/ranks/checkpoint.h"

#include <string.h>
#include <unistd.h>

#include "evolve/ranks/checkpoint_format.h"
#include "nas/base/file.h"

uint64_t checkpoint_hash(const void *data, size_t n)
{
	return XXH3_64bits(data, n);
}

uint64_t checkpoint_head_hash(const struct checkpoint_head *head)
{
	return checkpoint_hash(head, offsetof(struct checkpoint_head, hash));
}

bool checkpoint_former(char *name, size_t size, const char *path)
{
	int n = snprintf(name, size, "%s" CHECKPOINT_PREVIOUS, path);

	return n > 0 && (size_t)n < size;
}

void checkpoint_put(struct checkpoint_out *out, const void *data, size_t n)
{
	if (!out->state)
		return;
	XXH3_64bits_update(out->state, data, n);
	file_out_put(&out->file, data, n);
	out->length += n;
}

void checkpoint_create(struct checkpoint_out *out, const char *path,
		       struct checkpoint_head *head)
{
	memcpy(head->magic, CHECKPOINT_MAGIC, sizeof(head->magic));
	head->format = CHECKPOINT_FORMAT;
	head->order = CHECKPOINT_ORDER;
	head->hash = checkpoint_head_hash(head);
	file_out_open(&out->file, path);
	out->length = 0;
	out->state = XXH3_createState();
	if (!out->state)
		return;
	XXH3_64bits_reset(out->state);
	checkpoint_put(out, head, sizeof(*head));
}

enum nas_status checkpoint_commit(struct checkpoint_out *out,
				  struct nas_err *err)
{
	struct checkpoint_end end = { out->length, 0 };
	char former[FILE_OUT_PATH];

	if (out->state)
		end.hash = XXH3_64bits_digest(out->state);
	else
		out->file.error = out->file.error ? out->file.error : ENOMEM;
	XXH3_freeState(out->state);
	out->state = NULL;
	file_out_put(&out->file, &end, sizeof(end));
	if (!checkpoint_former(former, sizeof(former), out->file.path))
		out->file.error = ENAMETOOLONG;
	if (file_out_commit_keeping(&out->file, former) == 0)
		return NAS_OK;
	return file_fail(err, "write checkpoint", out->file.path,
			 out->file.error);
}

bool checkpoint_exists(const char *path)
{
	char former[FILE_OUT_PATH];

	return file_exists(path) ||
	       (checkpoint_former(former, sizeof(former), path) &&
		file_exists(former));
}

void checkpoint_remove(const char *path)
{
	char former[FILE_OUT_PATH];

	if (checkpoint_former(former, sizeof(former), path))
		unlink(former);
	unlink(path);
}
