/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/export_job.h - a network of a file, written in another format: an
 * architecture, an ONNX file of ours, or a trained network, which may get
 * other bits on the way.
 *
 * Usage:
 *	struct export_job job = { .format = export_format_find("onnx"),
 *				  .options = EXPORT_DEFAULTS };
 *	status = export_job_run(&text, &job, "architecture.json", &env, err);
 */
#ifndef NAS_RUN_EXPORT_JOB_H
#define NAS_RUN_EXPORT_JOB_H

#include "nas/run/env.h"
#include "nas/run/quantised.h"
#include "spaces/export/export_formats.h"

struct export_job {
	const struct export_format *format;
	struct export_options options;
	int pick; /* which of several architectures, from 1; 0 = there is one */
	const char *of_trained; /* an option for trained networks that was
				 * given, which an architecture refuses */
	bool has_bits; /* give the network these bits, an ONNX file: */
	struct quantised_options bits;
	struct model_options model; /* images show the inputs' ranges */
};

/* NAS_EUSAGE: pick, bits, or images are missing or make no sense; NAS_EIO;
 * NAS_EINPUT: the file, or the format cannot hold the network; NAS_ENOMEM. */
enum nas_status export_job_run(struct nas_text *out,
			       const struct export_job *job, const char *path,
			       const struct nas_run_env *env,
			       struct nas_err *err) NAS_MUST_CHECK;

/* What a format that is written from integers gets (EXPORT_INTEGERS, the job's):
 * an architecture and its graph with numbers, those of an ONNX file of ours, or
 * drawn; or the graph of a trained network on its grids. Errors as above. */
enum nas_status export_job_source(struct export_source *source,
				  const struct export_job *job,
				  const char *path,
				  const struct nas_run_env *env,
				  struct nas_err *err) NAS_MUST_CHECK;

#endif
