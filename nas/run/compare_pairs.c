/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two spaces at a time: tests, effect sizes, verdicts. */
#include <math.h>
#include <string.h>

#include "nas/base/samples.h"
#include "nas/base/stats.h"
#include "nas/run/compare.h"

#define LEVEL 0.05

/* Share of x's first networks that are architectures of y's space. */
static enum nas_status inside(struct nas_number_slot *share,
			      const struct nas_compare_space *x,
			      const struct nas_compare_space *y,
			      struct nas_arena *arena, struct nas_err *err)
{
	struct nas_err ignored = {0};
	struct nas_block *block =
		NAS_NEW(arena, struct nas_block, SPACE_BLOCKS_MAX);
	int n = x->n < COMPARE_INSIDE ? (int)x->n : COMPARE_INSIDE, in = 0;

	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for a network");
	for (int i = 0; i < n; i++) {
		struct nas_genome g;
		struct nas_arch arch;

		nas_err_clear(&ignored);
		space_decode_into(&x->job_config.space, &x->genome[i],
				  &arch, block);
		in += space_encode(&y->job_config.space, &arch, &g,
				   &ignored) == NAS_OK;
	}
	*share = number_slot(n ? (double)in / n : (double)NAN);
	return NAS_OK;
}

static enum nas_status find_differences(struct nas_compare_pair *p,
					const struct nas_config *a,
					const struct nas_config *b,
					struct nas_arena *arena,
					struct nas_err *err)
{
	struct nas_text t = { 0 };

	compare_differences(&t, a, b);
	p->differs = t.failed ? NULL
			      : arena_strdup(arena, t.data ? t.data : "");
	text_free(&t);
	return p->differs ? NAS_OK
			  : nas_fail(err, NAS_ENOMEM, "out of memory for a pair");
}

bool comparison_is_alike(const struct nas_comparison *c)
{
	for (int i = 0; i < c->npairs; i++)
		if (*c->pair[i].differs)
			return false;
	return true;
}

/* Thresholds of Romano et al. (2006). */
static int size_of(double delta)
{
	static const double least[] = { 0.147, 0.33, 0.474 };
	int size = 0;

	while (size < 3 && fabs(delta) >= least[size])
		size++;
	return size;
}

static enum nas_status test_pair(struct nas_compare_pair *p,
				 const struct nas_compare_space *a,
				 const struct nas_compare_space *b,
				 struct nas_err *err)
{
	struct stats_mann_whitney mw;
	struct stats_ks ks;

	p->verdict = *p->differs ? VERDICT_NONE : VERDICT_UNKNOWN;
	p->size = EFFECT_NONE;
	if (*p->differs || a->n == 0 || b->n == 0)
		return NAS_OK;
	if (stats_ks(&ks, a->score, (int)a->n, b->score, (int)b->n, err) ||
	    stats_mann_whitney(&mw, a->score, (int)a->n, b->score, (int)b->n,
			       err))
		return err->code;
	p->verdict = VERDICT_EQUAL;
	p->size = size_of(mw.delta);
	p->ks_d = number_slot(ks.d);
	p->ks_p = number_slot(ks.p);
	p->effect = number_slot(mw.effect);
	p->delta = number_slot(mw.delta);
	p->u_p = number_slot(mw.p);
	return NAS_OK;
}

static void judge(struct nas_compare_pair *p)
{
	if (p->u_p_holm.x <= LEVEL)
		p->verdict = p->delta.x > 0 ? VERDICT_A : VERDICT_B;
	else if (p->ks_p_holm.x <= LEVEL)
		p->verdict = VERDICT_SHAPE;
}

static bool has_bound(const struct nas_compare_space *s)
{
	return s->certificate.present && s->certificate.record.bounded &&
	       s->certificate.record.known;
}

/* A network above the other's bound decides; equal optima are equal. */
static int judge_best(const struct nas_compare_space *a,
		      const struct nas_compare_space *b)
{
	const struct nas_certificate_record *x = &a->certificate.record;
	const struct nas_certificate_record *y = &b->certificate.record;

	if (!has_bound(a) || !has_bound(b))
		return BEST_UNKNOWN;
	if (x->optimal && y->optimal &&
	    fabs(x->score - y->score) <= 1e-9 * fabs(x->score))
		return BEST_EQUAL;
	if (x->score > y->upper_bound)
		return BEST_A;
	return y->score > x->upper_bound ? BEST_B : BEST_UNKNOWN;
}

