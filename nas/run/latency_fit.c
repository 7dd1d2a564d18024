/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nas/run/latency_fit.h"

#include <math.h>
#include <string.h>

#include "nas/base/nnls.h"
#include "nas/base/rng.h"
#include "nas/base/stats.h"

#define FEW_ROWS 10  /* a term: fewer, and terms are chosen */
#define ON_CHIP_LOW  14 /* the least, 2^14 bytes, that is tried */
#define ON_CHIP_HIGH 25
#define WORTH 0.9    /* of the error before: what a term must bring */

/* A row in relative terms: its value is 1. */
static void relative(const struct latency_row *r, double x[LATENCY_TERMS])
{
	for (int t = 0; t < LATENCY_TERMS; t++)
		x[t] = r->n[t] / latency_terms[t].per / r->ms;
}

static double predict(const struct latency_row *r, const double *c)
{
	double ms = 0;

	for (int t = 0; t < LATENCY_TERMS; t++)
		ms += c[t] * r->n[t] / latency_terms[t].per;
	return ms;
}

static void sum_rows(const struct latency_fit *fit, int n, struct nnls *s)
{
	double x[LATENCY_TERMS];

	memset(s, 0, sizeof(*s));
	s->n = LATENCY_TERMS;
	for (int i = 0; i < n; i++) {
		relative(&fit->row[i], x);
		nnls_add(s, x, 1, 1);
	}
}

/* Each of the first n rows by a model without it; returns the mean error. */
static double leave_out(struct latency_fit *fit, int n, const struct nnls *all,
			const bool *allowed)
{
	double x[LATENCY_TERMS], c[LATENCY_TERMS], sum = 0;

	for (int i = 0; i < n; i++) {
		struct nnls s = *all;

		relative(&fit->row[i], x);
		nnls_add(&s, x, 1, -1);
		nnls_solve(&s, allowed, c);
		fit->row[i].left_out = predict(&fit->row[i], c);
		sum += fabs(latency_row_error(&fit->row[i]));
	}
	return sum / n;
}

static void choose_terms(struct latency_fit *fit, int n,
			 const struct nnls *all, bool *allowed)
{
	double best = HUGE_VAL;

	memset(allowed, 0, LATENCY_TERMS * sizeof(*allowed));
	for (;;) {
		double least = HUGE_VAL;
		int which = -1;

		for (int t = 0; t < LATENCY_TERMS; t++) {
			double error;

			if (allowed[t] || !(all->gram[t][t] > 0))
				continue;
			allowed[t] = true;
			error = leave_out(fit, n, all, allowed);
			allowed[t] = false;
			if (error < least) {
				least = error;
				which = t;
			}
		}
		if (which < 0 || !(least < WORTH * best))
			return;
		allowed[which] = true;
		best = least;
	}
}

static enum nas_status judge(struct latency_fit *fit, int from,
			     struct nas_arena *arena, struct nas_err *err)
{
	int n = fit->nrows - from;
	double *got = NAS_NEW(arena, double, (size_t)n);
	double *want = NAS_NEW(arena, double, (size_t)n), sum = 0;
	double *off = NAS_NEW(arena, double, (size_t)n);

	fit->judged = NAS_NEW(arena, int, (size_t)n);
	if (!got || !want || !off || !fit->judged)
		return nas_fail(err, NAS_ENOMEM, "out of memory for %d rows", n);
	fit->njudged = n;
	for (int i = 0; i < n; i++) {
		const struct latency_row *r = &fit->row[from + i];

		got[i] = r->left_out;
		want[i] = r->ms;
		off[i] = -fabs(latency_row_error(r));
		sum -= off[i];
	}
	if (stats_order(fit->judged, off, n, err) != NAS_OK)
		return err->code;
	for (int i = 0; i < n; i++)
		fit->judged[i] += from;
	fit->model.error.rows = n;
	fit->model.error.mean = 100 * sum / n;
	fit->model.error.max =
		100 * fabs(latency_row_error(&fit->row[fit->judged[0]]));
	return stats_spearman(&fit->spearman, got, want, n, err);
}

/* The rows to fit on come first. */
static void draw_rows(struct latency_fit *fit)
{
	struct rng rng;

	rng_seed(&rng, fit->seed, 0);
	for (int i = 0; i < fit->fit_on; i++) {
		int k = i + (int)rng_below(&rng, (uint32_t)(fit->nrows - i));
		struct latency_row r = fit->row[i];

		fit->row[i] = fit->row[k];
		fit->row[k] = r;
	}
}

/* The terms and their coefficients by the first n rows, which are counted
 * by the model's steps and sizes; returns the mean error of left-out rows. */
