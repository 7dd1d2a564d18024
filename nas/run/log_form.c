/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/log_line.h"

#include "evolve/evolve.h"
#include "nas/form/record.h"

static const char *const events[] = {
	[LOG_START] = "start",
	[LOG_BETTER] = "better",
	[LOG_SEARCHED] = "searched",
	[LOG_REFINED] = "refined",
	[LOG_CERTIFICATE] = "certificate",
	[LOG_CERTIFICATE_ADOPTED] = "certificate_adopted",
	[LOG_END] = "end",
	NULL
};

#define RECORD struct log_line

static const struct form_field line_fields[] = {
	ROW(CHOICE, event, "better: than all before; certificate_adopted: it "
	    "found the best network", .choices = events),
	ROW_MAY(STRING, name, "of the config: start"),
	ROW_GIVEN(INT64, seed, "start"),
	ROW_GIVEN(INT64, evaluations, "until then: better, searched"),
	ROW_GIVEN(CHOICE, ended_by, "what ended the search: searched",
		  .choices = evolve_end_names),
	ROW_MAY(CUSTOM, best, "score until then, absent where there is no "
		"network", .custom = &number_slot_custom),
	ROW_GIVEN(INT, improved, "networks: refined"),
	ROW_MAY(CUSTOM, certificate, "as in result.json",
		.custom = &certificate_custom),
};

const struct form log_line_form =
	RECORD_FORM("nas/log-line/1", "what happened in a run, a line of "
		    "log.jsonl", line_fields);
