/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qbr/allocate_quantum.h"

#include <math.h>
#include <stdint.h>

#define SHIFT_MAX 30
#define WHOLE_MAX 4503599627370496.0 /* 2^52 */
#define LEAST	  1e-7  /* of the largest loss: a quantum is larger */
#define NOTHING	  1e-11 /* the same: a rest that is none */
#define OFF_MOST  0.05  /* of the quantum, in all */

/* By how many bits all uses are to be shifted to be whole; -1: too many. */
static int find_shift(const struct groups *g, int b)
{
	int shift = 0;
	double unit = 1; /* 2^shift */

	for (int k = 0; k < g->n && shift <= SHIFT_MAX; k++)
		for (int i = 0; i < g->group[k].n; i++) {
			double x = g->group[k].item[i].use[b] * unit;

			while (x != floor(x) && shift <= SHIFT_MAX) {
				shift++;
				unit *= 2;
				x *= 2;
			}
		}
	return shift <= SHIFT_MAX ? shift : -1;
}

/* Of the most that a policy may use. */
static bool sums_are_exact(const struct groups *g, int b, int shift)
{
	double sum = 0;

	for (int k = 0; k < g->n; k++) {
		double most = 0;

		for (int i = 0; i < g->group[k].n; i++)
			most = fmax(most, fabs(g->group[k].item[i].use[b]));
		sum += most;
	}
	return ldexp(sum, shift) < WHOLE_MAX &&
	       fabs(ldexp(g->limit[b], shift)) < WHOLE_MAX;
}

static int64_t divisor_of(int64_t a, int64_t b)
{
	while (b != 0) {
		int64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a < 0 ? -a : a;
}

static void tighten(struct groups *g, int b, int shift)
{
	int64_t base = 0, quantum = 0, room;
	double unit = ldexp(1, shift);

	for (int k = 0; k < g->n; k++) {
		const struct group *group = &g->group[k];
		int64_t first = (int64_t)(group->item[0].use[b] * unit);

		base += first;
		for (int i = 1; i < group->n; i++)
			quantum = divisor_of(
				quantum,
				(int64_t)(group->item[i].use[b] * unit) -
					first);
	}
	if (quantum == 0)
		return;
	room = (int64_t)floor(ldexp(g->limit[b], shift)) - base;
	room -= (room % quantum + quantum) % quantum;
	g->limit[b] = ldexp((double)(base + room), -shift);
}

void quantum_tighten(struct groups *g)
{
	for (int b = 0; b < g->nbudgets; b++) {
		int shift = find_shift(g, b);

		if (shift >= 0 && sums_are_exact(g, b, shift))
			tighten(g, b, shift);
	}
}

/* ---- losses --------------------------------------------------------------- */

/* The largest number of which both are multiples, but for `nothing`. */
static double divisor_near(double a, double b, double nothing)
{
	while (b > nothing) {
		double rest = fmod(a, b);

		if (b - rest <= nothing)
			rest = 0;
		a = b;
		b = rest;
	}
	return a;
}

/* Losses of a group beyond its first item's, the largest of all. */
static double largest(const struct groups *g)
{
	double most = 0;

	for (int k = 0; k < g->n; k++)
		for (int i = 1; i < g->group[k].n; i++)
			most = fmax(most, fabs(g->group[k].item[i].loss -
					       g->group[k].item[0].loss));
	return most;
}

/* What losses are off at most when all are taken for multiples. */
static double find_off(const struct groups *g, double quantum)
{
	double off = 0;

	for (int k = 0; k < g->n; k++) {
		double most = 0;

		for (int i = 1; i < g->group[k].n; i++) {
			double d = g->group[k].item[i].loss -
				   g->group[k].item[0].loss;

			most = fmax(most, fabs(d - quantum *
						   round(d / quantum)));
		}
		off += most;
	}
	return off;
}

struct loss_steps quantum_of_losses(const struct groups *g)
{
	double most = largest(g), quantum = most;
	struct loss_steps s = {0};

	for (int k = 0; k < g->n; k++) {
		s.base += g->group[k].item[0].loss;
		for (int i = 1; i < g->group[k].n; i++) {
			double d = fabs(g->group[k].item[i].loss -
					g->group[k].item[0].loss);

			quantum = divisor_near(fmax(d, quantum),
					       fmin(d, quantum),
					       NOTHING * most);
			if (quantum < LEAST * most)
				return s;
			/* or remainders would add up what losses are off */
			if (quantum > 0)
				quantum = most / round(most / quantum);
		}
	}
	s.off = quantum > 0 ? find_off(g, quantum) : 0;
	s.quantum = s.off < OFF_MOST * quantum ? quantum : 0;
	return s;
}

double quantum_below(const struct loss_steps *s, double loss)
{
	double steps;

	if (!(s->quantum > 0) || !(loss < HUGE_VAL))
		return loss;
	steps = ceil((loss + s->off - s->base) / s->quantum) - 1;
	return fmin(loss, s->base + steps * s->quantum + s->off);
}
