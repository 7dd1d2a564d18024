/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evolve/certify/certify_rho.h"

#include <math.h>
#include <string.h>

#define TANGENTS_MOST 8 /* of an end */
#define FIXED_TANGENTS 3 /* of an end before the last, the total fixed */

static bool is_limited(const struct nas_problem *problem)
{
	return isfinite(problem->budgets.rho) && problem->budgets.rho > 0;
}

int cert_rho_totals(const struct nas_problem *problem, int total[CERT_TOTALS])
{
	const struct nas_space *space = problem->space;
	bool can[CERT_TOTALS] = { true };
	int n = 0;

	total[0] = 0;
	if (!is_limited(problem))
		return 1;
	for (int s = 0; s < space->nstages; s++) {
		const struct nas_stage *st = &space->stage[s];
		bool next[CERT_TOTALS] = { false };

		for (int k = 0; k < CERT_TOTALS; k++)
			for (int d = 0; can[k] && d < st->ndepth; d++)
				next[k + st->depth[d] *
						 block_kinds[st->kind].nconvs] =
					true;
		memcpy(can, next, sizeof(can));
	}
	for (int k = 0; k < CERT_TOTALS; k++)
		if (can[k])
			total[n++] = k;
	return n;
}

int cert_rho_total(const struct nas_problem *problem,
		   const struct nas_genome *g)
{
	const struct nas_space *space = problem->space;
	int n = 0;

	if (!is_limited(problem))
		return 0;
	for (int s = 0; s < space->nstages; s++)
		n += space->stage[s].depth[g->stage[s].depth] *
		     block_kinds[space->stage[s].kind].nconvs;
	return n;
}

static void add_line(struct cert_model *m, int stage, double width,
		     double slope, double offset)
{
	m->tangent[m->ntangents++] =
		(struct cert_tangent){ stage, width, slope, offset };
}

/* Tangents of the end of stage s, between so many convolutions. */
static void add_tangents(struct cert_model *m, int s, int n, double least,
			 double most)
{
	double r = m->problem->budgets.rho;

	for (int k = 0; k < n; k++) {
		double l = n > 1 ? least + (most - least) * k / (n - 1)
				 : (least + most) / 2;

		add_line(m, s, 1, log(l / r) + 1, l);
		if (most == least)
			break;
	}
}

/* Tangents of all ends before stage last. */
static void add_ends(struct cert_model *m, int last, int each)
{
	double least = 0, most = 0;

	for (int s = 0; s < last; s++) {
		const struct cert_stage *st = &m->stage[s];

		least += st->layers * st->choices->depth[0];
		most += st->layers * st->max_depth;
		if (st->ends)
			add_tangents(m, s, each, least, most);
	}
}

/* At most n of each end, so that all have room, with some of the last end. */
static int of_each(const struct cert_model *m, int n)
{
	int nends = 0, room;

	for (int s = 0; s < m->nstages; s++)
		nends += m->stage[s].ends;
	room = CERT_TANGENTS / (nends + 1);
	return n < room ? n : room;
}

void cert_rho_tangents(struct cert_model *m)
{
	m->ntangents = m->convs = 0;
	if (is_limited(m->problem))
		add_ends(m, m->nstages, of_each(m, TANGENTS_MOST));
}

/* The last end has W >= f(L), and L in its place from both sides. */
void cert_rho_fix(struct cert_model *m, int convs)
{
	int last = m->nstages - 1;
	double l = convs, f = l * log(l / m->problem->budgets.rho);

	if (!convs || !m->ntangents)
		return;
	m->ntangents = 0;
	m->convs = convs;
	add_ends(m, last, of_each(m, FIXED_TANGENTS));
	add_line(m, last, 1, 0, 1e-9 * fabs(f) - f); /* cert_rho_holds */
	add_line(m, last, 0, 1, l);
	add_line(m, last, 0, -1, -l);
}

bool cert_rho_comes_to(const struct cert_model *m, int s, int nblock,
		       bool at_end, double convs)
{
	double least = convs, most = convs;

	if (!m->convs)
		return true;
	if (!at_end) {
		least += m->stage[s].layers;
		most += m->stage[s].layers * (m->stage[s].max_depth - nblock);
	}
	for (s++; s < m->nstages; s++) {
		least += m->stage[s].layers * m->stage[s].choices->depth[0];
		most += m->stage[s].layers * m->stage[s].max_depth;
	}
	return least <= m->convs && m->convs <= most;
}