static double fit_rows(struct latency_fit *fit, int n, bool some,
		       struct nnls *all, bool *allowed)
{
	for (int i = 0; i < n; i++)
		latency_row_count(&fit->row[i], &fit->model);
	sum_rows(fit, n, all);
	memcpy(allowed, fit->allowed, sizeof(fit->allowed));
	if (!fit->chosen && n < FEW_ROWS * LATENCY_TERMS && !some)
		choose_terms(fit, n, all, allowed);
	else if (!fit->chosen)
		memset(allowed, true, sizeof(fit->allowed));
	return leave_out(fit, n, all, allowed);
}

/* By all sizes in steps of the root of 2. */
static void choose_on_chip(struct latency_fit *fit, int n, bool some)
{
	double best = HUGE_VAL, bytes = 0;
	bool allowed[LATENCY_TERMS];
	struct nnls all;

	for (int i = 2 * ON_CHIP_LOW; i <= 2 * ON_CHIP_HIGH; i++) {
		double error;

		fit->model.on_chip_bytes = rint(exp2(i / 2.0));
		error = fit_rows(fit, n, some, &all, allowed);
		if (error < best) {
			best = error;
			bytes = fit->model.on_chip_bytes;
		}
	}
	fit->model.on_chip_bytes = bytes;
}

static enum nas_status solve(struct latency_fit *fit, const struct nnls *all,
			     const bool *allowed, struct nas_err *err)
{
	struct nas_latency *m = &fit->model;
	double sum = 0;

	nnls_solve(all, allowed, m->term);
	for (int t = LATENCY_MACS_CONV; t <= LATENCY_MACS_SQUEEZE; t++)
		if (fit->alike)
			m->term[t] = m->term[LATENCY_MACS_CONV];
	for (int t = 0; t < LATENCY_TERMS; t++) {
		if (latency_is_speck(m, t))
			m->term[t] = 0;
		sum += m->term[t];
	}
	return sum > 0 ? NAS_OK
		       : nas_fail(err, NAS_EINPUT, "no term says what the rows "
				  "took: all coefficients would be 0");
}

enum nas_status latency_fit_run(struct latency_fit *fit,
				struct nas_arena *arena, struct nas_err *err)
{
	bool some = fit->fit_on > 0 && fit->fit_on < fit->nrows;
	int n = some ? (int)fit->fit_on : fit->nrows;
	struct nas_latency *m = &fit->model;
	bool allowed[LATENCY_TERMS];
	struct nnls all;

	if (n < 2)
		return nas_fail(err, NAS_EINPUT, "%d row to fit on, at least 2 "
				"are needed", n);
	if (some)
		draw_rows(fit);
	m->channel_step = fit->channel_step;
	m->clock_mhz = fit->clock_mhz;
	m->on_chip_bytes = fit->on_chip_bytes;
	if (fit->on_chip_bytes == LATENCY_AUTO)
		choose_on_chip(fit, n, some);
	(void)fit_rows(fit, n, some, &all, allowed);
	if (solve(fit, &all, allowed, err) != NAS_OK)
		return err->code;
	for (int i = n; i < fit->nrows; i++) {
		latency_row_count(&fit->row[i], m);
		fit->row[i].left_out = predict(&fit->row[i], m->term);
	}
	m->error.method = arena_strdup(arena, some ? "rows that were not fitted"
						   : "each row by a fit "
						     "without it");
	if (!m->error.method)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a fit");
	latency_finish(m);
	return judge(fit, some ? n : 0, arena, err);
}

static enum nas_status allow_term(struct latency_fit *fit, const char *name,
				  struct nas_err *err)
{
	const char *names[LATENCY_TERMS];

	for (int t = 0; t < LATENCY_TERMS; t++) {
		names[t] = latency_terms[t].key;
		if (strcmp(name, names[t]) == 0) {
			fit->allowed[t] = fit->chosen = true;
			return NAS_OK;
		}
	}
	return nas_fail(err, NAS_EUSAGE, "--terms: unknown term '%.40s'%s", name,
			nas_hint(name, names, LATENCY_TERMS, "", "").s);
}

enum nas_status latency_fit_allow(struct latency_fit *fit, const char *names,
				  struct nas_err *err)
{
	char name[64];

	while (*names) {
		size_t n = strcspn(names, ",");

		snprintf(name, sizeof(name), "%.*s", n < 63 ? (int)n : 63,
			 names);
		if (allow_term(fit, name, err) != NAS_OK)
			return err->code;
		names += n + (names[n] == ',');
	}
	return NAS_OK;
}
