/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/formats.h"

#include <string.h>

#include "nas/run/allocate_job.h"
#include "nas/run/bench.h"
#include "nas/run/calibration.h"
#include "nas/run/call_form.h"
#include "nas/run/certify_curve.h"
#include "nas/run/check.h"
#include "nas/run/compare.h"
#include "nas/run/config.h"
#include "nas/run/config_keys.h"
#include "nas/run/correlation.h"
#include "nas/run/evaluation.h"
#include "nas/run/fit_job.h"
#include "nas/run/listing.h"
#include "nas/run/log_line.h"
#include "nas/run/outputs.h"
#include "nas/run/paper.h"
#include "nas/run/pareto.h"
#include "nas/run/records.h"
#include "nas/run/refine_job.h"
#include "nas/run/reproduce.h"
#include "nas/run/sample_job.h"
#include "nas/run/score_file.h"
#include "nas/run/scored.h"
#include "nas/run/sigma_table.h"
#include "nas/run/sweep_line.h"
#include "nas/run/sweep_run.h"
#include "nas/run/sweep_status.h"
#include "nas/run/verify.h"
#include "qbr/policy_answer.h"
#include "qbr/policy_curve.h"
#include "qbr/policy_form.h"
#include "spaces/import/layers.h"
#include "spaces/latency.h"

const struct file_format file_formats[] = {
	{ "nas/config/1", &config_form, NULL, NULL },
	{ "nas/architecture/1", NULL, arch_schema, "one network" },
	{ "nas/result/1", &result_form, NULL, NULL },
	{ "nas/certificate/1", &certificate_form, NULL, NULL },
	{ "nas/calibration/1", &calibration_form, NULL, NULL },
	{ "nas/correlation/1", &correlation_form, NULL, NULL },
	{ "nas/meta/1", &meta_form, NULL, NULL },
	{ "nas/comparison/1", &comparison_form, NULL, NULL },
	{ "nas/pareto/1", &pareto_form, NULL, NULL },
	{ "nas/policy/1", &policy_form, NULL, NULL },
	{ "nas/fit/1", &fit_form, NULL, NULL },
	{ "nas/score/1", &score_file_form, NULL, NULL },
	{ LATENCY_FORM, &latency_form, NULL, NULL },
	{ "nas/problem/1", &policy_file_form, NULL, NULL },
	{ "nas/paper/1", &paper_form, NULL, NULL },
	{ "nas/call/1", &call_form, NULL, NULL },
	{ "nas/error/1", &call_error_form, NULL, NULL },
	{ LAYERS_FORM, &layers_form, NULL, NULL },
	{ "nas/certify/1", &certify_job_form, NULL, NULL },
	{ "nas/scores/1", &scores_form, NULL, NULL },
	{ "nas/check/1", &check_form, NULL, NULL },
	{ "nas/sample/1", &sample_form, NULL, NULL },
	{ "nas/refine/1", &refine_form, NULL, NULL },
	{ "nas/certify-sweep/1", &certify_curve_form, NULL, NULL },
	{ "nas/sweep/1", &sweep_form, NULL, NULL },
	{ "nas/sweep-jobs/1", &sweep_jobs_form, NULL, NULL },
	{ "nas/log-line/1", &log_line_form, NULL, NULL },
	{ "nas/sweep-line/1", &sweep_line_form, NULL, NULL },
	{ "nas/sweep-table/1", &sweep_table_form, NULL, NULL },
	{ "nas/sweep-status/1", &sweep_status_form, NULL, NULL },
	{ "nas/export/1", &export_form, NULL, NULL },
	{ "nas/report/1", &report_form, NULL, NULL },
	{ "nas/sensitivity/1", &sensitivity_form, NULL, NULL },
	{ "nas/policies/1", &policies_form, NULL, NULL },
	{ "nas/policy-sweep/1", &policy_curve_form, NULL, NULL },
	{ "nas/evaluation/1", &evaluation_form, NULL, NULL },
	{ "nas/reproduction/1", &reproduction_form, NULL, NULL },
	{ "nas/sigma/1", &sigma_form, NULL, NULL },
	{ "nas/verify/1", &verify_form, NULL, NULL },
	{ "nas/bench/1", &bench_form, NULL, NULL },
	{ "nas/boards/1", &boards_form, NULL, NULL },
	{ "nas/options/1", &config_keys_form, NULL, NULL },
	{ "nas/schemas/1", &schemas_form, NULL, NULL },
	{ "nas/help/1", &help_form, NULL, NULL },
	{ "nas/version/1", &version_form, NULL, NULL },
};

const int nfile_formats = sizeof(file_formats) / sizeof(file_formats[0]);

const struct file_format *format_find(const char *name)
{
	for (int i = 0; i < nfile_formats; i++) {
		const char *whole = file_formats[i].name;
		const char *middle = strchr(whole, '/') + 1;
		size_t n = strcspn(middle, "/");

		if (strcmp(name, whole) == 0 ||
		    (strlen(name) == n && strncmp(name, middle, n) == 0))
			return &file_formats[i];
	}
	return NULL;
}

enum nas_status format_unknown(const char *name, struct nas_err *err)
{
	const char *names[sizeof(file_formats) / sizeof(file_formats[0])];

	for (int i = 0; i < nfile_formats; i++)
		names[i] = file_formats[i].name;
	return nas_fail(err, NAS_EUSAGE, "unknown schema '%s'%s", name,
			nas_hint(name, names, nfile_formats, "",
				 " ('nas schema' lists them)").s);
}

const char *format_title(const struct file_format *f)
{
	return f->form ? f->form->title : f->title;
}

cJSON *format_schema(const struct file_format *f)
{
	return f->form ? form_schema(f->form) : f->schema();
}
