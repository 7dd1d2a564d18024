/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of a run's folder. */
#include <math.h>
#include <stdlib.h>

#include "nas/base/file.h"
#include "nas/form/form.h"
#include "nas/form/json.h"
#include "nas/run/history.h"
#include "nas/run/log_line.h"
#include "nas/run/run.h"
#include "nas/run/run_meta.h"

static enum nas_status
make_config(struct nas_text *t, const struct nas_run *run, struct nas_err *err)
{
	return text_add_json(t, config_write(&run->config), err);
}

static enum nas_status
make_history(struct nas_text *t, const struct nas_run *run, struct nas_err *err)
{
	struct history h;

	if (history_make(&h, &run->evolved, run->env->arena, err) == NAS_OK)
		history_csv(t, &h);
	return err->code;
}

static void add_event(struct nas_text *t, struct log_line line)
{
	cJSON *event = form_write(&log_line_form, &line);
	char *text = json_print_line(event);

	if (text)
		text_add(t, text);
	else
		t->failed = true;
	free(text);
	cJSON_Delete(event);
}

static void log_epochs(struct nas_text *t, const struct nas_evolve_result *r)
{
	double best = -HUGE_VAL;

	for (int i = 0; i < r->nrows; i++) {
		const struct nas_evolve_row *row = &r->row[i];

		if (!(row->best > best))
			continue;
		best = row->best;
		add_event(t, (struct log_line){ .event = LOG_BETTER,
						.evaluations = row->evaluations,
						.has_evaluations = true,
						.best = number_slot(best) });
	}
}

/* What happened, in order; the evaluations are its clock, so that two runs
 * compare. */
static enum nas_status make_log(struct nas_text *t, const struct nas_run *run,
				struct nas_err *err)
{
	const struct nas_result *r = &run->result;
	double best = r->nbest ? r->best[0].score : -HUGE_VAL;

	(void)err;
	add_event(t, (struct log_line){ .event = LOG_START,
					.name = run->config.name,
					.seed = run->config.search.seed,
					.has_seed = true });
	log_epochs(t, &run->evolved);
	add_event(t, (struct log_line){ .event = LOG_SEARCHED,
					.evaluations = r->evaluations,
					.has_evaluations = true,
					.ended_by = (int)run->evolved.end,
					.has_ended_by = true,
					.best = number_slot(run->evolved_score)
		     });
	if (run->config.qbr.at_end)
		add_event(t, (struct log_line){ .event = LOG_REFINED,
						.improved = run->nrefined,
						.has_improved = true });
	if (r->certificate.present)
		add_event(t, (struct log_line){
			.event = r->certificate.record.improved
					 ? LOG_CERTIFICATE_ADOPTED
					 : LOG_CERTIFICATE,
			.certificate = r->certificate });
	add_event(t, (struct log_line){ .event = LOG_END,
					.best = number_slot(best) });
	return NAS_OK;
}

static enum nas_status
make_result(struct nas_text *t, const struct nas_run *run, struct nas_err *err)
{
	return text_add_json(t, form_write(&result_form, &run->result), err);
}

/* The first is written before the search starts, the last one says that all
 * the others are there. */
const struct nas_run_file run_files[] = {
	{ "config.json", make_config },
	{ "history.csv", make_history },
	{ "log.jsonl", make_log },
	{ "meta.json", run_make_meta },
	{ "result.json", make_result },
	{ 0 },
};
