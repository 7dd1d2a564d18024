/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/form/file_kinds.h"

#include <string.h>

static const struct file_kind file_kinds[] = {
	{ "nas/architecture/1", "one network",
	  "nas score, export, refine and verify" },
	{ "nas/graph/1", "a network as layers and blocks, without weights",
	  "nas allocate, sensitivity and evaluate" },
	{ "nas/policy/1", "bits for every layer of a network",
	  "nas evaluate and export, as --policy" },
	{ "nas/score/1", "a score: weights of features",
	  "nas correlate, as --score, and configs, as score.file" },
	{ "nas/latency/1",
	  "how long networks take on a board: a sum over layers",
	  "nas latency show, and many commands, as --latency-model" },
	{ "nas/paper/1", "published figures, and what computes them here",
	  "nas reproduce, as --paper" },
};

const struct file_kind *file_kind_find(const char *schema)
{
	const size_t n = sizeof(file_kinds) / sizeof(file_kinds[0]);

	for (size_t i = 0; i < n; i++)
		if (strcmp(file_kinds[i].schema, schema) == 0)
			return &file_kinds[i];
	return NULL;
}
