/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas search CONFIG [--set ...] */
#include "nas/form/form.h"
#include "nas/run/paper_kinds.h"
#include "nas/run/run.h"

PAPER_KIND(search)
{
	struct nas_run *run = NAS_NEW(env->arena, struct nas_run, 1);
	const struct nas_run_request request = {
		.config = row->file,
		.set = row->set.text,
		.nsets = row->set.n,
	};

	if (!run)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a run");
	if (run_all(run, env, &request, err) != NAS_OK)
		return err->code;
	*tree = form_write(&result_form, &run->result);
	return NAS_OK;
}
