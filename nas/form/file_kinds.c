/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/form/file_kinds.h"

#include <string.h>

const struct file_kind file_kinds[] = {
	{ "nas/architecture/1", "one network",
	  "nas score, export, refine and verify" },
	{ "nas/graph/1", "a network as layers and blocks, without weights",
	  "nas allocate, sensitivity, evaluate and export" },
	{ "nas/policy/1", "bits for every layer of a network",
	  "nas evaluate and export, as --policy" },
	{ "nas/score/1", "a score: weights of features",
	  "nas correlate, as --score, and configs, as score.file" },
	{ "nas/latency/1",
	  "how long networks take on a board: a sum over layers",
	  "nas latency show, and many commands, as --latency-model" },
	{ "nas/paper/1", "published figures, and what computes them here",
	  "nas reproduce, as --paper" },
	{ 0 }
};

const struct file_kind *file_kind_find(const char *schema)
{
	const struct file_kind *k = file_kinds;

	while (k->schema && strcmp(k->schema, schema) != 0)
		k++;
	return k->schema ? k : NULL;
}
