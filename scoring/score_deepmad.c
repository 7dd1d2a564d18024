/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DeepMAD as one of the scores. */
#include <math.h>

#include "scoring/deepmad.h"
#include "scoring/qe.h"
#include "scoring/score.h"

/* A run goes on: same width, same kind of block. */
static bool continues(const struct nas_block *a, const struct nas_block *b)
{
	return b->kind == a->kind && b->stride == 1 && b->in == b->out &&
	       b->kernel == a->kernel;
}

double deepmad_penalty(const struct nas_arch *arch)
{
	double n = 0, sum = 0, squares = 0, variance;

	for (int b = 0, d; b < arch->nblocks; b += d) {
		const struct nas_block *block = &arch->block[b];

		for (d = 1; b + d < arch->nblocks; d++)
			if (!continues(block, block + d))
				break;
		if (block_kinds[block->kind].nconvs == 1)
			continue; /* a stem or the like, no stage */
		n++;
		sum += d;
		squares += (double)d * d;
	}
	if (n == 0)
		return 0;
	variance = squares / n - sum / n * (sum / n);
	return exp(sqrt(variance > 0 ? variance : 0));
}

enum nas_status score_deepmad(double *value, const struct nas_arch *arch,
			      const struct nas_score_options *options,
			      struct nas_err *err)
{
	for (int b = 0; b < arch->nblocks; b++)
		if (arch->block[b].squeeze)
			return nas_fail(err, NAS_EINPUT, "DeepMAD's score is "
					"not defined with squeeze-and-"
					"excitation ('%s')",
					arch->name ? arch->name : "");
	if (qe_score(value, NULL, arch, score_find("deepmad")->rule,
		     &options->qe, err) != NAS_OK)
		return err->code;
	if (options->depth_penalty > 0)
		*value -= options->depth_penalty * deepmad_penalty(arch);
	return NAS_OK;
}
