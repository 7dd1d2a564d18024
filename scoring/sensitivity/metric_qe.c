/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a layer's term of the QE-Score loses: ln sigma_hat of its bits against
 * that of unquantised values, whose sigma_hat is sigma (Sun et al. 2022). */
#include <math.h>

#include "scoring/sensitivity/metrics.h"
#include "scoring/sigma_hat.h"

#define SIGMA_A 5.0
#define SIGMA_W 4.0

/* A clipped Gaussian of few bits has less variance, one rounded at many bits
 * a little more: then nothing is lost. */
static double loss(double sigma, int bits)
{
	if (bits > SENSITIVITY_BITS)
		return 0;
	return fmax(0, log(sigma_hat(sigma, SENSITIVITY_BITS)) -
			       log(sigma_hat(sigma, bits)));
}

static enum nas_status run(struct sensitivity *s,
			   const struct sensitivity_job *job,
			   struct nas_arena *arena, struct nas_err *err)
{
	(void)job, (void)arena, (void)err;
	for (int i = 0; i < s->nlayers; i++) {
		for (int k = 0; k < s->nw; k++)
			s->loss_w[i * s->nw + k] = loss(SIGMA_W, s->bits_w[k]);
		for (int k = 0; k < s->na; k++)
			s->loss_a[i * s->na + k] = loss(SIGMA_A, s->bits_a[k]);
	}
	return NAS_OK;
}

const struct sensitivity_metric metric_qe = {
	"qe", "loss of ln sigma_hat, the bits' term of the QE-Score",
	.alike = true, .run = run
};
