/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One config for all ranks, and whether two configs are one search. */
#include <stdlib.h>
#include <string.h>

#include "evolve/ranks/checkpoint.h"
#include "evolve/ranks/comm.h"
#include "nas/form/json.h"
#include "nas/run/config.h"
#include "nas/run/env.h"
#include "nas/base/file.h"

#define CONFIG_BYTES ((size_t)16 << 20) /* as json_read takes */

/* The bytes that rank 0 has, on all; *text is freed by the caller. */
static enum nas_status share_bytes(struct nas_comm *comm, char **text,
				   uint64_t *length, struct nas_err *err)
{
	comm_broadcast(comm, 0, length, sizeof(*length));
	if (comm->rank != 0)
		*text = malloc(*length + 1);
	if (!*text)
		nas_fail(err, NAS_ENOMEM, "out of memory for the config");
	if (comm_agree(comm, err) == NAS_OK)
		comm_broadcast(comm, 0, *text, *length);
	return err->code;
}

enum nas_status config_read_shared(struct nas_config *config, const char *path,
				   const char *const *sets, int nsets,
				   const struct nas_run_env *env,
				   struct nas_err *err)
{
	struct nas_comm *comm = env->comm;
	struct nas_arena *arena = env->arena;
	char *text = NULL;
	uint64_t length = 0;
	size_t n = 0;
	enum nas_status status = NAS_OK;

	if (comm->size == 1)
		return config_read(config, path, sets, nsets, arena, err);
	if (comm->rank == 0)
		status = file_read(path, CONFIG_BYTES, &text, &n, err);
	length = n;
	status = comm_settle(comm, status, err);
	if (status == NAS_OK)
		status = share_bytes(comm, &text, &length, err);
	if (status == NAS_OK) {
		const struct nas_config_text all = { text, length, path };

		status = config_parse(config, &all, sets, nsets, arena, err);
		status = comm_settle(comm, status, err);
	}
	free(text);
	return status;
}

enum nas_status config_hash(const struct nas_config *config, uint64_t *hash,
			    struct nas_err *err)
{
	struct nas_config bare = *config;
	struct nas_text t = {0};

	bare.name = NULL;
	bare.title = NULL;
	bare.search.time_s = 0;
	bare.search.checkpoint_s = 0;
	bare.search.keep = 1;
	bare.qbr.at_end = false;
	bare.certify = false;
	memset(&bare.certificate, 0, sizeof(bare.certificate));
	if (!(bare.budgets.latency_ms > 0))
		bare.budgets.latency_model = NULL; /* it only tells */
	if (text_add_json(&t, config_write(&bare), err) == NAS_OK &&
	    !t.failed)
		*hash = checkpoint_hash(t.data, t.length);
	else if (err->code == NAS_OK)
		nas_fail(err, NAS_ENOMEM, "out of memory for the config");
	text_free(&t);
	return err->code;
}
