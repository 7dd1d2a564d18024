/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scoring/fit.h"

#include <math.h>
#include <string.h>

#include "scoring/cholesky.h"

#define LAMBDAS 19
#define LAMBDA_LEAST 0.1
#define VARIES 1e-9 /* relative: what does not is rounding */

void fit_scale_add(struct fit_scale *s, const double x[FEATURES_MAX])
{
	s->n++;
	for (int j = 0; j < nfeatures; j++) {
		double from = x[j] - s->mean[j];

		s->mean[j] += from / s->n;
		s->squares[j] += from * (x[j] - s->mean[j]);
	}
}

double fit_deviation(const struct fit_scale *s, int j)
{
	double sd = s->n > 1 ? sqrt(s->squares[j] / (s->n - 1)) : 0;

	return sd > VARIES * fabs(s->mean[j]) ? sd : 0;
}

struct system { /* K networks, F features */
	int k, f;
	double *x;      /* (K, F) scaled, centred */
	double *y;      /* (K) centred */
	double mean;    /* of the target */
	double *gram;   /* (F, F) X'X */
	double *factor; /* (F, F) lower Cholesky factor of A */
	double *beta;   /* (F) */
	double *moment; /* (F) X'y */
	double *z;      /* (F) scratch */
};

static double *row(const struct system *s, int i)
{
	return s->x + (size_t)i * (size_t)s->f;
}

static bool system_init(struct system *s, int k, int f, struct nas_arena *arena)
{
	size_t n = (size_t)f;

	s->k = k;
	s->f = f;
	s->x = NAS_NEW2(arena, double, (size_t)k, n);
	s->y = NAS_NEW(arena, double, (size_t)k);
	s->gram = NAS_NEW2(arena, double, n, n);
	s->factor = NAS_NEW2(arena, double, n, n);
	s->beta = NAS_NEW(arena, double, n);
	s->moment = NAS_NEW(arena, double, n);
	s->z = NAS_NEW(arena, double, n);
	return !arena->failed;
}

static void centre(struct system *s)
{
	for (int i = 0; i < s->k; i++)
		s->mean += s->y[i] / s->k;
	for (int i = 0; i < s->k; i++)
		s->y[i] -= s->mean;
	for (int j = 0; j < s->f; j++) {
		double mean = 0;

		for (int i = 0; i < s->k; i++)
			mean += row(s, i)[j] / s->k;
		for (int i = 0; i < s->k; i++)
			row(s, i)[j] -= mean;
	}
}

static void make_gram(struct system *s)
{
	for (int i = 0; i < s->k; i++)
		for (int a = 0; a < s->f; a++) {
			s->moment[a] += row(s, i)[a] * s->y[i];
			for (int b = 0; b <= a; b++)
				s->gram[a * s->f + b] +=
					row(s, i)[a] * row(s, i)[b];
		}
}

/* beta = A^-1 X'y */
static void solve(struct system *s, double ridge)
{
	cholesky(s->factor, s->gram, s->f, ridge);
	cholesky_forward(s->beta, s->factor, s->moment, s->f);
	for (int a = s->f - 1; a >= 0; a--) {
		for (int b = a + 1; b < s->f; b++)
			s->beta[a] -= s->factor[b * s->f + a] * s->beta[b];
		s->beta[a] /= s->factor[a * s->f + a];
	}
}

/* Misses of the predictions of each from the others, miss (K) or NULL; returns
 * their squares' sum. */
static double leave_one_out(const struct system *s, double *miss)
{
	double sum = 0;

	for (int i = 0; i < s->k; i++) {
		double r = s->y[i], h = 1.0 / s->k, m;

		cholesky_forward(s->z, s->factor, row(s, i), s->f);
		for (int j = 0; j < s->f; j++) {
			r -= row(s, i)[j] * s->beta[j];
			h += s->z[j] * s->z[j];
		}
		m = r / (1 - h);
		sum += m * m;
		if (miss)
			miss[i] = m;
	}
	return sum;
}

static void choose_lambda(struct system *s, struct fit *fit)
{
	double least = HUGE_VAL;

	for (int i = 0; i < LAMBDAS; i++) {
		double lambda = pow(10, -3 + i / 3.0), sum;

		if (lambda < LAMBDA_LEAST * (1 - 1e-9))
			continue;
		solve(s, lambda * s->k);
		sum = leave_one_out(s, NULL);
		if (sum < least) {
			least = sum;
			fit->lambda = lambda;
		}
	}
	solve(s, fit->lambda * s->k);
}

static double logit(double a)
{
	a = fmin(fmax(a, 0.001), 0.999);
	return log(a / (1 - a));
}

/* Accuracies are shares, or per cent where one is above 1. */
static enum nas_status accuracy_unit(const struct nas_arch_list *list,
				     double *unit, struct nas_err *err)
{
	*unit = 1;
	for (int i = 0; i < list->n; i++) {
		double a = list->arch[i].measured->accuracy;

		if (!(a >= 0 && a <= 100))
			return nas_fail(err, NAS_EINPUT, "the accuracy of "
					"'%.100s', %g, is not in 0 .. 1 or 0 "
					".. 100", list->arch[i].name, a);
		if (a > 1)
			*unit = 100;
	}
	return NAS_OK;
}

static void take_features(struct fit *fit, const struct fit_scale *scale)
{
	for (int j = 0; j < nfeatures; j++) {
		double sd = fit_deviation(scale, j);

		if (!(sd > 0))
			continue;
		fit->feature[fit->nfeatures] = j;
		fit->scale[fit->nfeatures++] = sd;
	}
}

static void take_networks(struct system *s, const struct fit *fit,
			  const struct nas_arch_list *list, double unit,
			  const struct nas_qe_options *qe)
{
	for (int i = 0; i < list->n; i++) {
		double x[FEATURES_MAX];

		feature_values(&list->arch[i], qe, x);
		for (int j = 0; j < fit->nfeatures; j++)
			row(s, i)[j] = x[fit->feature[j]] / fit->scale[j];
		s->y[i] = logit(list->arch[i].measured->accuracy / unit);
	}
}

enum nas_status fit_networks(struct fit *fit, const struct nas_arch_list *list,
			     const struct fit_scale *scale,
			     const struct nas_qe_options *qe,
			     struct nas_arena *arena, struct nas_err *err)
{
	struct system s = { 0 };
	double unit;

	memset(fit, 0, sizeof(*fit));
	fit->n = list->n;
	if (list->n < FIT_LEAST)
		return nas_fail(err, NAS_EINPUT, "%d networks; a fit takes %d "
				"at least", list->n, FIT_LEAST);
	if (accuracy_unit(list, &unit, err) != NAS_OK)
		return err->code;
	take_features(fit, scale);
	if (fit->nfeatures == 0)
		return nas_fail(err, NAS_EINPUT, "no feature varies: all "
				"networks of the space are alike");
	fit->predicted = NAS_NEW(arena, double, (size_t)list->n);
	if (!fit->predicted || !system_init(&s, list->n, fit->nfeatures, arena))
		return nas_fail(err, NAS_ENOMEM, "out of memory for %d networks",
				list->n);
	take_networks(&s, fit, list, unit, qe);
	centre(&s);
	make_gram(&s);
	choose_lambda(&s, fit);
	memcpy(fit->beta, s.beta, (size_t)s.f * sizeof(double));
	leave_one_out(&s, fit->predicted);
	for (int i = 0; i < s.k; i++)
		fit->predicted[i] = s.mean + s.y[i] - fit->predicted[i];
	return NAS_OK;
}
