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

static cJSON *write_certificate(const void *in)
{
	const struct log_line *l = in;

	return l->certificate ? form_write(&certificate_form, l->certificate)
			      : FORM_NOTHING;
}

static cJSON *certificate_schema(void)
{
	cJSON *schema = form_schema(&certificate_form);

	cJSON_DeleteItemFromObject(schema, "$schema");
	return schema;
}

static const struct form_custom certificate_of_line = {
	.write = write_certificate, .schema = certificate_schema
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
	ROW_MADE("certificate", &certificate_of_line, "as in result.json",
		 .fallback = ""),
};

const struct form log_line_form =
	RECORD_FORM("nas/log-line/1", "what happened in a run, a line of "
		    "log.jsonl", line_fields);
