/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of a run's folder. */
#include <math.h>
#include <stdlib.h>

#include "nas/base/file.h"
#include "nas/form/form.h"
#include "nas/form/json.h"
#include "nas/run/history.h"
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

static void add_event(struct nas_text *t, cJSON *event)
{
	char *line = json_print_line(event);

	if (line)
		text_add(t, line);
	else
		t->failed = true;
	free(line);
	cJSON_Delete(event);
}

static cJSON *event(const char *name)
{
	return json_add_string(cJSON_CreateObject(), "event", name);
}

static void add_score(cJSON *object, const char *key, double score)
{
	if (isfinite(score))
		json_add_number(object, key, score);
}

static void log_epochs(struct nas_text *t, const struct nas_evolve_result *r)
{
	double best = -HUGE_VAL;

	for (int i = 0; i < r->nrows; i++) {
		const struct nas_evolve_row *row = &r->row[i];
		cJSON *e;

		if (!(row->best > best))
			continue;
		best = row->best;
		e = event("better");
		json_add_int64(e, "evaluations", row->evaluations);
		add_score(e, "best", best);
		add_event(t, e);
	}
}

/* What happened, in order; the evaluations are its clock, so that two runs
 * compare. */
static enum nas_status make_log(struct nas_text *t, const struct nas_run *run,
				struct nas_err *err)
{
	const struct nas_result *r = &run->result;
	cJSON *e = event("start");

	(void)err;
	json_add_string(e, "name", run->config.name);
	json_add_int64(e, "seed", run->config.search.seed);
	add_event(t, e);
	log_epochs(t, &run->evolved);
	e = event("searched");
	json_add_int64(e, "evaluations", r->evaluations);
	json_add_string(e, "ended_by", evolve_end_names[run->evolved.end]);
	add_score(e, "best", run->evolved_score);
	add_event(t, e);
	if (run->config.qbr.at_end) {
		e = event("refined");
		json_add_int64(e, "improved", run->nrefined);
		add_event(t, e);
	}
	if (r->certificate.present) {
		e = event(r->certificate.record.improved ? "certificate_adopted"
							 : "certificate");
		json_add(e, "certificate",
			 form_write(&certificate_form,
				    &r->certificate.record));
		add_event(t, e);
	}
	e = event("end");
	add_score(e, "best", r->nbest ? r->best[0].score : -HUGE_VAL);
	add_event(t, e);
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
