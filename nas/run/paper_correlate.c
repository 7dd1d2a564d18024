/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nas correlate TABLE --bootstrap 0 */
#include "nas/form/form.h"
#include "nas/run/correlation.h"
#include "nas/run/paper_kinds.h"
#include "scoring/correlate.h"
#include "spaces/measured.h"

PAPER_KIND(correlate)
{
	struct correlate_options o = CORRELATE_DEFAULTS;
	struct correlation_record record = { .level = o.level, .seed = 1 };
	struct nas_arch_list list;
	struct correlation c;

	o.resamples = 0;
	o.score.seed = o.seed;
	o.threads = env->threads;
	if (measured_read(&list, row->file, env->arena, err) != NAS_OK ||
	    correlate(&c, &list, &o, env->arena, err) != NAS_OK ||
	    correlation_record_make(&record, &c, env->arena, err) != NAS_OK)
		return err->code;
	*tree = form_write(&correlation_form, &record);
	return NAS_OK;
}
