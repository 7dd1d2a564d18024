/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What ended a search, in words. */
#include <stdio.h>

#include "nas/base/file.h"
#include "nas/run/config.h"
#include "nas/run/records.h"

void search_end_text(char *text, size_t size, const struct nas_config *config,
		     const struct nas_result *result)
{
	const struct nas_evolve_options *o = &config->search;
	char count[80];

	if (result->status == RESULT_INTERRUPTED) {
		snprintf(text, size, "by a signal");
		return;
	}
	switch ((enum nas_evolve_end)result->ended_by) {
	case END_STALL:
		snprintf(text, size, "no better network in %s evaluations "
			 "(search.stall_evals)",
			 with_commas(count, sizeof(count),
				     (double)o->stall_evals));
		break;
	case END_EXHAUSTED:
		snprintf(text, size, "exhausted, every %s of the space was "
			 "tried",
			 config->qbr.in_search ? "structure" : "network");
		break;
	case END_TIME:
		snprintf(text, size, "the time is over, %g s (search.time_s); "
			 "not repeatable", o->time_s);
		break;
	case END_SIGNAL:
		snprintf(text, size, "by a signal");
		break;
	case END_EVALUATIONS:
		snprintf(text, size, "all %s evaluations are made "
			 "(search.max_evals)",
			 with_commas(count, sizeof(count),
				     (double)o->max_evals));
		break;
	}
}