/* Each kind of test is corrected over all pairs that were tested. */
static enum nas_status correct(struct nas_comparison *c,
			       struct nas_arena *arena, struct nas_err *err)
{
	double *ks = NAS_NEW(arena, double, (size_t)c->npairs);
	double *u = NAS_NEW(arena, double, (size_t)c->npairs);
	int n = 0;

	if (arena->failed)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the tests");
	for (int i = 0; i < c->npairs; i++)
		if (c->pair[i].verdict == VERDICT_EQUAL) {
			ks[n] = c->pair[i].ks_p.x;
			u[n++] = c->pair[i].u_p.x;
		}
	if (samples_holm(ks, n, err) != NAS_OK ||
	    samples_holm(u, n, err) != NAS_OK)
		return err->code;
	n = 0;
	for (int i = 0; i < c->npairs; i++)
		if (c->pair[i].verdict == VERDICT_EQUAL) {
			c->pair[i].ks_p_holm = number_slot(ks[n]);
			c->pair[i].u_p_holm = number_slot(u[n++]);
			judge(&c->pair[i]);
		}
	return NAS_OK;
}

enum nas_status compare_pairs(struct nas_comparison *c, struct nas_arena *arena,
			      struct nas_err *err)
{
	int most = c->nspaces * (c->nspaces - 1) / 2;

	c->pair = NAS_NEW(arena, struct nas_compare_pair, (size_t)most);
	if (!c->pair)
		return nas_fail(err, NAS_ENOMEM, "out of memory for the pairs");
	for (int i = 0; i < c->nspaces; i++)
		for (int k = i + 1; k < c->nspaces; k++) {
			struct nas_compare_pair *p = &c->pair[c->npairs++];
			const struct nas_compare_space *a = &c->space[i];
			const struct nas_compare_space *b = &c->space[k];

			p->a = i + 1;
			p->b = k + 1;
			if (find_differences(p, &a->job_config, &b->job_config,
					     arena, err) != NAS_OK)
				return err->code;
			p->best = *p->differs ? BEST_NONE : judge_best(a, b);
			if (test_pair(p, a, b, err) != NAS_OK ||
			    inside(&p->a_in_b, a, b, arena, err) != NAS_OK ||
			    inside(&p->b_in_a, b, a, arena, err) != NAS_OK)
				return err->code;
		}
	return correct(c, arena, err);
}

void compare_verdict_text(char *out, size_t size,
			  const struct nas_comparison *c,
			  const struct nas_compare_pair *p)
{
	static const char *const sizes[] = { "negligible", "small", "medium",
					     "large" };
	const char *higher = c->space[(p->verdict == VERDICT_A ? p->a : p->b) -
				      1].name;

	switch ((enum nas_verdict)p->verdict) {
	case VERDICT_EQUAL:
		snprintf(out, size, "no significant difference");
		break;
	case VERDICT_A:
	case VERDICT_B:
		snprintf(out, size, "%.100s scores higher, %s effect", higher,
			 sizes[p->size]);
		break;
	case VERDICT_SHAPE:
		snprintf(out, size, "no shift, but different distributions");
		break;
	case VERDICT_UNKNOWN:
		snprintf(out, size, "unknown: a space without networks");
		break;
	case VERDICT_NONE:
		snprintf(out, size, "the scores do not compare: %s",
			 p->differs);
		break;
	}
}

void compare_best_text(char *out, size_t size, const struct nas_comparison *c,
		       const struct nas_compare_pair *p)
{
	const char *higher = c->space[(p->best == BEST_A ? p->a : p->b) - 1]
				     .name;

	if (p->best == BEST_NONE)
		snprintf(out, size, "not comparable");
	else if (p->best == BEST_UNKNOWN)
		snprintf(out, size, "not decided");
	else if (p->best == BEST_EQUAL)
		snprintf(out, size, "equal, proven");
	else
		snprintf(out, size, "%.100s, proven", higher);
}
