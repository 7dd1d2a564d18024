/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Zen-score as one of the scores. */
#include "scoring/score.h"
#include "scoring/zen.h"

enum nas_status score_zen(double *value, const struct nas_arch *arch,
			  const struct nas_score_options *options,
			  struct nas_err *err)
{
	const struct zen_options o = { .samples = options->samples,
				       .seed = options->seed,
				       .threads = options->threads };
	struct zen zen;

	if (zen_score(&zen, arch, &o, err) != NAS_OK)
		return err->code;
	*value = zen.score;
	return NAS_OK;
}
