/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * nas/run/certify_curve.h - what would more of a budget buy? One certificate
 * for each of several values of it.
 *
 * The values go up, and each point starts from the network before it. A
 * larger budget allows all that a smaller one does, so a bound also holds for
 * every smaller value: bounds are made monotone from the end.
 *
 * Usage:
 *	struct certify_curve curve = { 0 };
 *	status = certify_curve_parse(&curve, "flash_bytes=800k:1.2M:5", err);
 *	status = certify_curve_run(&curve, &job, err);
 *	certify_curve_csv(&text, &curve);
 */
#ifndef NAS_RUN_CERTIFY_CURVE_H
#define NAS_RUN_CERTIFY_CURVE_H

#include "nas/form/json.h"
#include "nas/run/certify_job.h"

#define CERTIFY_CURVE_POINTS 1000 /* at most */

struct certify_point {
	double value; /* of the budget */
	struct nas_certificate_record record;
	struct nas_network best;
	bool has_best;
};

struct certify_curve {
	double low, high; /* of the budget */
	int n;            /* points from low to high, at least 1 */
	char name[32];
	int budget;       /* enum nas_budget */
	int done;         /* points that are there: fewer when stopped */
	struct certify_point *point; /* (done) */
};

/* "BUDGET=LO:HI:N", a key of budget_kinds. NAS_EUSAGE, with the nearest key. */
enum nas_status certify_curve_parse(struct certify_curve *curve,
				    const char *text, struct nas_err *err)
	NAS_MUST_CHECK;

/* The job has a config, and a start where one is known. Changes the config's
 * limits. */
enum nas_status certify_curve_run(struct certify_curve *curve,
				  struct nas_certify_job *job,
				  struct nas_err *err) NAS_MUST_CHECK;

/* A row a point: value, bound, score, gap, optimal, structure, architecture. */
void certify_curve_csv(struct nas_text *t, const struct certify_curve *curve);
extern const struct form certify_curve_form;
cJSON *certify_curve_json(const struct certify_curve *curve,
			  const char *name);

#endif
