/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding a checkpoint that can be trusted. */
#include <stdlib.h>
#include <string.h>

#include "evolve/ranks/checkpoint_format.h"
#include "nas/base/file.h"

#define BLOCK ((size_t)1 << 18)

static enum nas_status refuse(const char *path, struct nas_err *err,
			      const char *why)
{
	return nas_fail_at(err, NAS_EINPUT, path, 0, 0, NULL, "%s", why);
}

static enum nas_status check_version(const char *path,
				     const struct checkpoint_head *head,
				     const struct checkpoint_options *o,
				     struct nas_err *err)
{
	if (head->order != CHECKPOINT_ORDER)
		return refuse(path, err, "written on a machine with another "
			      "byte order or word size");
	if (head->format == CHECKPOINT_FORMAT &&
	    strncmp(head->version, o->version, sizeof(head->version)) == 0)
		return NAS_OK;
	return nas_fail_at(err, NAS_EINPUT, path, 0, 0, NULL,
			   "written by version %.31s (format %u), this is %s "
			   "(format %u)", head->version, head->format,
			   o->version, CHECKPOINT_FORMAT);
}

static enum nas_status check_head(const char *path,
				  const struct checkpoint_head *head,
				  const struct checkpoint_options *o,
				  struct nas_err *err)
{
	if (memcmp(head->magic, CHECKPOINT_MAGIC, sizeof(head->magic)) != 0)
		return refuse(path, err, "not a checkpoint, or its first bytes "
			      "are damaged");
	if (head->hash != checkpoint_head_hash(head))
		return refuse(path, err, "damaged: wrong checksum of the "
			      "header");
	if (check_version(path, head, o, err) != NAS_OK)
		return err->code;
	if (head->seed != o->seed)
		return nas_fail_at(err, NAS_EINPUT, path, 0, 0, NULL,
				   "belongs to a search with seed %lld, not "
				   "%lld",
				   (long long)head->seed, (long long)o->seed);
	if (head->config != o->config)
		return refuse(path, err, "belongs to a search with a "
					 "different config");
	return NAS_OK;
}

/* Length and checksum of all but the end; the file is left at its start. */
static enum nas_status check_bytes(FILE *file, const char *path,
				   uint64_t *length, struct nas_err *err)
{
	XXH3_state_t *state = XXH3_createState();
	char *block = malloc(BLOCK);
	struct checkpoint_end end = {0};
	uint64_t hash = 0, seen = 0;
	size_t n, held = 0;

	if (!state || !block) {
		nas_fail(err, NAS_ENOMEM, "out of memory for a checkpoint");
		goto done;
	}
	XXH3_64bits_reset(state);
	while ((n = fread(block + held, 1, BLOCK - held, file)) > 0) {
		held += n;
		if (held <= sizeof(end))
			continue;
		n = held - sizeof(end);
		XXH3_64bits_update(state, block, n);
		memmove(block, block + n, sizeof(end));
		seen += n;
		held = sizeof(end);
	}
	if (held == sizeof(end))
		memcpy(&end, block, sizeof(end));
	hash = XXH3_64bits_digest(state);
	if (ferror(file))
		nas_fail(err, NAS_EIO, "cannot read '%.200s'", path);
	else if (end.length != seen)
		refuse(path, err, "damaged: incomplete");
	else if (end.hash != hash)
		refuse(path, err, "damaged: wrong checksum");
	*length = seen;
done:
	XXH3_freeState(state);
	free(block);
	rewind(file);
	return err->code;
}

static enum nas_status open_one(struct checkpoint_in *in, const char *path,
				const struct checkpoint_options *o,
				struct nas_err *err)
{
	struct checkpoint_head *head = &in->head;
	uint64_t length = 0;

	memset(in, 0, sizeof(*in));
	in->file = fopen(path, "rb");
	if (!in->file && errno == ENOENT)
		return NAS_OK;
	if (!in->file)
		return file_fail(err, "open", path, errno);
	if (fread(head, 1, sizeof(*head), in->file) != sizeof(*head))
		refuse(path, err, "damaged: incomplete");
	else if (check_head(path, head, o, err) == NAS_OK)
		rewind(in->file);
	if (err->code == NAS_OK &&
	    check_bytes(in->file, path, &length, err) == NAS_OK &&
	    fseek(in->file, (long)sizeof(*head), SEEK_SET) != 0)
		nas_fail(err, NAS_EIO, "cannot read '%.200s'", path);
	in->left = length - sizeof(*head);
	if (err->code != NAS_OK)
		checkpoint_close(in);
	return err->code;
}

static void warn_refused(const struct checkpoint_options *o,
			 const struct nas_err *why)
{
	char text[800];

	snprintf(text, sizeof(text), "%s: %s; using the previous checkpoint",
		 nas_err_source(why, 0), nas_err_msg(why, 0));
	if (o->warn)
		o->warn(o->context, text);
}

/* Neither is taken: a line for each that is there. */
static enum nas_status refuse_both(const struct nas_err *latest,
				   const struct nas_err *former,
				   struct nas_err *err)
{
	*err = *latest;
	if (former->code != NAS_OK)
		nas_fail_at(err, former->code, nas_err_source(former, 0), 0, 0,
			    NULL, "%s", nas_err_msg(former, 0));
	return err->code;
}

enum nas_status checkpoint_find(struct checkpoint_in *in,
				const struct checkpoint_options *options,
				struct nas_err *err)
{
	struct nas_err *why = calloc(2, sizeof(*why));
	char former[FILE_OUT_PATH];
	enum nas_status status = NAS_OK;

	memset(in, 0, sizeof(*in));
	if (!why || !checkpoint_former(former, sizeof(former), options->path))
		status = nas_fail(err, NAS_ENOMEM, "out of memory for a checkpoint");
	else if (open_one(in, options->path, options, &why[0]) != NAS_ENOMEM &&
		 !in->file)
		open_one(in, former, options, &why[1]);
	if (!status && in->file && why[0].code != NAS_OK)
		warn_refused(options, &why[0]);
	else if (!status && !in->file && why[0].code != NAS_OK)
		status = refuse_both(&why[0], &why[1], err);
	else if (!status && !in->file && why[1].code != NAS_OK)
		status = refuse_both(&why[1], &why[0], err);
	free(why);
	return status;
}

enum nas_status checkpoint_get(struct checkpoint_in *in, void *data, size_t n,
			       struct nas_err *err)
{
	if (n > in->left)
		return nas_fail(err, NAS_EINPUT,
				"the checkpoint is incomplete");
	if (fread(data, 1, n, in->file) != n)
		return nas_fail(err, NAS_EIO, "cannot read the checkpoint");
	in->left -= n;
	return NAS_OK;
}

void checkpoint_close(struct checkpoint_in *in)
{
	if (in->file)
		fclose(in->file);
	in->file = NULL;
}
