/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas sensitivity MODEL --metric METRIC --data IMAGES [--labels LABELS]
 * [--images N] [--label N] [--bits-w LIST] [--bits-a LIST] */
#include "nas/run/paper_kinds.h"
#include "nas/run/paper_network.h"

PAPER_KIND(sensitivity)
{
	struct sensitivity_run *r =
		NAS_NEW(env->arena, struct sensitivity_run, 1);
	struct sensitivity_options how;

	if (!r)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a model");
	if (paper_network_options(&how, row, env->arena, err) != NAS_OK ||
	    sensitivity_of(r, row->file, &how, env, err) != NAS_OK)
		return err->code;
	*tree = sensitivity_json(r);
	return NAS_OK;
}
