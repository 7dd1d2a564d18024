/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * evolve/certify/certify_rho.h - a budget of rho as sums over blocks.
 *
 * rho <= r says W >= f(L) = L ln(L / r) at the end of every stage of the score
 * (certify_model.h). f is convex, so W >= slope L - L0 holds for its tangent at
 * any L0. One convolution more is worth so much score that a multiplier of a
 * tangent lets a bound mix networks of fewer and of more of them, far above
 * any network. So each number of convolutions that a whole network can have is
 * searched by itself: W >= f(L) is then one line at the last end.
 *
 *	n = cert_rho_totals(problem, total);      numbers of convolutions
 *	cert_rho_tangents(&m);                    any number
 *	cert_rho_fix(&m, total[i]);               this one
 */
#ifndef EVOLVE_CERTIFY_CERTIFY_RHO_H
#define EVOLVE_CERTIFY_CERTIFY_RHO_H

#include "evolve/certify/certify_model.h"

#define CERT_TOTALS (SPACE_STAGES_MAX * SPACE_DEPTH_MAX * BLOCK_CONVS_MAX + 1)

/* Numbers of convolutions that networks of the space can have, ascending;
 * without a budget of rho the one number 0. Returns how many. */
int cert_rho_totals(const struct nas_problem *problem, int total[CERT_TOTALS]);

/* That of a network, or 0 without a budget of rho. */
int cert_rho_total(const struct nas_problem *problem,
		   const struct nas_genome *g);

/* The model's tangents; none without a budget of rho. */
void cert_rho_tangents(struct cert_model *m);

/* Only networks of so many convolutions; 0 = of any number. */
void cert_rho_fix(struct cert_model *m, int convs);

/* A label in the middle of stage s, or at its end, can come to m->convs. */
bool cert_rho_comes_to(const struct cert_model *m, int s, int nblock,
		       bool at_end, double convs);

#endif
